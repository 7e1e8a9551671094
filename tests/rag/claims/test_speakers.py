import pytest

from rag.claims.speakers import speaker_of, speakers


@pytest.mark.parametrize(
    ("text", "said_by"),
    [
        ("副市长叶知秋在会上强调，要抓紧施工。", ("叶知秋",)),
        ("叶知秋指出，全年签约40个。何田介绍，播种12万亩。", ("叶知秋", "何田")),
        ("据介绍，项目投资3亿元。", ()),
        ("他要求确保质量。", ()),
        ("叶知秋主持会议。", ()),
    ],
)
def test_who_says_something(text: str, said_by: tuple[str, ...]) -> None:
    assert speakers(text) == said_by


def test_a_sentence_is_of_the_speaker_before_it_in_its_paragraph() -> None:
    text = "何田介绍，播种12万亩。其中小麦8万亩。\n叶知秋指出，要抢抓农时。"
    second = text.index("其中"), text.index("\n")
    assert speaker_of(text, *second) == "何田"
    assert speaker_of(text, text.index("叶知秋"), len(text)) == "叶知秋"
    assert speaker_of("播种12万亩。", 0, 7) == ""
