"""Claims and the draft check on the command line and over HTTP, over a real store."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import docx
import openpyxl
import pytest
from claim_fakes import article, store_of
from docx.enum.text import WD_COLOR_INDEX
from fastapi.testclient import TestClient
from ui_fakes import FakeWorkspace

from rag.corpus.embedded.store import EmbeddedStore
from rag.settings import Settings
from ui.api import create_app
from ui.cli import main

TEXT = "一季度，海棠县港口吞吐量为320万吨，同比增长6.5%。今年，海棠县计划新建泊位3个。"
DRAFT = "各位代表：\n2022年一季度，海棠县港口吞吐量为320万吨。\n今年，海棠县新建泊位3个。全县共有灯塔19座。"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EmbeddedStore]:
    articles = [article("harbour", TEXT, title="港口一季度开门红"), article("bad", "=2+3等5项。", "2022-01-02")]
    with store_of(tmp_path / "store", articles) as opened:
        yield opened


@pytest.fixture
def client(store: EmbeddedStore) -> Iterator[TestClient]:
    workspace = FakeWorkspace()
    workspace.claims = store  # type: ignore[attr-defined]
    with TestClient(create_app(workspace, Settings(api_key="")), base_url="http://127.0.0.1:7860") as found:
        yield found


def run(capsys: pytest.CaptureFixture[str], store: EmbeddedStore, *arguments: str) -> str:
    assert main([*arguments, "--store", str(store.directory)]) == 0
    return capsys.readouterr().out


def test_claims_are_listed_with_their_sentence(store: EmbeddedStore, capsys: pytest.CaptureFixture[str]) -> None:
    out = run(capsys, store, "claims", "港口", "吞吐量", "--kind", "fact", "--unit", "吨")
    assert out.splitlines()[0].startswith("320万吨　")
    assert "“一季度，海棠县港口吞吐量为320万吨，同比增长6.5%。”《港口一季度开门红》 2022-05-10" in out
    document = json.loads(run(capsys, store, "claims", "泊位", "--json"))
    (claim,) = document["claims"]
    assert (claim["text"], claim["claim"]["mood"], claim["claim"]["subject"]) == ("3个", "plan", "海棠县")
    assert claim["claim"]["period"] == {"first": "2022-01-01", "last": "2022-12-31", "text": "今年"}
    assert TEXT[claim["quote_start"] : claim["quote_end"]] == claim["quote"]
    assert [point["claim"]["text"] for point in document["series"][0]["points"]] == ["3个"]


def test_tables_hold_text_that_no_spreadsheet_computes(
    store: EmbeddedStore, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "claims.xlsx"
    out = run(capsys, store, "claims", "--csv", "--xlsx", str(file))
    rows = list(csv.DictReader(io.StringIO(out.removeprefix("\ufeff"))))
    assert {row["数字 figure"] for row in rows} >= {"320万吨", "6.5%", "3个"}
    assert [row["原句 sentence"] for row in rows if row["数字 figure"] == "5项"] == ["'=2+3等5项。"]
    sheet = openpyxl.load_workbook(file).active
    assert sheet is not None
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert [cell for cell in cells if cell.data_type == "f"] == []
    assert {cell.value for cell in sheet["A"]} == {"数字 figure", *(row["数字 figure"] for row in rows)}


def test_claims_over_http(client: TestClient) -> None:
    document = client.get("/v1/claims", params={"q": "吞吐量", "unit": "公斤"}).json()
    assert [item["text"] for item in document["claims"]] == ["320万吨"]
    assert (document["total"], document["count"]) == (6, 1)
    assert [item["text"] for item in client.get("/v1/claims", params={"kind": "plan"}).json()["claims"]] == ["3个"]
    assert client.get("/v1/claims", params={"kind": "rumour"}).status_code == 422
    assert client.get("/v1/claims", params={"from": "2022-05-01", "to": "2022-04-01"}).status_code == 422


def test_a_draft_is_checked_over_http(client: TestClient) -> None:
    document = client.post("/v1/check", json={"text": DRAFT, "date": "2022-06-01"}).json()
    assert [(item["text"], item["status"]) for item in document["items"]] == [
        ("320万吨", "supported"),
        ("3个", "differs"),
        ("19座", "not_found"),
    ]
    assert all(DRAFT[item["start"] : item["end"]] == item["text"] for item in document["items"])
    differs = document["items"][1]
    assert differs["differences"] == [{"slot": "mood", "drafted": "", "printed": "计划"}]
    assert differs["quotes"][0]["article_id"] == "harbour"
    assert "性质不同：稿中事实，报道计划" in differs["advice"]
    assert document["counts"] == {"contradicted": 0, "differs": 1, "not_found": 1, "supported": 1}
    assert client.post("/v1/check", json={"text": "无", "more": 1}).status_code == 422


def test_a_checked_draft_comes_back_marked(
    store: EmbeddedStore, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    source, marked = tmp_path / "draft.txt", tmp_path / "marked.docx"
    source.write_text(DRAFT, encoding="utf-8")
    out = run(capsys, store, "check", str(source), "--date", "2022-06-01", "--docx", str(marked))
    assert "[有出入 differs] 3个" in out
    assert out.splitlines()[-1] == "与报道矛盾 contradicted 0；有出入 differs 1；未查到 not found 1；相符 supported 1"
    document = docx.Document(str(marked))
    runs = [run for paragraph in document.paragraphs[:3] for run in paragraph.runs if run.font.highlight_color]
    assert [(run.text, run.font.highlight_color) for run in runs] == [
        ("320万吨", WD_COLOR_INDEX.BRIGHT_GREEN),
        ("3个", WD_COLOR_INDEX.YELLOW),
        ("19座", WD_COLOR_INDEX.GRAY_25),
    ]
    assert "\n".join(paragraph.text for paragraph in document.paragraphs[:3]) == DRAFT
    assert [comment.text.split("\n")[0] for comment in document.comments] == [
        "相符 supported",
        "有出入 differs",
        "未查到 not found",
    ]
    assert [p.text[:3] for p in document.paragraphs[-2:]] == ["1. ", "2. "]


def test_a_word_draft_keeps_its_look_and_its_tables(
    store: EmbeddedStore, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    draft = docx.Document()
    paragraph = draft.add_paragraph("2022年一季度，海棠县港口吞吐量为")
    paragraph.add_run("32").bold = True
    paragraph.add_run("0万吨。")
    draft.add_table(1, 1).rows[0].cells[0].text = "全县共有灯塔19座。"
    source, marked = tmp_path / "draft.docx", tmp_path / "marked.docx"
    draft.save(str(source))
    found = json.loads(run(capsys, store, "check", str(source), "--json", "--docx", str(marked)))
    assert [(item["text"], item["status"]) for item in found["items"]] == [
        ("320万吨", "supported"),
        ("19座", "not_found"),
    ]
    document = docx.Document(str(marked))
    looks = [(run.text, bool(run.bold), run.font.highlight_color) for run in document.paragraphs[0].runs if run.text]
    assert looks[1:] == [
        ("32", True, WD_COLOR_INDEX.BRIGHT_GREEN),
        ("0万吨", False, WD_COLOR_INDEX.BRIGHT_GREEN),
        ("。", False, None),
    ]
    assert document.tables[0].rows[0].cells[0].paragraphs[0].runs[1].text == "19座"


@pytest.mark.parametrize(
    ("name", "data"), [("empty.txt", b"  \n"), ("broken.docx", b"PK\x03\x04 nothing"), ("zip.docx", b"text")]
)
def test_what_is_no_draft_is_named(
    store: EmbeddedStore, capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str, data: bytes
) -> None:
    (tmp_path / name).write_bytes(data)
    assert main(["check", str(tmp_path / name), "--store", str(store.directory)]) == 1
    assert name in capsys.readouterr().err
