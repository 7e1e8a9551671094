"""What may be asked after an answer: made from the claims of its articles, asked once, shown in a real browser."""

import datetime as dt
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from browser import Visit
from claim_fakes import store_of
from ui_fakes import ANSWER, GREETED, FakeWorkspace

from rag.answering.events import AnswerEvent, AnswerReady
from rag.claims.finding import claims_of_article
from rag.claims.record import Period
from rag.corpus.store import ArticleStore
from rag.records import Answer, Article, Citation
from ui.answer_queue import AnswerQueue
from ui.claim_questions import claim_question
from ui.conversation_store import ConversationStore
from ui.further_questions import FurtherQuestions, further_candidates
from ui.period_words import period_words

HARVEST = Article(
    "h1",
    "秋粮入库",
    "前三季度，会议通报，全县完成春茶出口订单46笔。县商务局表示，全县引进食用菌工厂12家。今后三年，全县计划新建冷链仓库9座。"
    "截至9月底，全县登记家庭农场3120家。该县总投资7亿元。其中返乡创业园区5个。据统计，雾岭茶场有多个品种，产值达2.6亿元。",
    date=dt.date(2022, 10, 18),
    source="雾岭日报",
)


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("1至5月，全县新开通村级公交线路14条。", "2022年前5个月全县新开通村级公交线路多少条？"),
        ("县民政局介绍，全县建成养老驿站38处。", "全县建成养老驿站多少处？"),
        ("柳叶乡今年扩种油茶4.2万亩，长势良好。", "柳叶乡2022年扩种油茶多少亩？"),
        ("上半年，全县农村居民收入同比增长7.3%。", "2022年上半年全县农村居民收入同比增长多少？"),
        ("全县有26名护林员受到表扬。", "全县有多少名护林员受到表扬？"),
        ("该项目预算总投资3亿元。", ""),
        ("其中返乡创业园区5个。", ""),
        ("全县计划新建冷链仓库9座。", ""),
        ("他们去年采购蜂箱70只。", ""),
        ("全县现有茶园5万亩、果园3万亩。", ""),
        ("全县修建水渠近30公里，惠及两个乡。", ""),
    ],
)
def test_a_claim_is_asked_for_in_the_papers_own_words(tmp_path: Path, text: str, question: str) -> None:
    with store_of(tmp_path / "claims", [replace(HARVEST, text=text)]) as store:
        asked = [claim_question(found) for found in claims_of_article(store, "h1")]
    assert asked
    assert [item for item in asked if item] == ([question] if question else [])


@pytest.mark.parametrize(
    ("first", "last", "is_end", "words"),
    [
        ("2022-01-01", "2022-12-31", False, "2022年"),
        ("2022-01-01", "2022-09-30", False, "2022年前三季度"),
        ("2022-01-01", "2022-05-31", False, "2022年前5个月"),
        ("2022-04-01", "2022-06-30", False, "2022年第二季度"),
        ("2022-07-01", "2022-12-31", False, "2022年下半年"),
        ("2022-02-01", "2022-02-28", False, "2022年2月"),
        ("2022-03-01", "2022-04-30", False, "2022年3至4月"),
        ("2022-06-05", "2022-06-05", False, "2022年6月5日"),
        ("2022-09-30", "2022-09-30", True, "截至2022年9月底"),
        ("2022-09-12", "2022-09-12", True, "截至2022年9月12日"),
        ("2021-11-01", "2022-02-28", False, ""),
        ("2022-06-11", "2022-06-25", False, ""),
    ],
)
def test_a_period_is_named_with_its_year(first: str, last: str, is_end: bool, words: str) -> None:
    period = Period(dt.date.fromisoformat(first), dt.date.fromisoformat(last), "", year_said=True, is_end=is_end)
    assert period_words(period) == words


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ArticleStore]:
    with store_of(tmp_path / "claims", [HARVEST]) as found:
        yield found


