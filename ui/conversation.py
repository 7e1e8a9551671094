"""Conversations as records: what was asked, and what became of it. Knows no page, no HTTP and no database."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from rag.errors import ArticleNotFoundError
from rag.records import Answer, Article, Passage, SearchFilter, Turn

if TYPE_CHECKING:
    from rag.corpus.store import ArticleStore

_REMEMBERED_TURNS = 6
_TITLE_CHARACTERS = 40

ExchangeState = Literal["asked", "answered", "stopped", "failed"]


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and what became of it; ``failure`` names the kind of error (see ``ui.failures``)."""

    question: str
    state: ExchangeState = "asked"
    answer: Answer | None = None
    failure: str = ""
    search_filter: SearchFilter = field(default_factory=SearchFilter)


@dataclass(frozen=True, slots=True)
class Conversation:
    """The exchanges of one visitor under a title, oldest first; ``updated`` is ISO 8601, in UTC."""

    id: str
    title: str = ""
    exchanges: tuple[Exchange, ...] = ()
    updated: str = ""

    def history(self) -> tuple[Turn, ...]:
        """What was answered so far, for the understanding of a follow-up."""
        answers = [item.answer for item in self.exchanges if item.answer and not item.answer.refused]
        return tuple(Turn(answer.question, answer.answer) for answer in answers[-_REMEMBERED_TURNS:])


def new_conversation_id() -> str:
    """An id that nobody can guess."""
    return secrets.token_urlsafe(12)


def title_of(question: str) -> str:
    """What a conversation is called after its first question."""
    line = " ".join(question.split())
    return line if len(line) <= _TITLE_CHARACTERS else line[: _TITLE_CHARACTERS - 1] + "…"


def cited_articles(store: ArticleStore, passages: Sequence[Passage], answer: Answer | None) -> dict[str, Article]:
    """The articles behind passages and citations; one removed meanwhile is left out."""
    ids = {item.article_id for item in passages}
    if answer:
        ids |= {item.article_id for item in answer.citations}
        ids |= {item.citation.article_id for item in answer.other_readings}
    found = {}
    for article_id in ids:
        try:
            found[article_id] = store.article(article_id)
        except ArticleNotFoundError:
            continue
    return found
