"""Of what is asked, or of something else."""

import datetime as dt

import pytest

from rag.answering.answer_form import has_answer_form
from rag.answering.countries import is_of_another_country
from rag.answering.evidence import Sentence
from rag.answering.harms import is_half_an_answer
from rag.answering.inquiry import Asked, Findings
from rag.answering.plans import hides_forecast
from rag.answering.refusal import agreement
from rag.answering.relevance import (
    fits,
    gives_it_by_name,
    is_of_something_else,
)
from rag.answering.support import Support
from rag.answering.times import read_question_time
from rag.records import Article, SearchFilter

TODAY = dt.date(2021, 6, 25)


def asked(question: str) -> Asked:
    return Asked(question, question, question, SearchFilter(), 0.0)


def sentence(text: str, day: dt.date = dt.date(2020, 12, 26), title: str = "") -> Sentence:
    return Sentence(Article(text, title, text, date=day), 0, len(text), text, 0, 0.8, 0.8, 3.0, "")


def found(question: str, *sentences: Sentence) -> Findings:
    time = read_question_time(question, TODAY)
    return Findings((), sentences, sentences, Support(1.0, (), 3.0), (), 1, 0.0, time, False)


def is_of_another(
    question: str, statement: str, text: str, *others: str, day: dt.date = dt.date(2020, 12, 26)
) -> bool:
    quoted = sentence(text, day)
    findings = found(question, quoted, *(sentence(other, day) for other in others))
    return is_of_something_else(asked(question), findings, statement, [quoted])


@pytest.mark.parametrize(
    ("question", "statement", "text", "half"),
    [
        ("造成多少伤亡？", "154人[1]", "爆炸造成154人死亡、约5000人受伤。", True),
        ("造成多少伤亡？", "154人死亡、约5000人受伤", "爆炸造成154人死亡、约5000人受伤。", False),
        ("造成多少伤亡？", "38人伤亡", "袭击造成38人伤亡，其中20人受伤。", False),
        ("造成多少伤亡？", "38人死亡", "袭击造成38人死亡。", False),
        ("造成多少人死亡？", "154人", "爆炸造成154人死亡、约5000人受伤。", False),
    ],
)
def test_casualties_are_the_dead_and_the_hurt(question: str, statement: str, text: str, half: bool) -> None:
    assert is_half_an_answer(asked(question), statement, [sentence(text)]) is half


@pytest.mark.parametrize(
    ("answer", "statement", "agreed"),
    [
        ("6架农用机、2架货机", "6架", 1.0),
        ("15名", "至少15名警察受伤", 1.0),
        ("12月21日至22日", "21日至22日。", 1.0),
        ("48岁", "有2个女儿", 0.0),
        ("李明", "李明主持会议", 1.0),
        ("2020年", "8架", 0.4),
    ],
)
def test_reader_and_model_agree_where_they_name_one_figure(answer: str, statement: str, agreed: float) -> None:
    assert agreement(answer, statement) == agreed


@pytest.mark.parametrize(
    ("question", "statement", "other"),
    [
        ("签约了多少个项目？", "到9月底签约17个", True),
        ("比9月底增加多少个项目？", "17个", False),
        ("签约了多少个项目？", "签约102个，比9月底增加17个", False),
        ("签约了多少个项目？", "签约102个", False),
    ],
)
def test_a_change_is_no_amount(question: str, statement: str, other: bool) -> None:
    assert is_of_another(question, statement, "全年签约项目102个，比9月底增加17个。") is other


@pytest.mark.parametrize(
    ("statement", "other"),
    [
        ("两人来访时间分别为6月18日至19日", True),
        ("两人来访时间分别为6月18日、7月6日", False),
        ("两人分别来访", False),
    ],
)
def test_one_thing_is_not_shared_out_to_two(statement: str, other: bool) -> None:
    assert is_of_another("两人来访时间？", statement, "两人分别于6月18日至19日、7月6日来访。") is other


