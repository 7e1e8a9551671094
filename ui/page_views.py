"""Which event may change a page: the newest that has a say, and only once the one before it has ended."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

_WAIT_SECONDS = 3.0
"""How long an event waits for the one before it, which looks around several times a second."""


class PageViews:
    """The events that show something on each open page, named by its session; used within one event loop.

    Two events that change the same parts of a page would overwrite each other in whatever order their replies are
    sent, the older one with what is no longer so. So an event that begins makes the one before it end, and shows
    nothing until it has.
    """

    def __init__(self) -> None:
        self._newest: dict[str, asyncio.Event] = {}

    @asynccontextmanager
    async def newest(self, session: str) -> AsyncIterator[Callable[[], bool]]:
        """Hold the page; gives a function that says whether no later event wants it yet."""
        ended, before = asyncio.Event(), self._newest.get(session)
        self._newest[session] = ended
        try:
            if before is not None:
                with suppress(TimeoutError):
                    await asyncio.wait_for(before.wait(), _WAIT_SECONDS)
            yield lambda: self._newest.get(session) is ended
        finally:
            ended.set()
            if self._newest.get(session) is ended:
                del self._newest[session]
