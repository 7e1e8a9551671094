import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ui_fakes import ANSWER, BRIDGE, GREETED, HOSTILE, MARKET, MARKET_PASSAGE, REFUSED

from rag.answering.events import EvidenceFound, TextDelta
from rag.records import SearchFilter
from ui.answer_html import answer_html, exchange_html, live_html, marked_html
from ui.asking import LiveAnswer
from ui.conversation import Conversation, Exchange
from ui.conversation_html import beginning_html, conversations_html, thread_html
from ui.messages import CHINESE, ENGLISH, TEXTS
from ui.render import article_html, attribute, escape, evidence_html
from ui.terminal import after_answer_text, clean

ALLOWED_TAGS = {
    "a", "article", "b", "blockquote", "br", "button", "details", "div", "h2", "h3", "input", "li", "mark", "ol", "p",
    "s", "section", "small", "span", "summary", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip


class Reading(HTMLParser):
    """The tags, attributes and text of a piece of markup, as a browser would read them."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.text = ""
        self.links: list[str] = []
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name in ("href", "action", "formaction")]

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


def live(text: str) -> LiveAnswer:
    found = LiveAnswer(text, 1, SearchFilter())
    found.take(EvidenceFound(ANSWER.passages))
    found.take(TextDelta(text))
    return found


@pytest.mark.parametrize(
    "markup",
    [
        exchange_html("c", Exchange(HOSTILE, "stopped"), 1, CHINESE),
        live_html(live(HOSTILE), CHINESE),
        beginning_html([HOSTILE], is_empty=False, texts=CHINESE),
        conversations_html([Conversation("c", HOSTILE, (), "2021-03-09")], "c", CHINESE),
        answer_html(replace(ANSWER, answer=HOSTILE + "[1]", model=HOSTILE, notes=(HOSTILE,)), 1, CHINESE),
        answer_html(replace(REFUSED, refusal_reason=HOSTILE), 1, CHINESE),
        article_html(replace(MARKET, title=HOSTILE, byline=HOSTILE, source=HOSTILE), CHINESE, 3, 30),
        evidence_html((replace(MARKET_PASSAGE, title=HOSTILE),), {MARKET.id: MARKET}, ANSWER, 1, CHINESE),
    ],
)
def test_hostile_text_stays_text(markup: str) -> None:
    reading = Reading(markup)
    assert set(reading.tags) <= ALLOWED_TAGS
    assert not {name for name in reading.attributes if name.startswith("on") or name in ("src", "style", "srcdoc")}
    assert not [link for link in reading.links if not link.startswith(("/page/", "?c="))]
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
    assert 'aria-label="来源 1，《青石大桥合龙》"' in answer


def test_no_line_begins_with_the_sign_after_a_marker() -> None:
    markup = marked_html("签约3个[1]。总投资[1]多少", ANSWER.citations, (), 3, CHINESE)
    assert re.findall(r'<span class="bw-together"><button .*?</button>(.)</span>', markup) == ["。"]
    assert Reading(markup).text.startswith("签约3个〔1〕。")
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


def test_no_control_sequence_reaches_the_terminal() -> None:
    assert clean("a\x1b[31mb\u202ec\n\td\x00") == "a[31mbc\n\td"
    citation = replace(ANSWER.citations[0], title="题\x1b]0;x\x07")
    assert "\x1b" not in after_answer_text(replace(ANSWER, citations=(citation,), notes=("\x1b[2J",)))


@given(st.text())
def test_an_attribute_is_read_back_as_it_was(text: str) -> None:
    class Values(HTMLParser):
        value: str | None = None

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            self.value = attrs[0][1]

    reading = Values()
    plain = re.sub("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]", "", text)
    reading.feed(f'<p data-x="{attribute(plain)}">')
    assert reading.value == plain


def test_a_greeting_is_greeted_and_not_told_off() -> None:
    markup = exchange_html("c", Exchange("你好", "answered", GREETED), 1, CHINESE)
    assert GREETED.answer in Reading(markup).text
    assert "bw-refusal" not in markup
    assert CHINESE.copy not in markup


def test_the_wait_says_what_goes_on() -> None:
    waiting = LiveAnswer("问", 1, SearchFilter())
    waiting.wait_in("in line", 2)
    assert "前面还有 2 个提问" in Reading(live_html(waiting, CHINESE)).text
    waiting.take(EvidenceFound(ANSWER.passages))
    shown = Reading(live_html(waiting, CHINESE)).text
    assert "找到 2 段相关报道" in shown
    assert "大桥全长1280米，总投资3.5亿元。" not in shown  # no sentence came with the evidence
    for answers, note in ((False, "正在核对，还不是答案"), (True, "可能就是答案，模型正在核对，先不要引用")):
        waiting.take(EvidenceFound(ANSWER.passages, sentence=ANSWER.citations[0], answers=answers))
        shown = Reading(live_html(waiting, CHINESE)).text
        assert "大桥全长1280米，总投资3.5亿元。" in shown
        assert note in shown
    waiting.take(TextDelta("青石大桥总投资3.5亿元[1]"))
    assert "3.5亿元〔1〕" in Reading(live_html(waiting, CHINESE)).text


def test_a_failure_is_told_in_the_language_of_the_page() -> None:
    failed = Exchange("问", "failed", failure="model")
    assert "模型没能作答" in exchange_html("c", failed, 1, CHINESE)
    assert "The model could not answer" in Reading(exchange_html("c", failed, 1, ENGLISH)).text
    assert CHINESE.interrupted in exchange_html("c", Exchange("问"), 1, CHINESE)


def test_a_thread_holds_its_first_exchanges() -> None:
    conversation = Conversation("c", "", (Exchange("一", "answered", ANSWER), Exchange("二", "stopped")))
    shown = Reading(thread_html(conversation, 1, CHINESE)).text
    assert "一" in shown
    assert "二" not in shown.split("报纸上还有")[0]
