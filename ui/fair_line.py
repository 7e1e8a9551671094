"""A line in which askers take turns: however many questions one of them brings, the others' wait is the same.

Each asker's questions keep their order, and a round serves one of each asker (fair queueing after Nagle, RFC 970).
It knows nothing of questions or answers.
"""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict
from dataclasses import dataclass, field

_REMEMBERED_ASKERS = 1000


@dataclass(eq=False, slots=True)
class Ticket:
    """A place in line. ``askers`` are those who wait for it, at least one; ``stop`` set means: no longer wanted."""

    askers: list[str]
    stop: threading.Event = field(default_factory=threading.Event)


class FairLine:
    """Lets ``capacity`` tickets in at a time; may be used by many threads."""

    def __init__(self, capacity: int) -> None:
        self._free = capacity
        self._inside: list[Ticket] = []
        self._waiting: list[Ticket] = []
        self._ready: list[Ticket] = []
        self._round = 0
        self._served: OrderedDict[str, int] = OrderedDict()
        """The round in which an asker was last served."""
        self._change = threading.Condition()

    def join(self, ticket: Ticket) -> None:
        """Give the ticket its place; it is passed over until it enters."""
        with self._change:
            self._waiting.append(ticket)

    def enter(self, ticket: Ticket) -> bool:
        """Wait for the turn of a ticket that has joined; False, once its ``stop`` is set: see ``drop``."""
        with self._change:
            self._ready.append(ticket)
            try:
                while not ticket.stop.is_set():
                    if self._free and self._next() is ticket:
                        self._let_in(ticket)
                        return True
                    self._change.wait()
                return False
            finally:
                self._ready.remove(ticket)
                self._change.notify_all()

    def leave(self, ticket: Ticket) -> None:
        """Give the ticket's place to the next; harmless for a ticket that has none."""
        with self._change:
            if ticket in self._inside:
                self._inside.remove(ticket)
                self._free += 1
        self.drop(ticket)

    def drop(self, ticket: Ticket) -> None:
        """Take a ticket that waits out of the line; one that is in stays in until it leaves."""
        with self._change:
            if ticket in self._waiting:
                self._waiting.remove(ticket)
            self._change.notify_all()

    def wake(self) -> None:
        """Let the waiting look again at who is next: askers have joined a ticket or left it."""
        with self._change:
            self._change.notify_all()

    def ahead(self, ticket: Ticket) -> int:
        """How many tickets are in or come before this one, as it looks now; 0 for one that does not wait."""
        with self._change:
            if ticket not in self._waiting:
                return 0
            return len(self._inside) + self._in_order().index(ticket)

    def _next(self) -> Ticket | None:
        return next((ticket for ticket in self._in_order() if ticket in self._ready), None)

    def _let_in(self, ticket: Ticket) -> None:
        self._round = self._rounds()[self._waiting.index(ticket)]
        for asker in ticket.askers:
            self._served[asker] = self._round
            self._served.move_to_end(asker)
        while len(self._served) > _REMEMBERED_ASKERS:
            self._served.popitem(last=False)
        self._free -= 1
        self._waiting.remove(ticket)
        self._inside.append(ticket)

    def _in_order(self) -> list[Ticket]:
        """Those waiting, the next first; of one round, who came first."""
        ranked = sorted(zip(self._rounds(), range(len(self._waiting)), strict=True))
        return [self._waiting[place] for _, place in ranked]

    def _rounds(self) -> list[int]:
        """For each waiting ticket the round it is served in: the earliest of those of its askers."""
        before: Counter[str] = Counter()
        found = []
        for ticket in self._waiting:
            rounds = [max(self._round, self._served.get(a, -1) + 1) + before[a] for a in ticket.askers]
            before.update(ticket.askers)
            found.append(min(rounds, default=self._round))
        return found
