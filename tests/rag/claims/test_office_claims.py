import pytest

from rag.claims.office_claims import office_namings


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("海棠县港务局局长温如海介绍，码头已建成。", [("海棠县港务局", "局长", "温如海")]),
        (
            "县委书记、县人大常委会主任程远帆主持会议。",
            [("县委", "书记", "程远帆"), ("县人大常委会", "主任", "程远帆")],
        ),
        ("县水利局副局长孙一鸣说，水位下降。", [("县水利局", "副局长", "孙一鸣")]),
        ("李长河任海棠县石矶镇镇长。", [("海棠县石矶镇", "镇长", "李长河")]),
        ("原县长赵立春出席。", []),
        ("会议要求各局局长带头下村。", []),
        ("省科技创新厅厅长、党组书记周望舒到访。", [("省科技创新厅", "厅长", "周望舒"), ("党组", "书记", "周望舒")]),
    ],
)
def test_who_holds_which_office(text: str, found: list[tuple[str, str, str]]) -> None:
    assert [(item.body, item.title, item.name) for item in office_namings(text)] == found
    assert all(text[item.start : item.end] == item.name for item in office_namings(text))
