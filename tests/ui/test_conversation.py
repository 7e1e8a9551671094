"""Conversations: what is kept of them, and how their questions are answered apart from who watches."""

import datetime as dt
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ui_fakes import ANSWER, BRIDGE, REFUSED, FakeWorkspace

from rag.errors import GenerationError
from rag.records import Answer, SearchFilter, Turn
from ui.answer_queue import AnswerQueue, BusyError, Inquiry
from ui.answer_records import answer_of, kept_json
from ui.asking import Asker, LiveAnswer
from ui.conversation import Conversation, Exchange, title_of
from ui.conversation_store import FILE_NAME, ConversationStore
from ui.page_routes import OWNER_COOKIE, owner_of
from ui.web.callers import Caller, set_caller

ALL = SearchFilter()


@pytest.fixture
def queue(workspace: FakeWorkspace) -> Iterator[AnswerQueue]:
    found = AnswerQueue(workspace)
    found.start()
    yield found
    found.close()


@pytest.fixture
def store(tmp_path: Path) -> ConversationStore:
    return ConversationStore(tmp_path)


@pytest.fixture
def observed() -> list[Answer]:
    return []


@pytest.fixture
def asker(queue: AnswerQueue, store: ConversationStore, observed: list[Answer]) -> Asker:
    return Asker(queue, store, lambda answer, _: observed.append(answer))


def wait_until(is_so: Callable[[], Any]) -> None:
    end = time.monotonic() + 10
    while not is_so():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


def ask(asker: Asker, question: str, conversation: str = "c1", owner: str = "mine") -> LiveAnswer:
    live = asker.ask(owner, conversation, question, ALL)
    wait_until(lambda: live.done)
    return live


def exchanges(store: ConversationStore, conversation: str = "c1", owner: str = "mine") -> tuple[Exchange, ...]:
    found = store.conversation(owner, conversation)
    assert found is not None
    return found.exchanges


def test_an_answer_is_kept_whole(store: ConversationStore) -> None:
    assert answer_of(kept_json(ANSWER)) == ANSWER
    chosen = SearchFilter(dt.date(2021, 3, 1), None, "青石晨报")
    position = store.add_exchange("mine", "c1", Exchange("问", search_filter=chosen))
    store.set_exchange("c1", position, Exchange("问", "answered", ANSWER, search_filter=chosen))
    assert exchanges(store) == (Exchange("问", "answered", ANSWER, "", chosen),)


def test_a_conversation_is_its_owners_alone(store: ConversationStore, tmp_path: Path) -> None:
    store.add_exchange("mine", "c1", Exchange("青石大桥投资多少？"))
    assert store.conversation("yours", "c1") is None
    assert store.conversations("yours") == []
    store.rename("yours", "c1", "别人的")
    store.remove("yours", "c1")
    with pytest.raises(KeyError):
        store.add_exchange("yours", "c1", Exchange("插话"))
    assert [item.title for item in store.conversations("mine")] == ["青石大桥投资多少？"]
    assert len(exchanges(store)) == 1
    assert b"mine" not in (tmp_path / FILE_NAME).read_bytes()


def test_conversations_are_listed_renamed_and_removed(store: ConversationStore) -> None:
    for identifier, question in (("c1", "桥"), ("c2", "市场")):
        store.add_exchange("mine", identifier, Exchange(question))
        time.sleep(0.002)
    store.rename("mine", "c1", "  大桥\n的事 ")
    store.rename("mine", "c2", "   ")
    assert [(item.id, item.title) for item in store.conversations("mine")] == [("c2", "市场"), ("c1", "大桥 的事")]
    store.remove("mine", "c2")
    assert [item.id for item in store.conversations("mine")] == ["c1"]
    store.set_exchange("c2", 0, Exchange("市场", "stopped"))  # answered after it was removed: nothing comes back
    assert store.conversation("mine", "c2") is None


def test_what_was_kept_is_there_after_the_program(store: ConversationStore, tmp_path: Path) -> None:
    store.add_exchange("mine", "c1", Exchange("问"))
    store.set_examples(3, ["全区有多少座桥？"])
    again = ConversationStore(tmp_path)
    assert exchanges(again)[0].state == "asked"
    assert again.examples(3) == ["全区有多少座桥？"]
    assert again.examples(4) is None
    again.set_examples(4, [])
    assert again.examples(4) == []


def test_a_long_question_makes_a_short_title() -> None:
    assert title_of("一" * 39) == "一" * 39
    assert title_of("一" * 50) == "一" * 39 + "…"


