"""Files made to harm: each is told in one line, within its limits, and the next file is read as if nothing was."""

import gzip
import io
import json
import random
import struct
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rag.corpus.isolated_reading import IsolatedReader, _built
from rag.errors import SourceError
from rag.records import SourceDocument

GOOD = "2021-03-09\n\n清溪大桥合龙\n\n本报讯 清溪大桥昨日合龙，全长860米，总投资2.4亿元。\n"


@pytest.fixture(scope="module")
def reader() -> Iterator[IsolatedReader]:
    with IsolatedReader(timeout_seconds=20, memory_bytes=2 << 30) as found:
        yield found


def docx(document: bytes, **more: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", document)
        archive.writestr("[Content_Types].xml", b"<Types/>")
        for name, data in more.items():
            archive.writestr(name, data)
    return packed.getvalue()


def docx_bomb(megabytes: int) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("word/document.xml", "w", force_zip64=True) as document:
            document.write(b"<x>")
            for _ in range(megabytes):
                document.write(b" " * 1_000_000)
        archive.writestr("[Content_Types].xml", b"<Types/>")
    return packed.getvalue()


def gzip_bomb(megabytes: int) -> bytes:
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=1) as stream:
        for _ in range(megabytes):
            stream.write(b"\0" * 1_000_000)
    return packed.getvalue()


def png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def pdf_loop() -> bytes:
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2147483647/Parent 2 0 R>>endobj\n"
        b"trailer<</Root 1 0 R/Prev 9>>\nstartxref\n9\n%%EOF"
    )


def pdf_bomb() -> bytes:
    data = zlib.compress(zlib.compress(b"BT (x) Tj ET " * 8_000_000, 9), 9)
    stream = b"<</Length %d/Filter[/FlateDecode/FlateDecode]>>stream\n" % len(data) + data + b"\nendstream"
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>"
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj" + page + b"endobj\n4 0 obj" + stream + b"endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
    )


ENTITIES = b"<!DOCTYPE x [" + b"".join(
    b'<!ENTITY e%d "%s">' % (n + 1, b"&e%d;" % n * 10 if n else b"ha" * 10) for n in range(12)
) + b"]>"  # fmt: skip
OUTSIDE = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
WORD = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>%s'
HOSTILE: dict[str, Callable[[], bytes]] = {
    "zip-bomb.docx": lambda: docx_bomb(600),
    "entities.docx": lambda: docx(ENTITIES + WORD % b"&e12;" + b"</w:t></w:r></w:p></w:body></w:document>"),
    "outside.docx": lambda: docx(OUTSIDE + WORD % b"&e;" + b"</w:t></w:r></w:p></w:body></w:document>"),
    "deep.docx": lambda: docx(b"<a>" * 500_000),
    "names.docx": lambda: docx(b"<x/>", **{"../../../tmp/owned": b"x", "/etc/owned": b"x"}),
    "no-archive.docx": lambda: b"PK\x03\x04" + b"\xff" * 1000,
    "bomb.txt.gz": lambda: gzip_bomb(1_010),
    "deep.json": lambda: b"[" * 2_000_000,
    "deep-objects.json": lambda: b'{"text":' * 500_000,
    "long.jsonl": lambda: b'{"title": "' + b"x" * 30_000_000,
    "number.json": lambda: b'{"title": "x", "text": "y", "date": ' + b"9" * 100_000 + b"}",
    "deep.html": lambda: b"<html><body>" + b"<div>" * 300_000,
    "entities.html": lambda: b"<html>" + ENTITIES + b"&e12;</html>",
    "huge.png": lambda: png(60_000, 60_000),
    "wide.png": lambda: png(2**31 - 1, 1),
    "loop.pdf": lambda: pdf_loop(),
    "bomb.pdf": lambda: pdf_bomb(),
    "cut.pdf": lambda: b"%PDF-1.7\n" + b"1 0 obj<<" * 100_000,
    "field.csv": lambda: b'title,text\n"' + b"x" * 20_000_000,
    "program.txt": lambda: b"\x7fELF" + b"\0" * 100,
}


