"""What the paper says of a matter that is asked yes or no about."""

import datetime as dt

import pytest

from rag.answering.evidence import Sentence
from rag.answering.told_matter import asks_either, told_of_the_matter
from rag.claims.question import read_question
from rag.records import Article

TODAY = dt.date(2021, 12, 30)
OPENED = "11月6日，柳塘渡槽通水，下游三个村用上了渠水。"
PLANNED = "柳塘渡槽计划11月通水。"


def sentence(text: str, day: dt.date = dt.date(2021, 11, 8), title: str = "县里要闻") -> Sentence:
    return Sentence(Article(text, title, text, date=day), 0, len(text), text, 0, 0.5, 0.5, 0.0, "")


def told(question: str, *sentences: Sentence) -> str:
    found = told_of_the_matter(read_question(question, TODAY), sentences)
    return "" if found is None else found.text


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("柳塘渡槽通水了吗？", OPENED),
        ("柳塘渡槽已经通水了吧", OPENED),
        ("柳塘渡槽通水了没", PLANNED),
        ("孟家窑的旧窑炉拆完了没有", "孟家窑的旧窑炉将在年底前拆除。"),
        ("何小满得了金奖？", "何小满获银奖。"),
        ("看花展要门票不", "花展不收门票，夜里十点收场。"),
        ("二期厂房封顶了吗", "二期厂房9月封顶。"),
        ("社区食堂涨价了吗", "社区食堂今年不涨价。"),
        ("全县路灯都换了节能灯吗", "全县路灯有八成换成节能灯。"),
        ("旱情解除了吗？", "省防指12月1日解除旱情。"),
        ("全县水田到底是12.4万亩还是14.2万亩", "“全县水田12.4万亩”应为“全县水田14.2万亩”。"),
        ("云湖镇文明镇是市级还是省级", "云湖镇被评为省级文明镇。"),
    ],
)
def test_the_sentence_that_names_all_that_is_asked_about_is_told(question: str, text: str) -> None:
    assert told(question, sentence("雨后道路湿滑，请慢行。"), sentence(text)) == text


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("柳塘水库通水了吗？", OPENED),
        ("柏塘渡槽通水了吗？", OPENED),
        ("柳塘渡槽垮塌了吗？", OPENED),
        ("二期厂房封顶了吗", "一期厂房9月封顶。"),
        ("第六届灯会开幕了吗", "第五届灯会开幕。"),
        ("去年柳塘渡槽通水了吗", OPENED),
        ("青浦县旱情解除了吗？", "云岭县旱情解除。"),
        ("何小满得了金奖？", "孟家窑获银奖。"),
        ("槐大桥通车了吗", "柳塘大桥通车。"),
        ("通水了吗", OPENED),
        ("财政收入增长了吗", "财政支出增长8%。"),
        ("进口下降了吗", "出口下降3%。"),
        ("全县水田到底是12.4万亩还是14.2万亩", "全县水田整治一新。"),
        ("全县水田到底是12.4万亩还是14.2万亩", "全县旱地14.2万亩。"),
        ("云湖镇文明镇是市级还是省级", "云湖镇争创国家级文明镇。"),
        ("农村居民收入增加了吗", "城镇居民收入增加6%。"),
    ],
)
def test_of_another_matter_place_time_or_number_nothing_is_told(question: str, text: str) -> None:
    assert told(question, sentence(text)) == ""


def test_which_of_two_is_asked() -> None:
    assert all(map(asks_either, ["水田是12万亩还是14万亩", "渡口归县里还是归市里管呢？", "到底三月还是五月开园"]))
    assert not any(map(asks_either, ["还是老样子吗", "渡口还是没通航", "水田有多少亩"]))


def test_what_is_settled_comes_before_a_plan_and_the_newest_first() -> None:
    plan, fact = sentence(PLANNED, dt.date(2021, 11, 20)), sentence(OPENED)
    assert told("柳塘渡槽通水了吗？", plan, fact) == OPENED
    later = sentence("柳塘渡槽年底停水检修，明年再通水。", dt.date(2021, 12, 20))
    earlier = sentence("柳塘渡槽没有通水。", dt.date(2021, 10, 20))
    assert told("柳塘渡槽通水了吗？", earlier, fact) == OPENED
    assert told("柳塘渡槽通水了吗？", earlier, later, plan) == earlier.text


def test_a_sentence_without_a_time_is_of_its_papers() -> None:
    text = "柳塘渡槽通水，下游三个村用上了渠水。"
    assert told("今年柳塘渡槽通水了吗？", sentence(text)) == text
    assert told("去年柳塘渡槽通水了吗？", sentence(text)) == ""
    assert told("去年柳塘渡槽通水了吗？", sentence(text, dt.date(2021, 1, 15))) == text
    assert told("上半年柳塘渡槽通水了吗？", sentence(text)) == ""


def test_a_person_must_be_named_in_the_sentence() -> None:
    met = "代表们看了渡槽，并出席通水仪式。"
    assert told("何小满出席通水仪式了吗", sentence(met, title="何小满会见代表")) == ""
    assert told("何小满出席通水仪式了吗", sentence("何小满出席通水仪式。")) == "何小满出席通水仪式。"


def test_names_may_stand_in_the_title_but_not_what_is_asked() -> None:
    named = sentence("11月6日通水，下游三个村用上了渠水。", title="柳塘渡槽建成")
    assert told("柳塘渡槽通水了吗？", named) == named.text
    assert told("柳塘渡槽通水了吗？", sentence("下游三个村用上了渠水。", title="柳塘渡槽通水")) == ""
