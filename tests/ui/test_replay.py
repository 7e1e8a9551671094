"""A saved answer given back: whether it still holds, by command, over HTTP and in a real browser."""

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import Visit
from fastapi.testclient import TestClient
from real_workspace import real_workspace
from ui_fakes import REFUSED

from rag.corpus.article_edits import Correction
from rag.records import Answer, SearchFilter
from rag.workspace import Workspace
from ui.api import create_app
from ui.cli import main
from ui.conversation import cited_articles
from ui.messages import CHINESE
from ui.packets import MAX_BYTES, PacketError, packet_json, read_packet
from ui.replay_html import replay_html
from ui.replaying import Replay, replayed, with_answer

QUESTION = "雾岭县今年扩种茶园多少亩？"
FILTER = SearchFilter(dt.date(2022, 1, 1), None, None)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    made = real_workspace(tmp_path)
    yield made
    made.close()


@pytest.fixture
def answer(workspace: Workspace) -> Answer:
    found = workspace.assistant.answer(QUESTION, search_filter=FILTER)
    assert "420亩" in found.answer
    assert found.citations
    return found


@pytest.fixture
def saved(workspace: Workspace, answer: Answer) -> bytes:
    articles = cited_articles(workspace.store, (), answer)
    made = dt.datetime(2022, 5, 1, tzinfo=dt.UTC)
    return packet_json(answer, FILTER, articles, made=made, release="9").encode()


def checked(saved: bytes, workspace: Workspace) -> Replay:
    return replayed(read_packet(saved), workspace.store)


def test_a_packet_comes_back_as_it_was(saved: bytes, answer: Answer) -> None:
    packet = read_packet(saved)
    assert packet.answer.citations == answer.citations
    assert packet.answer.answer == answer.answer
    assert (packet.search_filter, packet.made) == (FILTER, "2022-05-01T00:00:00+00:00")
    assert packet.question == (answer.standalone_question or QUESTION)


def test_nothing_changed_is_the_same(saved: bytes, workspace: Workspace) -> None:
    found = checked(saved, workspace)
    assert (found.state, {item.state for item in found.quotes}) == ("same", {"same"})
    again = with_answer(found, workspace.assistant.answer(QUESTION, search_filter=FILTER))
    assert (again.state, again.answer_changes) == ("same", ())


def test_a_corrected_date_a_new_cut_and_a_lost_sentence_are_told_apart(
    saved: bytes, workspace: Workspace, answer: Answer
) -> None:
    cited = workspace.store.article(answer.citations[0].article_id)
    correction = Correction(cited.title, dt.date(2022, 4, 10), cited.source, cited.page)
    kept = workspace.correct_article(cited.id, correction)
    assert checked(saved, workspace).quotes[0].changes == ("date",)
    workspace.put_article_back(kept)
    other = next(item for item in workspace.store.articles() if item.title == "夜校开班")
    mend = workspace.mender.join(cited.id, other.id)
    found = checked(saved, workspace)
    assert (found.state, found.quotes[0].changes) == ("changed", ("text",))
    workspace.undo_mend(mend)
    mend = workspace.mender.join(other.id, cited.id)
    assert checked(saved, workspace).state == "gone"
    workspace.undo_mend(mend)
    assert checked(saved, workspace).state == "same"
    document = json.loads(saved)
    document["citations"][0]["quote"] = "雾岭县今年扩种茶园520亩。"
    assert checked(json.dumps(document).encode(), workspace).quotes[0].changes == ("quote",)


def test_an_article_that_is_gone_is_told(saved: bytes, workspace: Workspace, answer: Answer) -> None:
    workspace.store.remove([answer.citations[0].article_id])
    found = checked(saved, workspace)
    assert (found.state, found.quotes[0].state) == ("gone", "gone")


def test_a_correction_in_a_later_paper_is_told(tmp_path: Path) -> None:
    workspace = real_workspace(tmp_path, "县总工会夜校开设课程12门。")
    found = workspace.assistant.answer("县总工会夜校开设课程多少门？")
    articles = cited_articles(workspace.store, (), found)
    made = dt.datetime(2022, 5, 1, tzinfo=dt.UTC)
    saved = packet_json(found, SearchFilter(), articles, made=made, release="9").encode()
    assert [item.state for item in checked(saved, workspace).quotes] == ["same"]
    notice = tmp_path / "更正.json"
    text = "本报2022年4月9日刊发的《夜校开班》一文中，“课程12门”应为“课程13门”。特此更正。"
    notice.write_text(json.dumps([{"title": "更正", "text": text, "date": "2022-04-12"}]), encoding="utf-8")
    workspace.ingest([notice])
    now = checked(saved, workspace)
    assert (now.state, now.quotes[0].changes) == ("changed", ("corrected",))
    workspace.close()


def test_a_refusal_has_nothing_to_hold_and_says_so() -> None:
    made = dt.datetime(2022, 5, 1, tzinfo=dt.UTC)
    saved = packet_json(REFUSED, SearchFilter(), {}, made=made, release="9").encode()
    shown = replay_html(Replay(read_packet(saved), (), 7), CHINESE)
    assert CHINESE.packet_no_quotes in shown
    assert CHINESE.packet_states["same"] not in shown


def test_another_answer_is_told_by_what_differs(saved: bytes, workspace: Workspace) -> None:
    found = checked(saved, workspace)
    other = Answer(QUESTION, "扩种402亩[1]。", citations=found.packet.answer.citations)
    assert with_answer(found, other).answer_changes == ("figures",)
    assert with_answer(found, Answer(QUESTION, "没有答案。", refused=True)).answer_changes == ("refused", "figures")
    worded = Answer(QUESTION, "今年茶园扩种了420亩[1]。", citations=found.packet.answer.citations)
    assert with_answer(found, worded).answer_changes == ()


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"{}", b'{"kind": "baowen answer packet"}', b"\xff\xfe", b"{" * 2000],
)
def test_what_is_no_packet_is_refused_in_one_line(data: bytes) -> None:
    with pytest.raises(PacketError, match="expected a JSON file saved with an answer") as refused:
        read_packet(data)
    assert "\n" not in str(refused.value)


