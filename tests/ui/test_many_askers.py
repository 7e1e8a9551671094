"""Many who ask at once over the real workspace: each gets his own answer, and nothing piles up."""

import json
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import httpx
import pytest
from fakes import HashEncoder, ScriptedGenerator
from live_server import live_server
from ui_fakes import ANSWER, FakeWorkspace

from rag.generation.generator import Message
from rag.settings import Settings
from rag.workspace import Workspace
from ui.access.holders import AccessStore
from ui.api import create_app

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
from load_articles import articles_of

ASKERS, MATTERS = 12, 6


def says_the_first_line(messages: Sequence[Message]) -> str:
    """A model that repeats the first sentence of its evidence."""
    return next((line for line in messages[-1].content.splitlines() if line.endswith("。")), "资料中没有找到答案。")


@contextmanager
def service(folder: Path, askers: int, articles: int) -> Iterator[tuple[str, list[str]]]:
    """A closed service over ``articles`` articles of each of ``askers``, and a key of each."""
    settings = Settings(store=folder / "store", requests_per_minute=0)
    workspace = Workspace(settings, encoder=HashEncoder(256), generator=ScriptedGenerator(says_the_first_line))
    page = folder / "试验日报_2021-12-01_01.jsonl"
    rows = [item for asker in range(askers) for item in islice(articles_of(asker), articles)]
    records = [{"title": row.title, "text": row.text, "source": f"{row.fact.town}报"} for row in rows]
    page.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in records), encoding="utf-8")
    assert workspace.ingest([page]).added == len(rows)
    access = AccessStore(settings.store)
    keys = [access.add("key", f"asker{number}", "read") for number in range(askers)]
    with live_server(create_app(workspace, settings)) as address:
        yield address, keys
    workspace.close()


@pytest.mark.slow
def test_each_of_twelve_gets_his_own_answers(tmp_path: Path) -> None:
    wrong: list[str] = []
    right = [0] * ASKERS

    with service(tmp_path, ASKERS, MATTERS) as (address, keys):

        def ask(number: int) -> None:
            headers = {"Authorization": f"Bearer {keys[number]}"}
            with httpx.Client(base_url=address, headers=headers, timeout=300) as client:
                for item in islice(articles_of(number), MATTERS):
                    asked = {"question": item.fact.question, "source": f"{item.fact.town}报"}
                    answer = client.post("/v1/answers", json=asked).json()
                    titles = [citation["title"] for citation in answer["citations"]]
                    own = all(item.fact.town in title for title in titles)
                    if item.fact.text in answer["answer"] and titles[:1] == [item.title] and own:
                        right[number] += 1
                    elif not answer["refused"]:
                        wrong.append(f"{item.fact.question} {answer['answer']} {titles}")

        threads = [threading.Thread(target=ask, args=(number,)) for number in range(ASKERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert wrong == []
    assert min(right) >= MATTERS - 1, right


def resident_mb() -> float:
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) / 1000 for line in status.splitlines() if line.startswith("VmRSS"))


@pytest.mark.slow
def test_the_service_keeps_nothing_of_a_thousand_answers(workspace: FakeWorkspace) -> None:
    with live_server(create_app(workspace, Settings())) as address, httpx.Client(base_url=address) as client:

        def answer(numbers: range) -> None:
            for number in numbers:
                body = {"question": f"第{number}座桥投资多少？", "stream": number % 2 == 0}
                assert ANSWER.answer[:3] in client.post("/v1/answers", json=body).text
                workspace.assistant.asked.clear()
                workspace.assistant.written.clear()

        answer(range(100))
        before = resident_mb()
        answer(range(100, 1100))
        grown = resident_mb() - before
    assert grown < 15, f"{grown:.0f} MB more after 1,000 answers"
