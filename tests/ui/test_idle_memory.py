"""Free memory is given back when nobody asks, and not while somebody does."""

import ctypes
import subprocess
import sys
import threading
import time

import pytest
from ui_fakes import FakeWorkspace

from ui.answer_queue import AnswerQueue, Inquiry
from ui.idle_memory import IdleMemory

BLOCKS, BLOCK_BYTES = 40_000, 2_000


PROGRAM = f"""
import ctypes
from pathlib import Path
from ui.idle_memory import give_back_free_memory

def resident_bytes():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096

allocate, free = ctypes.CDLL(None).malloc, ctypes.CDLL(None).free
allocate.restype, allocate.argtypes, free.argtypes = ctypes.c_void_p, (ctypes.c_size_t,), (ctypes.c_void_p,)
blocks = [allocate({BLOCK_BYTES}) for _ in range({BLOCKS})]
for block in blocks:
    ctypes.memset(block, 1, {BLOCK_BYTES})
for block in blocks[:-1]:  # the last keeps the allocator from shrinking by itself
    free(block)
before = resident_bytes()
assert give_back_free_memory()
print(before - resident_bytes())
"""


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="the C library is not glibc")
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the system says nothing of memory")
def test_blocks_freed_below_one_in_use_go_back_to_the_system() -> None:
    # In a process of its own: here other tests have left holes of all sizes, which some of the blocks would fill.
    given = int(subprocess.run([sys.executable, "-c", PROGRAM], check=True, capture_output=True, text=True).stdout)
    assert given > BLOCKS * BLOCK_BYTES * 0.8


def test_it_is_given_back_a_moment_after_work_ended() -> None:
    given = threading.Event()
    memory = IdleMemory(given.set, 0.05)
    began = time.monotonic()
    memory.idle()
    assert given.wait(10)
    assert time.monotonic() - began >= 0.05


def test_nothing_is_given_back_while_somebody_asks() -> None:
    given: list[float] = []
    memory = IdleMemory(lambda: given.append(time.monotonic()), 0.1)
    for _ in range(3):  # work ends and begins again, each time before the moment is over
        memory.idle()
        memory.busy()
    time.sleep(0.3)
    assert given == []
    memory.idle()
    memory.idle()
    time.sleep(0.4)
    assert len(given) == 1


def test_while_work_goes_on_free_memory_is_given_back_now_and_then() -> None:
    given: list[str] = []
    memory = IdleMemory(lambda: given.append("idle"), 60.0, while_busy=lambda: given.append("busy"), every=0.2)
    memory.worked()
    memory.worked()
    assert given == []
    time.sleep(0.25)
    memory.worked()
    memory.worked()
    assert given == ["busy"]


def test_a_service_that_is_never_idle_gives_back_as_answers_end(
    workspace: FakeWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[int] = []
    queue = AnswerQueue(workspace)  # type: ignore[arg-type]
    memory = IdleMemory(queue._rest, 60.0, while_busy=lambda: given.append(len(given)), every=0.0)
    monkeypatch.setattr(queue, "_memory", memory)
    for number in range(3):
        assert len(list(queue.ask(Inquiry(str(number))))) > 2
    end = time.monotonic() + 10
    while len(given) < 3 and time.monotonic() < end:
        time.sleep(0.01)
    assert given == [0, 1, 2]
    queue.close()


def test_the_service_gives_back_once_after_several_answers(
    workspace: FakeWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[int] = []
    queue = AnswerQueue(workspace)  # type: ignore[arg-type]
    monkeypatch.setattr(queue, "_memory", IdleMemory(lambda: given.append(queue.waiting), 0.2))
    streams = [queue.ask(Inquiry(str(number))) for number in range(3)]
    assert [len(list(stream)) > 2 for stream in streams] == [True] * 3
    time.sleep(0.6)
    assert given == [0]
    queue.close()


def test_an_idle_service_lets_its_workspace_rest(workspace: FakeWorkspace, monkeypatch: pytest.MonkeyPatch) -> None:
    rested = threading.Event()
    monkeypatch.setattr(workspace, "rest", rested.set)
    queue = AnswerQueue(workspace)  # type: ignore[arg-type]
    monkeypatch.setattr(queue, "_memory", IdleMemory(queue._rest, 0.05))
    assert not rested.wait(0.2)
    assert len(list(queue.ask(Inquiry("多少")))) > 2
    assert rested.wait(10)
    queue.close()
