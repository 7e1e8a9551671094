"""Async code run from a test, in a thread of its own: the browser driver keeps a loop running in the main one."""

from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import anyio

Result = TypeVar("Result")


def run_async(function: Callable[[], Awaitable[Result]]) -> Result:
    """What ``function()`` gives."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(anyio.run, function).result()
