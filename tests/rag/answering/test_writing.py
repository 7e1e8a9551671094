import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from fakes import ScriptedGenerator

from rag.answering.citations import CitationList
from rag.answering.confidence import log_odds
from rag.answering.evidence import Sentence
from rag.answering.inquiry import Asked, Findings
from rag.answering.reply_shape import (
    begins_in_english,
    is_copied_name,
    is_cut_list,
    is_echo,
    is_only_its_kind,
)
from rag.answering.support import Support
from rag.answering.writing import Writer
from rag.claims.question import read_question
from rag.generation.generator import Message
from rag.generation.prompts import REFUSAL_ZH
from rag.records import Article, SearchFilter

TEXT = "来自云南的沧源佤族少年王发斩获男单冠军，教练李青山陪同。"


@pytest.mark.parametrize(
    ("question", "reply", "copied"),
    [
        ("男单冠军是谁？", "沧源佤族少年王发", True),
        ("男单冠军是谁？", "王发。", True),
        ("男单冠军是谁？", "王法", False),  # not the paper's words
        ("男单冠军是谁？", "斩获男单冠军，教练", False),  # no name runs over a comma
        ("男单冠军是谁？", "男单冠军", False),  # the question's own words
        ("谁斩获男单冠军？", "王发斩获男单冠军。", True),
        ("谁斩获男单冠军？", "王法斩获男单冠军。", False),
        ("男单冠军来自哪里？", "王发", False),  # no person is asked for
        ("男单冠军是谁？", "来自云南的沧源佤族少年王发斩获男单冠军", False),  # a statement, to be judged as one
    ],
)
def test_a_reply_of_the_papers_own_few_words_answers_who(question: str, reply: str, copied: bool) -> None:
    asked = Asked(question, question, question, SearchFilter(), 0.0)
    sentence = Sentence(Article("a", "", TEXT), 0, len(TEXT), TEXT, 0, 1.0, 1.0)
    assert is_copied_name(asked, reply, [sentence]) is copied


@pytest.mark.parametrize(
    ("question", "reply", "echo"),
    [
        ("《山路》是什么电影？", "山路。", True),
        ("《山路》是什么电影？", "《山路》是喜剧。", False),
        ("《山路》是什么电影？", "是电影", True),
        ("签约项目是85个还是102个？", "102个", False),  # a choice is an answer
        ("What film is Shanlu?", "Shanlu", False),
    ],
)
def test_a_reply_that_only_repeats_the_question_answers_nothing(question: str, reply: str, echo: bool) -> None:
    asked = Asked(question, question, question, SearchFilter(), 0.0)
    assert is_echo(asked, reply) is echo


@pytest.mark.parametrize(
    ("statement", "english"),
    [
        ("The county signed 102个 projects", True),
        ("The police局附近每年有上百万游客", True),
        ("签约102个项目", False),
        ("NBA总冠军", False),
    ],
)
def test_a_chinese_question_is_not_begun_to_be_answered_in_english(statement: str, english: bool) -> None:
    assert begins_in_english(statement, "县里签约了多少个项目？") is english
    assert not begins_in_english(statement, "How many projects were signed?")


BRIDGE = Article("b", "新桥动工", "青河新桥全长320米。开工仪式昨日举行。")
LENGTH = Sentence(BRIDGE, 0, 11, BRIDGE.text[:11], 0, 1.0, 1.0, presence=1.4, answer="320米")


def said_yes(share: float) -> dict[str, float]:
    """What a model says that is so sure of a yes, and that leans to it in Chinese as much as the real one does."""
    chinese = 1 / (1 + math.exp(-(log_odds(share) + 1.7)))
    return {"是": chinese, "否": 1 - chinese, "Yes": share, "No": 1 - share}


def written(
    reply: str, check: float, *, presence: float = 1.4, expected: float = 0.0, question: str = "青河新桥全长多少米？"
) -> tuple[str, ScriptedGenerator]:
    """What a reader sees of ``reply``, where the model says yes to the sentence with probability ``check``."""
    table = {**said_yes(check), REFUSAL_ZH: 0.03}
    generator = ScriptedGenerator(reply, probabilities=table)
    sentence = replace(LENGTH, presence=presence)
    support = Support(1.0, (), presence)
    found = Findings((), (sentence,), (sentence,), support, (), 1, 0.0, None, True, read_question(question, None))
    asked = Asked(question, question, question, SearchFilter(), 0.0)
    writer = Writer(generator, lambda _generation, _ids: True, 60)
    return "".join(writer.write(asked, found, CitationList(), expected=expected)), generator