def test_a_packet_that_was_tampered_with_is_refused(saved: bytes) -> None:
    for place, value in (("date", "gestern"), ("start", -4), ("end", "3"), ("quote", 7)):
        document = json.loads(saved)
        document["citations"][0][place] = value
        with pytest.raises(PacketError):
            read_packet(json.dumps(document).encode())
    with pytest.raises(PacketError, match="bytes"):
        read_packet(b" " * (MAX_BYTES + 1))


def test_the_command_says_whether_it_holds(
    saved: bytes, workspace: Workspace, tmp_path: Path, answer: Answer, capsys: pytest.CaptureFixture[str]
) -> None:
    packet = tmp_path / "packet.json"
    packet.write_bytes(saved)
    command = ["replay", str(packet), "--store", str(workspace.settings.store)]
    assert main(command) == 0
    assert capsys.readouterr().out.splitlines()[0] == "仍然成立 · still holds"
    workspace.store.remove([answer.citations[0].article_id])
    assert main([*command, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["state"], told["quotes"][0]["state"], told["answer"]) == ("gone", "gone", None)
    packet.write_text("{}", encoding="utf-8")
    assert main(command) == 1
    assert "no answer packet" in capsys.readouterr().err


def test_it_is_asked_over_http(saved: bytes, workspace: Workspace) -> None:
    app = create_app(workspace, workspace.settings)
    with TestClient(app, base_url="http://127.0.0.1:7860", raise_server_exceptions=False) as api:
        body: dict[str, Any] = {"packet": json.loads(saved)}
        found = api.post("/v1/packets/replay", json=body).json()
        assert (found["state"], found["answer"]) == ("same", None)
        asked = api.post("/v1/packets/replay", json={**body, "ask": True}).json()
        assert (asked["state"], asked["answer_changes"]) == ("same", [])
        assert "420亩" in asked["answer"]["answer"]
        body["packet"]["citations"][0]["date"] = "gestern"
        refused = api.post("/v1/packets/replay", json=body)
        assert refused.status_code == 422
        assert refused.headers["content-type"] == "application/problem+json"


@pytest.mark.slow
def test_an_answer_is_saved_given_back_and_found_changed(sample_visit: Visit, tmp_path: Path) -> None:
    page = sample_visit.page
    page.set_default_timeout(90_000)
    sample_visit.open()
    sample_visit.ask("第二水厂总投资多少？")
    sample_visit.answered()
    page.click("#bw-current .bw-details summary")
    with page.expect_download() as download:
        page.click("#bw-current a[href*='export.json']")
    packet = tmp_path / "packet.json"
    packet.write_bytes(Path(download.value.path()).read_bytes())
    cited = json.loads(packet.read_bytes())["citations"][0]

    def check() -> str:
        page.click("#bw-packet-start")
        page.wait_for_selector("#bw-replayed .bw-verdict")
        return str(page.get_attribute("#bw-replayed .bw-verdict", "data-state"))

    sample_visit.tab("check")
    page.click("#bw-packet button:has-text('核对存下的答案')")
    page.set_input_files("#bw-packet input[type=file]", str(packet))
    page.wait_for_selector("#bw-packet .file-preview")
    assert check() == "same"
    assert cited["quote"] in page.inner_text("#bw-replayed blockquote >> nth=0")
    page.get_by_role("button", name="再问一次，比较答案").click()
    page.wait_for_selector("#bw-replayed .bw-compared:has-text('数字与出处都和当时相同')")
    sample_visit.tab("archive")
    page.fill("#bw-find textarea, #bw-find input", cited["title"])
    page.keyboard.press("Enter")
    page.click(f".bw-row[data-article='{cited['article_id']}']")
    page.wait_for_selector(f"#bw-viewer h3:has-text('{cited['title']}')")
    page.get_by_role("button", name="移除这篇").click()
    page.wait_for_selector(".bw-note:has-text('已移除')")
    sample_visit.tab("check")
    page.click("#bw-packet-start")
    page.wait_for_selector("#bw-replayed .bw-verdict[data-state=gone]")
    assert "已不在报纸库里" in page.inner_text("#bw-replayed .bw-verdict")
    sample_visit.tab("archive")
    page.get_by_role("button", name="撤销").click()
    page.wait_for_selector(".bw-note:has-text('恢复原样')")
    sample_visit.tab("check")
    page.click("#bw-packet-start")
    page.wait_for_selector("#bw-replayed .bw-verdict[data-state=same]")


@pytest.mark.slow
def test_a_file_that_is_no_packet_is_told_in_chinese(sample_visit: Visit, tmp_path: Path) -> None:
    page = sample_visit.page
    page.set_default_timeout(60_000)
    sample_visit.open()
    sample_visit.tab("check")
    page.click("#bw-packet button:has-text('核对存下的答案')")
    page.click("#bw-packet-start")
    page.wait_for_selector("#bw-replayed .bw-failure:has-text('请先选一个答案包')")
    other = tmp_path / "other.json"
    other.write_text("{}", encoding="utf-8")
    page.set_input_files("#bw-packet input[type=file]", str(other))
    page.wait_for_selector("#bw-packet .file-preview")
    page.click("#bw-packet-start")
    page.wait_for_selector("#bw-replayed .bw-failure:has-text('这个文件不是答案包')")
    assert "expected" not in page.inner_text("#bw-replayed")
