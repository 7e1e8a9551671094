import mmap
import sys
from pathlib import Path

import numpy as np
import pytest

from embeddings import mapped_files
from embeddings.mapped_files import WrittenArrays, give_back_mapped_pages

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the system says of no mapping")
SIZE = 4_000_000


def resident_bytes(path: Path) -> int:
    """Of the mappings of ``path`` in this process."""
    found, is_of_path = 0, False
    for line in Path("/proc/self/smaps").read_text(encoding="utf-8").splitlines():
        if "-" in line.split(maxsplit=1)[0]:
            is_of_path = line.endswith(f" {path}")
        elif is_of_path and line.startswith("Rss:"):
            found += int(line.split()[1]) * 1024
    return found


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    path = tmp_path / "some weights.bin"
    path.write_bytes(bytes(range(250)) * (SIZE // 250))
    return path


def test_pages_that_were_read_are_given_back_and_read_the_same_again(weights: Path) -> None:
    with weights.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        before = bytes(mapped)
        assert resident_bytes(weights) >= SIZE
        assert give_back_mapped_pages(weights) >= SIZE
        assert resident_bytes(weights) == 0
        assert bytes(mapped) == before


def test_a_copy_that_nobody_wrote_to_is_given_back(weights: Path) -> None:
    with weights.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY) as mapped:
        before = bytes(mapped)
        assert give_back_mapped_pages(weights) >= SIZE
        assert resident_bytes(weights) == 0
        assert bytes(mapped) == before


def test_what_was_written_to_a_copy_in_memory_is_not_lost(weights: Path) -> None:
    with weights.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY) as mapped:
        mapped[:5] = b"words"
        assert give_back_mapped_pages(weights) == 0
        assert mapped[:5] == b"words"


def test_a_file_that_nobody_maps_has_nothing_to_give(weights: Path, tmp_path: Path) -> None:
    assert give_back_mapped_pages(weights) == 0
    assert give_back_mapped_pages(tmp_path / "none.bin") == 0
    assert give_back_mapped_pages(weights, tmp_path / "no maps") == 0


def resident_of_written() -> int:
    lines = Path("/proc/self/smaps").read_text(encoding="utf-8").splitlines()
    places = [place for place, line in enumerate(lines) if "baowen-weights-" in line or "(deleted)" in line]
    return sum(
        int(next(line for line in lines[place:] if line.startswith("Rss:")).split()[1]) * 1024 for place in places
    )


def test_arrays_are_left_in_a_file_and_stay_the_same() -> None:
    given = {"a": np.arange(1_000_000, dtype=np.float32).reshape(1000, 1000), "b": np.float32([3.5]), "c": np.eye(3)}
    written = WrittenArrays(given)
    for _ in range(2):
        assert list(written.arrays) == ["a", "b", "c"]
        for name, array in given.items():
            found = written.arrays[name]
            assert (found.dtype, found.shape) == (array.dtype, array.shape)
            assert np.array_equal(found, array)
        assert resident_of_written() >= given["a"].nbytes
        written.give_back()
        assert resident_of_written() < given["a"].nbytes / 10


def test_arrays_stay_in_memory_where_no_file_can_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(**_: object) -> None:
        raise OSError("no room")

    monkeypatch.setattr(mapped_files.tempfile, "TemporaryFile", full)
    given = {"a": np.float32([[1, 2], [3, 4]])}
    written = WrittenArrays(given)
    written.give_back()
    assert written.arrays["a"] is given["a"]
