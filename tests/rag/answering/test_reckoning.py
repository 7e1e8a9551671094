"""What a question wants reckoned from two figures of one sentence or two, and what must not be reckoned."""

from __future__ import annotations

import datetime as dt

import pytest

from rag.answering.evidence import Sentence
from rag.answering.reckoning import Reckoner, way_of
from rag.chinese.sentences import split_sentences
from rag.claims.question import read_question
from rag.records import Article

DAY = dt.date(2018, 7, 20)


def statement(question: str, text: str, equation: str | None = None) -> str:
    """What is reckoned from the first sentence of ``text``, else nothing; the model would write ``equation``."""
    article = Article("1", "标题", text, date=DAY)
    span = split_sentences(text)[0]
    sentence = Sentence(article, span.start, span.end, text[span.start : span.end], 0, 1.0, 1.0, 1.0)
    choose = None if equation is None else lambda *_: equation
    found = Reckoner(read_question(question, DAY), [sentence], choose).reckoned(sentence)
    return "" if found is None else found.statement


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        (
            "蚕茧收购价今年比去年高多少",
            "今年春茧每公斤收购价46元，去年为41.5元，蚕农普遍满意。",
            "相差4.5元（46－41.5＝4.5元）",
        ),
        (
            "造林任务还差多少亩没完成",
            "今年计划造林8600亩，截至6月底已完成5230亩。",
            "还差3370亩（8600－5230＝3370亩）",
        ),
        (
            "离全年目标还差几个亿",
            "前5个月到位资金21.4亿元，占年度目标35亿元的61.1%，比去年同期多3.2亿元。",
            "还差13.6亿元（35－21.4＝13.6亿元）",
        ),
        (
            "税款离年度任务还欠多少万",
            "上半年入库9480万元，占全年任务1.6亿元的59%。",
            "还差6520万元（1.6亿元－9480万元＝6520万元）",
        ),
        ("收粮任务还欠多少", "全市今年计划收粮31万吨，前6个月收粮22万吨。", "还差9万吨（31－22＝9万吨）"),
        ("检修班比原先少用几个人", "改造后检修班由26人减至17人。", "相差9人（26－17＝9人）"),
        ("晴天比去年同期多几天", "1至5月全市晴天为96天，去年同期为83天。", "相差13天（96－83＝13天）"),
        ("运费一吨比以前便宜多少", "每吨运费从85元降为62元，油价同期上涨3元。", "相差23元（85－62＝23元）"),
        ("棚改还剩几户没搬", "该片区涉及居民214户，目前已搬迁187户。", "还剩27户（214－187＝27户）"),
        (
            "茶叶和油茶的补助加起来多少钱",
            "茶叶补助兑付126万元，油茶补助兑付89万元。",
            "合计215万元（126＋89＝215万元）",
        ),
        (
            "旧城改造今年完成了百分之几",
            "旧城改造今年计划投资12亿元，1至6月完成4.5亿元。",
            "完成37.5%（4.5÷12＝37.5%）",
        ),
        ("升级改造干了百分之几", "今年计划改造渠道80公里，上半年完成36公里。", "完成45%（36÷80＝45%）"),
        ("跟计划比收棉完成多少", "全乡计划收棉900吨，已收612吨。", "完成68%（612÷900＝68%）"),
        ("机房升级完成百分之几", "今年计划改造机房25个，已完成16个。", "完成64%（16÷25＝64%）"),
        ("女工占百分之几", "全厂共有职工420人，其中女工147人。", "占35%（147÷420＝35%）"),
        (
            "东港和西港谁的吞吐量增得快，快多少",
            "东港吞吐量增长9.4%，西港吞吐量增长6.1%。",
            "相差3.3个百分点（9.4%－6.1%）",
        ),
        (
            "今年6月降雨比去年6月多多少毫米",
            "今年6月全县降雨量305.2毫米，去年6月为218毫米；今年1至6月累计降雨764毫米。",
            "相差87.2毫米（305.2－218＝87.2毫米）",
        ),
    ],
)
def test_two_figures_are_reckoned_with(question: str, text: str, expected: str) -> None:
    assert statement(question, text) == expected


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("签约总额比去年多多少", "今年签约总额62亿元，比去年的55亿元多7亿元。"),  # told by the paper itself
        ("今年和上次加起来签了几个", "加上3月签约的4个，今年已签约项目11个。"),  # a part of what is added up
        ("两个园区一共投了多少", "园区完成投资9亿元，其中甲区3亿元。"),  # a part of the whole
        ("新老厂房加起来多少平方米", "新厂房2.4万平方米，去年建成的老厂房1.1万平方米。"),  # of two years
        ("还差多少没完成", "去年计划新建30所，已建成24所；今年计划新建40所。"),  # two plans
        ("今年比去年多收多少", "今年收了3.1万吨，前年2.2万吨，去年2.8万吨。"),  # two years before
        ("比去年多多少", "今年近120人报名，去年98人。"),  # no exact figure
        ("研发投入比去年多多少", "公司今年研发投入3600万元，比去年多900万元。"),  # told by the paper itself
        ("今年的任务完成了百分之几", "造价共64万元，居民自筹40万元。"),  # of no plan
        ("茶叶和蚕茧一共增长多少", "茶叶产值增长5%，蚕茧产值增长3%。"),  # shares are not added up
        ("茶叶和蚕茧加起来多少钱", "茶叶每斤80元，蚕茧每斤23元。"),  # nor prices
        ("两校和中心校加起来多少学生", "两校平均有学生420人，中心校平均有学生310人。"),  # nor averages
        ("市里和县里加起来多少座水库", "全市有水库120座，全县有水库30座。"),  # the one lies in the other
        ("粮食产量多少", "今年产量21万吨，去年19万吨。"),  # nothing is to be reckoned
        ("黄麻收了多少，比去年多百分之几", "全乡收黄麻412吨，其中下坝村153吨。"),  # a change is no share
        ("夏粮同比增加百分之几", "全市收夏粮96万吨，其中河西31万吨。"),
        ("水费减少几成", "计划收水费50万元，已收32万元。"),
        ("今年修渠干了百分之几", "全区修渠310公里，其中北片95公里。"),  # asks of a plan
        ("今年修渠干到百分之几了", "全区修渠310公里，其中北片95公里。"),
        ("药材种了百分之几啊", "全县种药材4600亩，其中平川1380亩。"),
        ("药价下降了百分之几", "计划采购药品50种，已采购32种。"),
        ("占几成", "全县1846人次献血，团体1213人次，学生402人次。"),  # three figures
        ("哪个队第一，快多少", "甲队以4分12秒获第一，乙队列第三。"),  # ranks
        ("还剩几个摊位", "原有摊位74个，整治后压减至31个。"),  # told by the paper itself
        ("还剩几座老桥", "全县有老桥46座，其中石拱桥19座，已修了8座。"),
        ("离任务还差几个亿", "到位资金41亿元，到位率38%，按完成年度任务60%的要求，缺口23亿元。"),
        ("园区女工占几个", "园区有职工920人，其中女工310人。"),  # asks for a level
        ("两个医院一共多少床", "甲医院下辖9个站，乙医院下辖6个站，共有床位1800张。"),  # of no beds
        ("谁说有差距", "主任说，办结率只有71%，离年底95%的目标还有差距。"),
    ],
)
def test_what_is_not_two_figures_side_by_side_is_left_alone(question: str, text: str) -> None:
    assert statement(question, text) == ""


