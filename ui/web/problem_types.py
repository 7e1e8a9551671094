"""Every kind of problem the service answers with: a stable name, what it means, what to do; a page of each.

A problem's ``type`` is ``/problems/NAME``. A program may rely on the names; the words of ``detail`` may change.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

PROBLEM_PATH = "/problems/"


@dataclass(frozen=True, slots=True)
class ProblemType:
    """``meaning`` and ``way_out`` are Chinese · English."""

    name: str
    status: int
    title: str
    meaning: str
    way_out: str


PROBLEM_TYPES = (
    ProblemType(
        "bad-request",
        400,
        "Bad Request",
        "请求无法读懂 · the request cannot be read",
        "检查请求的格式与编码 · check its form and encoding",
    ),
    ProblemType(
        "not-authenticated",
        401,
        "Unauthorized",
        "没有密钥或登录，或密钥已过期、已停用 · no key or login, or one that expired or was revoked",
        "带上 Authorization: Bearer KEY，或在 /login 登录；管理员用 baowen keys、baowen users 发放 · "
        "send a key or log in; the operator makes them with baowen keys and baowen users",
    ),
    ProblemType(
        "not-allowed",
        403,
        "Forbidden",
        "权限不够：导入和删除要 write，看 /metrics 要 admin · the scope is too small",
        "请管理员发一个权限更大的密钥 · ask the operator for a key with the scope that detail names",
    ),
    ProblemType(
        "foreign-page",
        403,
        "Forbidden",
        "写操作来自别的网站，或浏览器的预检被拒 · a write or preflight of another site's page",
        "反向代理之后：设 trusted_hosts（BAOWEN_TRUSTED_HOSTS）；别处的网页要用接口：设 allowed_origins · "
        "behind a proxy set trusted_hosts; for scripts of another server set allowed_origins",
    ),
    ProblemType(
        "not-found",
        404,
        "Not Found",
        "没有这个地址、报道或模型 · no such address, article or model",
        "GET /v1/articles 列出报道，/docs 列出接口 · the lists say what there is",
    ),
    ProblemType(
        "method-not-allowed",
        405,
        "Method Not Allowed",
        "这个地址不接受这种方法 · the address does not take this method",
        "见 /docs · see /docs",
    ),
    ProblemType(
        "too-slow",
        408,
        "Request Timeout",
        "请求的正文来得太慢 · the body came too slowly",
        "重新发送；大文件分成几次 · send it again; send large files one by one",
    ),
    ProblemType(
        "idempotency-key-in-use",
        409,
        "Conflict",
        "带同一 Idempotency-Key 的上传还没有做完 · an upload with this Idempotency-Key is still running",
        "等它做完再取结果 · repeat the request later for its result",
    ),
    ProblemType(
        "article-changed",
        409,
        "Conflict",
        "报道在此期间被改动或移除，什么也没有做 · an article was changed or removed meanwhile, and nothing was done",
        "重新取报道，再决定；后做的改动先撤销 · read it again, then decide; undo later changes first",
    ),
    ProblemType(
        "changed-meanwhile",
        412,
        "Precondition Failed",
        "报道已与 If-Match 所说的不同 · the article is not the one that If-Match names",
        "重新取报道，再决定 · read the article again, then decide",
    ),
    ProblemType(
        "too-large",
        413,
        "Content Too Large",
        "请求或文件太大 · the body or a file is too large",
        "分成几次发送，或请管理员调大 max_upload_bytes · send less, or have max_upload_bytes raised",
    ),
    ProblemType(
        "unknown-host",
        421,
        "Misdirected Request",
        "Host 不是本服务的名字 · the Host is not a name of this server",
        "设 trusted_hosts（BAOWEN_TRUSTED_HOSTS） · set trusted_hosts",
    ),
    ProblemType(
        "invalid-request",
        422,
        "Unprocessable Content",
        "字段缺失、类型不对或取值不被接受 · a field is missing, of another type or not accepted",
        "errors 指出是哪一个字段 · errors names the field",
    ),
    ProblemType(
        "idempotency-key-reused",
        422,
        "Unprocessable Content",
        "同一 Idempotency-Key 曾用于另一次上传 · the Idempotency-Key was used for another upload",
        "每次上传用新的键 · use a new key for each upload",
    ),
    ProblemType(
        "busy",
        429,
        "Too Many Requests",
        "排队的提问已满 · too many questions are waiting",
        "按 Retry-After 稍后再问 · ask again after Retry-After seconds",
    ),
    ProblemType(
        "too-many-requests",
        429,
        "Too Many Requests",
        "这个用户或密钥一分钟内请求太多 · this caller made too many requests in a minute",
        "按 Retry-After 等待，或调大 requests_per_minute · wait, or have requests_per_minute raised",
    ),
    ProblemType(
        "too-many-answers-at-once",
        429,
        "Too Many Requests",
        "这个用户或密钥同时等待的答案太多 · this caller waits for too many answers at a time",
        "等一个答完再问，或调大 answers_at_once · ask when one is done, or have answers_at_once raised",
    ),
    ProblemType(
        "internal-error",
        500,
        "Internal Server Error",
        "程序出错 · a fault of the program",
        "把 request_id 告诉管理员，日志里有详情 · tell the operator the request_id: the log has the details",
    ),
    ProblemType(
        "storage-full",
        507,
        "Insufficient Storage",
        "服务器的磁盘已满，什么也没有存入 · the disk of the service is full, and nothing was stored",
        "腾出空间后重新发送；已有的报道照常可查 · free some space and send it again; what was stored is safe",
    ),
    ProblemType(
        "unavailable",
        503,
        "Service Unavailable",
        "模型或报纸库暂时不能用 · the model or the store cannot be used now",
        "按 Retry-After 再试；管理员运行 baowen doctor · try again; the operator runs baowen doctor",
    ),
)
BY_NAME = {item.name: item for item in PROBLEM_TYPES}
_FIRST_OF_STATUS = {item.status: item for item in reversed(PROBLEM_TYPES)}


def problem_type(status: int, name: str = "") -> ProblemType:
    """The type of that name; without one, the usual type of ``status``."""
    if name:
        return BY_NAME[name]
    fallback = BY_NAME["internal-error" if status >= 500 else "bad-request"]
    return _FIRST_OF_STATUS.get(status, fallback)


def problem_html(item: ProblemType, style: str) -> str:
    """The page of one type."""
    body = (
        f"<h1>{item.status} {escape(item.name)}</h1><p>{escape(item.meaning)}</p><p>{escape(item.way_out)}</p>"
        '<p><a href="./">全部 · all</a></p>'
    )
    return _page(item.name, body, style)


def problems_html(style: str) -> str:
    """The list of all."""
    rows = "".join(
        f'<tr><td>{item.status}</td><td><a href="{escape(item.name)}">{escape(item.name)}</a></td>'
        f"<td>{escape(item.meaning)}</td></tr>"
        for item in PROBLEM_TYPES
    )
    return _page("problems", f"<h1>problems</h1><table>{rows}</table>", style)


def _page(title: str, body: str, style: str) -> str:
    head = f'<meta charset="utf-8"><title>{escape(title)} · 报问 Baowen</title><style>{style}</style>'
    return f'<!doctype html><html lang="zh-CN"><head>{head}</head><body>{body}</body></html>'
