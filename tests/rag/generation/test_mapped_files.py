import mmap
import sys
from pathlib import Path

import pytest

from rag.generation.mapped_files import give_back_mapped_pages

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


def test_what_was_written_to_a_copy_in_memory_is_not_lost(weights: Path) -> None:
    with weights.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY) as mapped:
        mapped[:5] = b"words"
        assert give_back_mapped_pages(weights) == 0
        assert mapped[:5] == b"words"


def test_a_file_that_nobody_maps_has_nothing_to_give(weights: Path, tmp_path: Path) -> None:
    assert give_back_mapped_pages(weights) == 0
    assert give_back_mapped_pages(tmp_path / "none.bin") == 0
    assert give_back_mapped_pages(weights, tmp_path / "no maps") == 0
