"""Articles divided, joined, corrected and taken back: over HTTP, by command, and in a real browser."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import Visit
from fastapi.testclient import TestClient
from real_workspace import real_workspace

from rag.claims.finding import claims_of_article
from rag.evaluation.gold import read_gold
from rag.records import Article
from rag.workspace import Workspace
from ui.access.holders import AccessStore
from ui.api import create_app
from ui.archive import Archive
from ui.cli import main
from ui.mending import Mending
from ui.messages import CHINESE
from ui.undo_list import UndoList


@pytest.fixture
def archive_of(tmp_path: Path) -> Iterator[Workspace]:
    workspace = real_workspace(tmp_path)
    yield workspace
    assert workspace.store.check() == []
    workspace.close()


@pytest.fixture
def api(archive_of: Workspace) -> Iterator[TestClient]:
    app = create_app(archive_of, archive_of.settings)
    with TestClient(app, base_url="http://127.0.0.1:7860", raise_server_exceptions=False) as found:
        yield found


def named(workspace: Workspace, title: str) -> Article:
    return next(article for article in workspace.store.articles() if article.title == title)


def test_a_division_over_http_is_made_and_taken_back_once(api: TestClient, archive_of: Workspace) -> None:
    tea = named(archive_of, "茶园扩种")
    made = api.post(f"/v1/articles/{tea.id}/divide", json={"line": 2, "title": "渡口恢复通航"}).json()
    assert [item["title"] for item in made["articles"]] == ["茶园扩种", "渡口恢复通航"]
    ferry = made["articles"][1]["id"]
    assert api.get(f"/v1/articles/{ferry}").json()["text"].startswith("停航半年")
    assert [item.text for item in claims_of_article(archive_of.claims, tea.id)] == ["420亩"]
    back = api.post("/v1/mends/undo", json={"undo": made["undo"]}).json()
    assert [item["characters"] for item in back["articles"]] == [len(tea.text)]
    assert api.get(f"/v1/articles/{ferry}").status_code == 404
    assert api.post("/v1/mends/undo", json={"undo": made["undo"]}).status_code == 404


def test_a_join_over_http_leaves_one_article(api: TestClient, archive_of: Workspace) -> None:
    school, rest = named(archive_of, "夜校开班"), named(archive_of, "")
    made = api.post(f"/v1/articles/{school.id}/join", json={"next": rest.id}).json()
    assert [item["id"] for item in made["articles"]] == [school.id]
    assert api.get(f"/v1/articles/{school.id}").json()["text"] == "县总工会夜校开设课程12门。\n报名延续到月底。"
    assert api.get(f"/v1/articles/{rest.id}").status_code == 404


def test_a_correction_over_http_changes_what_is_given(api: TestClient, archive_of: Workspace) -> None:
    school = named(archive_of, "夜校开班")
    made = api.patch(f"/v1/articles/{school.id}", json={"date": "2022-04-10", "page": "03"}).json()
    (article,) = made["articles"]
    assert (article["title"], article["date"], article["page"]) == ("夜校开班", "2022-04-10", "03")
    api.post("/v1/mends/undo", json={"undo": made["undo"]})
    assert str(named(archive_of, "夜校开班").date) == "2022-04-09"


def test_what_cannot_be_mended_is_a_problem_that_says_why(api: TestClient, archive_of: Workspace) -> None:
    tea, before = named(archive_of, "茶园扩种"), archive_of.store.generation
    refused = api.post(f"/v1/articles/{tea.id}/divide", json={"line": 9})
    assert (refused.status_code, "has 3 lines" in refused.json()["detail"]) == (422, True)
    assert api.post(f"/v1/articles/{tea.id}/join", json={"next": tea.id}).status_code == 422
    assert api.post(f"/v1/articles/{tea.id}/join", json={"next": "nothing"}).status_code == 404
    assert api.post("/v1/articles/nothing/divide", json={"line": 2}).status_code == 404
    assert archive_of.store.generation == before
    first = api.post(f"/v1/articles/{tea.id}/divide", json={"line": 2}).json()
    api.delete(f"/v1/articles/{first['articles'][1]['id']}")
    late = api.post("/v1/mends/undo", json={"undo": first["undo"]})
    assert (late.status_code, late.json()["type"]) == (409, "/problems/article-changed")


def test_mending_wants_the_scope_that_writes(api: TestClient, archive_of: Workspace) -> None:
    access = AccessStore(archive_of.settings.folder)
    keys = {scope: access.add("key", f"desk-{scope}", scope) for scope in ("read", "write")}
    tea = named(archive_of, "茶园扩种")
    statuses = {}
    for scope, key in keys.items():
        headers = {"Authorization": f"Bearer {key}"}
        statuses[scope] = [
            api.patch(f"/v1/articles/{tea.id}", json={"page": "07"}, headers=headers).status_code,
            api.post(f"/v1/articles/{tea.id}/divide", json={"line": 2}, headers=headers).status_code,
            api.post("/v1/mends/undo", json={"undo": "x"}, headers=headers).status_code,
        ]
    assert statuses == {"read": [403, 403, 403], "write": [200, 200, 404]}


def test_mended_pages_are_exported_with_their_articles(archive_of: Workspace, tmp_path: Path) -> None:
    (torn, *_) = [article for article in archive_of.store.articles() if article.page and article.origin.runs]
    mine = [article for article in archive_of.store.articles() if article.origin.sha256 == torn.origin.sha256]
    target = tmp_path / "pages.jsonl"
    command = ["pages", "export", str(target), "--store", str(archive_of.settings.store)]
    assert main(command) == 0
    assert target.read_text(encoding="utf-8") == ""  # nobody mended anything yet
    archive_of.mender.join(mine[0].id, mine[1].id)
    assert main(command) == 0
    (page,) = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    assert (page["sha256"], page["page"], page["mended"]) == (torn.origin.sha256, 0, True)
    (only,) = page["articles"]
    text = "".join(page["text"][start:end] for start, end in only["spans"])
    assert "扩种茶园420亩" in text.replace("\n", "")
    assert "救生衣80件" in text
    assert main([*command, "--all"]) == 0
    assert len(target.read_text(encoding="utf-8").splitlines()) == 1  # records in JSON have no page to look at


def test_feedback_is_listed_and_becomes_gold_questions(
    archive_of: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = {"question": "茶园扩种多少亩？", "answer": "扩种茶园420亩[1]。", "verdict": "up", "article_ids": ["t"]}
    archive_of.store.add_feedback(said)
    archive_of.store.add_feedback(
        {"question": "课程几门？", "answer": "8门[1]。", "verdict": "down", "comment": "figure"}
    )
    archive_of.mender.divide(named(archive_of, "茶园扩种").id, 2, "")  # a record of another kind beside them
    gold = tmp_path / "gold.jsonl"
    assert main(["feedback", "--gold", str(gold), "--store", str(archive_of.settings.store)]) == 0
    listed = capsys.readouterr().out.splitlines()
    assert [line.split("  ", 1)[1] for line in listed[:2]] == [
        "有用 · good  茶园扩种多少亩？ → 扩种茶园420亩[1]。",
        "有误 · wrong（figure）  课程几门？ → 8门[1]。",
    ]
    assert listed[2:] == ["共 2 条 / 2 in all"]
    good, bad = read_gold(gold)
    assert (good.question, good.answers, good.article_ids) == ("茶园扩种多少亩？", (("420亩",),), ("t",))
    assert (bad.answers, bad.tags) == ((), ("feedback", "to_answer", "figure"))


def token(markup: str) -> str:
    return markup.split('data-token="')[1].split('"')[0].replace("&#45;", "-").replace("&#95;", "_")


def test_the_page_divides_joins_and_takes_back(archive_of: Workspace) -> None:
    buttons = Mending(archive_of, Archive(archive_of, CHINESE), UndoList(), CHINESE)
    tea = named(archive_of, "茶园扩种")
    shown = buttons.divide(tea.id, {"line": "2", "title": "渡口恢复通航"})
    assert "后一篇是《渡口恢复通航》" in shown
    assert "恢复原样" in buttons.undo(token(shown))
    assert archive_of.store.article(tea.id) == tea
    assert "什么也没有做" in buttons.divide(tea.id, {"line": "八"})
    joined = buttons.join(tea.id, {"next": named(archive_of, "夜校开班").id})
    assert "《夜校开班》已接在这篇后面" in joined
    buttons.join(tea.id, {"next": named(archive_of, "").id})
    assert "先撤销后做的改动" in buttons.undo(token(joined))
    assert "夜校开班" not in [article.title for article in archive_of.store.articles()]


def test_the_undo_list_forgets_the_oldest_and_keeps_what_failed(archive_of: Workspace) -> None:
    buttons = Mending(archive_of, Archive(archive_of, CHINESE), UndoList(), CHINESE)
    tea, school = named(archive_of, "茶园扩种"), named(archive_of, "夜校开班")
    first = buttons.join(tea.id, {"next": school.id})
    second = buttons.join(tea.id, {"next": named(archive_of, "").id})
    assert "先撤销后做的改动" in buttons.undo(token(first))
    assert "恢复原样" in buttons.undo(token(second))
    assert "恢复原样" in buttons.undo(token(first))
    assert archive_of.store.article(tea.id) == tea


@pytest.mark.slow
def test_a_wrong_cut_is_mended_in_the_browser_and_undone(sample_visit: Visit) -> None:
    page = sample_visit.page
    page.set_default_timeout(60_000)
    sample_visit.open()
    sample_visit.tab("archive")
    page.wait_for_selector(".bw-row")
    page.click(".bw-row >> nth=3")
    page.wait_for_selector("#bw-viewer h3")
    title = page.inner_text("#bw-viewer h3")
    body = page.locator("#bw-viewer .bw-article > p").all_inner_texts()
    total = page.inner_text("#bw-archive .bw-soft >> nth=0")
    page.click(".bw-mending summary:has-text('分成两篇')")
    page.select_option(".bw-correct [name=line]", index=0)
    page.fill("form[data-event=divide] [name=title]", "从中分出的一篇")
    page.click("form[data-event=divide] button")
    page.wait_for_selector(".bw-note:has-text('后一篇是《从中分出的一篇》')")
    assert page.locator("#bw-viewer .bw-article > p").all_inner_texts() == body[1:]
    page.wait_for_selector("#bw-archive .bw-row:has-text('从中分出的一篇')")
    assert page.inner_text("#bw-archive .bw-soft >> nth=0") != total
    page.click(f"#bw-archive .bw-row:has-text('{title}')")
    page.wait_for_function("title => document.querySelector('#bw-viewer h3').innerText === title", arg=title)
    assert page.locator("#bw-viewer .bw-article > p").all_inner_texts() == body[:1]
    page.click(".bw-mending summary:has-text('并入另一篇')")
    page.select_option("form[data-event=join] [name=next]", label="从中分出的一篇")
    page.click("form[data-event=join] button")
    page.wait_for_selector(".bw-note:has-text('已接在这篇后面')")
    assert page.locator("#bw-viewer .bw-article > p").all_inner_texts() == [body[0], "从中分出的一篇", *body[1:]]
    page.get_by_role("button", name="撤销").click()
    page.wait_for_selector(".bw-note:has-text('恢复原样')")
    assert page.locator("#bw-viewer .bw-article > p").all_inner_texts() == body[:1]
    page.wait_for_selector("#bw-archive .bw-row:has-text('从中分出的一篇')")


@pytest.mark.slow
def test_the_headline_of_the_chosen_line_is_proposed(sample_visit: Visit) -> None:
    page = sample_visit.page
    sample_visit.open()
    form = (
        '<form data-event="divide"><select name="line"><option data-title="">2</option>'
        '<option data-title="渡口复航">3</option></select><input name="title"></form>'
    )
    page.evaluate("form => document.body.insertAdjacentHTML('beforeend', form)", form)
    page.select_option("form[data-event=divide] select", index=1)
    assert page.input_value("form[data-event=divide] [name=title]") == "渡口复航"
