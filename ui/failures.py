"""What went wrong, as a kind that can be kept and told in any language of the page; no word of the error itself.

An error's own message may name paths of the machine and is in English: it goes to the log.
"""

from __future__ import annotations

from rag import errors
from ui.answer_queue import BusyError
from ui.filters import DaysSwappedError, UnreadableDayError
from ui.messages import Texts
from ui.packets import PacketError

_KINDS: tuple[tuple[type[errors.BaowenError], str], ...] = (
    (errors.ArticleNotFoundError, "article gone"),
    (errors.ModelNotFetchedError, "model missing"),
    (errors.ModelError, "model"),
    (errors.GenerationError, "model"),
    (errors.ArticleChangedError, "article changed"),
    (errors.MendError, "mend"),
    (errors.StoreLockedError, "locked"),
    (errors.StoreMismatchError, "mismatch"),
    (errors.StoreError, "store"),
    (errors.QuestionError, "question"),
    (errors.SourceError, "file"),
    (BusyError, "busy"),
)


def failure_kind(error: BaseException) -> str:
    """The kind of ``error``, a key of ``Texts.failures``."""
    return next((kind for known, kind in _KINDS if isinstance(error, known)), "unexpected")


def failure_text(error: BaseException, texts: Texts) -> str:
    """What happened and what to do, in the page's language."""
    match error:
        case UnreadableDayError():
            return texts.date_unreadable.format(name=error.name, text=error.text)
        case DaysSwappedError():
            return texts.date_order.format(first=error.first, last=error.last)
        case PacketError():
            return texts.packet_unreadable
        case _:
            return texts.failures[failure_kind(error)]
