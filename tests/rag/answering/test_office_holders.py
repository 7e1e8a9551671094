"""Who holds an office is told from the latest report, and by the name as it stands there."""

import datetime as dt

import pytest

from rag.answering.evidence import Sentence
from rag.answering.inquiry import Asked, Findings
from rag.answering.office_holders import (
    current,
    holder_statement,
    holders,
    is_of_another_office,
    on_both_sides,
    one_of_each_article,
    several_holders,
)
from rag.answering.office_namings import is_held_abroad
from rag.answering.support import Support
from rag.chinese.offices import (
    Office,
    asked_office,
    asked_offices,
    joined_offices,
    office_of_several,
)
from rag.chinese.times.question_times import question_interval
from rag.claims.comparing import other_members
from rag.claims.question import read_question
from rag.claims.slots import members_in
from rag.records import Article, SearchFilter


def article(number: int, day: str, text: str, title: str = "") -> Article:
    return Article(id=str(number), title=title, text=text, date=dt.date.fromisoformat(day) if day else None)


def told(office: Office, *articles: Article) -> list[str]:
    """The statements on an office from these articles, without markers."""
    now, earlier = current(holders(office, articles))
    if not now:
        return []
    groups = [now, *([item] for item in earlier)]
    return [holder_statement(office, items, "", before=place) for place, items in enumerate(groups)]


@pytest.mark.parametrize(
    ("question", "office"),
    [
        ("梅山县县长是谁？", Office("梅山县", "县长")),
        ("谁是梅山县委书记", Office("梅山县委", "书记")),
        ("请问现任梅山县教育局的局长叫什么名字？", Office("梅山县教育局", "局长")),
        ("梅山县2023年新任县长是谁？", Office("梅山县", "县长")),
        ("县长是谁", Office("", "县长")),
        ("电影《渡口》的导演是谁？", Office("《渡口》", "导演")),
        ("2022年青竹奖的最佳女主角是谁", Office("青竹奖", "最佳女主角")),
        ("谁当选了西兰国总统", Office("西兰国", "总统")),
        ("谁是我国教育部部长", Office("教育部", "部长")),
        ("梅山县县委书记是谁", Office("梅山县委", "书记")),
        ("梅山县委县长是谁", Office("梅山县", "县长")),
        ("云膜科技是谁创立的？", Office("云膜科技", "创始人")),
        ("谁创办了云膜科技公司", Office("云膜科技公司", "创始人")),
        ("梅山县水务局局长换成谁了", Office("梅山县水务局", "局长")),
        ("梅山县县长换谁了？", Office("梅山县", "县长")),
        ("梅山县县长现在谁当", Office("梅山县", "县长")),
        ("现在梅山县县长谁在当呢", Office("梅山县", "县长")),
        ("梅山县县长改由谁担任了", Office("梅山县", "县长")),
        ("渡口镇镇长谁接任了", Office("渡口镇", "镇长")),
        ("现在谁当渡口镇镇长了", Office("渡口镇", "镇长")),
        ("谁接替了渡口镇镇长", Office("渡口镇", "镇长")),
        ("谁接了渡口镇镇长的班", Office("渡口镇", "镇长")),
        ("谁在做渡口镇镇长", Office("渡口镇", "镇长")),
        ("谁接任渡口镇镇长一职", Office("渡口镇", "镇长")),
        ("渡口镇镇长谁来着", Office("渡口镇", "镇长")),
        ("渡口镇镇长换了什么时间", None),
        ("渡口镇镇长谁陪同调研", None),
        ("谁接待了渡口镇镇长", None),
        ("谁做的渡口镇规划", None),
        ("会议主席是谁", None),
        ("由谁担任梅山县县长", None),
        ("会长是谁？", None),
        ("梅山县副县长是谁？", None),
        ("谁主持了会议？", None),
        ("县长出席了什么会议？", None),
        ("梅山县县长和谁签了约？", None),
    ],
)
def test_only_a_question_for_the_holder_of_one_office_is_one(question: str, office: Office | None) -> None:
    assert asked_office(question) == office