def test_what_the_model_would_not_say_again_of_the_sentence_alone_is_not_shown() -> None:
    assert written("全长320米。", 0.9)[0] == "全长320米[1]。"
    assert written("全长320米。", 0.1)[0] == ""
    assert written("全长320米。", 0.2)[0] == ""
    assert written("全长320米。", 0.2, expected=2.0)[0] == "全长320米[1]。"


def test_a_sentence_that_reader_and_model_are_sure_of_answers_where_the_reply_does_not() -> None:
    assert written("资料中没有找到答案。", 0.9)[0] == "青河新桥全长320米[1]。"
    assert written("资料中没有找到答案。", 0.3)[0] == ""
    assert written("资料中没有找到答案。", 0.6, presence=-3.0)[0] == ""


def test_the_runtime_is_told_what_the_reader_would_answer() -> None:
    _, generator = written("全长320米。", 0.9)
    assert generator.requests[0][1].guesses == ("320米", "青河新桥全长320米。", REFUSAL_ZH)


@pytest.mark.parametrize(
    ("statement", "text", "cut"),
    [
        ("王明、李华", "王明、李华、张强出席会议。", True),
        ("出席会议的是王明、李华。", "王明、李华、张强出席会议。", True),
        ("王明、李华等出席。", "王明、李华、张强出席会议。", True),
        ("王明、李华、张强", "王明、李华、张强出席会议。", False),
        ("王明、李华", "王明、李华主持，张强、赵军参加。", False),
        ("王明、李华", "主演：王明、李华特别演出：张强。", True),
        ("王明、李华、赵军、孙亮", "区领导王明、李华、张强、赵军、孙亮出席会议。", True),
        ("王明、李华、张强、赵军、孙亮", "区领导王明、李华、张强、赵军、孙亮出席会议。", False),
        ("王明", "王明、李华出席会议。", False),
    ],
)
def test_a_list_that_goes_on_in_the_paper_is_cut(statement: str, text: str, cut: bool) -> None:
    assert is_cut_list(statement, text) is cut


def written_from(
    reply: str, question: str, sure: Mapping[str, float], *sentences: Sentence, read_again: bool = False
) -> str:
    """What a reader sees where the model, asked of a sentence, says yes with the probability that ``sure`` has.

    With ``read_again`` the sentences' presence is that of the second reading.
    """

    def probabilities(messages: Sequence[Message]) -> Mapping[str, float]:
        asked_of = messages[-1].content
        yes = next((share for text, share in sure.items() if text in asked_of), 0.5)
        return {**said_yes(yes), REFUSAL_ZH: 0.03}

    generator = ScriptedGenerator(reply, probabilities=probabilities)
    support = Support(1.0, (), max(sentence.presence or 0.0 for sentence in sentences))
    found = Findings(
        (), sentences, sentences, support, (), 1, 0.0, None, True, read_question(question, None), read_again
    )
    asked = Asked(question, question, question, SearchFilter(), 0.0)
    return "".join(Writer(generator, lambda _generation, _ids: True, 60).write(asked, found, CitationList()))


def told(identity: str, text: str, presence: float, answer: str) -> Sentence:
    return Sentence(Article(identity, "", text), 0, len(text), text, 0, 1.0, 1.0, presence, answer)


TORN = told("torn", "青河新桥全长320米 ... 争吵没有发生过。", 1.4, "争吵没有发生过")
WHOLE = told("whole", "青河新桥全长320米。", 1.2, "新桥")


def test_a_statement_stands_on_the_sentence_of_which_the_model_is_sure() -> None:
    question, sure = "青河新桥全长多少米？", {TORN.text: 0.1, WHOLE.text: 0.9}
    assert written_from("320米", question, sure, TORN, told("other", "青河县多云。", 0.1, "多云")) == ""
    assert written_from("320米", question, sure, TORN, WHOLE) == "青河新桥全长320米[1]。"


OLD = told("old", "首枚冬奥会双人滑金牌得主是李红。", 3.0, "李红")
NEW = told("new", "北京冬奥会双人滑决赛，选手王强获冠军。", 2.4, "王强")


