"""The asking tab's events; ``ui.ask_components`` lays it out, ``ui.ask_view`` makes what it shows.

Nothing is answered here, and no event waits for a model: ``ui.asking`` answers, and events look on.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import anyio.to_thread
import gradio as gr

from rag.errors import BaowenError
from rag.records import Answer, SearchFilter
from ui.answer_html import FEEDBACK_KINDS
from ui.archive import Archive
from ui.ask_components import AskComponents, lay_out
from ui.ask_view import Asking, AskView
from ui.asking import LiveAnswer
from ui.conversation import new_conversation_id
from ui.conversation_html import beginning_html, further_html, thread_html, tools_html
from ui.failures import failure_text
from ui.filters import make_filter
from ui.gradio_events import PRIVATE
from ui.messages import Texts
from ui.page_routes import owner_of
from ui.page_views import PageViews
from ui.render import escape, notice_html
from ui.web.callers import scope_of

_LOOK_SECONDS = 0.1
_SHOWN = 8
"""So many components show a conversation, see ``AskComponents.shown``."""
_WATCHING = {**PRIVATE, "concurrency_limit": None, "trigger_mode": "multiple"}
"""For events that may go on for as long as an answer does, any number at once."""


class AskTab:
    """The conversation on the left, the paper itself on the right."""

    def __init__(self, asking: Asking, texts: Texts) -> None:
        self._asking, self._texts = asking, texts
        self._view = AskView(asking, texts)
        self._archive = Archive(asking.services.workspace, texts)
        self._views = PageViews()

    def build(self, page: gr.Blocks) -> gr.Dropdown:
        """Lay the tab out and wire it; gives the choice of papers, which depends on the archive."""
        parts = lay_out(self._texts, self._view.no_evidence())
        self._wire_questions(parts)
        self._wire_answers(parts)
        self._wire_conversations(parts, page)
        self._wire_clocks(parts, page)
        return parts.source

    # What happens on which event

    def _wire_questions(self, parts: AskComponents) -> None:
        limits = [parts.date_from, parts.date_to, parts.source]
        asked, everything = [parts.conversation, *limits], parts.everything
        parts.question.submit(self._ask_typed, [parts.question, *asked], everything, **_WATCHING)
        for place in (parts.beginning, parts.thread, parts.current, parts.further):
            place.ask(self._ask_clicked, asked, everything, **_WATCHING)
        parts.question.stop(self._stop, [parts.conversation], everything, queue=False, **PRIVATE)
        parts.tools.new(self._begin, [parts.conversation], everything, **_WATCHING)

    def _wire_answers(self, parts: AskComponents) -> None:
        for place in (parts.thread, parts.current):
            place.feedback(self._keep_feedback, [parts.conversation], parts.notice, **PRIVATE)
            place.turn(self._show_turn, [parts.conversation], parts.evidence, **PRIVATE)

    def _wire_conversations(self, parts: AskComponents, page: gr.Blocks) -> None:
        everything = parts.everything
        parts.earlier.open(self._open, None, everything, **_WATCHING)
        parts.earlier.rename(self._rename, [parts.conversation], parts.earlier, **PRIVATE)
        parts.earlier.remove(self._remove, [parts.conversation], everything, **PRIVATE)
        page.load(self._load, None, everything, **_WATCHING)

    def _wire_clocks(self, parts: AskComponents, page: gr.Blocks) -> None:
        beginning, further = [parts.beginning, parts.clock], [parts.further, parts.further_clock]
        page.load(self._begin_page, None, beginning, **_WATCHING)
        parts.further_clock.tick(self._look_for_further, [parts.conversation], further, **_WATCHING)
        parts.clock.tick(self._look_again, None, beginning, **_WATCHING)

    # What is shown

    def _fresh(self, note: str = "") -> list[Any]:
        """The parts of a page without a conversation; what it begins with stands in a place of its own."""
        tools = tools_html(None, self._texts)
        return ["", "", self._view.no_evidence(), tools, notice_html(note), "", *self._further(None)]

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
        answering = live if live is not None and not live.done else None
        current, evidence = self._view.last_exchange(found, answering)
        further = self._further(found.exchanges[-1].answer if answering is None else None)
        thread = thread_html(found, len(found.exchanges) - 1, self._texts)
        return [thread, current, evidence, tools_html(found, self._texts), "", found.id, *further]

    def _box(self, *, busy: bool, text: str | None = "") -> Any:
        if text is None:
            return gr.update(submit_btn=not busy, stop_btn=busy)
        return gr.update(value=text, submit_btn=not busy, stop_btn=busy)

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
                earlier = await anyio.to_thread.run_sync(self._view.earlier, owner, conversation)
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
        return [*parts, self._box(busy=False, text=None), self._view.earlier(owner, conversation)]

    # The page comes, goes, and changes its conversation

    async def _load(self, request: gr.Request) -> AsyncIterator[list[Any]]:
        """Show the conversation that the address names; without one, leave alone what may have been asked already."""
        owner, wanted = owner_of(request), str(request.query_params.get("c", ""))
        if not await anyio.to_thread.run_sync(self._asking.conversations.conversation, owner, wanted):
            yield [*[gr.skip()] * (_SHOWN + 1), self._view.earlier(owner, "")]
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
        found = await anyio.to_thread.run_sync(self._view.last_answer, owner_of(request), conversation)
        if found is not None and self._asking.further.questions(found) is not None:
            yield self._further(found)
        yield gr.skip(), gr.skip()  # the last reply is sent twice, which may be after another event's

    def _rename(self, event: gr.EventData, conversation: str, request: gr.Request) -> str:
        owner = owner_of(request)
        self._asking.conversations.rename(owner, str(event.id), str(event.title))
        return self._view.earlier(owner, conversation)

    async def _remove(self, event: gr.EventData, conversation: str, request: gr.Request) -> AsyncIterator[list[Any]]:
        owner, removed = owner_of(request), str(event.id)
        await anyio.to_thread.run_sync(self._asking.asker.stop, owner, removed)
        await anyio.to_thread.run_sync(self._asking.conversations.remove, owner, removed)
        if removed != conversation:
            yield [*[gr.skip()] * (_SHOWN + 1), self._view.earlier(owner, conversation)]
            return
        async with self._views.newest(str(request.session_hash)):
            yield [*self._fresh(), self._box(busy=False), self._view.earlier(owner, "")]
            yield [gr.skip()] * (_SHOWN + 2)

    # What is said of an answer

    def _show_turn(self, event: gr.EventData, conversation: str, request: gr.Request) -> str:
        turn = int(event.turn)
        return self._view.evidence(self._view.answer(owner_of(request), conversation, turn), turn)

    def _keep_feedback(self, event: gr.EventData, conversation: str, request: gr.Request) -> Any:
        answer = self._view.answer(owner_of(request), conversation, int(event.turn))
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
