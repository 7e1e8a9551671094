"""The archive and the import in a real browser."""

from pathlib import Path

import pytest
from browser import Visit
from ui_fakes import BRIDGE, MARKET

pytestmark = pytest.mark.slow


def test_an_article_opens_in_view_and_is_found_by_its_words(visit: Visit) -> None:
    page = visit.page
    visit.open()
    visit.tab("archive")
    page.click(f".bw-row[data-article='{MARKET.id}']")
    page.wait_for_selector("#bw-viewer .bw-article h3")
    assert "{{7*7}} ${7*7}" in page.inner_text("#bw-viewer")
    assert page.evaluate("window.stolen") is None
    visit.at_rest()
    box = page.locator("#bw-viewer h3").bounding_box()
    assert 0 <= box["y"] < 900
    page.fill("#bw-find textarea, #bw-find input", "菜市")
    page.keyboard.press("Enter")
    page.wait_for_selector("#bw-archive .bw-excerpt mark:has-text('菜市')")
    assert page.locator("#bw-archive .bw-row").count() == 1
    page.fill("#bw-find textarea, #bw-find input", "火星殖民飞船")
    page.keyboard.press("Enter")
    page.wait_for_selector("#bw-archive >> text=没有找到含有“火星殖民飞船”的报道")
    assert page.locator("#bw-archive .bw-row").count() == 0


def test_an_article_is_corrected_removed_and_brought_back(visit: Visit) -> None:
    page = visit.page
    visit.open()
    visit.tab("archive")
    page.click(f".bw-row[data-article='{BRIDGE.id}']")
    page.click(".bw-mending summary")
    page.fill(".bw-correct [name=title]", "青石大桥昨日合龙")
    page.fill(".bw-correct [name=date]", "2021年3月10日")
    page.keyboard.press("Enter")
    page.wait_for_selector(".bw-note:has-text('已改正《青石大桥昨日合龙》')")
    assert visit.state()["articles"][BRIDGE.id] == ["青石大桥昨日合龙", "2021-03-10"]
    page.wait_for_selector("#bw-archive .bw-row:has-text('青石大桥昨日合龙')")
    page.get_by_role("button", name="撤销").click()
    page.wait_for_selector(".bw-note:has-text('恢复原样')")
    assert visit.state()["articles"][BRIDGE.id] == [BRIDGE.title, str(BRIDGE.date)]
    page.get_by_role("button", name="移除这篇").click()
    page.wait_for_selector(".bw-note:has-text('已移除')")
    page.wait_for_function(f"!document.querySelector('#bw-archive [data-article={BRIDGE.id}]')")
    assert BRIDGE.id not in visit.state()["articles"]
    page.get_by_role("button", name="撤销").click()
    page.wait_for_selector(f"#bw-archive [data-article={BRIDGE.id}]")
    assert visit.state()["articles"][BRIDGE.id] == [BRIDGE.title, str(BRIDGE.date)]


def test_the_list_is_of_one_page_and_of_all_again(visit: Visit) -> None:
    page = visit.page
    visit.open()
    visit.tab("archive")
    page.wait_for_selector(f".bw-row[data-article='{MARKET.id}']")
    page.fill("#bw-of-page :is(input, textarea)", "1")
    page.keyboard.press("Enter")
    page.wait_for_selector(f".bw-row[data-article='{MARKET.id}']", state="detached")
    assert page.locator(".bw-row").count() == 1
    assert page.get_attribute(".bw-row", "data-article") == BRIDGE.id
    page.fill("#bw-of-page :is(input, textarea)", "")
    page.keyboard.press("Enter")
    page.wait_for_selector(f".bw-row[data-article='{MARKET.id}']")


QUICK = """async ([first, second]) => {
  const pause = milliseconds => new Promise(done => setTimeout(done, milliseconds));
  const lost = [];
  for (let round = 0; round < 60; round += 1) {
    const [id, title] = round % 2 ? first : second;
    const shown = () => document.querySelector("#bw-viewer h3")?.textContent.includes(title);
    [...document.querySelectorAll("#bw-library button")].find(item => item.textContent.trim() === "较早").click();
    await pause(7 * round % 60);
    document.querySelector(`.bw-row[data-article='${id}']`).click();
    for (let waited = 0; waited < 3000 && !shown(); waited += 10) await pause(10);
    if (!shown()) lost.push(round);
  }
  return lost;
}"""


def test_no_click_is_lost_while_the_server_ends_its_replies(visit: Visit) -> None:
    visit.open()
    visit.tab("archive")
    visit.page.wait_for_selector(f".bw-row[data-article='{MARKET.id}']")
    assert visit.page.evaluate(QUICK, [[item.id, item.title] for item in (BRIDGE, MARKET)]) == []


def test_an_import_shows_its_way_and_reports(visit: Visit, tmp_path: Path) -> None:
    page = visit.page
    visit.open()
    visit.tab("import")
    paths = [tmp_path / f"青石晨报_2021-03-1{number}.txt" for number in range(3)]
    for number, path in enumerate(paths):
        path.write_text(f"新桥通车第{number}天。", encoding="utf-8")
    page.set_input_files("input[type=file]", [str(path) for path in paths])
    page.wait_for_selector(".file-preview", timeout=15_000)  # shown once the upload is done, however busy the machine
    page.click("#bw-import")
    page.wait_for_selector("#bw-report:has-text('已读 0/3 个文件')")
    visit.read_on(2)
    page.wait_for_selector("#bw-report:has-text('已读 2/3 个文件')", timeout=15_000)
    assert 0 < float(page.get_attribute("#bw-report progress", "value")) < 1
    visit.read_on(1)
    page.wait_for_selector("#bw-report .bw-done", timeout=15_000)
    state = visit.state()
    assert sorted(state["contents"][-1]) == [f"新桥通车第{number}天。" for number in range(3)]
    assert sorted(state["labels"][-1]) == [path.name for path in paths]