@pytest.mark.parametrize(
    ("question", "text", "other"),
    [
        ("全国接待游客多少万人次？", "湖北接待游客1474万人次。", True),
        ("全国接待游客多少万人次？", "全国接待游客1474万人次，其中湖北最多。", False),
        ("湖北接待游客多少万人次？", "湖北接待游客1474万人次。", False),
        ("全球接待游客多少万人次？", "我国接待游客1474万人次。", True),
        ("接待游客多少万人次？", "湖北接待游客1474万人次。", False),
    ],
)
def test_a_province_is_not_the_country_nor_that_the_world(question: str, text: str, other: bool) -> None:
    assert is_of_another(question, "接待游客1474万人次", text) is other


def test_a_country_that_another_report_names_is_not_that_of_the_quote() -> None:
    question, statement, home = "美国物价上涨多少？", "美国物价上涨1.8%", "12月份物价上涨1.8%。"
    assert is_of_another(question, statement, home, "美国劳工部说物价上涨6.5%。")
    assert not is_of_another(question, statement, "美国12月份物价上涨1.8%。", "美国劳工部说物价上涨6.5%。")


@pytest.mark.parametrize(
    ("question", "text", "day", "fitting"),
    [
        ("公司的利润是多少？", "公司完成产值46.3亿元，纳税2.1亿元。", dt.date(2021, 3, 1), False),
        ("公司的产值是多少？", "公司完成产值46.3亿元，纳税2.1亿元。", dt.date(2021, 3, 1), True),
        ("水厂实际供水多少万吨？", "水厂日供水能力8万吨。", dt.date(2021, 3, 1), False),
        ("水厂供水多少万吨？", "水厂日供水能力8万吨。", dt.date(2021, 3, 1), True),
        ("2021年5月投资增长多少？", "5月份投资要增长8%。", dt.date(2020, 12, 26), False),
        ("2021年5月投资计划增长多少？", "2021年5月投资计划增长8%。", dt.date(2020, 12, 26), True),
        ("女子组有多少人参赛？", "男子组有85人参赛。", dt.date(2021, 3, 1), False),
        ("项目备案用时多少天？", "项目备案用时由3天压缩到0.5天。", dt.date(2021, 3, 1), True),
        ("全县棉花产量是多少？", "棉花播种面积4500.4万亩，产量增加。", dt.date(2021, 3, 1), False),
        ("全县棉花产量是多少？", "棉花播种面积扩大，产量4500.4万吨。", dt.date(2021, 3, 1), True),
        ("2020年公司的利润是多少？", "公司完成产值46.3亿元，纳税2.1亿元。", dt.date(2021, 3, 1), False),
    ],
)
def test_a_quote_has_the_quantity_that_is_asked_for(question: str, text: str, day: dt.date, fitting: bool) -> None:
    quoted = sentence(text, day)
    assert fits(asked(question), found(question, quoted), quoted) is fitting


def test_where_reader_and_model_agree_the_words_may_differ() -> None:
    question, quoted = "退回来多少钱？", sentence("经调解退还余额23万元。")
    assert not fits(asked(question), found(question, quoted), quoted)
    assert fits(asked(question), found(question, quoted), quoted, agreed=True)


def test_a_named_quantity_is_in_the_sentence_though_reader_and_model_agree() -> None:
    question = "晨曦乳业去年的利润是多少？"
    prize, profit = sentence("每家企业奖励50万元。"), sentence("企业实现利润50万元。")
    assert not fits(asked(question), found(question, prize), prize, agreed=True)
    assert fits(asked(question), found(question, profit), profit, agreed=True)
    short, full = "公司去年的营收是多少？", sentence("公司营业收入50万元。")
    assert fits(asked(short), found(short, full), full, agreed=True)


def test_a_day_that_the_paper_says_is_no_other_time() -> None:
    question, text = "2020年的隐患什么时候之前整改到位？", "7月上旬查出隐患17处，要求7月20日前整改到位。"
    assert not is_of_another(question, "2020年的隐患7月20日前整改到位。", text, day=dt.date(2020, 7, 16))


