import threading

import pytest

from rag.errors import GenerationError
from rag.generation.reply_worker import Reply, stream_reply, until_stop
from rag.interruption import WorkStopped, interruptible, raise_if_stopped, stop_event


def test_pieces_come_in_order_and_empty_ones_are_dropped() -> None:
    def write(reply: Reply) -> None:
        for piece in ("桥长", "", "320", "米"):
            reply.put(piece)

    assert list(stream_reply(write, threading.Lock())) == ["桥长", "320", "米"]


def test_the_writers_error_reaches_the_reader_after_its_pieces() -> None:
    def write(reply: Reply) -> None:
        reply.put("桥")
        raise GenerationError("engine gone")

    stream = stream_reply(write, threading.Lock())
    assert next(stream) == "桥"
    with pytest.raises(GenerationError, match="engine gone"):
        next(stream)


def test_closing_stops_the_writer_and_lets_the_next_one_in() -> None:
    lock, written = threading.Lock(), 0
    stopped = threading.Event()

    def endless(reply: Reply) -> None:
        nonlocal written
        while not reply.cancelled.wait(0.001):
            written += 1
            reply.put("字")
        stopped.set()

    stream = stream_reply(endless, lock)
    assert next(stream) == "字"
    stream.close()
    assert stopped.wait(5)
    before = written
    assert list(stream_reply(lambda reply: reply.put("完"), lock)) == ["完"]
    assert written == before


def test_concurrent_replies_queue() -> None:
    lock, inside, most_inside = threading.Lock(), 0, 0

    def write(reply: Reply) -> None:
        nonlocal inside, most_inside
        inside += 1
        most_inside = max(most_inside, inside)
        threading.Event().wait(0.02)
        reply.put("答")
        inside -= 1

    results: list[list[str]] = []
    readers = [threading.Thread(target=lambda: results.append(list(stream_reply(write, lock)))) for _ in range(4)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert results == [["答"]] * 4
    assert most_inside == 1


def test_a_reply_cancelled_while_it_waits_is_never_written() -> None:
    lock, ran = threading.Lock(), []
    with lock:
        stream = stream_reply(ran.append, lock)
        reader = threading.Thread(target=lambda: next(stream, None), daemon=True)
        reader.start()
        threading.Event().wait(0.05)
        assert stream.gi_frame is not None
        stream.gi_frame.f_locals["reply"].cancelled.set()
    reader.join(5)
    assert not reader.is_alive()
    assert ran == []


@pytest.mark.parametrize(
    ("pieces", "stops", "expected"),
    [
        (["全长", "320米。\n", "下一段"], ["\n"], "全长320米。"),
        (["答案是八。", "【资", "料】", "三"], ["【资料】"], "答案是八。"),
        (["答案【资", "产】是"], ["【资料】"], "答案【资产】是"),
        (["结尾【资"], ["【资料】"], "结尾【资"),
        (["甲乙丙"], ["丙", "乙"], "甲"),
        (["甲乙"], [""], "甲乙"),
        (["停后"], ["停"], ""),
        (["aab"], ["ab"], "a"),
    ],
)
def test_until_stop(pieces: list[str], stops: list[str], expected: str) -> None:
    result = list(until_stop(iter(pieces), stops))
    assert "".join(result) == expected
    assert "" not in result


def test_until_stop_gives_each_piece_at_once_when_nothing_must_wait() -> None:
    seen: list[str] = []
    pieces = iter(["全", "长", "米"])
    stream = until_stop(pieces, ["\n\n"])
    seen.append(next(stream))
    assert seen == ["全"]
    assert next(pieces) == "长"


def test_a_reader_whose_work_is_stopped_leaves_at_once_and_stops_the_model() -> None:
    lock, stop, writing, left = threading.Lock(), threading.Event(), threading.Event(), threading.Event()

    def write(reply: Reply) -> None:  # a model that says one word and then thinks for as long as it is let
        reply.put("桥")
        writing.set()
        reply.cancelled.wait(30)
        left.set()

    def ask() -> None:
        with interruptible(stop), pytest.raises(WorkStopped):
            list(stream_reply(write, lock))
        ended.set()

    ended = threading.Event()
    threading.Thread(target=ask).start()
    assert writing.wait(5)
    stop.set()
    assert ended.wait(1)
    assert left.wait(1)
    assert lock.acquire(timeout=1)


def test_work_that_nobody_can_stop_goes_on() -> None:
    assert stop_event() is None
    raise_if_stopped()
    stop = threading.Event()
    with interruptible(threading.Event()), interruptible(stop):
        assert stop_event() is stop
        stop.set()
        with pytest.raises(WorkStopped):
            raise_if_stopped()
    assert stop_event() is None
