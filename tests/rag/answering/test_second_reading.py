import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from fakes import ScriptedGenerator
from numpy.typing import NDArray

from rag.answering.evidence import Sentence
from rag.answering.inquiry import Findings
from rag.answering.second_reading import FAR, MOST_SENTENCES, READER_WEIGHT, read_again
from rag.answering.state_probe import REFERENCE, shipped_probe
from rag.answering.support import Support
from rag.answering.times import read_question_time
from rag.claims.question import read_question
from rag.errors import GenerationError
from rag.generation.generator import Message
from rag.records import Article

THINGS = ("书18万册", "树90棵", "井2口", "亭3座", "钟1座", "桥4座", "塔1座", "门2道")
TEXTS = tuple(f"馆{where}有{what}。" for where, what in zip("里前后旁中西东南", THINGS, strict=True))
ARTICLE = Article("a", "新馆开放", "".join(TEXTS))
QUESTION = "馆前有多少树？"
HELD = {"书": -1.0, "树": 2.5, "井": -3.0}
"""The log-odds that the model's state is to have of the sentences with these words; of others -2."""


def found(presences: Sequence[float | None]) -> Findings:
    starts = np.cumsum([0, *map(len, TEXTS)]).tolist()
    sentences = tuple(
        Sentence(ARTICLE, starts[at], starts[at + 1], TEXTS[at], 0, 1.0, 1.0, presence)
        for at, presence in enumerate(presences)
    )
    support = Support(1.0, (), max((value for value in presences if value is not None), default=None))
    return Findings((), sentences, sentences, support, (), 1, 0.0, None, True, read_question(QUESTION, None))


def state(messages: Sequence[Message]) -> NDArray[np.float32]:
    """A state of which the shipped probe reads what ``HELD`` says."""
    probe = shipped_probe()
    if tuple(messages) == REFERENCE:
        return probe.reference
    wanted = next((value for word, value in HELD.items() if f"有{word}" in messages[0].content), -2.0)
    return probe.weights * ((wanted - probe.bias) / float(probe.weights @ probe.weights))


def both(held: float, reader: float) -> float:
    """Presence after both readings."""
    return held + READER_WEIGHT * reader


def test_presence_becomes_what_the_model_holds_and_the_reader_a_little() -> None:
    generator = ScriptedGenerator(states=state)
    again = read_again(generator, QUESTION, found([3.0, 1.0, 0.6]))
    assert again.read_again
    assert [item.presence for item in again.evidence] == pytest.approx(
        [both(-1.0, 3.0), both(2.5, 1.0), both(-3.0, 0.6)], abs=1e-3
    )
    assert [item.presence for item in again.sentences] == [item.presence for item in again.evidence]
    assert [item.first_presence for item in again.evidence] == [3.0, 1.0, 0.6]
    assert again.support.presence == pytest.approx(both(2.5, 1.0), abs=1e-3)
    _, prompts = generator.state_requests
    assert len(prompts) == 3
    assert all("《新馆开放》" in prompt[0].content and QUESTION in prompt[0].content for prompt in prompts)


def test_only_the_surest_are_read_and_the_others_stay_below_them() -> None:
    generator = ScriptedGenerator(states=state)
    again = read_again(generator, QUESTION, found([3.0, 1.0, 0.9, 0.8, 0.7, 0.6, 0.55, -7.0]))
    assert len(generator.state_requests[1]) == MOST_SENTENCES == 5
    values = [item.presence or 0.0 for item in again.evidence]
    assert values[5] == values[6] == pytest.approx(min(values[:5]) - 1.0, abs=1e-3)
    assert values[7] == -7.0


def test_what_the_reader_finds_far_below_is_not_read_where_something_surely_answers() -> None:
    generator = ScriptedGenerator(states=state)
    again = read_again(generator, QUESTION, found([2.0, 3.0, 3.0 - FAR, -8.0]))
    assert len(generator.state_requests[1]) == 2
    best = both(2.5, 3.0)
    assert [item.presence for item in again.evidence] == pytest.approx(
        [both(-1.0, 2.0), best, best - 8.0, -8.0], abs=1e-3
    )
    assert again.evidence[2].first_presence == 3.0 - FAR


def test_what_the_reader_finds_far_below_is_read_where_nothing_else_surely_answers() -> None:
    generator = ScriptedGenerator(states=state)
    again = read_again(generator, QUESTION, found([3.0, -1.0, 0.5, -8.0]))
    assert [len(prompts) for prompts in generator.state_requests[1:]] == [2, 2]
    assert [item.presence for item in again.evidence] == pytest.approx(
        [both(-1.0, 3.0), both(2.5, -1.0), both(-3.0, 0.5), both(-2.0, -8.0)], abs=1e-3
    )
    assert again.support.presence == pytest.approx(both(2.5, -1.0), abs=1e-3)


def test_what_no_reader_has_read_stays_unread() -> None:
    again = read_again(ScriptedGenerator(states=state), QUESTION, found([3.0, None]))
    assert [item.presence for item in again.evidence] == [pytest.approx(both(-1.0, 3.0), abs=1e-3), None]
    unread = found([None, None])
    assert read_again(ScriptedGenerator(states=state), QUESTION, unread) is unread


def test_a_runtime_that_tells_no_state_changes_nothing() -> None:
    findings = found([3.0, 1.0])
    assert read_again(ScriptedGenerator(), QUESTION, findings) is findings
    assert read_again(ScriptedGenerator(error=GenerationError("away")), QUESTION, findings) is findings


