"""The draft check's tab: what it shows of a draft, its Word file, and who gets it."""

import datetime as dt
import html
import io
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import docx
import pytest
from browser import Visit
from claim_fakes import harbour_articles, store_of
from fastapi import Depends, FastAPI, Request
from fastapi.testclient import TestClient

from rag.claims.checking import check_draft
from rag.corpus.embedded.store import EmbeddedStore
from rag.errors import QuestionError, SourceError
from ui.check_html import checked_html, draft_html, finding_text
from ui.check_tab import CheckTab
from ui.checked_drafts import CheckedDrafts, MarkedDraft
from ui.claim_routes import claim_router
from ui.messages import CHINESE, ENGLISH, TEXTS
from ui.page_rights import may_write, writing_refused_html
from ui.web.callers import Caller, set_caller

DRAFT = (
    "各位代表：\n2021年，海棠县港口货物吞吐量为1450万吨。2021年上半年，海棠县港口货物吞吐量为960万吨。\n"
    "今年，海棠县新建泊位3个。全县共有<b>灯塔19座。"
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EmbeddedStore]:
    # Without the other paper's report, so that the year's figure stands alone.
    with store_of(tmp_path / "claims", [item for item in harbour_articles() if item.id != "other"]) as opened:
        yield opened


@pytest.fixture
def drafts() -> CheckedDrafts:
    return CheckedDrafts()


@pytest.fixture
def tab(store: EmbeddedStore, drafts: CheckedDrafts) -> CheckTab:
    services = SimpleNamespace(workspace=SimpleNamespace(claims=store))
    return CheckTab(services, CHINESE, drafts)  # type: ignore[arg-type]


