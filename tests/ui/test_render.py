import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ui_fakes import ANSWER, BRIDGE, HOSTILE, MARKET, MARKET_PASSAGE, REFUSED

from ui.messages import CHINESE, ENGLISH, TEXTS
from ui.packets import packet_json, packet_markdown
from ui.render import answer_html, article_html, escape, evidence_html, marked_html, pending_html, question_html
from ui.terminal import after_answer_text, clean

ALLOWED_TAGS = {
    "article", "b", "br", "button", "div", "h3", "h4", "li", "mark", "p", "s", "section", "small", "span",
    "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip


class Reading(HTMLParser):
    """The tags, attributes and text of a piece of markup, as a browser would read them."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


@given(st.text())
def test_escaped_text_is_text_and_nothing_else(text: str) -> None:
    escaped = escape(text)
    reading = Reading(escaped)
    assert set(reading.tags) <= {"br"}
    assert not re.search(r"[`*_~{}\[\]$<>\"'\\\n\r]", escaped.replace("<br>", ""))
    expected = re.sub(r"\r\n|[\r\n\u2028\u2029]", "", text.replace("\x00", ""))
    assert reading.text.replace("\ufffd", "") == expected.replace("\ufffd", "") or max(text) >= "\x80"


@pytest.mark.parametrize(
    "markup",
    [
        question_html(HOSTILE),
        pending_html(HOSTILE, HOSTILE),
        answer_html(replace(ANSWER, answer=HOSTILE + "[1]", model=HOSTILE, notes=(HOSTILE,)), 1, CHINESE),
        answer_html(replace(REFUSED, refusal_reason=HOSTILE), 1, CHINESE),
        article_html(replace(MARKET, title=HOSTILE, byline=HOSTILE, source=HOSTILE), CHINESE, 3, 30),
        evidence_html((replace(MARKET_PASSAGE, title=HOSTILE),), {MARKET.id: MARKET}, ANSWER, 1, CHINESE),
    ],
)
def test_hostile_text_stays_text(markup: str) -> None:
    reading = Reading(markup)
    assert set(reading.tags) <= ALLOWED_TAGS
    assert reading.attributes <= {"class", "data-turn", "hidden", "id", "type"}
    assert "<script>window.stolen=1</script>" in reading.text
    assert not {"{{", "${", "**"} & set(re.findall(r"\{\{|\$\{|\*\*", markup))
    assert "\n" not in markup


def test_a_marker_opens_the_view_of_its_quote() -> None:
    answer = answer_html(ANSWER, 3, CHINESE)
    panel = evidence_html(ANSWER.passages, {BRIDGE.id: BRIDGE, MARKET.id: MARKET}, ANSWER, 3, CHINESE)
    opened = set(re.findall(r"bw-opens-([\w-]+)", answer + panel))
    ids = {name.replace("&#45;", "-") for name in re.findall(r'id="([^"]+)"', panel)}
    assert {name.replace("&#45;", "-") for name in opened} <= ids | {"reading"}
    assert "quote-3-1" in ids
    assert 'class="bw-marker bw-opens-quote-3-1"' in answer


def test_no_line_begins_with_the_sign_after_a_marker() -> None:
    markup = marked_html("签约3个[1]。总投资[1]多少", ANSWER.citations, (), 3, CHINESE)
    assert re.findall(r'<span class="bw-together"><button .*?</button>(.)</span>', markup) == ["。"]
    assert Reading(markup).text.startswith("签约3个1")
    assert markup.count("bw-marker") == 2


def test_the_highlight_is_exactly_the_quote() -> None:
    citation = ANSWER.citations[0]
    markup = article_html(BRIDGE, CHINESE, citation.start, citation.end)
    assert [Reading(part).text for part in re.findall(r"<mark>(.*?)</mark>", markup)] == [citation.quote]


def test_a_quote_over_a_line_break_is_highlighted_in_both_paragraphs() -> None:
    start, end = BRIDGE.text.index("总投资"), BRIDGE.text.index("介绍")
    parts = re.findall(r"<mark>(.*?)</mark>", article_html(BRIDGE, CHINESE, start, end))
    assert [Reading(part).text for part in parts] == ["总投资3.5亿元。", "建设指挥部"]


def test_an_unsupported_figure_is_struck_out_and_named() -> None:
    markup = answer_html(ANSWER, 1, CHINESE)
    assert "<s>4亿元</s>" in markup
    assert "<s>3&#46;5亿元</s>" not in markup
    assert CHINESE.unsupported_warning.rstrip("：") in Reading(markup).text


def test_a_figure_inside_a_longer_number_is_not_struck_out() -> None:
    figure = replace(ANSWER.figures[1], text="4个")
    answer = replace(ANSWER, answer="共14个，另4个。", citations=(), figures=(figure,), other_readings=())
    assert re.findall(r"(.)<span class=\"bw-unsupported\"><s>(.*?)</s>", answer_html(answer, 1, CHINESE)) == [
        ("另", "4个")
    ]


def test_a_refusal_is_set_apart_and_says_what_was_searched() -> None:
    reading = Reading(answer_html(REFUSED, 1, CHINESE))
    assert CHINESE.refused in reading.text
    assert "检索了 2 篇报道" in reading.text
    assert "bw-refusal" in answer_html(REFUSED, 1, CHINESE)


def test_both_languages_fill_in_the_same_places() -> None:
    for name in CHINESE.__dataclass_fields__:
        chinese, english = getattr(CHINESE, name), getattr(ENGLISH, name)
        if isinstance(chinese, str):
            assert set(re.findall(r"\{(\w+)", chinese)) == set(re.findall(r"\{(\w+)", english)), name
    assert set(TEXTS) == {"zh", "en"}


def test_a_packet_holds_question_answer_quotes_and_state() -> None:
    import datetime as dt
    import json

    made = dt.datetime(2021, 4, 1, 8, tzinfo=dt.UTC)
    document = json.loads(packet_json(ANSWER, made=made, release="9"))
    assert (document["made"], document["baowen_version"], document["generation"]) == (
        "2021-04-01T08:00:00+00:00",
        "9",
        7,
    )
    assert document["citations"][0]["quote"] == ANSWER.citations[0].quote
    text = packet_markdown(replace(ANSWER, question=HOSTILE), CHINESE, made=made, release="9")
    assert "> 大桥全长1280米，总投资3.5亿元。" in text
    assert "4亿元" in text.split(CHINESE.unsupported_warning)[1]
    assert "<script>" not in text
    assert "](javascript" not in text


def test_no_control_sequence_reaches_the_terminal() -> None:
    assert clean("a\x1b[31mb\u202ec\n\td\x00") == "a[31mbc\n\td"
    citation = replace(ANSWER.citations[0], title="题\x1b]0;x\x07")
    assert "\x1b" not in after_answer_text(replace(ANSWER, citations=(citation,), notes=("\x1b[2J",)))
