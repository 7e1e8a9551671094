from dataclasses import replace

import pytest

from rag.answering.confidence import (
    Signals,
    accepted,
    agreement,
    clear,
    corroboration,
    hopeless,
    is_too_doubtful,
    log_odds,
    signals,
)
from rag.answering.evidence import Sentence
from rag.records import Article

TEXT = "石岭镇喜获丰收。该镇今年收粮6万吨。县城多云。"
ARTICLE = Article("a", "秋收", TEXT)
ASKED = "收粮多少？"
SURE = Signals(
    quoted=4.0,
    lead=4.0,
    first=1.0,
    doubt=-9.0,
    agreement=1.0,
    others=1.0,
    choice=0.0,
    models=1.0,
    unnamed=0.0,
)
VAGUE = Signals(
    quoted=-3.0,
    lead=-4.0,
    first=0.0,
    doubt=2.0,
    agreement=0.0,
    others=0.0,
    choice=0.0,
    models=1.0,
    unnamed=1.0,
)


def sentence(start: int, end: int, presence: float | None, answer: str = "", of: Article = ARTICLE) -> Sentence:
    return Sentence(of, start, end, of.text[start:end], 0, 0.6, 1.0, presence, answer)


def of(told: str, quoted: list[Sentence], evidence: list[Sentence], doubt: float | None = -5.0) -> Signals | None:
    return signals(ASKED, told, quoted, evidence, doubt, is_choice=False, is_models=True, has_kind=True)


def test_what_is_plain_is_clear_and_what_is_vague_is_hopeless() -> None:
    assert SURE.confidence() > clear() > hopeless() > VAGUE.confidence()
    assert SURE.confidence(4.0) > accepted(is_models=True) > VAGUE.confidence(-4.0)


@pytest.mark.parametrize(("name", "more"), [("quoted", 2.0), ("lead", 2.0), ("first", 1.0), ("others", 2.0)])
def test_what_speaks_for_an_answer_makes_it_surer(name: str, more: float) -> None:
    base = replace(SURE, quoted=1.0, lead=0.0, first=0.0, others=0.0)
    assert replace(base, **{name: more}).confidence() > base.confidence()
    assert replace(base, **{name: more}).confidence_alone() > base.confidence_alone()


def test_the_model_asked_again_counts_within_limits() -> None:
    assert VAGUE.confidence(2.0) > VAGUE.confidence(0.0)
    assert VAGUE.confidence(9.0) == VAGUE.confidence(4.0)


def test_the_second_reading_has_weights_and_limits_of_its_own() -> None:
    held, denied = replace(SURE, reader=3.0), replace(VAGUE, reader=-3.0)
    assert held.confidence_read_again() > accepted(is_models=False, read_again=True)
    assert accepted(is_models=True, read_again=True) > denied.confidence_read_again()
    assert replace(SURE, quoted=1.0).confidence_read_again() < SURE.confidence_read_again()


def test_the_readers_own_logit_is_kept_beside_the_second_reading() -> None:
    again = replace(sentence(8, 18, 2.0, "6万吨"), first_presence=-1.5)
    found, plain = of("收粮6万吨。", [again], [again]), of("收粮6万吨。", [sentence(8, 18, 2.0)], [again])
    assert found is not None
    assert plain is not None
    assert (found.quoted, found.reader) == (2.0, -1.5)
    assert plain.reader == 2.0


def test_signals_are_of_what_is_told_and_of_who_says_otherwise() -> None:
    own, other = sentence(8, 18, 2.0, "6万吨"), sentence(0, 8, 3.0, "丰收")
    found = of("收粮6万吨。", [own], [other, own])
    assert found is not None
    assert (found.quoted, found.lead, found.first) == (2.0, -1.0, 0.0)
    assert (found.agreement, found.others, found.doubt) == (1.0, 0, -5.0)
    alone = of("收粮6万吨。", [own], [own], None)
    assert alone is not None
    assert (alone.lead, alone.first, alone.doubt) == (4.0, 1.0, -9.0)
    assert of("收粮6万吨。", [sentence(8, 18, None)], [own]) is None


def test_who_says_the_same_is_no_rival() -> None:
    again = sentence(0, 14, 3.0, "6万吨", Article("b", "粮食", "全镇收粮6万吨，创历史新高。"))
    own = sentence(8, 18, 2.0, "6万吨")
    found = of("收粮6万吨。", [own], [again, own])
    assert found is not None
    assert (found.lead, found.others) == (4.0, 1)


def test_what_several_articles_say_is_counted_once_each() -> None:
    again = Article("b", "粮食", "全镇收粮6万吨，创历史新高。")
    other = Article("c", "粮食", "全镇收粮5万吨。")
    evidence = [
        sentence(8, 18, 0.0),
        sentence(0, 14, 0.0, of=again),
        sentence(0, 8, 0.0, of=other),
        sentence(0, 8, 0.0),
    ]
    assert corroboration(ASKED, "收粮6万吨。", evidence) == 1
    assert corroboration(ASKED, "收粮5万吨。", evidence) == 0
    assert corroboration(ASKED, "收粮7万吨。", evidence) == 0
    assert corroboration("哪个镇丰收？", "石岭镇", evidence) == 0  # one article twice


def test_nothing_is_written_where_reader_and_model_see_no_answer() -> None:
    assert is_too_doubtful(-3.9, 9.0)
    assert not is_too_doubtful(3.0, -6.0)
    assert not is_too_doubtful(-9.0, None)
    assert not is_too_doubtful(None, 9.0)


@pytest.mark.parametrize(
    ("answer", "statement", "agreed"),
    [("5000名人员", "3月10日", 0.4), ("3月10日", "3月10日", 1.0), ("12人", "6名", 0.0), ("6架", "6架农用机", 1.0)],
)
def test_a_reader_that_answers_something_else_has_no_opinion(answer: str, statement: str, agreed: float) -> None:
    assert agreement(answer, statement) == agreed


def test_certainty_beyond_nine_tells_nothing() -> None:
    assert (round(log_odds(0.0), 1), log_odds(0.5), round(log_odds(1.0), 1)) == (-9.2, 0.0, 9.2)