@pytest.mark.parametrize(
    ("statement", "text", "others", "other"),
    [
        ("723个项目", "先后为723个项目办理了手续。", ["签约引进各类项目102个。"], True),
        ("723个项目", "先后为723个项目办理了手续。", ["投资1亿元的花海广场开工。"], False),
        ("102个项目", "签约引进各类项目102个。", ["先后为723个项目办理了手续。"], False),
    ],
)
def test_a_bare_count_is_of_what_was_done(statement: str, text: str, others: list[str], other: bool) -> None:
    assert is_of_another("签了多少个项目？", statement, text, *others) is other


@pytest.mark.parametrize(
    ("question", "statement", "text", "some"),
    [
        ("2020年签约了多少个项目？", "签约了3个项目", "签约项目中，有3个来自去年推介会的后续对接。", True),
        ("签约项目中有多少个来自推介会？", "3个", "签约项目中，有3个来自去年推介会的后续对接。", False),
        ("签约了多少个项目？", "签约了12个项目", "会上签约项目12个，其中3个来自推介会。", False),
        ("多少人受伤？", "3人", "事故中，有3人受伤。", False),
    ],
)
def test_a_figure_of_some_of_what_is_counted_is_not_of_all(
    question: str, statement: str, text: str, some: bool
) -> None:
    assert is_of_another(question, statement, text, day=dt.date(2020, 12, 26)) is some


@pytest.mark.parametrize(
    ("question", "statement", "text", "others"),
    [
        ("录取了多少名本科生？", "5010名", "迎来7436名本科生、5010名硕士生。", True),
        ("录取了多少名本科生？", "7436名", "迎来7436名本科生、5010名硕士生。", False),
        ("收购了几架客机？", "两架", "收购了四架客机，其中两架改装货机。", True),
        ("收购了几架客机？", "四架", "收购了四架客机，其中两架改装货机。", False),
        ("填平了多少座旧矿？", "12座", "封停了山里的12座旧矿、填平了3座旧矿。", True),
        ("填平了多少座旧矿？", "3座", "封停了山里的12座旧矿、填平了3座旧矿。", False),
        ("签约了多少个项目？", "3个", "签约了工业项目14个、农业项目3个。", False),
        ("今年考试实际参加多少人？", "194.8万", "共194.8万考生报名、152.5万人实际参加考试。", True),
        ("今年考试实际参加多少人？", "152.5万人", "共194.8万考生报名、152.5万人实际参加考试。", False),
        ("累计治愈多少人？", "50人", "累计确诊100人、治愈50人。", False),
        ("今年的户均收入是多少？", "8000万元", "全村总收入8000万元，户均收入6.2万元。", True),
    ],
)
def test_a_figure_of_others_that_the_sentence_counts_too_is_no_answer(
    question: str, statement: str, text: str, others: bool
) -> None:
    assert is_of_another(question, statement, text, day=dt.date(2020, 12, 26)) is others


def test_who_attended_one_event_did_not_attend_another() -> None:
    question = "谁出席了科技创新大会？"
    signing, congress = sentence("区管委会主任沈墨川出席并讲话。"), sentence("示范区召开科技创新大会，方知行出席。")
    findings = found(question, congress, signing)
    assert is_of_something_else(asked(question), findings, "沈墨川", [signing])
    assert not is_of_something_else(asked(question), findings, "方知行", [congress])
    assert not is_of_something_else(asked(question), found(question, signing), "沈墨川", [signing])


def test_a_plan_in_another_clause_makes_the_figure_none() -> None:
    question = "实际参加考试的有多少人？"
    real = sentence("152.5万人实际参加考试，参加人数与录用计划数之比约为41:1。")
    planned = sentence("计划152.5万人参加考试。")
    assert fits(asked(question), found(question, real), real)
    assert not fits(asked(question), found(question, planned), planned)


