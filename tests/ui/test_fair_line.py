import threading
import time
from collections.abc import Callable

import pytest

from ui.fair_line import FairLine, Ticket


def wait_until(is_so: Callable[[], object]) -> None:
    end = time.monotonic() + 10
    while not is_so():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.002)


class Line:
    """A line with a thread for each ticket; those let in wait to be told to leave."""

    def __init__(self, capacity: int = 1) -> None:
        self.line, self.served = FairLine(capacity), list[str]()
        self.tickets: dict[str, Ticket] = {}
        self.refused: list[str] = []
        self._entering: list[threading.Thread] = []

    def add(self, name: str, *askers: str, ready: bool = True) -> Ticket:
        """``a1`` is of asker a, unless ``askers`` are named."""
        ticket = self.tickets[name] = Ticket(list(askers or name[0]))
        self.line.join(ticket)
        if ready:
            self.enter(name)
        return ticket

    def enter(self, name: str) -> None:
        def run() -> None:
            (self.served if self.line.enter(self.tickets[name]) else self.refused).append(name)

        self._entering.append(threading.Thread(target=run))
        self._entering[-1].start()
        wait_until(lambda: self.tickets[name] in self.line._ready or name in (*self.served, *self.refused))

    def serve(self, count: int) -> list[str]:
        """Who comes next, ``count`` times: whoever is in leaves as soon as he has come."""
        for number in range(count):
            wait_until(lambda number=number: len(self.served) > number)
            self.line.leave(self.tickets[self.served[number]])
        return self.served

    def end(self) -> None:
        for thread in self._entering:
            thread.join(5)
            assert not thread.is_alive()


def test_askers_take_turns_however_much_one_of_them_asks() -> None:
    line = Line()
    for name in ("a1", "a2", "a3", "a4", "b1", "b2", "c1"):
        line.add(name)
    assert [line.line.ahead(line.tickets[name]) for name in ("a2", "b1", "b2", "c1", "a4")] == [3, 1, 4, 2, 6]
    assert line.serve(7) == ["a1", "b1", "c1", "a2", "b2", "a3", "a4"]
    line.end()


def test_who_was_just_served_comes_after_who_waits() -> None:
    line = Line()
    line.add("a1")
    line.add("b1")
    line.add("a2")
    line.add("c1")
    assert line.serve(4) == ["a1", "b1", "c1", "a2"]
    line.end()


def test_several_are_in_at_a_time() -> None:
    line = Line(capacity=2)
    for name in ("a1", "b1", "c1"):
        line.add(name)
    wait_until(lambda: len(line.served) == 2)
    assert sorted(line.served) == ["a1", "b1"]
    assert line.line.ahead(line.tickets["c1"]) == 2
    assert line.line.ahead(line.tickets["a1"]) == 0
    line.serve(3)
    assert line.served[2] == "c1"
    line.end()


def test_who_is_not_ready_is_passed_over_and_keeps_his_place() -> None:
    line = Line()
    line.add("a1", ready=False)
    line.add("b1")
    wait_until(lambda: line.served == ["b1"])
    line.add("c1")
    line.enter("a1")
    assert line.line.ahead(line.tickets["a1"]) == 1
    assert line.serve(3) == ["b1", "a1", "c1"]
    line.end()


def test_who_leaves_makes_room_at_once() -> None:
    line = Line()
    for name in ("a1", "b1", "b2", "c1"):
        line.add(name)
    ticket = line.tickets["b1"]
    ticket.stop.set()
    line.line.drop(ticket)
    wait_until(lambda: line.refused == ["b1"])
    assert [line.line.ahead(line.tickets[name]) for name in ("b1", "b2", "c1")] == [0, 1, 2]
    assert line.serve(3) == ["a1", "b2", "c1"]
    line.line.leave(ticket)  # harmless
    line.end()


def test_a_ticket_of_several_askers_comes_with_the_earliest_of_them() -> None:
    line = Line()
    line.add("x", "z")
    for name in ("a1", "a2", "a3", "b1"):
        line.add(name)
    assert line.line.ahead(line.tickets["a3"]) == 4
    line.tickets["a3"].askers.append("d")  # somebody new asks the same
    line.line.wake()
    assert line.line.ahead(line.tickets["a3"]) == 2
    assert line.serve(5) == ["x", "a1", "a3", "b1", "a2"]
    line.end()


@pytest.mark.parametrize("seed", range(5))
def test_nobody_is_let_in_beyond_the_capacity(seed: int) -> None:
    line, inside, most = FairLine(3), [0], [0]
    lock = threading.Lock()

    def run(number: int) -> None:
        for _ in range(20):
            ticket = Ticket([str(number % 4)])
            line.join(ticket)
            assert line.enter(ticket)
            with lock:
                inside[0] += 1
                most[0] = max(most[0], inside[0])
            time.sleep(0.0002 * (seed + 1))
            with lock:
                inside[0] -= 1
            line.leave(ticket)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
        assert not thread.is_alive()
    assert (most[0], inside[0], line._waiting, line._inside) == (3, 0, [], [])