@pytest.mark.parametrize(
    ("question", "text", "equation", "expected"),
    [
        (
            "船闸今年过闸量比去年同期多多少万吨",
            "上半年，船闸过闸货运量318万吨，去年同期为276万吨，占全市过闸总量905万吨的三成多。",
            "318万吨－276万吨",
            "相差42万吨（318－276＝42万吨）",
        ),
        ("赶集的比进城的多几户", "赶集的52户，进城的17户，没出门的9户。", "52户－17户", "相差35户（52－17＝35户）"),
        (
            "站房还差几座没修",
            "计划修的90座站房已修成64座，验收58座。",
            "90座－64座",
            "还差26座（90－64＝26座）",
        ),
        ("滑坡还剩几处没清", "全线发生滑坡17处。截至昨日18时，已清理11处。", "17处－11处", "还剩6处（17－11＝6处）"),
        ("今年招商比去年多几个", "今年招商项目14个。去年招商项目9个。", "14个－9个", "相差5个（14－9＝5个）"),
        (
            "赶集的比进城的多几户",
            "赶集的52户，进城的17户，没出门的9户。",
            "52户－9户",
            "",
        ),  # names less of the question
        ("赶集的比进城的多几户", "赶集的52户，进城的17户，没出门的9户。", "52户－20户", ""),  # no figure of the text
        ("赶集的比进城的多几户", "赶集的52户，进城的17户，没出门的9户。", "无", ""),
        ("滑坡还剩几处没清", "全线发生滑坡17处。\n截至昨日18时，已清理11处。", "17处－11处", ""),  # another paragraph
        ("今年招商比去年多几个", "今年招商项目14个。去年修桥9个。", "14个－9个", ""),  # of another matter
        ("贷款比年初多多少", "贷款余额51亿元。补贴发放600万元。", "51亿元－600万元", ""),
        (
            "甲渠和乙渠一共修了多少公里",
            "甲渠修渠8公里。乙渠修渠5公里，至此全部修完。",
            "8公里＋5公里",
            "",
        ),  # adds up itself
        (
            "甲渠和乙渠一共修了多少公里",
            "甲渠修渠8公里。乙渠修渠5公里。",
            "8公里＋5公里",
            "合计13公里（8＋5＝13公里）",
        ),
    ],
)
def test_of_several_pairs_the_model_chooses_one_that_may_be(
    question: str, text: str, equation: str, expected: str
) -> None:
    assert statement(question, text, equation) == expected


