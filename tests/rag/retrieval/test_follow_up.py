"""Follow-up questions completed, complete questions left alone."""

from __future__ import annotations

import pytest

from rag.records import Turn
from rag.retrieval.follow_up import standalone_question

PROJECTS = [Turn("青河区今年签约引进多少个项目？", "青河区今年签约引进102个项目[1]。")]
SPEECH = [Turn("赵立新书记在全区教育大会上强调了什么？", "他强调教育优先[1]。")]
WHO = [Turn("谁主持了柳湾镇的座谈会？", "座谈会由周明远主持[1]。")]
ROAD = [Turn("柳湾大桥2021年投资多少亿元？", "投资3.5亿元[1]。")]
CHAIN = [*PROJECTS, Turn("那总投资呢？", "总投资350亿元[1]。")]
ENGLISH = [Turn("How many projects did the Qinghe zone sign in 2020?", "102 projects [1].")]


@pytest.mark.parametrize(
    ("history", "question", "expected"),
    [
        (PROJECTS, "那总投资呢？", "青河区今年签约引进项目，总投资是多少？"),
        (PROJECTS, "总投资呢", "青河区今年签约引进项目，总投资是多少？"),
        (PROJECTS, "总投资", "青河区今年签约引进项目，总投资是多少？"),
        (PROJECTS, "去年", "青河区去年签约引进多少个项目？"),
        (PROJECTS, "那去年呢？", "青河区去年签约引进多少个项目？"),
        (PROJECTS, "2019年呢？", "青河区2019年签约引进多少个项目？"),
        (PROJECTS, "那柳湾区呢？", "柳湾区今年签约引进多少个项目？"),
        (PROJECTS, "其中哪些是工业项目？", "青河区今年签约引进项目，其中哪些是工业项目？"),
        (PROJECTS, "那其中工业项目有多少个？", "青河区今年签约引进项目，其中工业项目有多少个？"),
        (PROJECTS, "还有哪些？", "青河区今年签约引进项目，还有哪些？"),
        (PROJECTS, "这些项目总投资多少？", "青河区今年签约引进项目，这些项目总投资多少？"),
        (PROJECTS, "它们什么时候开工？", "青河区今年签约引进项目，它们什么时候开工？"),
        (PROJECTS, "总投资多少？", "青河区今年签约引进项目，总投资多少？"),
        (PROJECTS, "什么时候签约的？", "青河区今年签约引进项目，什么时候签约的？"),
        (PROJECTS, "为什么？", "青河区今年签约引进项目，为什么？"),
        (PROJECTS, "当地的财政收入是多少？", "青河区今年签约引进项目，当地的财政收入是多少？"),
        (CHAIN, "那去年呢？", "青河区去年签约引进项目，总投资是多少？"),
        (CHAIN, "其中到位资金多少？", "青河区今年签约引进项目，总投资，其中到位资金多少？"),
        (SPEECH, "他还说了什么？", "在全区教育大会上，赵立新还说了什么？"),
        (SPEECH, "他提出了哪几项要求？", "在全区教育大会上，赵立新提出了哪几项要求？"),
        (SPEECH, "这次会议什么时候召开的？", "赵立新书记在全区教育大会上强调了，这次会议什么时候召开的？"),
        (SPEECH, "谁参加了？", "赵立新书记在全区教育大会上强调了，谁参加了？"),
        (WHO, "他是什么职务？", "周明远是什么职务？"),
        (WHO, "在哪里举行？", "主持了柳湾镇的座谈会，在哪里举行？"),
        (ROAD, "2022年呢？", "柳湾大桥2022年投资多少亿元？"),
        (ROAD, "那长度呢？", "柳湾大桥2021年投资亿元，长度是多少？"),
        (ROAD, "该工程何时通车？", "柳湾大桥2021年投资亿元，该工程何时通车？"),
        (ROAD, "何时通车？", "柳湾大桥2021年投资亿元，何时通车？"),
        (
            ENGLISH,
            "What about the investment?",
            "projects did the Qinghe zone sign in 2020: what about the investment?",
        ),
        (ENGLISH, "And when?", "projects did the Qinghe zone sign in 2020: and when?"),
        (ENGLISH, "Where are they located?", "projects did the Qinghe zone sign in 2020: where are they located?"),
        (PROJECTS, "What about the investment?", "青河区今年签约引进项目: what about the investment?"),
    ],
)
def test_a_question_that_leans_on_the_last_is_completed(history: list[Turn], question: str, expected: str) -> None:
    assert standalone_question(question, history) == expected


