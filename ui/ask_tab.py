"""The asking tab: Gradio components and their wiring; what they show is made by ``ui.conversation_html``.

Nothing is answered here, and no event waits for a model: ``ui.asking`` answers, and events look on.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import anyio.to_thread
import gradio as gr

from rag.errors import BaowenError
from rag.records import Answer, SearchFilter
from ui.answer_html import FEEDBACK_KINDS, exchange_html, live_html
from ui.archive import Archive
from ui.asking import Asker, LiveAnswer
from ui.conversation import Conversation, cited_articles, new_conversation_id
from ui.conversation_html import (
    beginning_html,
    conversations_html,
    examples_html,
    further_html,
    thread_html,
    tools_html,
)
from ui.conversation_store import ConversationStore
from ui.examples import ExampleFinder
from ui.failures import failure_text
from ui.filters import make_filter
from ui.further_questions import FurtherQuestions
from ui.gradio_events import PRIVATE, bridge
from ui.messages import Texts
from ui.page_routes import owner_of
from ui.page_views import PageViews
from ui.render import escape, evidence_html, notice_html
from ui.web.callers import scope_of
from ui.web.services import Services

_LOOK_SECONDS = 0.1
_EXAMPLES_SECONDS = 2.0
"""How often an open page asks whether the examples are found; each time anew, so that a closed page holds nothing."""
_SHOWN = 8
"""Thread, current exchange, evidence, tools, notice, conversation, what to ask further, clock: changed by events."""


@dataclass(frozen=True, slots=True)
class Asking:
    """What the page asks with; one for both languages."""

    services: Services
    conversations: ConversationStore
    asker: Asker
    examples: ExampleFinder
    further: FurtherQuestions


class AskTab:
    """The conversation on the left, the paper itself on the right."""

    def __init__(self, asking: Asking, texts: Texts) -> None:
        self._asking, self._texts = asking, texts
        self._archive = Archive(asking.services.workspace, texts)
        self._views = PageViews()

    def build(self, page: gr.Blocks) -> gr.Dropdown:
        """Lay the tab out and wire it; gives the choice of papers, which depends on the archive."""
        texts = self._texts
        conversation = gr.State("")
        with gr.Row(equal_height=False, elem_id="bw-desk"):
            with gr.Column(scale=6, min_width=320):
                with gr.Column(elem_id="bw-chat"):
                    beginning = gr.HTML("", elem_id="bw-beginning", padding=False, js_on_load=bridge("ask"))
                    thread = gr.HTML(
                        "", elem_id="bw-thread", padding=False, js_on_load=bridge("ask", "feedback", "turn")
                    )
                    with gr.Column(elem_id="bw-now"):
                        current = gr.HTML(
                            "", elem_id="bw-current", padding=False, js_on_load=bridge("ask", "feedback", "turn")
                        )
                        further = gr.HTML("", elem_id="bw-further", padding=False, js_on_load=bridge("ask"))
                question = gr.Textbox(
                    placeholder=texts.question_placeholder,
                    label=texts.question_label,
                    show_label=False,
                    container=False,
                    lines=1,
                    max_lines=6,
                    submit_btn=True,
                    stop_btn=False,
                    autofocus=True,
                    elem_id="bw-question",
                )
                notice = gr.HTML("", elem_id="bw-notice", padding=False, js_on_load=bridge("ask"))
                tools = gr.HTML(tools_html(None, texts), elem_id="bw-tools", padding=False, js_on_load=bridge("new"))
                with gr.Accordion(texts.filters, open=False, elem_id="bw-filters"), gr.Row():
                    hint = texts.date_hint
                    date_from = gr.Textbox(label=texts.date_from, placeholder=hint, max_length=40, min_width=140)
                    date_to = gr.Textbox(label=texts.date_to, placeholder=hint, max_length=40, min_width=140)
                    source = gr.Dropdown([(texts.any_source, "")], value="", label=texts.source, min_width=140)
                with gr.Accordion(texts.conversations, open=False, elem_id="bw-earlier"):
                    earlier = gr.HTML(
                        "", elem_id="bw-conversations", padding=False, js_on_load=bridge("open", "rename", "remove")
                    )
            with gr.Column(scale=5, min_width=320, elem_id="bw-side"):
                gr.HTML(f'<h2 class="bw-heading">{escape(texts.evidence)}</h2>', padding=False)
                evidence = gr.HTML(self._no_evidence(), elem_id="bw-evidence", padding=False)
        further_clock = gr.Timer(_EXAMPLES_SECONDS, active=False)
        shown = [thread, current, evidence, tools, notice, conversation, further, further_clock]
        everything = [*shown, question, earlier]
        typed = [question, conversation, date_from, date_to, source]
        watching = {**PRIVATE, "concurrency_limit": None, "trigger_mode": "multiple"}
        question.submit(self._ask_typed, typed, everything, **watching)
        for place in (beginning, thread, current, further):
            place.ask(self._ask_clicked, typed[1:], everything, **watching)
        question.stop(self._stop, [conversation], everything, queue=False, **PRIVATE)
        tools.new(self._begin, [conversation], everything, **watching)
        for place in (thread, current):
            place.feedback(self._keep_feedback, [conversation], notice, **PRIVATE)
            place.turn(self._show_turn, [conversation], evidence, **PRIVATE)
        earlier.open(self._open, None, everything, **watching)
        earlier.rename(self._rename, [conversation], earlier, **PRIVATE)
        earlier.remove(self._remove, [conversation], everything, **PRIVATE)
        page.load(self._load, None, everything, **watching)
        clock = gr.Timer(_EXAMPLES_SECONDS, active=False)
        page.load(self._begin_page, None, [beginning, clock], **watching)
        further_clock.tick(self._look_for_further, [conversation], [further, further_clock], **watching)
        clock.tick(self._look_again, None, [beginning, clock], **watching)
        return source

    # What is shown

    def _no_evidence(self) -> str:
        return f'<p class="bw-soft">{escape(self._texts.evidence_empty)}</p>'

    def _fresh(self, note: str = "") -> list[Any]:
        """The parts of a page without a conversation; what it begins with stands in a place of its own."""
        tools = tools_html(None, self._texts)
        return ["", "", self._no_evidence(), tools, notice_html(note), "", *self._further(None)]

    def _unchanged(self, note: str) -> list[Any]:
        """All as it is, with a notice."""
        return [*[gr.skip()] * 4, note, *[gr.skip()] * (_SHOWN - 3)]

    def _further(self, answer: Answer | None) -> tuple[str, Any]:
        """What may be asked after an answer, and whether it is still being looked for."""
        questions = self._asking.further.questions(answer) if answer is not None else []
        return further_html(questions or [], self._texts), gr.Timer(active=questions is None)

    def _parts(self, owner: str, conversation_id: str, live: LiveAnswer | None) -> list[Any]:
        """The parts of a conversation as it is now: all exchanges but the last, the last, its evidence."""
        found = self._asking.conversations.conversation(owner, conversation_id)
        if found is None or not found.exchanges:
            return self._fresh()
        count, texts = len(found.exchanges), self._texts
        last = found.exchanges[-1]
        if live is not None and not live.done:
            current = live_html(live, texts)
            evidence = self._live_evidence(live)
            further = self._further(None)
        else:
            current = exchange_html(found.id, last, count, texts)
            if last.answer is not None and last.answer.asked_back:
                current += examples_html(self._asking.examples.questions() or [], texts)
            evidence = self._evidence(last.answer, count)
            further = self._further(last.answer)
        thread = thread_html(found, count - 1, texts)
        return [thread, current, evidence, tools_html(found, texts), "", found.id, *further]

    def _live_evidence(self, live: LiveAnswer) -> str:
        if live.passages is None:
            return self._no_evidence()
        store = self._asking.services.workspace.store
        articles = cited_articles(store, live.passages, None)
        return evidence_html(live.passages, articles, None, live.turn, self._texts, live.leading)

    def _evidence(self, answer: Answer | None, turn: int) -> str:
        if answer is None:
            return self._no_evidence()
        try:
            articles = cited_articles(self._asking.services.workspace.store, answer.passages, answer)
        except BaowenError:  # the store is gone, the quotes are not
            articles = {}
        return evidence_html(answer.passages, articles, answer, turn, self._texts)

    def _box(self, *, busy: bool, text: str | None = "") -> Any:
        if text is None:
            return gr.update(submit_btn=not busy, stop_btn=busy)
        return gr.update(value=text, submit_btn=not busy, stop_btn=busy)

    def _earlier(self, owner: str, conversation_id: str) -> str:
        return conversations_html(self._asking.conversations.conversations(owner), conversation_id, self._texts)

    # Asking

    async def _ask_typed(
        self, question: str, conversation: str, date_from: str, date_to: str, source: str | None, request: gr.Request
    ) -> AsyncIterator[list[Any]]:
        limits = (date_from, date_to, source)
        async for parts in self._ask(question, request, conversation, limits, typed=True):
            yield parts

    async def _ask_clicked(
        self,
        event: gr.EventData,
        conversation: str,
        date_from: str,
        date_to: str,
        source: str | None,
        request: gr.Request,
    ) -> AsyncIterator[list[Any]]:
        limits = (date_from, date_to, source)
        async for parts in self._ask(str(event.text), request, conversation, limits, typed=False):
            yield parts

    async def _ask(
        self,
        question: str,
        request: gr.Request,
        conversation: str,
        limits: tuple[str, str, str | None],
        *,
        typed: bool,
    ) -> AsyncIterator[list[Any]]:
        question = question.strip()
        try:
            note, search_filter = self._objection(question, conversation), self._filter(limits)
        except BaowenError as error:
            note, search_filter = failure_text(error, self._texts), SearchFilter()
        if note:
            yield self._unchanged(notice_html(note))
            return
        if self._archive.is_empty():
            note = self._texts.archive_empty_ask
            yield self._unchanged(notice_html(note, self._texts.go_import))
            return
        owner, conversation = owner_of(request), conversation or new_conversation_id()
        self._asking.services.audit.write("ask", scope_of(request), question=question, through="page")
        live = await anyio.to_thread.run_sync(self._asking.asker.ask, owner, conversation, question, search_filter)
        async for parts in self._watch(request, conversation, live, text="" if typed else None):
            yield parts

    def _objection(self, question: str, conversation: str) -> str:
        """Why a question cannot be asked now; empty where it can."""
        limit = self._asking.services.settings.max_question_characters
        if not question:
            return self._texts.question_empty
        if len(question) > limit:
            return self._texts.question_too_long.format(count=len(question), limit=limit)
        if conversation and self._asking.asker.live(conversation):
            return self._texts.still_answering
        return ""

    def _filter(self, limits: tuple[str, str, str | None]) -> SearchFilter:
        return make_filter(*limits, names=(self._texts.date_from, self._texts.date_to))

    async def _watch(
        self, request: gr.Request, conversation: str, live: LiveAnswer | None, text: str | None = None
    ) -> AsyncIterator[list[Any]]:
        """Show the conversation, its question at every change, until it is done or the page shows another."""
        owner = owner_of(request)
        async with self._views.newest(str(request.session_hash)) as is_newest:
            while is_newest():
                version, done = (live.version, live.done) if live else (0, True)
                parts = await anyio.to_thread.run_sync(self._parts, owner, conversation, live)
                earlier = await anyio.to_thread.run_sync(self._earlier, owner, conversation)
                if not is_newest():
                    break
                yield [*parts, self._box(busy=not done, text=text), earlier]
                text = None
                if done and (live := self._asking.asker.live(conversation)) is None:
                    break
                while live and live.version == version and not live.done and is_newest():
                    await asyncio.sleep(_LOOK_SECONDS)
            yield [gr.skip()] * (_SHOWN + 2)  # the last reply is sent twice, which may be after another event's

    def _stop(self, conversation: str, request: gr.Request) -> list[Any]:
        owner = owner_of(request)
        self._asking.asker.stop(owner, conversation)
        parts = self._parts(owner, conversation, None)
        return [*parts, self._box(busy=False, text=None), self._earlier(owner, conversation)]

    # The page comes, goes, and changes its conversation

    async def _load(self, request: gr.Request) -> AsyncIterator[list[Any]]:
        """Show the conversation that the address names; without one, leave alone what may have been asked already."""
        owner, wanted = owner_of(request), str(request.query_params.get("c", ""))
        if not await anyio.to_thread.run_sync(self._asking.conversations.conversation, owner, wanted):
            yield [*[gr.skip()] * (_SHOWN + 1), self._earlier(owner, "")]
            return
        async for parts in self._show(request, wanted):
            yield parts

    async def _show(self, request: gr.Request, wanted: str) -> AsyncIterator[list[Any]]:
        known = await anyio.to_thread.run_sync(self._asking.conversations.conversation, owner_of(request), wanted)
        live = self._asking.asker.live(wanted) if known else None
        async for parts in self._watch(request, wanted, live):
            yield parts

    async def _open(self, event: gr.EventData, request: gr.Request) -> AsyncIterator[list[Any]]:
        async for parts in self._show(request, str(event.id)):
            yield parts

    async def _begin(self, conversation: str, request: gr.Request) -> AsyncIterator[list[Any]]:
        await anyio.to_thread.run_sync(self._asking.asker.stop, owner_of(request), conversation)
        async with self._views.newest(str(request.session_hash)):
            yield [*self._fresh(), self._box(busy=False), gr.skip()]
            yield [gr.skip()] * (_SHOWN + 2)

    def _begin_page(self) -> tuple[str, Any]:
        """What a page without a conversation shows, and whether it looks again for examples."""
        examples = self._asking.examples.questions()
        shown = beginning_html(examples, is_empty=self._archive.is_empty(), texts=self._texts)
        return shown, gr.Timer(active=examples is None)

    def _look_again(self) -> tuple[Any, Any]:
        """The beginning once its examples are found; until then nothing changes."""
        if self._asking.examples.questions() is None:
            return gr.skip(), gr.skip()
        return self._begin_page()

    async def _look_for_further(self, conversation: str, request: gr.Request) -> AsyncIterator[tuple[Any, Any]]:
        """The further questions of the last answer once they are found; until then nothing changes."""
        found = await anyio.to_thread.run_sync(self._last_answer, owner_of(request), conversation)
        if found is not None and self._asking.further.questions(found) is not None:
            yield self._further(found)
        yield gr.skip(), gr.skip()  # the last reply is sent twice, which may be after another event's

    def _last_answer(self, owner: str, conversation: str) -> Answer | None:
        """The answer of the last question; None while one is being answered."""
        found = self._asking.conversations.conversation(owner, conversation)
        return found.exchanges[-1].answer if found and found.exchanges else None

    def _rename(self, event: gr.EventData, conversation: str, request: gr.Request) -> str:
        owner = owner_of(request)
        self._asking.conversations.rename(owner, str(event.id), str(event.title))
        return self._earlier(owner, conversation)

    async def _remove(self, event: gr.EventData, conversation: str, request: gr.Request) -> AsyncIterator[list[Any]]:
        owner, removed = owner_of(request), str(event.id)
        await anyio.to_thread.run_sync(self._asking.asker.stop, owner, removed)
        await anyio.to_thread.run_sync(self._asking.conversations.remove, owner, removed)
        if removed != conversation:
            yield [*[gr.skip()] * (_SHOWN + 1), self._earlier(owner, conversation)]
            return
        async with self._views.newest(str(request.session_hash)):
            yield [*self._fresh(), self._box(busy=False), self._earlier(owner, "")]
            yield [gr.skip()] * (_SHOWN + 2)

    # What is said of an answer

    def _show_turn(self, event: gr.EventData, conversation: str, request: gr.Request) -> str:
        turn = int(event.turn)
        return self._evidence(self._answer(owner_of(request), conversation, turn), turn)

    def _answer(self, owner: str, conversation: str, turn: int) -> Answer | None:
        found = self._asking.conversations.conversation(owner, conversation) or Conversation("")
        return found.exchanges[turn - 1].answer if 1 <= turn <= len(found.exchanges) else None

    def _keep_feedback(self, event: gr.EventData, conversation: str, request: gr.Request) -> Any:
        answer = self._answer(owner_of(request), conversation, int(event.turn))
        if answer is None:
            return gr.skip()
        kind = getattr(event, "kind", "")
        record = {
            "question": answer.question,
            "answer": answer.answer,
            "verdict": "up" if event.verdict == "up" else "down",
            "comment": kind if kind in FEEDBACK_KINDS else "",
            "model": answer.model,
            "generation": answer.generation,
        }
        self._asking.services.workspace.store.add_feedback(record)
        return f'<p class="bw-soft" role="status">{escape(self._texts.feedback_thanks)}</p>'