def test_when_is_answered_by_a_day_that_the_question_does_not_name() -> None:
    when = asked("2023中关村论坛开幕时间")
    assert not has_answer_form(when.kind, "2023中关村论坛在北京开幕。", when.searched)
    assert has_answer_form(when.kind, "2023中关村论坛5月25日开幕。", when.searched)


def test_where_is_answered_by_a_place_that_the_question_does_not_name() -> None:
    where = asked("2022年男排世锦赛在哪举办")
    assert not has_answer_form(where.kind, "2022年男排世锦赛将在8月26日至9月11日进行。", where.searched)
    assert has_answer_form(where.kind, "2022年男排世锦赛在波兰和斯洛文尼亚举办。", where.searched)


@pytest.mark.parametrize(
    ("question", "text", "other"),
    [
        ("截至2020年9月底，示范区签约了多少个项目？", "示范区组织企业对接，现场签约项目14个。", True),
        ("2020年9月，示范区签约了多少个项目？", "示范区组织企业对接，现场签约项目14个。", False),
        ("截至2020年9月底，示范区签约了多少个项目？", "截至9月底，示范区签约项目86个。", False),
    ],
)
def test_what_one_meeting_signed_is_not_what_had_been_signed_by_an_end(question: str, text: str, other: bool) -> None:
    total = "截至9月底，示范区共签约项目85个。"
    assert is_of_another(question, text.rstrip("。"), text, total, day=dt.date(2020, 9, 30)) is other
    findings = found(question, sentence(text, dt.date(2020, 9, 30)), sentence(total, dt.date(2020, 9, 30)))
    assert fits(asked(question), findings, findings.evidence[0]) is not other


def test_an_end_holds_for_the_sentences_after_it() -> None:
    whole = "截至9月底，示范区共签约项目85个。其中新区签约项目14个。"
    article = Article("a", "", whole, date=dt.date(2020, 9, 30))
    total, after = (
        Sentence(article, start, end, whole[start:end], 0, 0.8, 0.8, 3.0, "") for start, end in ((0, 18), (18, 29))
    )
    question = "截至2020年9月底，新区签约了多少个项目？"
    assert not is_of_something_else(asked(question), found(question, total, after), "新区签约项目14个", [after])


def test_one_of_a_series_is_not_answered_by_this_one() -> None:
    which = asked("老镇长在哪一集离开澄溪？")
    assert not has_answer_form(which.kind, "老镇长在这一集离开澄溪。", which.searched)
    assert has_answer_form(which.kind, "老镇长在第12集离开澄溪。", which.searched)


@pytest.mark.parametrize(
    ("statement", "text", "hidden"),
    [
        ("增长5.7%", "县里预期下半年形势好转，全年可有5.7%的增长。", True),
        ("预计增长5.7%", "县里预期下半年形势好转，全年可有5.7%的增长。", False),
        ("增长5.7%", "全市经济增长5.7%，预计明年出口好转。", False),
        ("增长5.7%", "全年经济增长5.7%。", False),
    ],
)
def test_a_forecast_is_not_given_as_a_fact(statement: str, text: str, hidden: bool) -> None:
    assert hides_forecast(asked("2020年澄溪经济增长多少？"), statement, [sentence(text)]) is hidden


@pytest.mark.parametrize(
    ("statement", "by_name"), [("7.52‰", True), ("7.09‰", False), ("人口不再增加", False), ("2021年", False)]
)
def test_a_figure_that_the_paper_calls_by_the_name_asked_for(statement: str, by_name: bool) -> None:
    quoted = [sentence("去年全县人口出生率是7.52‰，死亡率是7.09‰。")]
    assert gives_it_by_name(asked("2021年人口出生率是多少？"), statement, quoted) is by_name


@pytest.mark.parametrize(
    ("text", "other"), [("新车占到了全国新增产量的27.1%。", True), ("我国产量占全球产量的27.1%。", False)]
)
def test_a_share_is_of_the_whole_that_is_asked_for(text: str, other: bool) -> None:
    assert is_of_another("产量占全球比例是多少？", "27.1%", text) is other


