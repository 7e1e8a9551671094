"""The torn original beside the clean article: its lines marked, the cited words highlighted."""

import re
import unicodedata

import pytest
from browser import Visit

from rag.records import Article, Origin, SourceRun
from ui.messages import CHINESE
from ui.torn_text import torn_text_html

PAGE = "雾岭日报 第2版\n茶园扩\n种四百亩 农技员\n<b>分片</b>指导。\n天气：小雨\n" + "".join(
    f"邻{n}\n" for n in range(30)
)
TEXT = "茶园扩种四百亩\n农技员<b>分片</b>指导。"
ARTICLE = Article(
    "t1",
    "茶园",
    TEXT,
    origin=Origin(
        "雾岭日报.txt",
        "0" * 64,
        (
            SourceRun(0, 3, PAGE.index("茶园扩")),
            SourceRun(3, 4, PAGE.index("种四")),
            SourceRun(8, 3, PAGE.index("农技")),
            SourceRun(11, 12, PAGE.index("<b>")),
        ),
    ),
)


def plain(markup: str) -> str:
    return re.sub(r"&#(\d+);", lambda found: chr(int(found[1])), markup)


def test_own_lines_are_marked_and_nothing_of_the_page_becomes_markup() -> None:
    shown = torn_text_html((PAGE,), ARTICLE, 0, len(TEXT), CHINESE)
    own = [plain(item) for item in re.findall(r"<b>(.*?)</b>\n", shown)]
    assert own == ["茶园扩", "种四百亩 农技员", "<b>分片</b>指导。"]
    assert "<mark>" not in shown
    assert "天气：小雨" in plain(shown)
    assert "此处略去 20 行" in plain(shown)
    assert shown.count("<b>") == 3


def test_what_is_cited_is_highlighted_across_torn_lines() -> None:
    start = TEXT.index("扩种")
    shown = torn_text_html((PAGE,), ARTICLE, start, start + 4, CHINESE)
    assert re.findall("<mark>(.*?)</mark>", shown) == ["扩", "种四百"]


def test_a_page_that_the_file_no_longer_has_is_not_shown() -> None:
    assert torn_text_html((), ARTICLE, 0, 5, CHINESE) == ""


def squeezed(text: str) -> str:
    """Without white space and the widths of signs, which the torn text has as it was set."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


@pytest.mark.slow
def test_the_torn_text_stands_beside_the_article_that_was_cut_out_of_it(sample_visit: Visit) -> None:
    page = sample_visit.page
    page.set_default_timeout(60_000)
    sample_visit.open()
    sample_visit.tab("archive")
    page.fill("#bw-find textarea, #bw-find input", "消防演练")
    page.keyboard.press("Enter")
    page.click(".bw-row:has-text('消防') >> nth=0")
    page.wait_for_selector("#bw-viewer h3:has-text('消防')")
    paragraph = page.inner_text("#bw-viewer .bw-article > p >> nth=0")
    page.get_by_role("button", name="看整理前的原文").click()
    page.wait_for_selector("#bw-viewer .bw-torn pre")
    own = "".join(page.locator("#bw-viewer .bw-torn pre b").all_inner_texts())
    assert squeezed(paragraph) in squeezed(own)
    assert len(page.inner_text("#bw-viewer .bw-torn pre")) > len(own)  # neighbours stand around it, unmarked
    page.get_by_role("button", name="看整理前的原文").click()
    page.wait_for_selector("#bw-viewer .bw-torn", state="detached")


@pytest.mark.slow
def test_a_citation_is_shown_in_the_torn_text(sample_visit: Visit) -> None:
    page = sample_visit.page
    page.set_default_timeout(60_000)
    sample_visit.open()
    sample_visit.ask("2020年全年全区共签约项目多少个？")
    sample_visit.answered()
    page.click("#bw-current .bw-marker >> nth=0")
    quote = page.inner_text(".bw-view:not([hidden]) mark")
    page.click(".bw-view:not([hidden]) [data-action=original]")
    page.wait_for_selector(".bw-view:not([hidden]) .bw-torn mark")
    marked = "".join(page.locator(".bw-view:not([hidden]) .bw-torn mark").all_inner_texts())
    assert squeezed(marked) == squeezed(quote)
