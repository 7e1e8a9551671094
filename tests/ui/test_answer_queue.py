"""Who is next at the model, who shares an answer, and what happens when somebody leaves."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest
from async_runs import run_async
from ui_fakes import ANSWER, FakeWorkspace

from rag.answering.events import AnswerReady, EvidenceFound, TextDelta
from rag.errors import GenerationError
from rag.records import SearchFilter, Turn
from ui.answer_queue import AnswerQueue, AnswerStream, BusyError, Inquiry, Place
from ui.web.answers import events_of

PIECES = -(-len(ANSWER.answer) // 4)


@pytest.fixture
def queue(workspace: FakeWorkspace) -> Iterator[AnswerQueue]:
    workspace.assistant.gate = threading.Semaphore(0)
    found = AnswerQueue(workspace, waiting_limit=39)  # type: ignore[arg-type]
    found.start()
    yield found
    workspace.assistant.gate.release(10_000)
    found.close()


def wait_until(is_so: Callable[[], object]) -> None:
    end = time.monotonic() + 10
    while not is_so():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.005)


def ask(queue: AnswerQueue, question: str, asker: str = "", *, prose: bool = True) -> AnswerStream:
    return queue.ask(Inquiry(question, asker=asker, prose=prose))


def finish(workspace: FakeWorkspace) -> None:
    assert workspace.assistant.gate
    workspace.assistant.gate.release(10_000)


def text_of(stream: AnswerStream) -> str:
    return "".join(event.text for event in stream if isinstance(event, TextDelta))


def test_one_answer_is_written_at_a_time_in_the_order_of_asking(queue: AnswerQueue, workspace: FakeWorkspace) -> None:
    streams = [ask(queue, str(number)) for number in range(4)]
    finish(workspace)
    assert [len(list(stream)) for stream in streams] == [PIECES + 2] * 4
    assert workspace.assistant.written == ["0", "1", "2", "3"]


def test_askers_take_turns(queue: AnswerQueue, workspace: FakeWorkspace) -> None:
    questions = ["a1", "a2", "a3", "b1", "b2", "c1"]
    streams = {name: ask(queue, name, asker=name[0]) for name in questions}
    wait_until(lambda: workspace.assistant.written == ["a1"])
    assert [queue.ahead(streams[name]) for name in questions] == [0, 3, 5, 1, 4, 2]
    finish(workspace)
    for stream in streams.values():
        assert text_of(stream) == ANSWER.answer
    assert workspace.assistant.written == ["a1", "b1", "c1", "a2", "b2", "a3"]


def test_everybody_sees_evidence_while_one_answer_is_written(queue: AnswerQueue, workspace: FakeWorkspace) -> None:
    streams = [ask(queue, str(number), asker=str(number)) for number in range(20)]
    assert all(isinstance(stream.next_event(), EvidenceFound) for stream in streams)
    assert workspace.assistant.pieces_said == 0
    assert workspace.assistant.written == ["0"]
    wait_until(lambda: queue.place(streams[7]) == Place("in line", 7))


def test_an_answer_that_needs_no_model_waits_for_nobody(queue: AnswerQueue, workspace: FakeWorkspace) -> None:
    ask(queue, "长问", asker="a")
    wait_until(lambda: workspace.assistant.written == ["长问"])
    gate, workspace.assistant.gate = workspace.assistant.gate, None
    workspace.assistant.uses_model = False
    answered = list(ask(queue, "合计多少？", asker="b"))[-1]
    workspace.assistant.gate = gate
    assert isinstance(answered, AnswerReady)
    assert answered.answer.question == "合计多少？"
    assert workspace.assistant.written == ["长问"]


def test_without_prose_a_question_is_answered_while_another_is_written(
    queue: AnswerQueue, workspace: FakeWorkspace
) -> None:
    ask(queue, "长问", asker="a")
    wait_until(lambda: workspace.assistant.written == ["长问"])
    held, workspace.assistant.gate = workspace.assistant.gate, threading.Semaphore(0)
    quoted = ask(queue, "引一句", asker="b", prose=False)
    assert isinstance(quoted.next_event(), EvidenceFound)
    next_written = ask(queue, "下一问", asker="c")
    assert (queue.place(quoted), queue.ahead(next_written)) == (Place("finding"), 1)
    workspace.assistant.gate.release(10_000)
    assert text_of(quoted) == ANSWER.answer
    assert quoted.turn_seconds == 0.0
    assert workspace.assistant.written == ["长问"]
    assert [asked["prose"] for asked in workspace.assistant.asked] == [True, False, True]
    workspace.assistant.gate = held


def test_in_another_language_a_question_without_prose_takes_its_turn_to_be_translated(
    queue: AnswerQueue, workspace: FakeWorkspace
) -> None:
    ask(queue, "长问", asker="a")
    wait_until(lambda: workspace.assistant.written == ["长问"])
    quoted, dropped = (ask(queue, f"How long, {name}?", asker=name, prose=False) for name in "bc")
    wait_until(lambda: {queue.place(quoted), queue.place(dropped)} == {Place("in line", 1), Place("in line", 2)})
    dropped.close()
    finish(workspace)
    assert text_of(quoted) == ANSWER.answer
    assert workspace.assistant.written == ["长问", "How long, b?"]
    wait_until(lambda: queue._writing._waiting == queue._writing._inside == [])


def test_an_answer_is_shared_only_by_those_who_want_prose_or_by_those_who_do_not(
    queue: AnswerQueue, workspace: FakeWorkspace
) -> None:
    streams = [
        ask(queue, "青石大桥投资多少？", asker=name, prose=prose)
        for name, prose in (("a", True), ("b", False), ("c", True), ("d", False))
    ]
    wait_until(lambda: len(workspace.assistant.asked) == 2)
    finish(workspace)
    events = [list(stream) for stream in streams]
    assert events[0] == events[2]
    assert events[1] == events[3]
    assert sorted(asked["prose"] for asked in workspace.assistant.asked) == [False, True]
    assert workspace.assistant.written == ["青石大桥投资多少？"]


def test_the_same_question_at_once_is_answered_once(queue: AnswerQueue, workspace: FakeWorkspace) -> None:
    first = ask(queue, "青石大桥投资多少？", asker="a")
    gate = workspace.assistant.gate
    assert gate
    gate.release(3)
    wait_until(lambda: workspace.assistant.pieces_said == 3)
    second = ask(queue, "青石大桥投资多少？", asker="b")
    third = queue.ask(Inquiry("青石大桥投资多少？", SearchFilter(source="晨报"), asker="b"))
    fourth = queue.ask(Inquiry("青石大桥投资多少？", history=(Turn("一", "二"),), asker="b"))
    finish(workspace)
    events = [list(stream) for stream in (first, second)]
    assert events[0] == events[1]
    assert len(events[0]) == PIECES + 2
    assert (text_of(third), text_of(fourth)) == (ANSWER.answer, ANSWER.answer)
    assert len(workspace.assistant.asked) == 3


def test_one_of_two_who_leaves_does_not_stop_the_other(queue: AnswerQueue, workspace: FakeWorkspace) -> None:
    first, second = ask(queue, "同问", asker="a"), ask(queue, "同问", asker="b")
    wait_until(lambda: workspace.assistant.written)
    assert queue.waiting == 2
    first.close()
    assert queue.waiting == 1
    assert list(first) == []
    finish(workspace)
    assert text_of(second) == ANSWER.answer
    assert workspace.assistant.stopped == 0


def test_when_the_last_one_leaves_the_model_stops_and_the_next_is_served(
    queue: AnswerQueue, workspace: FakeWorkspace
) -> None:
    first, second = ask(queue, "同问", asker="a"), ask(queue, "同问", asker="b")
    third = ask(queue, "另问", asker="c")
    wait_until(lambda: workspace.assistant.written == ["同问"])
    first.close()
    second.close()
    wait_until(lambda: workspace.assistant.written == ["同问", "另问"])
    assert (workspace.assistant.stopped, workspace.assistant.pieces_said) == (1, 0)
    finish(workspace)
    assert text_of(third) == ANSWER.answer


def test_an_answer_from_before_a_change_of_the_archive_is_not_shared(
    queue: AnswerQueue, workspace: FakeWorkspace
) -> None:
    first = ask(queue, "同问")
    workspace.store.remove(["d4e5f6"])
    second = ask(queue, "同问")
    finish(workspace)
    assert (text_of(first), text_of(second)) == (ANSWER.answer, ANSWER.answer)
    assert len(workspace.assistant.asked) == 2


def test_a_failure_reaches_everybody_who_asked(queue: AnswerQueue, workspace: FakeWorkspace) -> None:
    block = ask(queue, "占住", asker="x")
    wait_until(lambda: workspace.assistant.written)
    workspace.assistant.error = GenerationError("the runtime fell over")
    streams = [ask(queue, "同问", asker=name) for name in "ab"]
    for stream in streams:
        with pytest.raises(GenerationError, match="fell over"):
            list(stream)
    assert queue.waiting == 1
    block.close()


def test_the_line_is_bounded_and_so_is_the_share_of_one_asker(queue: AnswerQueue, workspace: FakeWorkspace) -> None:
    assert (queue.limit, queue.asker_limit) == (40, 10)
    mine = [ask(queue, str(number), asker="a") for number in range(10)]
    with pytest.raises(BusyError, match="10 questions of one asker are waiting already; expected fewer than 10"):
        ask(queue, "又一问", asker="a")
    others = [ask(queue, f"b{number}", asker=f"b{number}") for number in range(30)]
    with pytest.raises(BusyError, match="40 questions are waiting already; expected fewer than 40"):
        ask(queue, "再一问", asker="c")
    assert ask(queue, "b7", asker="c").inquiry.asker == "c"  # the same question takes no place of its own
    mine[3].close()
    assert ask(queue, "又一问", asker="a").inquiry.question == "又一问"
    assert [place.ahead for place in queue.places("b7")] == [queue.ahead(others[7])]
    for stream in (*mine, *others):
        stream.close()


def test_questions_are_answered_while_the_models_still_load(workspace: FakeWorkspace) -> None:
    workspace.warm_up_may_end = threading.Event()
    queue = AnswerQueue(workspace, waiting_limit=0)  # type: ignore[arg-type]
    queue.start()
    assert text_of(ask(queue, "一")) == ANSWER.answer
    assert queue.state == "loading"
    workspace.warm_up_may_end.set()
    wait_until(lambda: queue.state == "ready")
    queue.close()
    with pytest.raises(BusyError):
        ask(queue, "二")


def test_closing_a_stream_stops_the_model_and_frees_the_line(queue: AnswerQueue, workspace: FakeWorkspace) -> None:
    assert workspace.assistant.gate
    workspace.assistant.gate.release()
    stream = ask(queue, "问")
    stream.next_event()
    stream.next_event()
    stream.close()
    assert queue.place(stream) == Place("done")
    assert workspace.assistant.closed_early.wait(5)
    assert workspace.assistant.pieces_said <= 2
    finish(workspace)
    assert text_of(ask(queue, "再问")) == ANSWER.answer


def test_sixty_who_wait_in_an_event_loop_take_no_thread_of_it(workspace: FakeWorkspace) -> None:
    """The threads of the loop serve searches: whoever waits for an answer must not hold one."""
    workspace.assistant.gate = threading.Semaphore(0)
    queue = AnswerQueue(workspace, waiting_limit=100)  # type: ignore[arg-type]

    async def run() -> list[int]:
        import anyio
        import anyio.to_thread

        counts: list[int] = []

        async def read(number: int) -> None:
            counts.append(len([event async for event in events_of(ask(queue, str(number), asker=str(number)))]))

        async with anyio.create_task_group() as group:
            for number in range(60):
                group.start_soon(read, number)
            while queue.waiting < 60:
                await anyio.sleep(0.01)
            with anyio.fail_after(2):
                assert await anyio.to_thread.run_sync(lambda: "searched") == "searched"
            assert anyio.to_thread.current_default_thread_limiter().borrowed_tokens == 0
            finish(workspace)
        return counts

    assert run_async(run) == [PIECES + 2] * 60
    queue.close()


def test_nothing_is_left_when_two_hundred_come_and_go(queue: AnswerQueue, workspace: FakeWorkspace) -> None:
    workspace.assistant.gate = None
    for number in range(200):
        stream = ask(queue, str(number % 7), asker=str(number % 3))
        if number % 2:
            stream.close()
        elif number % 4:
            assert text_of(stream) == ANSWER.answer
    wait_until(lambda: queue.waiting == 0 or not [stream for stream in queue._answers if stream.streams])
    wait_until(lambda: queue._threads.busy == 0)
    assert len(queue._threads._threads) < 20
    assert (queue._answers, queue._finding._waiting, queue._writing._waiting, queue._writing._inside) == ([],) * 4
    workspace.assistant.gate = threading.Semaphore(0)