def test_the_latest_report_names_the_holder_and_an_earlier_one_is_told_of() -> None:
    reports = (
        article(0, "2018-03-02", "梅山县县长丁一山出席会议。"),
        article(1, "2021-03-02", "梅山县委副书记、县长周守仁主持会议。"),
        article(2, "2023-05-06", "梅山县县长何立群介绍，全县已完成春耕。"),
        article(3, "2024-01-09", "县里召开大会，梅山县县长何立群出席。"),
    )
    assert told(Office("梅山县", "县长"), *reports) == [
        "梅山县县长是何立群（2024年1月9日报道）。",
        "此前的报道中是周守仁（2021年3月2日报道）。",
        "更早的报道中是丁一山（2018年3月2日报道）。",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "梅山县副县长何立群主持会议。",
        "梅山县原县长何立群受审。",
        "时任梅山县县长何立群说。",
        "何立群不再担任梅山县县长职务。",
        "1998年，梅山县县长何立群到任。",
        "梅山县县长会议今天召开。",
        "何立群曾当选梅山县县长。",
        "梅山县县长方面没有回应。",
    ],
)
def test_who_is_not_or_no_longer_in_office_is_not_named(text: str) -> None:
    assert told(Office("梅山县", "县长"), article(1, "2024-01-09", text)) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("梅山县委书记丁一山和县长何立群陪同调研。", "何立群"),
        ("会议决定任命何立群为梅山县县长。", "何立群"),
        ("梅山县县长、县政府党组书记何立群表示，", "何立群"),
        ("梅山县人民政府县长何立说，", "何立"),
        ("梅山县县长阿依古丽·买买提在会上讲话。", "阿依古丽·买买提"),
    ],
)
def test_a_name_is_read_to_its_end(text: str, name: str) -> None:
    assert [item.name for item in holders(Office("梅山县", "县长"), [article(1, "2024-01-09", text)])] == [name]


def test_several_sentences_tell_where_a_foreign_name_ends() -> None:
    reports = [
        article(1, "2024-01-09", "西兰国总统托瓦里克在首都会见来访客人。"),
        article(2, "2024-02-09", "西兰国总统托瓦里克签署法令。"),
    ]
    assert {item.name for item in holders(Office("西兰国", "总统"), reports)} == {"托瓦里克"}


def test_acting_is_said() -> None:
    assert told(Office("梅山县", "县长"), article(1, "2024-01-09", "梅山县代县长何立群作报告。")) == [
        "梅山县代县长是何立群（2024年1月9日报道）。"
    ]


def test_two_names_on_one_day_or_without_days_are_no_answer() -> None:
    first = article(1, "2024-01-09", "梅山县县长何立群出席。")
    assert told(Office("梅山县", "县长"), first, article(2, "2024-01-09", "梅山县县长周守仁出席。")) == []
    undated = [article(1, "", "梅山县县长何立群出席。"), article(2, "", "梅山县县长周守仁出席。")]
    assert told(Office("梅山县", "县长"), *undated) == []
    assert told(Office("梅山县", "县长"), undated[0]) == ["梅山县县长是何立群。"]


def test_the_first_words_of_an_office_may_stand_before_it() -> None:
    report = article(1, "2024-01-09", "区党工委书记、管委会主任何立群主持会议。", "南坡示范区部署春耕")
    assert told(Office("南坡示范区管委会", "主任"), report) == ["南坡示范区管委会主任是何立群（2024年1月9日报道）。"]
    assert told(Office("北坡示范区管委会", "主任"), report) == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("除了创始人何立群，云膜科技有十位股东。", ["何立群"]),
        ("云膜科技的创始人是何立群。", ["何立群"]),
        ("云膜科技与蓝鲸集团创始人何立群签约。", []),
        ("何立群是云膜科技的联合创始人周守仁的同学。", []),
    ],
)
def test_the_founder_is_named_alone_or_with_the_company(text: str, names: list[str]) -> None:
    found = holders(Office("云膜科技", "创始人"), [article(1, "2024-01-09", text)])
    assert [item.name for item in found] == names