def read_or_told(reader: IsolatedReader, path: Path, label: str) -> str:
    """The text of a file, or the one line that says why there is none."""
    told = ""
    try:
        return "".join(article.text for article in reader.read(path, label=label).articles)
    except SourceError as error:
        told = str(error)
    assert len(told.splitlines()) == 1
    return told


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_told_and_the_next_is_read(tmp_path: Path, reader: IsolatedReader, name: str) -> None:
    hostile, good = tmp_path / f"0{name[name.rindex('.') :]}", tmp_path / "1.txt"
    hostile.write_bytes(HOSTILE[name]())
    good.write_text(GOOD, encoding="utf-8")
    started = time.monotonic()
    text = read_or_told(reader, hostile, name)
    assert str(tmp_path) not in text
    assert "root:" not in text
    assert text.count("haha") < 100_000
    assert time.monotonic() - started < 40
    assert not Path("/tmp/owned").exists()
    (article,) = reader.read(good, label="晨报.txt").articles
    assert article.title == "清溪大桥合龙"


def test_a_file_that_takes_too_long_costs_its_process_only(tmp_path: Path) -> None:
    good = tmp_path / "1.txt"
    good.write_text(GOOD, encoding="utf-8")
    with IsolatedReader(timeout_seconds=3) as reader:
        assert reader.read(good, label="晨报.txt").articles
        first = reader._child
        assert first is not None
        first.send_signal(19)  # it stops, as one that never comes to an end
        with pytest.raises(SourceError, match=r"慢\.txt took more than 3 s"):
            reader.read(good, label="慢.txt")
        assert first.returncode is not None
        assert reader.read(good, label="晨报.txt").articles


def test_a_file_that_wants_too_much_memory_is_told(tmp_path: Path) -> None:
    path = tmp_path / "0.txt.gz"
    path.write_bytes(gzip_bomb(900))
    with IsolatedReader(timeout_seconds=60, memory_bytes=700 << 20) as reader, pytest.raises(SourceError) as caught:
        reader.read(path, label="大.txt.gz")
    assert "memory" in str(caught.value) or "GB" in str(caught.value)


def test_a_page_read_apart_is_the_page_read_here(tmp_path: Path, reader: IsolatedReader) -> None:
    from rag.corpus.readers import read_source

    path = tmp_path / "2.txt"
    path.write_text(GOOD, encoding="utf-8")
    assert reader.read(path, label="晨报_20210310_02.txt") == read_source(path, label="晨报_20210310_02.txt")
    rows = [{"id": "7", "title": "题", "text": "第一段。", "date": "2021-03-09", "source": "晨报"}]
    path = tmp_path / "3.json"
    path.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
    assert reader.read(path, label="a.json") == read_source(path, label="a.json")


def test_the_process_knows_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BAOWEN_API_KEY", "s3cret-value")
    path = tmp_path / "1.txt"
    path.write_text(GOOD, encoding="utf-8")
    with IsolatedReader() as reader:
        reader.read(path, label="晨报.txt")
        assert reader._child is not None
        environment = Path(f"/proc/{reader._child.pid}/environ").read_bytes()
    assert b"s3cret-value" not in environment
    assert b"PATH=" in environment


@pytest.mark.parametrize(
    "found", [[], {}, {"path": 5}, {"path": "x", "sha256": "y", "articles": [["no article"]]}, "text", None]
)
def test_a_child_that_was_taken_over_can_send_nothing_but_records(found: object) -> None:
    with pytest.raises((ValueError, KeyError)):
        _built(SourceDocument, found)


@pytest.mark.slow
def test_two_hundred_torn_files_stop_nothing(tmp_path: Path) -> None:
    chance = random.Random(7)
    seeds = [data for name, made in HOSTILE.items() if "bomb" not in name and len(data := made()) < 200_000]
    seeds.append(GOOD.encode())
    good = tmp_path / "good.txt"
    good.write_text(GOOD, encoding="utf-8")
    with IsolatedReader(timeout_seconds=30, memory_bytes=2 << 30) as reader:
        for number in range(200):
            data = bytearray(chance.choice(seeds))
            for _ in range(chance.randint(1, 30)):
                data[chance.randrange(len(data))] = chance.randrange(256)
            path = tmp_path / f"{number}{chance.choice(['.txt', '.pdf', '.docx', '.json', '.html', '.png', '.csv'])}"
            path.write_bytes(data[: chance.randint(1, len(data))])
            read_or_told(reader, path, path.name)
            path.unlink()
        assert reader.read(good, label="晨报.txt").articles[0].title == "清溪大桥合龙"