@pytest.mark.parametrize("sure", [0.95, 0.8])
def test_a_name_of_an_event_elsewhere_is_no_answer_beside_one_of_the_place_asked_about(sure: float) -> None:
    answer = written_from("李红", "北京冬奥会双人滑冠军是谁？", {OLD.text: 0.75, NEW.text: sure}, OLD, NEW)
    assert answer == "北京冬奥会双人滑决赛，选手王强获冠军[1]。"


def test_a_surer_sentence_names_what_the_quotes_and_the_question_name() -> None:
    own = told("own", "CCTV称至少22名村民受灾。", 3.0, "22名")
    other = told("other", "县里通报，至少15名村民受灾。", 3.2, "15名")
    question, sure = "CCTV称有多少名村民受灾？", {own.text: 0.9, other.text: 0.97}
    assert written_from("22名", question, sure, own, other) == "至少22名[1]"
    # Who says so is told with it; a sentence of which the reader is hardly surer does not take its place.
    assert written_from("22名", "有多少名村民受灾？", sure, own, other) == "CCTV称至少22名村民受灾[1]。"


def test_a_figure_in_the_questions_own_words_outdoes_another() -> None:
    wide = told("wide", "多地发生示威活动，造成7人死亡。", 3.0, "7人")
    own = told("own", "此次示威活动在江城造成5人死亡，在山县造成2人死亡。", 3.0, "5人")
    question, sure = "此次示威活动在江城造成多少人死亡？", {wide.text: 0.9, own.text: 0.9}
    assert written_from("7人", question, sure, wide, own) == "此次示威活动在江城造成5人死亡，在山县造成2人死亡[1]。"
    assert written_from("5人", question, sure, wide, own) == "5人[1]"


def test_a_question_that_the_paper_asks_is_no_answer() -> None:
    asks = told("asks", "大桥做错了什么？", 1.4, "什么")
    assert written_from("大桥做错了什么？", "大桥怎么了？", {asks.text: 0.9}, asks) == ""


def test_the_questions_own_words_around_an_answer_outdo_another() -> None:
    other = told("other", "活动在开工前约两小时就已结束，与宣传活动无关。", 3.0, "两小时")
    own = told("own", "大桥开工前，曾有志愿者在该区举行“江河安澜”宣传活动。", 3.0, "江河安澜")
    question, sure = "大桥开工前，曾有志愿者在该区举行什么宣传活动？", {other.text: 0.9, own.text: 0.9}
    quoted = "大桥开工前，曾有志愿者在该区举行“江河安澜”宣传活动[1]。"
    assert written_from("活动在开工前约两小时就已结束。", question, sure, other, own) == quoted
    assert written_from("“江河安澜”宣传活动", question, sure, other, own) == "“江河安澜”宣传活动[1]"


def test_what_the_paper_says_of_a_figure_is_told_where_the_reply_leaves_it_out() -> None:
    other = told("other", "全年竞赛共评出2219名获奖职工。", 3.0, "2219名")
    own = told("own", "全市共有2200多名职工在各类技能竞赛中获奖。", 3.0, "2200多名")
    question, sure = "全市共有多少名职工在各类技能竞赛中获奖？", {other.text: 0.9, own.text: 0.9}
    assert written_from("2219名职工", question, sure, other, own) == "全年竞赛共评出2219名获奖职工[1]。"


@pytest.mark.parametrize(
    ("question", "reply", "only"),
    [
        ("2021赛季县超冠军", "卫冕冠军", True),
        ("2021赛季县超冠军是谁？", "上届冠军。", True),
        ("2021赛季县超冠军", "青河队", False),
        ("县里的新任市长是谁？", "林望舒市长", False),
        ("这是什么类型的游戏？", "猜字游戏", False),
    ],
)
def test_a_reply_that_says_only_the_kind_of_thing_asked_for(question: str, reply: str, only: bool) -> None:
    assert is_only_its_kind(Asked(question, question, question, SearchFilter(), 0.0), reply) is only


def test_what_the_reader_answers_is_told_where_the_model_confirms_it() -> None:
    first = told("first", "青河考试于12月25日至26日举行。", 0.2, "12月25日至26日")
    second = told("second", "青河考试于12月25日至26日进行。", -0.2, "12月25日至26日")
    question, sure = "青河考试何时举行？", {first.text: 0.97, second.text: 0.1}
    quoted = "青河考试于12月25日至26日举行[1]。"
    assert written_from("资料中没有找到答案。", question, sure, first, second) == quoted
    assert written_from("资料中没有找到答案。", question, {first.text: 0.5, second.text: 0.1}, first, second) == ""
    assert written_from("资料中没有找到答案。", question, {first.text: 0.1, second.text: 0.1}, first, second) == ""