def test_of_a_time_without_reports_those_before_and_after_tell_where_they_agree() -> None:
    reports = [
        article(1, "2023-11-09", "梅山县县长何立群出席。"),
        article(2, "2024-07-09", "梅山县县长何立群出席。"),
        article(3, "2024-09-09", "梅山县县长周守仁出席。"),
    ]
    april = question_interval("2024年4月", dt.date(2024, 12, 1))
    august = question_interval("2024年8月", dt.date(2024, 12, 1))
    assert april is not None
    assert august is not None
    found = holders(Office("梅山县", "县长"), reports[:2])
    both = on_both_sides(found, april)
    assert [item.sentence.article.id for item in both] == ["2", "1"]
    told_of_both = holder_statement(Office("梅山县", "县长"), both, "", both_sides=True)
    assert told_of_both == "梅山县县长是何立群（2023年11月9日和2024年7月9日报道）。"
    assert on_both_sides(holders(Office("梅山县", "县长"), reports), august) == []


@pytest.mark.parametrize(
    ("body", "text", "abroad"),
    [
        ("国家航天局", "美国国家航空航天局局长托瓦介绍。", True),
        ("国家航天局", "国家航天局局长何立群会见美国客人。", False),
        ("西兰国", "西兰国局长托瓦介绍。", False),
    ],
)
def test_an_office_abroad_is_told_by_its_country(body: str, text: str, abroad: bool) -> None:
    assert is_held_abroad(Office(body, "局长"), text) is abroad


def test_an_office_of_another_country_is_not_the_own_one() -> None:
    abroad = article(2, "2024-02-09", "会见西班牙国家主席周守仁。")
    own = article(1, "2024-01-09", "国家主席何立群发表讲话。")
    assert told(Office("国家", "主席"), own, abroad) == ["国家主席是何立群（2024年1月9日报道）。"]
    text = "西班牙副首相兼教育部长何立群表示。"
    assert told(Office("教育部", "部长"), article(1, "2024-01-09", text)) == []


def test_an_office_that_runs_into_the_next_word_is_none() -> None:
    assert told(Office("水利部", "部长"), article(1, "2024-01-09", "水利部长江水利委员会会同各地调度。")) == []


def test_the_whole_name_is_said_and_cited() -> None:
    found = holders(
        Office("西兰国", "总统"),
        [
            article(1, "2024-03-09", "西兰国总统穆尔文发表讲话。"),
            article(2, "2024-02-09", "西兰国总统穆尔文，今天到访。"),
            article(3, "2024-01-09", "她祝贺联盟的候选人迪亚·穆尔文当选。西兰国总统穆尔文随后发表讲话。"),
        ],
    )
    now, _ = current(found)
    assert holder_statement(Office("西兰国", "总统"), now, "") == "西兰国总统是迪亚·穆尔文（2024年3月9日报道）。"
    assert [item.sentence.article.id for item in one_of_each_article(now)] == ["1", "3"]


@pytest.mark.parametrize(
    ("question", "text", "other"),
    [
        ("教育局副局长是谁？", "教育局局长何立群介绍。", True),
        ("教育局局长是谁？", "教育局副局长何立群介绍。", True),
        ("教育局局长是谁？", "教育局局长何立群、副局长周守仁出席。", False),
        ("教育局局长是谁？", "何立群介绍。", False),
    ],
)
def test_the_deputy_is_not_the_head(question: str, text: str, other: bool) -> None:
    assert bool(other_members(members_in(question), members_in(text))) is other


