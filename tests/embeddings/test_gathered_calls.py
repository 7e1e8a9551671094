import threading
import time
from collections.abc import Sequence

import pytest

from embeddings.gathered_calls import GatheredCalls


class Computing:
    """Doubles numbers, slowly, and keeps what it was given at a time."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.may_end = threading.Event()

    def __call__(self, items: Sequence[int]) -> list[int]:
        self.batches.append(list(items))
        self.may_end.wait(5)
        if 13 in items:
            raise ValueError("13")
        return [item * 2 for item in items]


def start(calls: GatheredCalls[int, int], numbers: Sequence[int]) -> tuple[list[threading.Thread], dict[int, object]]:
    found: dict[int, object] = {}

    def call(number: int) -> None:
        try:
            found[number] = calls(number)
        except ValueError as error:
            found[number] = error

    threads = [threading.Thread(target=call, args=(number,)) for number in numbers]
    for thread in threads:
        thread.start()
    return threads, found


def wait_for(count: int, calls: GatheredCalls[int, int]) -> None:
    end = time.monotonic() + 5
    while len(calls._waiting) < count:
        assert time.monotonic() < end
        time.sleep(0.001)


def test_a_call_alone_is_computed_alone() -> None:
    computing = Computing()
    computing.may_end.set()
    calls = GatheredCalls(computing, most=16)
    assert [calls(1), calls(2)] == [2, 4]
    assert computing.batches == [[1], [2]]


def test_calls_that_come_meanwhile_are_computed_together() -> None:
    computing = Computing()
    calls = GatheredCalls(computing, most=3)
    first, found = start(calls, [0])
    while not computing.batches:
        time.sleep(0.001)
    more, others = start(calls, [1, 2, 3, 4])
    wait_for(4, calls)
    computing.may_end.set()
    for thread in (*first, *more):
        thread.join(5)
    assert found | others == {number: number * 2 for number in range(5)}
    assert computing.batches[0] == [0]
    assert sorted(map(len, computing.batches)) == [1, 1, 3]


def test_an_error_reaches_those_it_concerns_alone() -> None:
    computing = Computing()
    calls = GatheredCalls(computing, most=16)
    first, found = start(calls, [0])
    while not computing.batches:
        time.sleep(0.001)
    more, others = start(calls, [12, 13])
    wait_for(2, calls)
    computing.may_end.set()
    for thread in (*first, *more):
        thread.join(5)
    assert found == {0: 0}
    assert [str(others[number]) for number in (12, 13)] == ["13", "13"]
    assert calls(5) == 10
    with pytest.raises(ValueError, match="13"):
        calls(13)


def test_a_thousand_calls_of_many_threads_are_each_answered() -> None:
    calls = GatheredCalls[int, int](lambda items: [item * 2 for item in items], most=4)
    threads, found = start(calls, range(200))
    for thread in threads:
        thread.join(10)
    assert found == {number: number * 2 for number in range(200)}