@pytest.mark.parametrize(
    "question",
    [
        "柳湾镇修了几条路？",
        "那达慕大会什么时候举行？",
        "赵立新是谁？",
        "周明远在座谈会上说他要做什么？",
        "青河区今年的财政收入是多少？",
        "GDP增长了百分之几？",
        "861路公交延长到哪里？",
        "北京在哪里？",
        "龙湖花园项目何时开工，该项目总投资多少？",
        "应该如何报名参加志愿者活动？",
        "其他地区的疫情情况如何？",
        "吉他比赛有多少人参加？",
        "因此次暴雨受灾的群众有多少人？",
        "《青河日报》是谁办的？",
        "去年全市粮食产量是多少？",
        "哪些企业获得了表彰？",
        "今年还有哪些重点工程要开工？",
        "How many people attended the Qinghe book fair?",
        "Who is Zhao Lixin?",
        "When did Zhao Lixin say he would open the bridge?",
        "Is it true that the bridge opened in 2021?",
        "呢",
        "？",
        "",
    ],
)
@pytest.mark.parametrize("history", [PROJECTS, SPEECH, ENGLISH], ids=["projects", "speech", "english"])
def test_a_complete_question_is_left_alone(history: list[Turn], question: str) -> None:
    assert standalone_question(question, history) == question


@pytest.mark.parametrize("question", ["那总投资呢？", "他还说了什么？", "其中哪些是工业项目？", "What about it?"])
def test_without_a_conversation_nothing_is_completed(question: str) -> None:
    assert standalone_question(question, []) == question


@pytest.mark.parametrize(
    ("earlier", "question", "complete"),
    [
        ("2020年年底示范区签约了多少个项目？", "到9月底呢？", "2020年9月底示范区签约了多少个项目？"),
        ("2021年1至5月示范区投资增长多少？", "一季度呢？", "2021年一季度示范区投资增长多少？"),
        ("去年上半年签约多少个项目？", "下半年呢？", "去年下半年签约多少个项目？"),
        ("2020年9月签约多少个项目？", "2021年呢？", "2021年签约多少个项目？"),
        ("12月签约多少个项目？", "上个月呢？", "上个月签约多少个项目？"),
    ],
)
def test_of_another_part_of_a_year_the_year_stays(earlier: str, question: str, complete: str) -> None:
    assert standalone_question(question, [Turn(earlier, "102个。")]) == complete


def test_of_several_questions_the_first_says_what_the_conversation_is_about() -> None:
    history = [Turn("2020年青河区签约了多少个项目？总投资多少？谁出席了会议？", "102个[1]。")]
    assert standalone_question("到位资金呢？", history) == "2020年青河区签约了项目，到位资金是多少？"


def test_a_body_asked_for_is_named_by_the_answer() -> None:
    asked = Turn("“云麦9号”是哪家企业育成的？", "瑞丰种业[1]。")
    assert standalone_question("它每年投入多少研发资金？", [asked]) == "瑞丰种业每年投入多少研发资金？"
    told = Turn("“云麦9号”是哪家企业育成的？", "这个品种由一家企业用了九年时间育成，企业在高新区。")
    assert "九年" not in standalone_question("它每年投入多少研发资金？", [told])


def test_a_thing_counted_before_is_counted_again() -> None:
    earlier = [Turn("大槐镇有多少个村要换届？", "12个。")]
    assert standalone_question("几个村完成了？", earlier) == "大槐镇村要换届，几个村完成了？"
    assert standalone_question("几个社区完成了？", earlier) == "几个社区完成了？"
