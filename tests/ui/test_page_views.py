"""The newest event of a page shows, and the one before it ends first."""

from __future__ import annotations

import asyncio

from async_runs import run_async

from ui.page_views import PageViews


def test_each_later_event_waits_for_the_one_before_it_and_only_the_newest_shows() -> None:
    views, order = PageViews(), []

    async def event(name: str, steps: int) -> None:
        async with views.newest("page") as is_newest:
            order.append(f"{name} begins")
            for _ in range(steps):
                if not is_newest():
                    break
                order.append(f"{name} shows")
                await asyncio.sleep(0.02)
            order.append(f"{name} ends")

    async def all_at_once() -> None:
        first = asyncio.create_task(event("first", 1000))
        await asyncio.sleep(0.01)
        await asyncio.gather(first, event("second", 1000), event("third", 2))

    run_async(all_at_once)
    assert order == [
        "first begins",
        "first shows",
        "first ends",
        "second begins",
        "second ends",
        "third begins",
        "third shows",
        "third shows",
        "third ends",
    ]


def test_pages_do_not_wait_for_each_other_and_nothing_is_kept_of_closed_ones() -> None:
    views = PageViews()

    async def two_pages() -> list[bool]:
        async with views.newest("one") as first, views.newest("other") as second:
            return [first(), second()]

    assert run_async(two_pages) == [True, True]
    assert views._newest == {}