def test_a_part_is_read_like_an_office() -> None:
    prize = [
        article(1, "", "青竹奖最佳女主角何立群 今年的青竹奖一改往年。"),
        article(2, "", "飞鸟奖最佳女主角周守仁凭《归仓》得奖。"),
    ]
    assert told(Office("青竹奖", "女主角"), *prize) == ["青竹奖女主角是何立群。"]
    assert told(Office("《渡口》", "导演"), article(1, "", "《渡口》导演协会昨天开会。")) == []
    assert told(Office("《渡口》", "导演"), article(1, "", "《渡口》的导演是周守仁。")) == ["《渡口》导演是周守仁。"]


def test_a_second_clause_asks_of_the_place_of_the_first() -> None:
    assert asked_offices(["梅山县县长是谁", "县委书记是谁"]) == (Office("梅山县", "县长"), Office("梅山县委", "书记"))
    assert asked_offices(["梅山县县长是谁", "签约多少个项目"]) == ()


@pytest.mark.parametrize(
    ("asked", "printed"),
    [
        (Office("西兰国", "外长"), "西兰国外交部长托瓦·里克表示，"),
        (Office("西兰国外交部", "部长"), "西兰国外长托瓦·里克表示，"),
        (Office("中国", "外长"), "外交部长何立群表示，"),
    ],
)
def test_an_office_has_a_short_and_a_long_name(asked: Office, printed: str) -> None:
    assert [item.name for item in holders(asked, [article(1, "2024-01-09", printed)])] != []


@pytest.mark.parametrize(
    ("question", "text", "other"),
    [
        ("桃溪村党支部书记是谁？", "合作社理事长何立群说。", True),
        ("桃溪村党支部书记是谁？", "村党支部书记何立群说。", False),
        ("桃溪村党支部书记是谁？", "村支书何立群说。", False),
        ("谁主持了会议？", "理事长何立群主持会议。", False),
    ],
)
def test_another_office_does_not_answer(question: str, text: str, other: bool) -> None:
    item = Sentence(article(1, "2024-01-09", text), 0, len(text), text, 0, 1.0, 1.0)
    asked = Asked(question, question, question, SearchFilter(), 0.0)
    reading = read_question(question, item.article.date)
    found = Findings((), (item,), (item,), Support(1.0, (), 3.0), (), 1, 0.0, None, False, reading)
    assert is_of_another_office(asked, found, [item]) is other


def test_an_office_of_several_is_listed_from_the_reports_of_a_year() -> None:
    assert office_of_several("梅山县副县长有哪些？") == Office("梅山县", "副县长")
    assert office_of_several("梅山县县长是谁？") is None
    reports = [
        article(1, "2022-01-09", "梅山县副县长林冬主持会议。"),
        article(2, "2024-01-09", "梅山县副县长何立群、周守仁，县政协副主席方小鱼出席。"),
        article(3, "2024-03-09", "梅山县副县长何立群介绍，全县春耕已经开始。"),
    ]
    found = several_holders(Office("梅山县", "副县长"), reports)
    assert [(item.name, item.sentence.article.id) for item in found] == [("何立群", "3"), ("周守仁", "2")]


def test_a_word_is_a_name_where_the_report_uses_it_as_one() -> None:
    office, text = Office("云膜科技", "创始人"), "除了创始人舒畅之外，云膜科技有十位股东。"
    assert holders(office, [article(1, "2024-01-09", text)]) == ()
    found = holders(office, [article(1, "2024-01-09", text + "舒畅，男，汉族，高级工程师。")])
    assert [item.name for item in found] == ["舒畅"]


@pytest.mark.parametrize(
    ("question", "clauses"),
    [
        ("管委会主任和党工委书记分别是谁？", ("管委会主任是谁", "党工委书记是谁")),
        ("教育局局长和副局长分别是谁？", ()),
        ("梅山县和东河县县长是谁？", ()),
        ("管委会主任是谁？", ()),
    ],
)
def test_two_offices_may_be_joined(question: str, clauses: tuple[str, ...]) -> None:
    assert joined_offices(question) == clauses
