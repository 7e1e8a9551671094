"""What the asking tab shows of a conversation, as markup; no import of Gradio."""

from __future__ import annotations

from dataclasses import dataclass

from rag.errors import BaowenError
from rag.records import Answer
from ui.answer_html import exchange_html, live_html
from ui.asking import Asker, LiveAnswer
from ui.conversation import Conversation, cited_articles
from ui.conversation_html import conversations_html, examples_html
from ui.conversation_store import ConversationStore
from ui.examples import ExampleFinder
from ui.further_questions import FurtherQuestions
from ui.messages import Texts
from ui.render import escape, evidence_html
from ui.web.services import Services


@dataclass(frozen=True, slots=True)
class Asking:
    """What the page asks with; one for both languages."""

    services: Services
    conversations: ConversationStore
    asker: Asker
    examples: ExampleFinder
    further: FurtherQuestions


class AskView:
    """The parts of a conversation and of its answers, in one language."""

    def __init__(self, asking: Asking, texts: Texts) -> None:
        self._asking, self._texts = asking, texts

    def no_evidence(self) -> str:
        """What stands in the place of evidence where there is none."""
        return f'<p class="bw-soft">{escape(self._texts.evidence_empty)}</p>'

    def last_exchange(self, found: Conversation, live: LiveAnswer | None) -> tuple[str, str]:
        """The last exchange of a conversation, which has one, and its evidence; as far as ``live`` has come."""
        count, last, texts = len(found.exchanges), found.exchanges[-1], self._texts
        if live is not None:
            return live_html(live, texts), self._live_evidence(live)
        current = exchange_html(found.id, last, count, texts)
        if last.answer is not None and last.answer.asked_back:
            current += examples_html(self._asking.examples.questions() or [], texts)
        return current, self.evidence(last.answer, count)

    def _live_evidence(self, live: LiveAnswer) -> str:
        if live.passages is None:
            return self.no_evidence()
        store = self._asking.services.workspace.store
        articles = cited_articles(store, live.passages, None)
        return evidence_html(live.passages, articles, None, live.turn, self._texts, live.leading)

    def evidence(self, answer: Answer | None, turn: int) -> str:
        """What was found for an answer, the ``turn``-th of its conversation from 1."""
        if answer is None:
            return self.no_evidence()
        try:
            articles = cited_articles(self._asking.services.workspace.store, answer.passages, answer)
        except BaowenError:  # the store is gone, the quotes are not
            articles = {}
        return evidence_html(answer.passages, articles, answer, turn, self._texts)

    def earlier(self, owner: str, conversation_id: str) -> str:
        """The owner's conversations, ``conversation_id`` among them marked as the one that is shown."""
        return conversations_html(self._asking.conversations.conversations(owner), conversation_id, self._texts)

    def answer(self, owner: str, conversation: str, turn: int) -> Answer | None:
        """The ``turn``-th answer of a conversation, from 1; None where there is none."""
        found = self._asking.conversations.conversation(owner, conversation) or Conversation("")
        return found.exchanges[turn - 1].answer if 1 <= turn <= len(found.exchanges) else None

    def last_answer(self, owner: str, conversation: str) -> Answer | None:
        """The answer of the last question; None while one is being answered."""
        found = self._asking.conversations.conversation(owner, conversation)
        return found.exchanges[-1].answer if found and found.exchanges else None
