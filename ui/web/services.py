"""What the routers share, carried by the app's state."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from anyio import CapacityLimiter
from fastapi import Request

from rag.settings import Settings
from ui.access.holders import AccessStore
from ui.answer_queue import AnswerQueue
from ui.undo_list import UndoList
from ui.web.audit import AuditLog
from ui.web.idempotency import IdempotentResults
from ui.web.limits import RateLimit
from ui.web.metrics import Metrics
from ui.web.traces import Traces

if TYPE_CHECKING:
    from rag.workspace import Workspace


IMPORTS_AT_ONCE = 2
"""How many uploads are imported at a time; the others wait, without a thread."""


@dataclass(frozen=True, slots=True)
class Services:
    """The one workspace of the process and what stands around it."""

    workspace: Workspace
    settings: Settings
    answers: AnswerQueue
    metrics: Metrics
    access: AccessStore
    audit: AuditLog
    wrong_logins: RateLimit
    """By address: guessing is slowed down."""
    traces: Traces | None = None
    uploads: IdempotentResults = field(default_factory=IdempotentResults)
    undo: UndoList = field(default_factory=UndoList)
    """What was mended last, by the page or a program."""
    importing: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(IMPORTS_AT_ONCE))


def services_of(request: Request) -> Services:
    """For routes: the app's services."""
    services: Services = request.app.state.services
    return services
