import pytest

from rag.answering.parts import asked_clauses, coordinated_parts, coordinated_questions, question_parts

SPLIT = [
    (
        "2020年7月10日、9月16日、11月18日三次签约活动的总投资合计多少亿元？",
        "sum",
        {
            "2020年7月10日": "2020年7月10日签约活动的总投资多少亿元？",
            "2020年9月16日": "2020年9月16日签约活动的总投资多少亿元？",
            "2020年11月18日": "2020年11月18日签约活动的总投资多少亿元？",
        },
    ),
    (
        "石岭镇2020年和2021年的种植面积各是多少？",
        "each",
        {"2020年": "石岭镇2020年的种植面积是多少？", "2021年": "石岭镇2021年的种植面积是多少？"},
    ),
    (
        "2020年7月、9月和2021年1月三次签约一共签了多少个项目？",
        "sum",
        {
            "2020年7月": "2020年7月签约签了多少个项目？",
            "2020年9月": "2020年9月签约签了多少个项目？",
            "2021年1月": "2021年1月签约签了多少个项目？",
        },
    ),
    (
        "3月2日和5日分别有多少人参加？",
        "each",
        {"3月2日": "3月2日有多少人参加？", "3月5日": "3月5日有多少人参加？"},
    ),
    (
        "2020年上半年、下半年财政收入总共多少亿元？",
        "sum",
        {"2020年上半年": "2020年上半年财政收入多少亿元？", "2020年下半年": "2020年下半年财政收入多少亿元？"},
    ),
    (
        "清溪大桥和石岭隧道的总投资加起来是多少？",
        "sum",
        {"清溪大桥": "清溪大桥的总投资是多少？", "石岭隧道": "石岭隧道的总投资是多少？"},
    ),
]


@pytest.mark.parametrize(("question", "operation", "parts"), SPLIT)
def test_what_is_listed_is_asked_one_by_one(question: str, operation: str, parts: dict[str, str]) -> None:
    found = question_parts(question)
    assert found is not None
    assert (found.operation, dict(zip(found.labels, found.questions, strict=True))) == (operation, parts)


@pytest.mark.parametrize(
    "question",
    [
        "2020年7月至2021年6月五次签约的总投资合计多少亿元？",  # a span
        "2020年7月一共签了多少个项目？",  # one time
        "2020年7月和9月签了多少个项目？",  # neither a total nor each is asked for
        "石岭镇和清溪镇的书记是谁？",
        "谁出席了会议？",
        "一共",
        "",
    ],
)
def test_everything_else_stays_whole(question: str) -> None:
    assert question_parts(question) is None


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("石岭镇和清溪镇的书记是谁？", ("石岭镇的书记是谁？", "清溪镇的书记是谁？")),
        ("运动会男单和女单冠军分别是谁？", ("运动会男单冠军是谁？", "运动会女单冠军是谁？")),
        ("最佳男歌手和最佳女歌手是谁？", ("最佳男歌手是谁？", "最佳女歌手是谁？")),
        ("大桥通车的时间和地点？", ("大桥通车的时间？", "大桥通车的地点？")),
        ("2020和2021年的产量", ("2020年的产量", "2021年的产量")),
        ("《山路》和《水桥》何时上映？", ("《山路》何时上映？", "《水桥》何时上映？")),
        ("今年签约了多少个项目？总投资多少？", ("今年签约了多少个项目", "今年签约了项目总投资多少")),
        ("新桥的设计者是谁，全长多少米", ("新桥的设计者是谁", "新桥全长多少米")),
        ("《山路》是什么类型的电影？它的导演是谁？", ("《山路》是什么类型的电影", "《山路》类型的电影导演是谁")),
        ("最佳电视剧和最佳电视动画分别是什么？", ("最佳电视剧是什么？", "最佳电视动画是什么？")),
        ("来了多少人多少辆车", ("来了多少人", "来了多少辆车")),
        ("石岭小学 什么时候开学 收多少学生", ("石岭小学，什么时候开学", "石岭小学，开学收多少学生")),
        ("为什么停水，停几天", ("为什么停水", "停水停几天")),
        ("水厂建好了没有，供多少户", ("水厂建好了没有", "水厂建好供多少户")),
        ("2021年财政收入全年多少？上半年呢", ("2021年财政收入全年多少", "2021年上半年财政收入多少？")),
        ("哪个镇签约多少个", ()),
        ("今年3月，谁出席了会议？", ()),
        ("谁出席了会议？", ()),
        ("和", ()),
    ],
)
def test_two_things_joined_are_looked_for_one_by_one(question: str, parts: tuple[str, ...]) -> None:
    assert coordinated_questions(question) == parts


def test_things_joined_have_labels_and_clauses_stay_together() -> None:
    found = coordinated_parts("香港和澳门2021年的增长率")
    assert found is not None
    assert (found.operation, found.labels) == ("each", ("香港", "澳门"))
    assert found.questions == ("香港2021年的增长率", "澳门2021年的增长率")
    assert coordinated_parts("今年签约了多少个项目？总投资多少？") is None
    assert coordinated_parts("谁出席了会议？") is None


def test_what_is_counted_as_one_is_not_taken_apart() -> None:
    parts = coordinated_parts("有多少个国家和地区参加了冬奥会和亚运会？")
    assert parts is not None
    assert parts.labels == ("冬奥会", "亚运会")
    assert parts.questions[0] == "有多少个国家和地区参加了冬奥会？"
    placed = coordinated_parts("有多少人参加了北京冬奥会和杭州亚运会？")
    assert placed is not None
    assert placed.labels == ("北京冬奥会", "杭州亚运会")
    assert coordinated_parts("全省有哪些单位和个人受到表彰？") is None


def test_a_name_that_the_dictionary_cuts_is_whole() -> None:
    parts = coordinated_parts("2021年英科诺和英维达全年营收")
    assert parts is not None
    assert parts.questions == ("2021年英科诺全年营收", "2021年英维达全年营收")


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("轻工业2023年利润和营业收入各是多少？", ("轻工业2023年利润是多少？", "轻工业2023年营业收入是多少？")),
        ("全区进出口额和出口额分别增长多少？", ("全区进出口额增长多少？", "全区出口额增长多少？")),
        (
            "晨曦与启明公司的营业收入分别是多少？",
            ("晨曦的营业收入是多少？", "启明公司的营业收入是多少？"),
        ),
        ("东岭村和西岭村的收入各是多少？", ("东岭村的收入是多少？", "西岭村的收入是多少？")),
    ],
)
def test_compound_quantities_stay_whole(question: str, parts: tuple[str, str]) -> None:
    found = question_parts(question)
    assert found is not None
    assert found.questions == parts


@pytest.mark.parametrize(
    ("question", "clauses"),
    [
        ("Model Q 7的电池是什么，卖多少钱", ["Model Q 7的电池是什么", "卖多少钱"]),
        ("渡船几艘 船票多少钱", ["渡船几艘", "船票多少钱"]),
        ("SUV 一月卖了几辆 二月卖了几辆", ["SUV，一月卖了几辆", "二月卖了几辆"]),
    ],
)
def test_a_space_inside_a_foreign_name_divides_nothing(question: str, clauses: list[str]) -> None:
    assert [clause for clause, _ in asked_clauses(question)] == clauses
