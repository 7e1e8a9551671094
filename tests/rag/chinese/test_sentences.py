import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.chinese.sentences import LONGEST_SENTENCE, Span, split_clauses, split_sentences


def sentences(text: str) -> list[str]:
    return [text[span.start : span.end] for span in split_sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("签约102个。总投资350亿元！", ["签约102个。", "总投资350亿元！"]),
        ("他说：“项目已开工。”随后离开。", ["他说：“项目已开工。”", "随后离开。"]),
        ("增长3.5%。达43.44亿元。", ["增长3.5%。", "达43.44亿元。"]),
        ("第一段\n　　第二段。 ", ["第一段", "第二段。"]),
        ("The bridge is 860.5 m long. It opened on 12 May.", ["The bridge is 860.5 m long.", "It opened on 12 May."]),
        ("真的吗？！当然……走吧", ["真的吗？！", "当然……", "走吧"]),
        ("", []),
        (" \n　\n", []),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


def test_a_long_sentence_is_cut_at_semicolons_a_short_one_is_not() -> None:
    items = [
        "一是抓好项目招引，签约各类项目一百零二个，覆盖新能源、新材料等六个产业；",
        "二是抓好企业服务，走访企业三百余家，帮助解决用工、用地难题；",
        "三是抓好环境整治，关停小作坊四十二家，新建污水处理站两座。",
    ]
    assert sentences("".join(items)) == items
    assert sentences("甲；乙；丙。") == ["甲；乙；丙。"]


def test_a_table_without_any_stop_is_cut_at_pauses_and_never_inside_a_number() -> None:
    text = "，".join(f"第{n}村收粮{n * 37 % 900}.{n % 10}吨" for n in range(80))
    parts = sentences(text)
    assert "".join(parts) == text
    assert max(map(len, parts)) <= LONGEST_SENTENCE
    assert all(part.endswith("，") for part in parts[:-1])
    assert max(map(len, sentences("字" * 5000))) == LONGEST_SENTENCE


def test_clauses_keep_their_punctuation() -> None:
    text = "签约102个，总投资350亿元。"
    assert [text[s.start : s.end] for s in split_clauses(text, Span(0, len(text)))] == [
        "签约102个，",
        "总投资350亿元。",
    ]


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from("签约𠮷。！？；，”“\n 　1.5%ab."), max_size=300))
def test_sentences_ascend_are_trimmed_and_lose_only_white_space(text: str) -> None:
    position = 0
    for span in split_sentences(text):
        assert position <= span.start < span.end
        assert not text[position : span.start].strip()
        assert text[span.start : span.end].strip()
        position = span.end
    assert not text[position:].strip()