def dated(question: str, today: dt.date, *told: tuple[dt.date, str]) -> Findings:
    """Findings of one article a sentence, all read alike."""
    sentences = tuple(
        Sentence(Article(f"a{at}", "城建", text, date=day), 0, len(text), text, 0, 1.0, 1.0, 1.0)
        for at, (day, text) in enumerate(told)
    )
    return Findings(
        (), sentences, sentences, Support(1.0, (), 1.0), (), 1, 0.0, read_question_time(question, today), True,
        read_question(question, today), today=today,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("question", "put"),
    [
        ("去年全年种树多少棵", "种树多少棵"),
        ("全县去年种树多少棵", "种树多少棵"),
        ("去年我市的种树面积多少", "种树面积多少"),
        ("咱们区去年种了几棵树", "种了几棵树"),
        ("去年种树比前年多几棵", "去年种树比前年多几棵"),
        ("去年全市场抽检几批", "全市场抽检几批"),
        ("去年种树在全市第几", "种树在全市第几"),
        ("全区长什么样的树多", "全区长什么样的树多"),
        ("去年绿化投资（GDP）多少", "绿化投资多少"),
        ("去年几棵", "去年几棵"),
    ],
)
def test_what_slots_tell_is_not_asked_of_the_state(question: str, put: str) -> None:
    generator = ScriptedGenerator(states=state)
    findings = dated(question, dt.date(2022, 3, 1), (dt.date(2021, 12, 20), "绿化办说，树苗够用。"))
    read_again(generator, question, findings)
    assert f'question "{put}"' in generator.state_requests[1][0][0].content


def test_a_districts_figure_is_asked_with_the_whole_that_it_is_not_of() -> None:
    question, day = "全市种树多少棵", dt.date(2022, 3, 1)
    findings = dated(question, day, (day, "全市种树9万棵。"), (day, "石桥区种树2万棵。"))
    generator = ScriptedGenerator(states=state)
    read_again(generator, question, findings)
    asked = [messages[0].content.split('question "')[1].split('"')[0] for messages in generator.state_requests[1]]
    assert asked == ["种树多少棵", "全市种树多少棵"]


def test_a_sentence_is_asked_without_the_year_unless_its_slots_are_of_another() -> None:
    question, today = "去年修了多少座桥？", dt.date(2022, 3, 1)
    findings = dated(
        question, today, (dt.date(2021, 12, 20), "今年全县修桥14座。"), (dt.date(2021, 1, 8), "去年全县修桥9座。")
    )
    generator = ScriptedGenerator(states=state)
    read_again(generator, question, findings)
    prompts = [messages[0].content for messages in generator.state_requests[1]]
    assert "修了多少座桥" in prompts[0]
    assert "去年修了" not in prompts[0]
    assert question in prompts[1]


@pytest.mark.parametrize(
    ("shown", "held", "added"),
    [(("书", "井"), 2.5, True), (("书", "树"), 2.5, False), (("书", "井"), -0.9, True), (("井",), -3.0, False)],
)
def test_what_answers_best_is_evidence_too(
    monkeypatch: pytest.MonkeyPatch, shown: tuple[str, ...], held: float, added: bool
) -> None:
    monkeypatch.setitem(HELD, "树", held)
    monkeypatch.setitem(HELD, "书", min(held, -1.0) - 1.0)
    whole = found([0.1, 0.1, 0.1])
    crowded = replace(whole, evidence=tuple(item for item in whole.sentences if item.text[3] in shown))
    again = read_again(ScriptedGenerator(states=state), QUESTION, crowded)
    assert [item.text for item in again.evidence] == [item.text for item in crowded.evidence] + (
        ["馆前有树90棵。"] if added else []
    )


def test_sentences_without_a_headline_are_read_again_beside_those_that_have_one() -> None:
    whole = found([3.0, 1.0])
    bare = replace(ARTICLE, title="")
    untitled = tuple(replace(item, article=bare) for item in whole.sentences)
    generator = ScriptedGenerator(states=state)
    none = replace(whole, sentences=untitled)
    assert read_again(generator, QUESTION, none) is none
    assert generator.state_requests == []
    again = read_again(generator, QUESTION, replace(whole, sentences=(untitled[0], whole.sentences[1])))
    assert [item.presence for item in again.sentences] == pytest.approx([both(-1.0, 3.0), both(2.5, 1.0)], abs=1e-3)


@pytest.mark.parametrize(
    ("printed", "today", "told"),
    [
        (dt.date(2020, 12, 3), dt.date(2021, 6, 30), True),
        (None, dt.date(2021, 6, 30), False),
        (dt.date(2020, 12, 3), None, False),
    ],
)
def test_the_model_is_told_when_a_sentence_was_printed_and_the_question_asked(
    printed: dt.date | None, today: dt.date | None, told: bool
) -> None:
    whole = found([3.0])
    dated = replace(whole, sentences=(replace(whole.sentences[0], article=replace(ARTICLE, date=printed)),))
    generator = ScriptedGenerator(states=state)
    read_again(generator, QUESTION, replace(dated, today=today))
    prompt = generator.state_requests[1][0][0].content
    assert prompt.startswith("资料（2020年12月）：《新馆开放》：" if told else "资料：《新馆开放》：")
    assert ("\n现在是2021年6月。Does" in prompt) is told
