"""What people take away: copied text, Markdown, Word, and the packet."""

import datetime as dt
import io
import json
from dataclasses import replace

import docx
from ui_fakes import ANSWER, BRIDGE, HOSTILE, REFUSED

from rag.records import SearchFilter
from ui.citing import copied_text, source_text
from ui.exports import export_blocks, markdown_text
from ui.messages import CHINESE, ENGLISH
from ui.packets import packet_json, text_digest
from ui.word import word_bytes

MADE = dt.datetime(2021, 4, 1, 8, tzinfo=dt.UTC)


def test_copied_markers_corrupt_no_figure_and_carry_their_sources() -> None:
    lines = copied_text(ANSWER, CHINESE).split("\n")
    assert lines[0] == "青石大桥总投资3.5亿元〔1〕，另有说法是4亿元。"
    assert lines[1] == "下列数字在所引原文中没有核对到，请勿引用：4亿元"
    assert lines[2] == "〔1〕《青石晨报》2021年3月9日第1版：青石大桥合龙"
    assert copied_text(ANSWER, ENGLISH).split("\n")[2] == "〔1〕青石晨报, 2021-03-09, p. 1: 青石大桥合龙"


def test_a_copied_refusal_says_that_there_is_no_answer() -> None:
    assert copied_text(REFUSED, CHINESE) == f"报纸里没有答案：{REFUSED.refusal_reason}"


def test_a_source_says_what_is_not_known() -> None:
    unknown = replace(ANSWER.citations[0], date=None, page="A02", source="")
    assert source_text(unknown, CHINESE) == "日期不详第A02版：青石大桥合龙"


def test_markdown_is_for_people_and_holds_the_quotes() -> None:
    text = markdown_text(export_blocks([ANSWER, REFUSED], "大桥", CHINESE, MADE))
    assert text.startswith("# 大桥\n\n## 青石大桥投资多少？\n")
    assert "> 大桥全长1280米，总投资3.5亿元。" in text
    assert "〔1〕《青石晨报》2021年3月9日第1版" in text
    assert "## 市长是谁？\n\n报纸里没有答案：" in text
    assert not [word for word in ("a1b2c3", "scripted", "[1]", "第 7 版") if word in text]
    hostile = markdown_text(export_blocks([replace(ANSWER, question=HOSTILE)], HOSTILE, CHINESE, MADE))
    assert "<script>" not in hostile
    assert "](javascript" not in hostile


def test_a_word_file_opens_and_holds_the_same() -> None:
    document = docx.Document(io.BytesIO(word_bytes(export_blocks([ANSWER], "大桥\x00", CHINESE, MADE), "zh-CN")))
    found = [(paragraph.style.name, paragraph.text) for paragraph in document.paragraphs]
    assert found[0] == ("Title", "大桥")
    assert found[1] == ("Heading 1", "青石大桥投资多少？")
    assert ("Normal", "青石大桥总投资3.5亿元〔1〕，另有说法是4亿元。") in found
    assert ("Quote", "大桥全长1280米，总投资3.5亿元。") in found
    assert not [text for _, text in found if "a1b2c3" in text]


def test_a_packet_holds_question_answer_quotes_and_state() -> None:
    chosen = SearchFilter(source="青石晨报")
    document = json.loads(packet_json(ANSWER, chosen, {"a1b2c3": BRIDGE}, made=MADE, release="9"))
    assert document["filter"] == {"date_from": None, "date_to": None, "source": "青石晨报"}
    (article,) = document["articles"]
    assert (article["id"], article["title"], article["sha256"]) == ("a1b2c3", BRIDGE.title, text_digest(BRIDGE))
    assert (document["made"], document["baowen_version"]) == ("2021-04-01T08:00:00+00:00", "9")
    assert (document["generation"], document["citations"][0]["quote"]) == (7, ANSWER.citations[0].quote)