def answer_of(quote: str) -> Answer:
    start = HARVEST.text.index(quote)
    citation = Citation(1, "h1", HARVEST.title, HARVEST.date, "雾岭日报", "", quote, start, start + len(quote))
    return replace(ANSWER, question="引进多少家？", answer=f"{quote}[1]", citations=(citation,), figures=())


def test_questions_come_from_facts_that_the_answer_does_not_tell(store: ArticleStore) -> None:
    answer = answer_of("县商务局表示，全县引进食用菌工厂12家。")
    found = further_candidates(answer, [claims_of_article(store, "h1")])
    assert [(item.question, item.figure) for item in found] == [
        ("2022年前三季度全县完成春茶出口订单多少笔？", "46笔"),
        ("截至2022年9月底全县登记家庭农场多少家？", "3120家"),
    ]


class Knowing:
    """Answers whatever it is asked with the sentence that holds most of it, or refuses."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def stream(self, question: str, **_: object) -> "list[AnswerEvent]":
        self.asked.append(question)
        if "农场" in question:
            return [AnswerReady(replace(ANSWER, question=question, refused=True, citations=(), figures=()))]
        return [AnswerReady(replace(answer_of("前三季度，会议通报，全县完成春茶出口订单46笔。"), question=question))]


def looked_for(finder: FurtherQuestions, answer: Answer) -> list[str]:
    end = time.monotonic() + 60
    while (found := finder.questions(answer)) is None:
        assert time.monotonic() < end
        time.sleep(0.02)
    return found


def test_only_what_is_answered_well_is_shown_and_it_is_asked_once(
    workspace: FakeWorkspace, store: ArticleStore, tmp_path: Path
) -> None:
    assistant = Knowing()
    workspace.assistant = assistant  # type: ignore[assignment]
    workspace.claims = store  # type: ignore[attr-defined]
    queue = AnswerQueue(workspace)  # type: ignore[arg-type]
    queue.start()
    finder = FurtherQuestions(queue, workspace, ConversationStore(tmp_path))  # type: ignore[arg-type]
    answer = answer_of("县商务局表示，全县引进食用菌工厂12家。")
    assert looked_for(finder, answer) == ["2022年前三季度全县完成春茶出口订单多少笔？"]
    assert sorted(assistant.asked) == [
        "2022年前三季度全县完成春茶出口订单多少笔？",
        "截至2022年9月底全县登记家庭农场多少家？",
    ]
    again = FurtherQuestions(queue, workspace, ConversationStore(tmp_path))  # type: ignore[arg-type]
    assert again.questions(answer) == ["2022年前三季度全县完成春茶出口订单多少笔？"]
    workspace.store.generation += 1
    assert again.questions(answer) is None  # another archive may answer otherwise
    assert finder.questions(GREETED) == []
    finder.close()
    again.close()
    queue.close()


@pytest.mark.slow
def test_a_further_question_is_asked_with_one_click_and_answered(sample_visit: Visit) -> None:
    page = sample_visit.page
    page.set_default_timeout(120_000)
    sample_visit.open()
    sample_visit.ask("2020年全年全区共签约项目多少个？")
    page.wait_for_selector("#bw-further .bw-example")
    shown = page.locator("#bw-further .bw-example").all_inner_texts()
    assert 2 <= len(shown) <= 3
    assert len(set(shown)) == len(shown)
    sample_visit.at_rest()
    chat, first = (page.locator(name).first.bounding_box() for name in ("#bw-chat", "#bw-further .bw-example"))
    assert chat["y"] <= first["y"] < chat["y"] + chat["height"] - first["height"] / 2  # seen without scrolling
    page.reload()
    page.wait_for_selector("#bw-further .bw-example")
    assert page.locator("#bw-further .bw-example").all_inner_texts() == shown  # kept, not looked for anew
    page.click("#bw-further .bw-example >> nth=0")
    page.wait_for_selector("#bw-current .bw-exchange[data-turn='2'] .bw-finished")
    assert page.inner_text("#bw-current .bw-question") == shown[0]
    assert page.locator("#bw-current .bw-refusal").count() == 0
    assert page.locator("#bw-current .bw-marker").count() >= 1
