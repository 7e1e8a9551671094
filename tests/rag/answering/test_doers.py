"""Names are held to what the paper says their bearers did."""

import pytest

from rag.answering.doers import names_that_did

FILMS = [
    "本地导演周启明执导，方小鱼、石磊等主演的《渡口》，以及林冬、何苗等主演的《归仓》同日上映。",
    "《归仓》由丁一山执导、沈河担任监制，林冬及白露领衔主演。",
]
MEETING = ["区党工委书记林致远主持会议。", "区领导沈墨川、顾长青、秦望舒出席会议。"]


@pytest.mark.parametrize(
    ("question", "statement", "held"),
    [
        ("《归仓》的主演有谁？", "林冬、何苗、方小鱼、丁一山、沈河", "林冬、何苗"),
        ("《归仓》的主演有谁？", "林冬、何苗、白露", "林冬、何苗、白露"),
        ("《归仓》的主演有谁？", "《归仓》的主演是林冬、何苗和石磊。", "《归仓》的主演是林冬、何苗。"),
        ("《归仓》的主演有谁？", "石磊", None),
        ("《归仓》是谁执导的？", "丁一山、林冬", "丁一山"),
        ("《归仓》票房多少？", "林冬、方小鱼", "林冬、方小鱼"),
    ],
)
def test_a_name_of_another_film_or_part_is_left_out(question: str, statement: str, held: str | None) -> None:
    assert names_that_did(question, statement, FILMS) == held


@pytest.mark.parametrize(
    ("question", "statement", "held"),
    [
        ("谁主持了会议？", "林致远", "林致远"),
        ("谁主持了会议？", "沈墨川、顾长青", None),
        ("谁出席了会议？", "林致远、沈墨川", "林致远、沈墨川"),
        ("谁主持、谁出席了会议？", "沈墨川、顾长青出席会议", "沈墨川、顾长青出席会议"),
        ("会议由谁主持？", "区党工委书记林致远主持会议。", "区党工委书记林致远主持会议。"),
    ],
)
def test_who_presides_attends_but_who_attends_does_not_preside(
    question: str, statement: str, held: str | None
) -> None:
    assert names_that_did(question, statement, MEETING) == held


CABINET = [
    "县长何立群，副县长周守仁、丁一山、林冬，县人大常委会副主任方小鱼出席，副县长何苗主持。",
    "麦凯文以多数票当选议长。",
]


@pytest.mark.parametrize(
    ("question", "statement", "held"),
    [
        ("副县长有哪些？", "副县长有何立群、周守仁、丁一山、方小鱼", "副县长有周守仁、丁一山"),
        ("副县长都有谁？", "周守仁、丁一山、林冬、何苗", "周守仁、丁一山、林冬、何苗"),
        ("县长是谁？", "何立群", "何立群"),
        ("县长是谁？", "周守仁", None),
        ("议长是谁？", "麦凯文", "麦凯文"),
    ],
)
def test_an_office_is_held_by_those_listed_after_it(question: str, statement: str, held: str | None) -> None:
    assert names_that_did(question, statement, CABINET) == held
