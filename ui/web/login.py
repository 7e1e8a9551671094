"""``/login`` and ``/logout``: a form without scripts; a session is a cookie that no script can read."""

from __future__ import annotations

import hmac
from html import escape
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.responses import Response

from ui.access.holders import SESSION_HOURS, Holder
from ui.access.secrets import token
from ui.static_files import read_static
from ui.web.callers import SESSION_COOKIE, caller_of
from ui.web.services import Services, services_of

router = APIRouter(include_in_schema=False)

FORM_COOKIE = "baowen_form"
_FORM_SECONDS = 3600
_WRONG = "名字或口令不对 · wrong name or password"
_EXPIRED = "页面已过期，请再试一次 · the form was too old, please try again"
_TOO_MANY = "试错太多，请稍候再试 · too many wrong tries, please wait"


@router.get("/login")
def get_login(request: Request, next_path: Annotated[str, Query(alias="next", max_length=500)] = "/") -> HTMLResponse:
    """The form."""
    return _form(request, next_path)


@router.post("/login")
def post_login(
    request: Request,
    services: Annotated[Services, Depends(services_of)],
    name: Annotated[str, Form(max_length=64)] = "",
    secret: Annotated[str, Form(max_length=200)] = "",
    form: Annotated[str, Form(max_length=100)] = "",
    next_path: Annotated[str, Form(alias="next", max_length=500)] = "/",
) -> Response:
    """Begin a session for a user's password, or, with the name left empty, for a key."""
    known = request.cookies.get(FORM_COOKIE, "")
    if not known or not hmac.compare_digest(known.encode(), form.encode()):
        return _form(request, next_path, _EXPIRED, 403)
    place = request.client.host if request.client else ""
    if services.wrong_logins.seconds_to_wait(place) > 0:
        return _form(request, next_path, _TOO_MANY, 429)
    holder = _holder(services, name.strip(), secret)
    if holder is None:
        services.wrong_logins.take(place)
        services.audit.write("login-refused", request.scope, name=name[:64])
        return _form(request, next_path, _WRONG, 401)
    services.audit.write("login", request.scope, name=f"{holder.kind}:{holder.name}")
    reply = RedirectResponse(_root(request) + _local(next_path), 303)
    _set_cookie(request, reply, SESSION_COOKIE, services.access.begin_session(holder), SESSION_HOURS * 3600)
    reply.delete_cookie(FORM_COOKIE, path=_cookie_path(request))
    return reply


@router.get("/logout")
def get_logout(request: Request) -> HTMLResponse:
    """Asks once more, so that a link on another page logs nobody out."""
    who = escape(caller_of(request).label)
    return _page(
        f"<h1>报问 Baowen</h1><p>{who}</p><form method='post' action='{escape(_root(request))}/logout'>"
        "<p><button>退出 · log out</button></p></form>"
    )


@router.post("/logout")
def post_logout(request: Request, services: Annotated[Services, Depends(services_of)]) -> Response:
    """End the session."""
    if session := request.cookies.get(SESSION_COOKIE):
        services.access.end_session(session)
        services.audit.write("logout", request.scope)
    reply = RedirectResponse(f"{_root(request)}/login", 303)
    reply.delete_cookie(SESSION_COOKIE, path=_cookie_path(request))
    return reply


def _holder(services: Services, name: str, secret: str) -> Holder | None:
    if name:
        return services.access.by_password(name, secret)
    return services.access.by_key(secret.strip())


def _form(request: Request, next_path: str, message: str = "", status: int = 200) -> HTMLResponse:
    form = token()
    warning = f"<p role='alert'><b>{escape(message)}</b></p>" if message else ""
    page = _page(
        f"<h1>报问 Baowen</h1>{warning}<form method='post' action='{escape(_root(request))}/login'>"
        f"<input type='hidden' name='form' value='{form}'>"
        f"<input type='hidden' name='next' value='{escape(_local(next_path), quote=True)}'>"
        "<p><label>名字 · name<br><input name='name' autocomplete='username' maxlength='64' autofocus></label></p>"
        "<p><label>口令 · password<br>"
        "<input name='secret' type='password' autocomplete='current-password' maxlength='200'></label></p>"
        "<p>用密钥登录：名字留空 · with a key: leave the name empty</p>"
        "<p><button>登录 · log in</button></p></form>",
        status,
    )
    _set_cookie(request, page, FORM_COOKIE, form, _FORM_SECONDS)
    return page


def _page(body: str, status: int = 200) -> HTMLResponse:
    style = read_static("documentation.css")
    head = f"<meta charset='utf-8'><title>报问 Baowen</title><style>{style}</style>"
    width = "<meta name='viewport' content='width=device-width,initial-scale=1'>"
    page = f"<!doctype html><html lang='zh-CN'><head>{head}{width}</head><body>{body}</body></html>"
    return HTMLResponse(page, status, headers={"Cache-Control": "no-store"})


def _set_cookie(request: Request, reply: Response, name: str, value: str, seconds: int) -> None:
    reply.set_cookie(
        name,
        value,
        max_age=seconds,
        path=_cookie_path(request),
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )


def _root(request: Request) -> str:
    return str(request.scope.get("root_path", ""))


def _cookie_path(request: Request) -> str:
    return _root(request) or "/"


def _local(path: str) -> str:
    """``path`` where it is one of this server; another server's address leads to the front page."""
    plain = path.startswith("/") and path[1:2] not in ("/", "\\") and path.isprintable() and "\\" not in path
    return path if plain else "/"
