import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.chinese.sentences import Span
from rag.corpus.chunks import split_into_spans

TEXT = "示范区召开推进会，签约项目102个。总投资350亿元；增长9%！\n下一步，各镇抓紧落实。"


def test_chunks_end_at_sentences_and_tile_the_text() -> None:
    pieces = [TEXT[span.start : span.end] for span in split_into_spans(TEXT, 20)]
    assert pieces == ["示范区召开推进会，签约项目102个。", "总投资350亿元；增长9%！\n", "下一步，各镇抓紧落实。"]
    assert "".join(pieces) == TEXT


def test_a_short_text_is_one_chunk() -> None:
    assert split_into_spans("签约102个。", 300) == (Span(0, 7),)


@pytest.mark.parametrize("text", ["", " \n\n　 ", "\n"])
def test_white_space_alone_gives_no_chunk(text: str) -> None:
    assert split_into_spans(text, 300) == ()


def test_a_text_without_any_punctuation_is_cut_anyway() -> None:
    spans = split_into_spans("示范区" * 500, 300)
    assert [span.end - span.start for span in spans] == [300] * 5


def test_an_end_of_sentence_keeps_its_closing_quote() -> None:
    text = "他说：“项目已经开工。”随后大家前往现场。"
    assert [text[s.start : s.end] for s in split_into_spans(text, 12)] == [
        "他说：“项目已经开工。”",
        "随后大家前往现场。",
    ]


@settings(max_examples=150, deadline=None)
@given(
    text=st.text(st.sampled_from("签约项目𠮷é 。！？；，\n\r\t　”“1234567890.%abc"), max_size=400),
    longest=st.integers(1, 60),
)
def test_spans_ascend_are_short_and_lose_only_white_space(text: str, longest: int) -> None:
    spans = split_into_spans(text, longest)
    position = 0
    for span in spans:
        assert position <= span.start < span.end <= len(text)
        assert span.end - span.start <= longest
        assert not text[position : span.start].strip()
        position = span.end
    assert not text[position:].strip()
