"""One visitor's conversation, and how the events of an answer become what the page shows. Knows no Gradio."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.answering.events import AnswerReady, EvidenceFound, TextDelta
from rag.errors import ArticleNotFoundError, BaowenError
from rag.records import Answer, Article, Passage, SearchFilter, Turn
from ui.answer_queue import AnswerQueue, Inquiry
from ui.messages import Texts, error_title
from ui.render import answer_html, evidence_html, failure_html, pending_html, stopped_html
from ui.web.problems import log_error, problem_of

if TYPE_CHECKING:
    from rag.corpus.store import ArticleStore

_SHOWN_TURNS = 8
"""How many turns keep their evidence in the page."""
_REMEMBERED_TURNS = 6


@dataclass(slots=True)
class Exchange:
    """A question and what the page shows for it."""

    question: str
    html: str = ""
    evidence: str = ""
    answer: Answer | None = None


class Conversation:
    """The exchanges of one visitor, oldest first; no dataclass, because Gradio turns those into dictionaries."""

    def __init__(self) -> None:
        self.exchanges: list[Exchange] = []

    def history(self) -> tuple[Turn, ...]:
        """What was answered so far, for the understanding of a follow-up."""
        answered = [item for item in self.exchanges if item.answer and not item.answer.refused]
        return tuple(Turn(item.question, item.answer.answer) for item in answered[-_REMEMBERED_TURNS:] if item.answer)

    def evidence_html(self, texts: Texts) -> str:
        """The evidence of the last turns; the newest is the one shown."""
        shown = [item.evidence for item in self.exchanges[-_SHOWN_TURNS:] if item.evidence]
        return "".join(shown) or f'<p class="bw-soft">{texts.evidence_empty}</p>'

    def stop(self, texts: Texts) -> None:
        """Mark an unfinished answer as stopped."""
        if self.exchanges and self.exchanges[-1].answer is None:
            self.exchanges[-1].html = stopped_html(texts.stopped)


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


class Conversing:
    """Asks in a conversation's name and keeps its last exchange up to date."""

    def __init__(self, answers: AnswerQueue, store: Callable[[], ArticleStore], texts: Texts) -> None:
        self._answers, self._store, self._texts = answers, store, texts

    def ask(
        self, conversation: Conversation, question: str, search_filter: SearchFilter
    ) -> Generator[bool, None, None]:
        """Answer ``question``; each step says whether the evidence changed since the last one."""
        inquiry = Inquiry(question, search_filter, conversation.history())
        exchange = Exchange(question)
        conversation.exchanges.append(exchange)
        turn = len(conversation.exchanges)
        try:
            with self._answers.ask(inquiry) as stream:
                exchange.html = pending_html("", self._first_status())
                yield False
                written = ""
                for event in stream:
                    match event:
                        case EvidenceFound():
                            exchange.html = pending_html(written, self._texts.writing)
                            exchange.evidence = self._evidence(event.passages, None, turn)
                        case TextDelta():
                            written += event.text
                            exchange.html = pending_html(written, self._texts.writing)
                        case AnswerReady():
                            self._finish(exchange, event.answer, turn)
                    yield not isinstance(event, TextDelta)
        except Exception as error:
            log_error(error)
            exchange.html = failure_html(error_title(error), _public_detail(error), self._texts)
            yield False

    def _first_status(self) -> str:
        if self._answers.state == "loading":
            return self._texts.loading_model
        return self._texts.waiting if self._answers.waiting > 1 else self._texts.searching

    def _finish(self, exchange: Exchange, answer: Answer, turn: int) -> None:
        exchange.answer = answer
        exchange.html = answer_html(answer, turn, self._texts)
        exchange.evidence = self._evidence(answer.passages, answer, turn)

    def _evidence(self, passages: Sequence[Passage], answer: Answer | None, turn: int) -> str:
        articles = cited_articles(self._store(), passages, answer)
        return evidence_html(passages, articles, answer, turn, self._texts)


def _public_detail(error: Exception) -> str:
    """What a visitor may read of an error: on this page as in the API, paths of the machine stay out."""
    return problem_of(error).detail if isinstance(error, BaowenError) else ""