def test_two_articles_are_not_put_together_for_one_thing() -> None:
    question, statement = "这6名嫌疑人中最小的多少岁？", "6名嫌疑人中最小的21岁。"
    caught, parade = sentence("警方抓获6名嫌疑人。"), sentence("方队中最小的21岁。")
    both = [caught, parade]
    assert is_of_something_else(asked(question), found(question, *both), statement, both)
    whole = sentence("警方抓获6名嫌疑人，最小的21岁。")
    assert not is_of_something_else(asked(question), found(question, whole), statement, [whole])


def test_a_rank_is_no_count() -> None:
    how_many = asked("有多少名士兵受伤？")
    assert not has_answer_form(how_many.kind, "士兵们在第一站参观。", how_many.searched)
    rank = asked("全县排名第几？")
    assert has_answer_form(rank.kind, "全县排名第一。", rank.searched)


@pytest.mark.parametrize(
    ("question", "statement", "other"),
    [
        ("袭击造成多少人受伤？", "24人", True),
        ("袭击造成多少人受伤？", "68人", False),
        ("袭击造成多少人死亡？", "24人", False),
        ("袭击造成多少人死亡？", "68人", True),
        ("袭击造成多少人伤亡？", "24人", False),
        ("袭击造成多少人失踪？", "3人", False),
    ],
)
def test_the_hurt_are_not_the_dead(question: str, statement: str, other: bool) -> None:
    assert is_of_another(question, statement, "袭击造成24人死亡，另有68人受伤，3人失踪。") is other


def test_a_fire_is_no_exchange_of_fire() -> None:
    fire, shots = "山县大火死亡人数升至99人。", "县城外发生交火，5人死亡。"
    assert is_of_another("交火导致几人死亡？", "99人", fire, shots)
    assert not is_of_another("交火导致几人死亡？", "5人", shots, fire)
    assert not is_of_another("交火导致几人死亡？", "99人", fire)
    assert not is_of_another("此次事件导致几人死亡？", "99人", fire, "此次事件致5人死亡。")


def test_a_number_that_is_not_exact_may_be_quoted() -> None:
    question, quoted = "多少人抬着担架？", sentence("大约五六个人抬着担架。")
    assert fits(asked(question), found(question, quoted), quoted)
    named = sentence("6名男子抬着担架。")
    assert fits(asked(question), found(question, named), named)
    other, visitors = sentence("3辆车跟着担架。"), sentence("景点每年有上百万的游客。")
    assert fits(asked("景点每年有多少访客？"), found("景点每年有多少访客？", visitors), visitors)
    assert not fits(asked(question), found(question, other), other)


def test_a_column_of_short_news_tells_of_another_thing_further_on() -> None:
    far = f"边境发生枪击，4人死亡。{'天气晴好，游人很多。' * 20}县城外发生交火，5人死亡。"
    article = Article("far", "国际快讯", far, date=dt.date(2020, 12, 26))
    shooting = Sentence(article, 0, 12, far[:12], 0, 0.8, 0.8, 3.0, "")
    shots = Sentence(article, len(far) - 15, len(far), far[-15:], 0, 0.8, 0.8, 3.0, "")
    question = "交火导致几人死亡？"
    assert is_of_something_else(asked(question), found(question, shooting, shots), "4人", [shooting])
    assert not is_of_something_else(asked(question), found(question, shooting, shots), "5人", [shots])


def test_a_change_of_another_report_is_none_of_the_amount() -> None:
    question, statement = "樱花节收入多少，比2019年呢？", "樱花节收入1860万元，比2019年增长6.1%。"
    income, sales = sentence("樱花节实现收入1860万元。"), sentence("全区销售额6240万元，比2019年同期增长6.1%。")
    assert is_of_something_else(asked(question), found(question, income, sales), statement, [income, sales])
    both = sentence("樱花节实现收入1860万元，比2019年增长6.1%。")
    assert not is_of_something_else(asked(question), found(question, both, sales), statement, [both])