def plain(markup: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", markup.replace("<br>", "\n")))


def test_each_part_of_a_draft_is_marked_in_its_place(store: EmbeddedStore) -> None:
    items = check_draft(store, DRAFT, dt.date(2021, 12, 1))
    marked = draft_html(DRAFT, items, CHINESE)
    found = re.findall(
        r'class="bw-part bw-is-([a-z-]+)" href="#bw-item-(\d)"[^>]*>(.*?)<span class="bw-sign"', marked
    )
    assert [(status, plain(text)) for status, _, text in found] == [
        ("supported", "1450万吨"),
        ("contradicted", "960万吨"),
        ("differs", "3个"),
        ("not-found", "19座"),
    ]
    assert (
        plain(re.sub(r'<span class="bw-sign">.*?</span></span>|<span class="bw-sign">.*?\d</span>', "", marked))
        == DRAFT
    )
    assert "<b>灯塔" not in marked


def test_what_is_found_is_said_in_the_pages_language(store: EmbeddedStore) -> None:
    _, contradicted, differs, unknown = check_draft(store, DRAFT, dt.date(2021, 12, 1))
    assert finding_text(contradicted, CHINESE) == "稿中“960万吨”，报道为“690万吨”"
    assert finding_text(differs, CHINESE) == "性质不同：稿中“事实”，报道“计划”"
    assert (
        finding_text(differs, ENGLISH) == "kind differs: the draft has “fact”, the paper “计划”"
    )  # the paper's own word
    assert finding_text(unknown, ENGLISH) == ENGLISH.check_not_found
    (other_year,) = check_draft(store, "今年，海棠县计划新建泊位3个。", dt.date(2024, 5, 6))
    assert finding_text(other_year, CHINESE) == "时间不同：稿中“今年”，报道“今年（2021-07-20）”"


def test_what_to_mend_comes_first_with_its_sentence(store: EmbeddedStore) -> None:
    items = check_draft(store, DRAFT, dt.date(2021, 12, 1))
    shown = checked_html(DRAFT, items, "x.docx", CHINESE)
    assert re.findall(r'id="bw-item-(\d)"', shown) == ["2", "3", "4", "1"]
    assert CHINESE.check_to_mend.format(count=3) in plain(shown)
    mended = shown[shown.index('id="bw-item-2"') : shown.index('id="bw-item-3"')]
    assert "上半年，海棠县港口货物吞吐量为<mark>690万吨</mark>。" in mended
    assert 'data-id="summer"' in mended
    assert "海棠日报" in mended
    assert checked_html("你好", (), "x.docx", CHINESE).count("<a") == 0


def test_a_pasted_draft_comes_back_as_word_to_its_owner_only(tab: CheckTab, drafts: CheckedDrafts) -> None:
    shown, beside = tab.check(DRAFT, None, "2021年12月1日", "user:lin")
    assert plain(beside) == CHINESE.sentence_empty
    address = html.unescape(re.search(r'href="(page[^"]+)"', shown)[1])  # type: ignore[index]
    caller = {"it": Caller("user", "lin", "read")}

    def named(request: Request) -> None:
        set_caller(request.scope, caller["it"])

    app = FastAPI(dependencies=[Depends(named)])
    app.include_router(claim_router(drafts))
    with TestClient(app) as client:
        reply = client.get(f"/{address}")
        document = docx.Document(io.BytesIO(reply.content))
        marked = [run.text for item in document.paragraphs[:3] for run in item.runs if run.font.highlight_color]
        assert marked == ["1450万吨", "960万吨", "3个", "19座"]
        assert reply.headers["cache-control"] == "no-store"
        caller["it"] = Caller("user", "he", "admin")
        assert client.get(f"/{address}").status_code == 404


def test_a_file_is_checked_and_what_cannot_be_is_told(tab: CheckTab, tmp_path: Path) -> None:
    file = tmp_path / "讲话稿.txt"
    file.write_text("2021年，海棠县港口货物吞吐量为1450万吨。", encoding="utf-8")
    assert "✓ 相符 1" in plain(tab.check("", file, "", "local")[0])
    assert CHINESE.check_nothing in plain(tab.check("  ", None, "", "local")[0])
    assert "最多 200000 字" in plain(tab.check("字" * 200_001, None, "", "local")[0])
    with pytest.raises(QuestionError):
        tab.check("今年有3个。", None, "春天", "local")
    file.write_bytes(b"  ")
    with pytest.raises(SourceError):
        tab.check("", file, "", "local")


def test_old_files_make_way(drafts: CheckedDrafts) -> None:
    tokens = [drafts.keep(MarkedDraft(f"{number}.docx", b"x", "local")) for number in range(51)]
    assert drafts.find(tokens[0], "local") is None
    assert drafts.find(tokens[50], "local") == MarkedDraft("50.docx", b"x", "local")
    large = MarkedDraft("large.docx", bytes(65 * 1024 * 1024), "local")
    last = drafts.keep(large)
    assert drafts.find(tokens[50], "local") is None
    assert drafts.find(last, "local") is large


@pytest.mark.parametrize(("scope", "may"), [("read", False), ("write", True), ("admin", True)])
def test_only_who_may_write_changes_the_archive(scope: str, may: bool) -> None:
    asked: dict[str, object] = {"type": "http"}
    set_caller(asked, Caller("user", "lin", scope))  # type: ignore[arg-type]
    request = SimpleNamespace(request=SimpleNamespace(scope=asked))  # as Gradio wraps it
    assert may_write(request) is may
    assert (CHINESE.may_not_write in plain(writing_refused_html(request, CHINESE))) is not may


def test_every_text_of_the_page_is_there_in_both_languages() -> None:
    for name in ("statuses", "slots", "moods", "measures"):
        assert getattr(CHINESE, name).keys() == getattr(ENGLISH, name).keys()
    assert [TEXTS["zh"].root, TEXTS["en"].root] == ["", "../"]


@pytest.mark.slow
def test_a_draft_is_checked_in_the_browser(visit: Visit, tmp_path: Path) -> None:
    page = visit.page
    visit.open()
    visit.tab("check")
    page.fill("#bw-check-text textarea", DRAFT)
    page.click("#bw-check-start")
    page.wait_for_selector(".bw-findings", timeout=30_000)
    statuses = page.eval_on_selector_all(".bw-part", "parts => parts.map(part => part.className)")
    assert statuses[:2] == ["bw-part bw-is-supported", "bw-part bw-is-contradicted"]
    page.click(".bw-part.bw-is-contradicted")
    assert page.inner_text(".bw-finding:target b") == "960万吨"
    page.click(".bw-finding:target [data-action=sentence]")
    page.wait_for_selector(".bw-sentence mark:has-text('690万吨')")
    with page.expect_download() as saved:
        page.click(".bw-checked-head a[download]")
    saved.value.save_as(tmp_path / "marked.docx")
    text = "\n".join(item.text for item in docx.Document(str(tmp_path / "marked.docx")).paragraphs)
    assert text.startswith(DRAFT)
    page.set_input_files("#bw-check input[type=file]", {"name": "稿.txt", "mimeType": "text/plain", "buffer": b"\n"})
    page.wait_for_selector("#bw-check .file-preview")
    page.click("#bw-check-start")
    page.wait_for_selector("#bw-checked:has-text('这个文件里读不出稿子')")