def test_a_name_that_only_stands_near_a_sentence_is_not_said_by_it() -> None:
    first = told("first", "王强表示愿意参加县运会。", 1.4, "王强")
    whole = "王强也来了。县运会冠军是李红，掌声热烈。"
    near = Sentence(Article("near", "", whole), 6, len(whole), whole[6:], 0, 1.0, 1.0, 1.4, "李红")
    question, sure = "县运会的冠军是谁？", {near.text: 0.7, first.text: 0.1}
    assert written_from("王强", question, sure, first, near) == ""
    assert written_from("李红", question, sure, first, near) == "李红[1]"


def test_names_of_two_sentences_run_together_are_told_by_the_surer_sentence() -> None:
    text = "县领导杜海、方明、何静、吴越、郑岩参加会议。梁溪镇、柳桥镇、县水务局、县林业局、县教育局作了发言。"
    article = Article("m", "全县秋种工作会议召开", text)
    end = text.index("。") + 1
    came = Sentence(article, 0, end, text[:end], 0, 1.0, 1.0, presence=-1.0)
    spoke = Sentence(article, end, len(text), text[end:], 1, 1.0, 1.0, presence=2.5)
    reply = "县领导杜海、方明、何静、吴越、郑岩、梁溪镇、柳桥镇、县水务局、县林业局、县教育局。"
    told = written_from(reply, "秋种工作会议上发言的有哪些单位", {}, came, spoke, read_again=True)
    assert told == "梁溪镇、柳桥镇、县水务局、县林业局、县教育局作了发言[1]。"
    told = written_from(reply, "发言和参加的都有谁", {}, replace(came, presence=1.5), spoke, read_again=True)
    assert told.count("[1]") == told.count("[2]") == 1


def test_two_things_asked_at_once_are_not_put_together_from_a_sentence_that_goes_on_about_another_day() -> None:
    text = "6月3日，柳桥镇召开秋粮收购会，镇长何静主持会议。6月8日，该镇将举办农机检修培训。"
    article = Article("m", "柳桥镇部署秋粮收购", text)
    end = text.index("。") + 1
    met = Sentence(article, 0, end, text[:end], 0, 1.0, 1.0, presence=3.0, answer="6月3日")
    trained = Sentence(article, end, len(text), text[end:], 1, 1.0, 1.0, presence=-1.5, answer="6月8日")
    reply = "柳桥镇秋粮收购会于6月8日召开，镇长何静主持会议。"
    told = written_from(reply, "秋粮收购那个会哪天开的 谁主持", {}, met, trained, read_again=True)
    assert "6月8日" not in told
    assert told.startswith("6月3日，柳桥镇召开秋粮收购会，镇长何静主持会议")


@pytest.mark.parametrize(
    ("day", "answer"),
    [
        (dt.date(2022, 4, 6), "据2022年4月6日报道，渡口已修船2条[1]。"),
        (dt.date(2022, 6, 20), "据2022年3月2日报道，渡口计划修船5条[1]。"),
    ],
)
def test_what_was_planned_is_told_as_done_by_a_report_of_that_time_only(day: dt.date, answer: str) -> None:
    question, today = "渡口3月修船几条？", dt.date(2022, 6, 30)
    plan = replace(
        told("plan", "渡口计划修船5条。", 3.0, "5条"),
        article=Article("p", "", "渡口计划修船5条。", date=dt.date(2022, 3, 2)),
    )
    done = replace(told("done", "渡口已修船2条。", 2.5, "2条"), article=Article("d", "", "渡口已修船2条。", date=day))
    generator = ScriptedGenerator("5条", probabilities={**said_yes(0.9), REFUSAL_ZH: 0.03})
    read = read_question(question, today)
    found = Findings((), (plan, done), (plan, done), Support(1.0, (), 3.0), (), 1, 0.0, None, True, read, today=today)
    asked = Asked(question, question, question, SearchFilter(), 0.0)
    assert "".join(Writer(generator, lambda *_: True, 60).write(asked, found, CitationList())) == answer
