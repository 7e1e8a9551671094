import threading
import time

from ui.worker_threads import WorkerThreads


def test_a_thread_is_kept_for_the_next_work() -> None:
    workers, used = WorkerThreads("w"), set[int]()
    for number in range(50):
        done = threading.Event()

        def work(done: threading.Event = done) -> None:
            used.add(threading.get_ident())
            done.set()

        workers.begin(work)
        assert done.wait(5), number
        end = time.monotonic() + 5
        while workers.busy:
            assert time.monotonic() < end
            time.sleep(0.001)
    assert len(used) == 1
    workers.close(5)


def test_all_work_at_once_and_the_threads_end_with_it() -> None:
    workers, barrier = WorkerThreads("w"), threading.Barrier(8)
    passed: list[int] = []

    def work() -> None:
        barrier.wait(5)
        passed.append(1)

    for _ in range(7):
        workers.begin(work)
    assert workers.busy == 7
    barrier.wait(5)
    workers.close(5)
    assert len(passed) == 7
    assert [thread for thread in workers._threads if thread.is_alive()] == []
