"""Damaged files of every format: no reader may fail otherwise than by a clear refusal, hang, or take too much memory.

    python -m benchmarks.fuzz_formats [--files 2000] [--seed 5] [--json OUT]

Files are made for the purpose (``format_files``), then damaged: bytes changed, cut out, doubled; members of archives
damaged inside and packed again, so that the XML itself is met.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import resource
import tempfile
import time
import traceback
import warnings
import zipfile
from collections import Counter
from pathlib import Path

from benchmarks.format_files import KINDS, make_files
from rag.corpus.readers import read_source
from rag.errors import SourceError

SLOW_SECONDS = 10.0
PIECES = (b"<", b">", b"&x;", b"<![CDATA[", b"\0", b"]]>", b"<!DOCTYPE a [<!ENTITY x 'y'>]>", b"<td colspan='99999'>",
          b"\t", b"\n", b'"', b"{", b"[", "【".encode(), "第999版".encode(), b"999999999999999999")  # fmt: skip


def damage(data: bytes, rng: random.Random) -> bytes:
    """``data`` with a few bytes changed, left out, doubled or put in."""
    damaged = bytearray(data)
    for _ in range(rng.choice([1, 1, 3, 12])):
        if not damaged:
            break
        place = rng.randrange(len(damaged))
        length = rng.choice([1, 4, 60, 800])
        match rng.randrange(4):
            case 0:
                damaged[place : place + length] = rng.randbytes(min(length, len(damaged) - place))
            case 1:
                del damaged[place : place + length]
            case 2:
                damaged[place:place] = damaged[place : place + length]
            case _:
                damaged[place:place] = rng.choice(PIECES)
    return bytes(damaged)


def damage_file(data: bytes, rng: random.Random) -> bytes:
    """A file damaged as it lies, or, of an archive, in one of its members."""
    if not data.startswith(b"PK") or rng.random() < 0.3:
        return damage(data, rng)
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        names = source.namelist()
        chosen = rng.choice(names)
        for name in names:
            content = source.read(name)
            target.writestr(name, damage(content, rng) if name == chosen else content)
    return stream.getvalue()


def main() -> None:
    """Damage and read; print what failed and how often files were refused."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--kind", choices=sorted({maker.__name__ for maker in KINDS}), help="only files of this kind")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    warnings.simplefilter("error")
    rng, counts, slowest = random.Random(options.seed), Counter[str](), 0.0
    started = time.monotonic()
    whole = make_files(64, options.seed, options.kind)
    with tempfile.TemporaryDirectory() as folder:
        for number in range(options.files):
            made = whole[number % len(whole)]
            path = Path(folder) / made.name
            path.write_bytes(damage_file(made.data, rng))
            before = time.monotonic()
            try:
                read_source(path, ocr="never")
                counts["read"] += 1
            except SourceError as error:
                counts["refused"] += 1
                counts["refusals over a line"] += "\n" in str(error)
            except Exception:
                counts["failed"] += 1
                print(number, made.kind, traceback.format_exc(limit=-3))
            took = time.monotonic() - before
            slowest = max(slowest, took)
            counts["slow"] += took > SLOW_SECONDS
            path.unlink()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    result = {"files": options.files, **{k: counts[k] for k in ("read", "refused", "refusals over a line", "failed",
              "slow")}, "slowest_seconds": round(slowest, 2), "peak_megabytes": peak}  # fmt: skip
    print(result, f"({time.monotonic() - started:.0f} s)")
    if options.json:
        command = f"python -m benchmarks.fuzz_formats --files {options.files} --seed {options.seed}"
        command += f" --kind {options.kind}" if options.kind else ""
        options.json.write_text(
            json.dumps({"command": command, "results": result}, indent=1) + "\n", encoding="utf-8"
        )


if __name__ == "__main__":
    main()
