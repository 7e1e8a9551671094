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
        ("会议任命温如海为海棠县港务局局长。", [("海棠县港务局", "局长", "温如海")]),
        ("大会选举周望舒同志为海棠县县长", [("海棠县", "县长", "周望舒")]),
        ("免去李长河的石矶镇镇长职务，任命孙一鸣为石矶镇镇长。", [("石矶镇", "镇长", "孙一鸣")]),
        ("常委会选举程远帆担任海棠县监委主任,任期三年", [("海棠县监委", "主任", "程远帆")]),
        ("任命书送到了县长手里。", []),
        ("原县长赵立春出席。", []),
        ("会议要求各局局长带头下村。", []),
        ("省科技创新厅厅长、党组书记周望舒到访。", [("省科技创新厅", "厅长", "周望舒"), ("党组", "书记", "周望舒")]),
    ],
)
def test_who_holds_which_office(text: str, found: list[tuple[str, str, str]]) -> None:
    assert [(item.body, item.title, item.name) for item in office_namings(text)] == found
    assert all(text[item.start : item.end] == item.name for item in office_namings(text))