def test_the_evidence_and_its_nearest_sentence_come_before_the_answer(asker: Asker, workspace: FakeWorkspace) -> None:
    workspace.assistant.gate = threading.Semaphore(0)
    live = asker.ask("mine", "c1", "青石大桥总投资多少？", ALL)
    wait_until(lambda: live.passages)
    assert (live.phase, live.text) == ("writing", "")
    assert live.leading is not None
    assert (
        live.leading.quote == BRIDGE.text[live.leading.start : live.leading.end] == "大桥全长1280米，总投资3.5亿元。"
    )
    workspace.assistant.gate.release(100)
    wait_until(lambda: live.done)
    assert live.text == ANSWER.answer


def test_only_what_was_answered_becomes_history(
    asker: Asker, workspace: FakeWorkspace, store: ConversationStore, observed: list[Answer]
) -> None:
    ask(asker, "一")
    workspace.assistant.reply = REFUSED
    ask(asker, "二")
    ask(asker, "三")
    assert workspace.assistant.asked[-1]["history"] == (Turn("一", ANSWER.answer),)
    assert [item.state for item in exchanges(store)] == ["answered"] * 3
    assert [answer.question for answer in observed] == ["一", "二", "三"]


def test_a_failure_is_kept_as_its_kind(asker: Asker, workspace: FakeWorkspace, store: ConversationStore) -> None:
    workspace.assistant.error = GenerationError("/secret/model fell over")
    ask(asker, "问")
    assert [(item.state, item.failure) for item in exchanges(store)] == [("failed", "model")]


def test_stopping_is_at_once_and_frees_line_and_model(
    asker: Asker, queue: AnswerQueue, workspace: FakeWorkspace, store: ConversationStore
) -> None:
    for number in range(20):
        workspace.assistant.gate = threading.Semaphore(0)  # a model that says nothing for as long as it is let
        live = asker.ask("mine", "c1", f"第{number}问", ALL)
        wait_until(lambda live=live: live.passages)
        began = time.monotonic()
        asker.stop("mine", "c1")
        assert live.done
        assert queue.waiting == 0
        assert time.monotonic() - began < 0.2
    wait_until(lambda: workspace.assistant.stopped == 20)
    workspace.assistant.gate = None
    ask(asker, "最后一问")
    assert [item.state for item in exchanges(store)] == ["stopped"] * 20 + ["answered"]


def test_a_second_question_waits_and_knows_its_place(asker: Asker, workspace: FakeWorkspace) -> None:
    gate = workspace.assistant.gate = threading.Semaphore(0)
    first = asker.ask("mine", "c1", "一", ALL)
    wait_until(lambda: first.passages)
    second = asker.ask("mine", "c2", "二", ALL)
    third = asker.ask("yours", "c3", "三", ALL)
    wait_until(lambda: (second.ahead, third.ahead) == (2, 1))  # askers take turns
    assert (second.phase, second.passages) == ("in line", first.passages)
    asker.stop("mine", "c3")  # not theirs
    with pytest.raises(KeyError):
        asker.ask("mine", "c3", "插话", ALL)
    assert not third.done
    asker.stop("yours", "c3")
    wait_until(lambda: second.ahead == 1)
    assert asker.ask("mine", "c1", "又一", ALL) is first  # one question a conversation
    gate.release(1000)
    wait_until(lambda: first.done and second.done)


def test_a_background_question_gives_way(queue: AnswerQueue, workspace: FakeWorkspace) -> None:
    wait_until(lambda: queue.state == "ready")
    workspace.assistant.gate = threading.Semaphore(0)
    background = queue.ask(Inquiry("例", background=True))
    wait_until(lambda: workspace.assistant.asked)
    assert queue.waiting == 0
    with pytest.raises(BusyError):
        queue.ask(Inquiry("再例", background=True))
    stream = queue.ask(Inquiry("问"))
    assert background.cancelled.is_set()
    wait_until(lambda: workspace.assistant.stopped == 1)
    workspace.assistant.gate.release(1000)
    assert list(stream)[-1].answer.question == "问"


def test_history_leaves_out_what_was_not_answered() -> None:
    kept = Conversation("c", "", (Exchange("一", "stopped"), Exchange("二", "answered", ANSWER)))
    assert kept.history() == (Turn(ANSWER.question, ANSWER.answer),)


@pytest.mark.parametrize(
    ("caller", "cookie", "owner"),
    [
        (Caller("local", "", "admin"), "abc", "abc"),
        (Caller("local", "", "admin"), "", "visit"),
        (Caller("user", "lin", "read"), "abc", "user\nlin"),
        (Caller("proxy", "lin", "read"), "", "proxy\nlin"),
        (Caller("key", "desk", "read"), "abc", "abc"),
    ],
)
def test_a_user_has_conversations_of_his_own_and_everybody_else_his_browsers(
    caller: Caller, cookie: str, owner: str
) -> None:
    scope: dict[str, object] = {"type": "http"}
    set_caller(scope, caller)
    cookies = {OWNER_COOKIE: cookie} if cookie else {}
    assert owner_of(SimpleNamespace(scope=scope, cookies=cookies, session_hash="visit")) == owner
