"""Requests that no client should send, by the thousand, and whether others are answered meanwhile.

    python benchmarks/malformed_requests.py --requests 10000 --output data/results/malformed_requests.json

They go to a server over a real store with the small encoder of the tests: bytes that are no HTTP, heads cut off or
with impossible lengths, chunks that lie, JSON that is torn, too deep or of wrong types, fields exchanged at random,
forms without boundaries, odd methods, paths and encodings. Each gets a refusal (4xx) or a closed connection, none a
5xx; between them a right question is asked again and again, and must be answered.
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import socket
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "ui")]
from fakes import HashEncoder, ScriptedGenerator  # noqa: E402
from live_server import live_server  # noqa: E402

from rag.settings import Settings  # noqa: E402
from rag.workspace import Workspace  # noqa: E402
from ui.api import create_app  # noqa: E402

PATHS = ("/v1/answers", "/v1/search", "/v1/check", "/v1/feedback", "/v1/chat/completions", "/v1/responses",
         "/v1/embeddings", "/v1/retrieval", "/v1/articles", "/mcp")  # fmt: skip
_VALUES: tuple[Any, ...] = (None, True, -1, 10**400, 1e308, "", "\0", "\ud800", "长" * 30_000, [], {}, [[[[]]]],
                            {"a": {"b": 1}}, ["x"] * 300, "2021-13-45", "../../etc/passwd", "{{7*7}}")  # fmt: skip
_FIELDS = ("question", "messages", "input", "text", "verdict", "query", "from", "to", "source", "stream", "history",
           "passages", "model", "k", "n", "tools", "tool_choice", "response_format", "baowen", "unknown")  # fmt: skip
_QUESTION = '{"question": "青石大桥总投资多少？"}'.encode()
_PAGE = "青石大桥合龙\n\n昨日上午，青石大桥顺利合龙。大桥全长1280米，总投资3.5亿元，明年春天通车。\n"
_WAIT_SECONDS, _END_SECONDS, _AT_ONCE = 0.3, 10.0, 8


def http(path: str, body: bytes, *, method: str = "POST", kind: str = "application/json", head: str = "") -> bytes:
    """A request whose head is right, but for ``head``."""
    start = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
    length = "" if "ength" in head or "ncoding" in head else f"Content-Length: {len(body)}\r\n"
    return f"{start}Content-Type: {kind}\r\n{length}{head}\r\n".encode("utf-8", "surrogatepass") + body


def noise(chance: random.Random) -> bytes:
    """Bytes that are no HTTP."""
    return chance.randbytes(chance.randint(1, 3000)) + b"\r\n\r\n"


def torn_head(chance: random.Random) -> bytes:
    """A right request with bytes of its head exchanged, cut or doubled."""
    whole = bytearray(http(chance.choice(PATHS), _QUESTION))
    for _ in range(chance.randint(1, 6)):
        whole[chance.randrange(min(len(whole), 110))] = chance.randrange(256)
    return bytes(whole[: chance.randint(1, len(whole))] if chance.random() < 0.3 else whole)


def wrong_length(chance: random.Random) -> bytes:
    """Lengths that lie, are no numbers or contradict each other; chunks that are none."""
    head = chance.choice(
        ("Content-Length: -5\r\n", "Content-Length: 99999999999999999999\r\n", "Content-Length: 5\r\n",
         "Content-Length: 0x10\r\n", "Content-Length: 3\r\nContent-Length: 7\r\n", "Transfer-Encoding: chunked\r\n",
         "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", "Transfer-Encoding: gzip, chunked\r\n",
         "Content-Length: \u0665\r\n", "X-Long: " + "a" * 70_000 + "\r\n", "X: " + "b\r\nX: " * 5_000 + "c\r\n")
    )  # fmt: skip
    return http(chance.choice(PATHS), chance.choice((_QUESTION, b"zz\r\n", b"5\r\nab", b"-1\r\n\r\n")), head=head)


def torn_json(chance: random.Random) -> bytes:
    """JSON that is cut, too deep, of another encoding, or with bytes exchanged."""
    body = bytearray(_QUESTION)
    match chance.randrange(5):
        case 0:
            body = body[: chance.randrange(len(body))]
        case 1:
            body = bytearray(chance.choice((b"[", b'{"a":')) * chance.randint(1000, 100_000))
        case 2:
            body = bytearray(_QUESTION.decode().encode(chance.choice(("utf-16", "gb18030", "utf-32", "utf-7"))))
        case 3:
            for _ in range(chance.randint(1, 5)):
                body[chance.randrange(len(body))] = chance.randrange(256)
        case _:
            body = bytearray(chance.choice((b"", b"null", b"NaN", b"1", b'"x"', b"\xef\xbb\xbf{}", b"{}{}", b"[{}]")))
    kind = chance.choice(("application/json", "application/json; charset=utf-16", "text/plain", "", "a/b/c"))
    return http(chance.choice(PATHS), bytes(body), kind=kind)


def wrong_fields(chance: random.Random) -> bytes:
    """JSON of the right form with values that no field takes."""
    found = {chance.choice(_FIELDS): chance.choice(_VALUES) for _ in range(chance.randint(1, 6))}
    found["unknown field"] = 1
    return http(chance.choice(PATHS[:4]), json.dumps(found).encode())


def wrong_form(chance: random.Random) -> bytes:
    """Uploads without boundary, end, name or file."""
    boundary = chance.choice(("x", "", "x" * 300, '"', "x; boundary=y"))
    part = chance.choice(
        (
            b'--x\r\nContent-Disposition: form-data; name="files"\r\n\r\nno file\r\n--x--\r\n',
            b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\ncut',
            b"--x\r\n\r\n\r\n--x--",
            b"--x\r\nContent-Disposition: \xff\xfe\r\n\r\n1\r\n--x--\r\n",
            b'--x\r\nContent-Disposition: form-data; name="date"\r\n\r\n9999\r\n' * 1200 + b"--x--\r\n",
            chance.randbytes(500),
        )
    )
    return http("/v1/articles", part, kind=f"multipart/form-data; boundary={boundary}")


def wrong_address(chance: random.Random) -> bytes:
    """Methods, paths and queries that nothing serves."""
    path = chance.choice(
        ("/v1/%00", "/v1/articles/%ff%fe", "/v1/" + "a" * 5000, "/v1/articles?limit=-1", "/v1/articles?offset=9e99",
         "/v1/articles?from=x&from=y", "/v1/claims?kind=none", "/v1/../../etc/passwd", "/v1/articles/..%2f..%2fx",
         "/v1/models/%2e%2e", "//evil.example/v1/answers", "/v1/articles?limit=" + "9" * 400)
    )  # fmt: skip
    method = chance.choice(("GET", "DELETE", "PUT", "PATCH", "TRACE", "BREW", "OPTIONS"))
    return http(path, b"", method=method)


KINDS: tuple[Callable[[random.Random], bytes], ...] = (
    noise, torn_head, wrong_length, torn_json, wrong_fields, wrong_form, wrong_address,
)  # fmt: skip


@dataclass(slots=True)
class Report:
    """What became of the requests; ``faults`` are those that should not have happened, with their beginning."""

    requests: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    right_asked: int = 0
    right_answered: int = 0
    slowest_right_seconds: float = 0.0


def send(address: tuple[str, int], data: bytes, seconds: float) -> bytes:
    """What comes back; a server that waits for more is told after ``seconds`` that nothing follows."""
    found = b""
    with socket.create_connection(address, timeout=seconds) as connection, suppress(ConnectionError):
        connection.sendall(data)
        for patience in (seconds, _END_SECONDS):
            connection.settimeout(patience)
            with suppress(TimeoutError):
                while len(found) < 65_536 and (piece := connection.recv(65_536)):
                    found += piece
                return found
            connection.shutdown(socket.SHUT_WR)
    return found


def send_malformed(address: tuple[str, int], count: int, seed: int = 0, right_every: int = 50) -> Report:
    """Send ``count`` of them, of all kinds in turn, some at a time."""
    chance, report = random.Random(seed), Report()
    made = [(KINDS[n % len(KINDS)].__name__, KINDS[n % len(KINDS)](chance)) for n in range(count)]

    def work(number: int) -> tuple[str, bytes]:
        if number % right_every == 0:
            _ask_rightly(address, report)
        name, data = made[number]
        return f"{name} {data[:300]!r}", send(address, data, _WAIT_SECONDS)

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for told, reply in pool.map(work, range(count)):
            status = reply.split(b" ", 2)[1].decode() if reply.startswith(b"HTTP/") else "closed"
            report.requests += 1
            report.statuses[status] += 1
            if status.startswith("5"):
                report.faults.append(f"{status} {told}")
    return report


def _ask_rightly(address: tuple[str, int], report: Report) -> None:
    began = time.monotonic()
    reply = send(address, http("/v1/answers", _QUESTION), 60.0)
    report.right_asked += 1
    report.right_answered += "3.5亿元" in reply.decode("utf-8", "replace")
    report.slowest_right_seconds = max(report.slowest_right_seconds, round(time.monotonic() - began, 2))


def run(count: int, seed: int = 0) -> Report:
    """Serve a small store, and send."""
    with tempfile.TemporaryDirectory(prefix="baowen-malformed-") as folder:
        settings = Settings(store=Path(folder) / "store")
        generator = ScriptedGenerator("青石大桥总投资3.5亿元。")
        workspace = Workspace(settings, encoder=HashEncoder(), generator=generator)
        page = Path(folder) / "青石晨报_2021-03-09_01.txt"
        page.write_text(_PAGE, encoding="utf-8")
        workspace.ingest([page])
        with live_server(create_app(workspace, settings)) as address:
            host, port = address.removeprefix("http://").split(":")
            report = send_malformed((host, int(port)), count, seed)
        workspace.close()
    return report


def main() -> int:
    """Run from the command line; 1 where anything went wrong."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    began = time.monotonic()
    report = run(options.requests, options.seed)
    found = {name: getattr(report, name) for name in report.__dataclass_fields__}
    found["statuses"] = dict(sorted(report.statuses.items()))
    machine = f"{platform.machine()}, Python {platform.python_version()}"
    text = json.dumps(
        {**found, "seed": options.seed, "seconds": round(time.monotonic() - began), "machine": machine},
        ensure_ascii=False,
        indent=1,
    )
    if options.output:
        options.output.write_text(text + "\n", encoding="utf-8")
    print(text)
    return 1 if report.faults or report.right_answered < report.right_asked else 0


if __name__ == "__main__":
    sys.exit(main())