def test_the_model_is_not_asked_of_a_sentence_that_hardly_answers() -> None:
    text = "赶集的52户，进城的17户，没出门的9户。"
    article = Article("1", "标题", text, date=DAY)
    sentence = Sentence(article, 0, len(text), text, 0, 1.0, 1.0, -3.0)
    surer = [Sentence(Article(str(n), "", "别的。", date=DAY), 0, 3, "别的。", 0, 1.0, 1.0, 1.0) for n in (2, 3)]
    asked: list[str] = []

    def choose(question: str, *_: str) -> str:
        asked.append(question)
        return "52户－17户"

    question = read_question("赶集的比进城的多几户", DAY)
    assert Reckoner(question, [sentence, *surer], choose).reckoned(sentence) is None
    assert not asked
    assert Reckoner(question, [sentence, *surer[:1]], choose).reckoned(sentence) is not None
    assert asked == ["赶集的比进城的多几户"]


def test_both_sentences_are_named_as_sources() -> None:
    text = "全线发生滑坡17处。截至昨日18时，已清理11处。"
    article = Article("1", "标题", text, date=DAY)
    second = Sentence(article, 10, len(text), text[10:], 0, 1.0, 1.0, 1.0)
    found = Reckoner(read_question("滑坡还剩几处没清", DAY), [second], lambda *_: "17处－11处").reckoned(second)
    assert found is not None
    assert [item.text for item in found.sentences] == ["全线发生滑坡17处。", "截至昨日18时，已清理11处。"]


def test_what_the_paper_prints_is_not_reckoned_but_may_answer() -> None:
    text = "鱼价每斤7元，去年同期是9元，一斤少卖2元。"
    sentence = Sentence(Article("1", "标题", text, date=DAY), 0, len(text), text, 0, 1.0, 1.0, 1.0)
    found = Reckoner(read_question("鱼价比去年跌了多少", DAY), [sentence]).reckoned(sentence)
    assert found is not None
    assert found.statement == ""


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("离任务还差几个亿", "计划投资9亿元，完成投资6亿元，缺口2亿元由社会筹集。"),
        ("年度任务还差多少万", "计划征税900万元，已入库700万元，清理欠税50万元。"),
    ],
)
def test_what_is_left_told_of_this_or_another_matter_is_neither_reckoned_nor_taken_for_the_result(
    question: str, text: str
) -> None:
    sentence = Sentence(Article("1", "标题", text, date=DAY), 0, len(text), text, 0, 1.0, 1.0, 1.0)
    assert Reckoner(read_question(question, DAY), [sentence]).reckoned(sentence) is None


@pytest.mark.parametrize(
    ("question", "way"),
    [
        ("老窑占全镇青砖烧成总量多大比重", "share"),
        ("占用耕地建窑罚了多少", None),
        ("占道卖砖的罚了多少", None),
        ("女工占砖厂在册职工几成", "share"),
    ],
)
def test_what_asks_for_a_share(question: str, way: str | None) -> None:
    assert way_of(read_question(question, DAY)) == way


def test_the_figure_of_either_neighbour_may_be_meant() -> None:
    text = "签约时投资12亿元。公司加盖一座窑，投资增加到13.5亿元。一期投资7.2亿元。"
    article = Article("1", "砖厂", text, date=DAY)
    start = text.index("公司")
    end = text.index("一期")
    sentence = Sentence(article, start, end, text[start:end], 0, 1.0, 1.0, 1.0)
    shown: list[str] = []

    def choose(question: str, given: str, *_: str) -> str:
        shown.append(given)
        return "13.5亿元－12亿元"

    found = Reckoner(read_question("投资比签约时多几个亿", DAY), [sentence], choose).reckoned(sentence)
    assert shown == [text]
    assert found is not None
    assert found.statement == "相差1.5亿元（13.5－12＝1.5亿元）"
