"""A question that names no event, over articles on several."""

import datetime as dt

import pytest

from rag.answering.citations import CitationList
from rag.answering.evidence import Sentence
from rag.answering.inquiry import Asked, Findings
from rag.answering.several_events import events_statement, names_no_event, other_events
from rag.answering.support import Support
from rag.answering.times import read_question_time
from rag.claims.question import read_question
from rag.records import Article, SearchFilter

TODAY = dt.date(2020, 12, 31)
FIRE = "城东一处仓库凌晨起火，火灾造成3人受伤。"
STORM = "暴雨引发的滑坡造成7人受伤，道路中断。"
QUAKE = "凌晨的地震造成12人受伤。"
REPRINT = "城东仓库起火，火灾造成3人受伤，火已扑灭。"


def asked(question: str) -> Asked:
    return Asked(question, question, question, SearchFilter(), 0.0)


def sentence(name: str, text: str, coverage: float = 0.8, presence: float = 3.2) -> Sentence:
    article = Article(name, f"{name}的报道", text, date=dt.date(2020, 5, 14))
    return Sentence(article, 0, len(text), text, 0, coverage, coverage, presence, "3人")


def found(question: str, *sentences: Sentence, given: bool = False) -> Findings:
    time = read_question_time(question, TODAY)
    reading = read_question(question, TODAY)
    return Findings((), sentences, sentences, Support(1.0, (), 3.0), (), 1, 0.0, time, given, reading)


@pytest.mark.parametrize(
    ("question", "none"),
    [
        ("造成多少人受伤？", True),
        ("截至目前造成多少人受伤？", True),
        ("当晚造成多少人受伤？", True),
        ("云岭县滑坡造成多少人受伤？", False),
        ("2020年造成多少人受伤？", False),
        ("26日的火灾造成多少人受伤？", False),
        ("“海葵”造成多少人受伤？", False),
        ("K102次列车造成多少人受伤？", False),
    ],
)
def test_a_name_a_time_or_a_number_says_which_event_is_meant(question: str, none: bool) -> None:
    assert names_no_event(asked(question), found(question)) is none


def test_other_events_with_other_figures_are_found_each_article_once() -> None:
    question = "造成多少人受伤？"
    fire, storm, quake = sentence("fire", FIRE), sentence("storm", STORM), sentence("quake", QUAKE)
    again, weak = sentence("reprint", REPRINT), sentence("weak", "事故造成5人受伤。", presence=1.0)
    far = sentence("far", "冲突造成9人受伤。", coverage=0.4)
    bare = sentence("bare", "造成道路中断。")
    findings = found(question, fire, again, storm, weak, far, bare, quake)
    assert [item.article.id for item in other_events(asked(question), findings, [fire])] == ["storm", "quake"]


def test_an_event_that_is_read_nearly_as_surely_is_shown_also_beside_given_passages() -> None:
    question = "造成多少人受伤？"
    fire = sentence("fire", FIRE, presence=2.4)
    near, far = sentence("storm", STORM, presence=1.3), sentence("quake", QUAKE, presence=1.0)
    findings = found(question, fire, near, far, given=True)
    assert [item.article.id for item in other_events(asked(question), findings, [fire])] == ["storm"]
    unsure = [sentence("fire", FIRE, presence=0.9), sentence("storm", STORM, presence=0.8)]
    assert other_events(asked(question), found(question, *unsure), unsure[:1]) == ()


def test_nothing_is_shown_beside_a_named_event_or_where_no_figure_is_asked() -> None:
    fire, storm = sentence("fire", FIRE), sentence("storm", STORM)
    for question in ("云岭县火灾造成多少人受伤？", "谁受伤了？"):
        assert other_events(asked(question), found(question, fire, storm), [fire]) == ()
    assert other_events(asked("造成多少人受伤？"), found("造成多少人受伤？", fire, storm), []) == ()


def test_events_are_shown_in_the_papers_words_with_their_days_and_markers() -> None:
    cited = CitationList()
    assert cited.marker(sentence("fire", FIRE)) == 1
    events = [sentence("storm", STORM), sentence("told", "他说：“塌方造成9人受伤。”")]
    assert events_statement(asked("造成多少人受伤？"), events, cited).splitlines() == [
        "问题没有写明所指的事件，另有报道：“暴雨引发的滑坡造成7人受伤，道路中断”[2]（2020-05-14）。",
        "另有报道：“他说：“塌方造成9人受伤”[3]（2020-05-14）。",
    ]
    assert [item.text for item in cited.sentences][:2] == [FIRE, STORM]


def test_of_a_long_sentence_whole_clauses_around_the_figure_are_shown() -> None:
    before, after = "当地连日降雨，" * 12, "救援仍在进行，" * 8
    text = f"据多家媒体报道，{before}暴雨引发的滑坡造成7人受伤，{after}道路中断。"
    shown = events_statement(asked("造成多少人受伤？"), [sentence("storm", text)], CitationList())
    quote = shown.split("“")[1].split("”")[0]
    assert quote in text
    assert quote.endswith("暴雨引发的滑坡造成7人受伤")
    assert len(quote) <= 90
