"""Ten tasks of somebody who is new here, on the sample papers: each done, and in about as few clicks as it needs."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

import docx
import pytest
from browser import Visit
from printed_page import BASELINES, HEIGHT, LEFT, LINES, SIZE, WIDTH, write_page

pytestmark = pytest.mark.slow
TASKS = Path(__file__).parents[2] / "docs" / "ten_tasks.md"
ALLOWED_MORE = 3
COUNTING = """
window.bwClicks = 0;
document.addEventListener("click", event => { if (event.isTrusted && event.detail) window.bwClicks += 1; }, true);
document.addEventListener("keydown", event => {
  if (event.isTrusted && event.key === "Enter") window.bwClicks += 1;
}, true);
window.bwPrinted = 0;
window.print = () => { window.bwPrinted += 1; };
"""


def told(task: int) -> tuple[int, int]:
    """The clicks and the clicks needed that the document tells of a task."""
    rows = re.findall(rf"(?m)^\| {task} \|.*\| (\d+) \| (\d+) \|$", TASKS.read_text(encoding="utf-8"))
    ((clicks, needed),) = rows
    return int(clicks), int(needed)


@pytest.fixture
def user(sample_visit: Visit) -> Iterator[Visit]:
    """A new user, whose clicks are counted and who waits as long as a busy machine makes everybody wait."""
    sample_visit.page.set_default_timeout(60_000)
    sample_visit.page.add_init_script(COUNTING)
    sample_visit.open()
    return sample_visit


def done_in(user: Visit, task: int, *, chosen_files: int = 0) -> None:
    """Whether a task took the clicks that the document tells, a chosen file being one."""
    clicks, needed = told(task)
    assert user.page.evaluate("window.bwClicks") + chosen_files == clicks
    assert clicks <= needed + ALLOWED_MORE


def ask(user: Visit, question: str, turn: int = 1) -> str:
    user.ask(question)
    user.page.wait_for_selector(f"#bw-current .bw-exchange[data-turn='{turn}'] .bw-finished")
    return str(user.page.inner_text("#bw-current .bw-finished .bw-text"))


def test_1_how_many_projects_were_signed(user: Visit) -> None:
    assert "102个" in ask(user, "2020年全年全区共签约项目多少个？")
    user.at_rest()
    question = user.page.locator("#bw-current .bw-question").bounding_box()
    user.page.click("#bw-current .bw-marker >> nth=0")
    assert "102个" in user.page.inner_text(".bw-view:not([hidden]) mark")
    user.page.wait_for_timeout(1_000)  # whatever scrolls has come to rest
    assert user.page.locator("#bw-current .bw-question").bounding_box() == question  # it stays in view
    mark = user.page.locator(".bw-view:not([hidden]) mark >> nth=0").bounding_box()
    assert 0 < mark["y"] < 900 - mark["height"]
    done_in(user, 1)


def test_2_a_draft_is_checked(user: Visit) -> None:
    user.tab("check")
    user.page.fill("#bw-check-text textarea", "2020年，澄溪示范区全年共签约项目112个，总投资达350亿元。")
    user.page.click("#bw-check-start")
    user.page.wait_for_selector(".bw-findings")
    marked = user.page.locator(".bw-part").all_inner_texts()
    assert [part.split("\n")[0] for part in marked] == ["112个", "350亿元"]
    done_in(user, 2)


def test_3_a_date_is_corrected(user: Visit) -> None:
    user.tab("archive")
    user.page.click(".bw-row >> nth=0")
    title = user.page.inner_text("#bw-viewer h3")
    user.page.click(".bw-mending summary")
    user.page.fill(".bw-correct [name=date]", "2021年7月1日")
    user.page.keyboard.press("Enter")
    user.page.wait_for_selector(".bw-note:has-text('已改正')")
    assert "2021-07-01" in user.page.inner_text(f"#bw-archive .bw-row:has-text('{title}') .place")
    done_in(user, 3)


def test_4_an_article_is_removed_and_brought_back(user: Visit) -> None:
    user.tab("archive")
    user.page.click(".bw-row >> nth=1")
    user.page.wait_for_selector("#bw-viewer h3")
    chosen = user.page.get_attribute(".bw-row >> nth=1", "data-article")
    user.page.get_by_role("button", name="移除这篇").click()
    user.page.wait_for_selector(f"#bw-archive [data-article='{chosen}']", state="detached")
    user.page.get_by_role("button", name="撤销").click()
    user.page.wait_for_selector(f"#bw-archive [data-article='{chosen}']")
    assert user.page.locator(f"#bw-archive [data-article='{chosen}']").count() == 1
    done_in(user, 4)


def test_5_an_answer_is_taken_away_as_word(user: Visit) -> None:
    answer = ask(user, "澄湖半程马拉松有多少人参加？")
    with user.page.expect_download() as saved:
        user.page.click("#bw-current a[download]:has-text('Word')")
    text = "\n".join(item.text for item in docx.Document(str(saved.value.path())).paragraphs)
    assert re.sub(r"〔\d+〕|\s", "", answer) in re.sub(r"〔\d+〕|\s", "", text)
    assert "《澄溪新闻》" in text
    done_in(user, 5)


def test_6_a_figure_is_drawn_over_time(user: Visit) -> None:
    user.tab("figures")
    user.page.fill("#bw-figures-words :is(textarea, input)", "固定资产投资")
    user.page.keyboard.press("Enter")
    user.page.wait_for_selector("#bw-plot .vega-embed svg")
    assert user.page.locator("#bw-plot [aria-roledescription=point]").count() >= 2
    assert user.page.locator("#bw-figures-table tbody tr").count() >= 2
    done_in(user, 6)


def test_7_a_question_follows_another(user: Visit) -> None:
    assert "102个" in ask(user, "2020年全年全区共签约项目多少个？")
    assert "350亿元" in ask(user, "总投资呢？", turn=2)
    done_in(user, 7)


def test_8_a_pdf_is_brought_in_and_its_page_shown(user: Visit, tmp_path: Path) -> None:
    page = user.page
    user.tab("import")
    page.set_input_files("input[type=file] >> nth=-1", str(write_page(tmp_path / "榆林日报_2022-05-06_01.pdf")))
    page.wait_for_selector(".file-preview")
    page.click("#bw-import")
    page.wait_for_selector("#bw-report .bw-done")
    user.tab("ask")
    assert "2.4亿立方米" in ask(user, "榆林坪水库总库容多少立方米？")
    done_in(user, 8, chosen_files=1)

    page.click("#bw-current .bw-marker >> nth=0")
    assert page.inner_text(".bw-view:not([hidden]) mark") == LINES[1]
    page.click(".bw-view:not([hidden]) [data-action=original]")
    page.wait_for_function("document.querySelector('.bw-view:not([hidden]) .bw-printed img')?.complete")
    assert page.locator(".bw-view:not([hidden]) .bw-box").count() == 1
    # Both at one moment: opening scrolls to the box, and what is measured in between has moved.
    box, printed = page.evaluate(
        """[".bw-box", ".bw-printed img"].map(
            part => document.querySelector(".bw-view:not([hidden]) " + part).getBoundingClientRect().toJSON())"""
    )
    scale = printed["width"] / WIDTH
    assert box["x"] - printed["x"] == pytest.approx(LEFT * scale, abs=4)
    assert (box["y"] - printed["y"]) / scale < BASELINES[1] - 0.7 * SIZE
    assert BASELINES[1] <= (box["y"] + box["height"] - printed["y"]) / scale < BASELINES[2] - SIZE
    assert printed["height"] == pytest.approx(HEIGHT * scale, abs=2)
    page.click(".bw-view:not([hidden]) [data-action=original]")
    assert page.locator(".bw-view:not([hidden]) .bw-printed").count() == 0


def test_9_an_article_is_found_by_its_words(user: Visit) -> None:
    user.tab("archive")
    user.page.fill("#bw-find textarea, #bw-find input", "消防演练")
    user.page.keyboard.press("Enter")
    user.page.wait_for_selector("#bw-archive .bw-excerpt mark")
    user.page.click(".bw-row >> nth=0")
    user.page.wait_for_selector("#bw-viewer h3:has-text('消防')")
    assert "消防" in user.page.inner_text("#bw-archive .bw-excerpt mark >> nth=0")
    done_in(user, 9)


def test_10_an_answer_is_printed(user: Visit) -> None:
    ask(user, "澄湖半程马拉松有多少人参加？")
    user.page.click("#bw-tools [data-action=print]")
    assert user.page.evaluate("window.bwPrinted") == 1
    paper = io.BytesIO(user.page.pdf())
    assert paper.read(5) == b"%PDF-"
    done_in(user, 10)
