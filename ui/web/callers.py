"""Who sends a request: a user, a key, somebody on this machine; carried by the request's scope."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.types import Scope as AsgiScope

from rag.settings import Settings
from ui.access.holders import SCOPES, AccessStore, Holder, Scope

SESSION_COOKIE = "baowen_session"
_PLACE = "baowen_caller"


@dataclass(frozen=True, slots=True)
class Caller:
    """``kind`` is key, user, proxy (named by a single sign-on) or local (nobody is asked on an open server)."""

    kind: str
    name: str
    scope: Scope

    def may(self, scope: Scope) -> bool:
        """Whether its scope includes ``scope``."""
        return SCOPES.index(self.scope) >= SCOPES.index(scope)

    @property
    def label(self) -> str:
        """``key:desk``: for limits and logs."""
        return f"{self.kind}:{self.name}" if self.name else self.kind


def asker_of(scope: AsgiScope) -> str:
    """Who takes turns with the others: a user or key; where nobody is asked who he is, an address."""
    caller = caller_of(scope)
    if caller.kind != "local":
        return caller.label
    client = scope.get("client")
    return f"address:{client[0]}" if client else caller.label


LOCAL = Caller("local", "", "admin")


def caller_of(scope: AsgiScope | Any) -> Caller:
    """Of a scope, or of a request (Gradio's too): who sends it. Without a gate before it: somebody local."""
    caller: Caller = scope_of(scope).get(_PLACE, LOCAL)
    return caller


def scope_of(request: AsgiScope | Any) -> AsgiScope:
    """The scope of a request (Gradio's too), or what is given where it is one."""
    own = getattr(request, "request", request)  # Gradio's has Starlette's, and tries to make JSON of what it is asked
    found: AsgiScope = getattr(own, "scope", own)
    return found


def set_caller(scope: AsgiScope, caller: Caller) -> None:
    """For the gate."""
    scope[_PLACE] = caller


def is_closed(settings: Settings, access: AccessStore) -> bool:
    """Whether everybody is asked who he is."""
    return bool(settings.api_key or settings.user_header) or access.holds_any()


def caller_from(holder: Holder | None) -> Caller | None:
    """The caller that a holder is."""
    return Caller(holder.kind, holder.name, holder.scope) if holder else None