def test_brackets_in_an_events_name_do_not_make_it_another() -> None:
    question = "谁出席了党工委扩大会议？"
    own = sentence("王明出席会议。", title="全区召开党工委（扩大）会议")
    other = sentence("李红出席会议。", title="全区召开经济运行分析会")
    assert is_of_something_else(asked(question), found(question, own, other), "李红", [other])
    assert not is_of_something_else(asked(question), found(question, own, other), "王明", [own])
    assert not fits(asked(question), found(question, own, other), other)
    assert fits(asked(question), found(question, own, other), own)


@pytest.mark.parametrize(
    ("question", "statement", "text", "other"),
    [
        (
            "2020年全县粮食总产量是多少？",
            "2020年全县粮食总产量12万吨",
            "2019年全县粮食总产量12万吨，居全市第三。",
            True,
        ),
        ("2020年全县粮食总产量是多少？", "12万吨", "2020年全县粮食总产量12万吨，比2019年多1万吨。", False),
        ("2020年全县粮食总产量是多少？", "12万吨", "今年全县粮食总产量12万吨。", False),
        ("2020年大会发放多少奖金？", "5万元", "大会5月8日召开，对2019年度先进单位进行表彰，发放奖金5万元。", False),
    ],
)
def test_a_figure_of_a_year_is_not_that_of_the_year_before(
    question: str, statement: str, text: str, other: bool
) -> None:
    assert is_of_another(question, statement, text) is other


def test_this_year_is_the_askers_where_a_report_of_it_answers() -> None:
    question, old = "今年全县夏粮产量是多少？", sentence("今年全县夏粮产量为31万吨。", dt.date(2019, 7, 15))
    new = sentence("今年全县夏粮产量达到34万吨。", dt.date(2021, 6, 20))
    assert is_of_something_else(asked(question), found(question, old, new), "31万吨", [old])
    assert not is_of_something_else(asked(question), found(question, old), "31万吨", [old])


@pytest.mark.parametrize(
    ("text", "fitting"),
    [
        ("今年前5个月，零售总额同比增长4.2%。", True),
        ("今年前4个月，零售总额同比增长4.2%。", False),
        ("今年上半年，零售总额同比增长4.2%。", False),
        ("今年1至5月，零售总额同比增长4.2%。", True),
        ("今年前5个月，乡村消费占零售总额的比重提升至39.2%。", False),
    ],
)
def test_months_from_january_are_told_apart_and_a_share_is_no_growth(text: str, fitting: bool) -> None:
    question = "今年前5个月零售总额增长多少？"
    item = sentence(text, dt.date(2021, 6, 20))
    assert fits(asked(question), found(question, item), item) is fitting


@pytest.mark.parametrize(
    ("question", "text", "other"),
    [
        ("一季度GDP增长多少？", "一季度，美国国内生产总值增长2%。", True),
        ("一季度GDP增长多少？", "一季度，我国国内生产总值增长2%，美国增长1%。", False),
        ("一季度美国GDP增长多少？", "一季度，美国国内生产总值增长2%。", False),
        ("爆炸造成多少人死亡？", "美国发生爆炸，造成2人死亡。", False),
    ],
)
def test_a_statistic_without_a_country_is_the_papers_own(question: str, text: str, other: bool) -> None:
    assert is_of_another_country(question, text) is other


def test_how_things_stand_is_told_by_the_newest_report() -> None:
    question = "全县充电桩总数是多少？"
    old = sentence("截至目前，全县充电桩总数达300个。", dt.date(2020, 3, 1))
    new = sentence("目前，全县充电桩总数达480个。", dt.date(2021, 3, 1))
    assert is_of_something_else(asked(question), found(question, old, new), "300个", [old])
    assert not is_of_something_else(asked(question), found(question, old, new), "480个", [new])
    assert not is_of_something_else(asked(question), found(question, old), "300个", [old])
