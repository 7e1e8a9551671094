from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from embeddings.reader import Reading
from rag.answering.evidence import Sentence, take_turns
from rag.answering.refusal import (
    CLEAR,
    QUOTE_PRESENCE,
    REFUSE_PRESENCE,
    WITHHOLD_PRESENCE,
    Signals,
    agreement,
    corroboration,
    is_too_doubtful,
    log_odds,
    should_refuse,
    should_withhold,
)
from rag.answering.support import Support, judge_support
from rag.answering.verification import PRESENCE_WEIGHT, READ_SENTENCES, read_sentences, share
from rag.records import Article

TEXT = "石岭镇喜获丰收。该镇今年收粮6万吨。县城多云。"
ARTICLE = Article("a", "秋收", TEXT)
ASKED = "收粮多少？"


def sentence(start: int, end: int, score: float, presence: float | None = None, of: Article = ARTICLE) -> Sentence:
    return Sentence(of, start, end, of.text[start:end], 0, 0.6, score, presence)


FIRST, SECOND, THIRD = sentence(0, 8, 1.0), sentence(8, 18, 0.9), sentence(18, 23, 0.2)


def test_the_sentence_that_answers_comes_first_read_with_title_and_what_stands_before() -> None:
    asked: list[tuple[str, list[str]]] = []

    def read(question: str, texts: Sequence[str]) -> list[Reading]:
        asked.append((question, list(texts)))
        return [Reading(4.0 if "6万吨" in text and "多云" not in text else -4.0, 0, 1, 0.0) for text in texts]

    found = read_sentences(["收粮多少？"], [FIRST, SECOND, THIRD], read)
    assert [item.text for item in found] == [SECOND.text, FIRST.text, THIRD.text]
    assert [item.presence for item in found] == [4.0, -4.0, -4.0]
    assert found[0].score == pytest.approx(0.9 + PRESENCE_WEIGHT * share(4.0))
    assert asked == [("收粮多少？", [f"秋收：{TEXT[:8]}", f"秋收：{TEXT[:18]}", f"秋收：{TEXT}"])]
    assert read_sentences(["收粮多少？"], [], read) == ()


def test_an_answer_read_in_the_context_lifts_the_sentence_that_holds_it() -> None:
    def read(_: str, texts: Sequence[str]) -> list[Reading]:
        return [
            Reading(3.0, text.index("石岭镇喜"), text.index("石岭镇喜") + 3, 0.0) if "多云" in text
            else Reading(-4.0, len(text) - 2, len(text), 0.0)
            for text in texts
        ]  # fmt: skip

    found = {item.start: item for item in read_sentences(["哪里丰收？"], [THIRD, SECOND, FIRST], read)}
    assert (found[FIRST.start].presence, found[FIRST.start].answer) == (3.0, "石岭镇")
    assert found[THIRD.start].presence == 0.0
    assert found[SECOND.start].presence == -4.0
    # One that was not among those read is found all the same.
    far = [THIRD, *(sentence(8, 18, 0.1 - 0.001 * n) for n in range(READ_SENTENCES)), FIRST]
    assert next(item for item in read_sentences(["哪里丰收？"], far, read) if item.start == 0).presence == 3.0


def test_only_the_best_are_read_and_the_rest_come_after() -> None:
    many = [sentence(0, 8, 10.0 - n) for n in range(READ_SENTENCES)] + [SECOND]
    found = read_sentences(["问"], many, lambda _, texts: [Reading(-9.0, 0, 1, 0.0) for _ in texts])
    assert len(found) == READ_SENTENCES + 1
    assert (found[-1].text, found[-1].presence) == (SECOND.text, None)


def test_a_logit_is_a_share() -> None:
    assert share(0.0) == 0.5
    assert share(1000.0) == pytest.approx(1.0)
    assert share(-1000.0) == pytest.approx(0.0)


def test_the_readers_best_presence_decides_before_and_after_the_model() -> None:
    unsure = [sentence(0, 8, 1.0, REFUSE_PRESENCE - 0.1), sentence(8, 18, 1.0, REFUSE_PRESENCE - 1)]
    support = judge_support("收粮多少？", unsure)
    assert support.presence == REFUSE_PRESENCE - 0.1
    refusal = should_refuse("收粮多少？", unsure, support)
    assert refusal is not None
    assert refusal.cause == "off topic"
    sure = [*unsure, sentence(18, 23, 0.5, QUOTE_PRESENCE)]
    assert should_refuse("收粮多少？", sure, judge_support("收粮多少？", sure)) is None

    assert (round(log_odds(0.0), 1), log_odds(0.5), round(log_odds(1.0), 1)) == (-9.2, 0.0, 9.2)


def test_rankings_take_turns_and_a_sentence_counts_once() -> None:
    assert take_turns([(FIRST, SECOND), (SECOND, THIRD), ()]) == (FIRST, SECOND, THIRD)
    assert take_turns([]) == ()


def untold(_sentences: Sequence[Sentence]) -> float | None:
    return None


def unasked(_sentences: Sequence[Sentence]) -> float | None:
    raise AssertionError("the model was asked without need")


def test_a_statement_is_withheld_where_reader_and_model_together_doubt_it() -> None:
    said = "收粮6万吨。"
    unread = [FIRST]
    assert not should_withhold(ASKED, said, unread, unread, -5.0, unasked)
    unlikely = [sentence(8, 18, 1.0, WITHHOLD_PRESENCE - 0.1)]
    assert should_withhold(ASKED, said, unlikely, unlikely, None, unasked)
    likely = [sentence(8, 18, 1.0, 0.0)]
    assert not should_withhold(ASKED, said, likely, likely, None, untold)
    # Without its doubt while writing, as of English replies, the model is always asked again.
    assert should_withhold(ASKED, said, likely, likely, None, lambda _sentences: -1.0)
    assert not should_withhold(ASKED, said, likely, likely, None, lambda _sentences: 2.0)

    agreeing = [replace(sentence(8, 18, 1.0, 1.0), answer="6万吨")]
    differing = [replace(sentence(8, 18, 1.0, 1.0), answer="5吨")]
    assert Signals(1.0, 1.0, -6.0, 1.0).confidence == pytest.approx(-2.6 + 0.127 + 0.245 + 2.016 + 0.654)
    assert not should_withhold(ASKED, said, agreeing, agreeing, -6.0, untold)
    assert should_withhold(ASKED, said, differing, differing, -6.0, untold)
    assert should_withhold(ASKED, said, agreeing, agreeing, -1.0, untold)
    # What the reader would answer from the best sentence counts too, wherever the statement stands.
    assert not should_withhold(ASKED, said, differing, [*agreeing, *differing], -6.0, untold)


def test_the_model_asked_again_decides_unless_all_is_clear() -> None:
    said = "收粮6万吨。"
    agreeing = [replace(sentence(8, 18, 1.0, 1.0), answer="6万吨")]
    differing = [replace(sentence(8, 18, 1.0, 1.0), answer="5吨")]
    assert Signals(1.0, 1.0, -8.5, 1.0).confidence > CLEAR
    assert not should_withhold(ASKED, said, agreeing, agreeing, -8.5, unasked)
    signals = Signals(1.0, 2.0, -6.0, 0.5)
    assert signals.confidence_checked(2.0) == pytest.approx(-2.75 + 0.26 + 0.1 + 0.696 + 0.35 + 4.32)
    asked: list[Sequence[Sentence]] = []

    def says(log_odds_of_yes: float) -> Callable[[Sequence[Sentence]], float]:
        def check(sentences: Sequence[Sentence]) -> float:
            asked.append(sentences)
            return log_odds_of_yes

        return check

    assert should_withhold(ASKED, said, agreeing, agreeing, -6.0, says(-1.0))
    assert not should_withhold(ASKED, said, differing, differing, -6.0, says(2.0))
    assert asked == [agreeing, differing]
    # Where the paper answers one part of a question, less is enough for another.
    assert should_withhold(ASKED, said, differing, differing, -6.0, says(0.6))
    assert not should_withhold(ASKED, said, differing, differing, -6.0, says(0.6), expected=1.2)


def test_what_several_articles_say_is_likelier_to_be_the_answer() -> None:
    again = Article("b", "粮食", "全镇收粮6万吨，创历史新高。")
    other = Article("c", "粮食", "全镇收粮5万吨。")
    evidence = [SECOND, sentence(0, 14, 0.5, of=again), sentence(0, 8, 0.5, of=other), FIRST]
    assert corroboration(ASKED, "收粮6万吨。", evidence) == 1
    assert corroboration(ASKED, "收粮5万吨。", evidence) == 0
    assert corroboration(ASKED, "收粮7万吨。", evidence) == 0
    assert corroboration("哪个镇丰收？", "石岭镇", evidence) == 0  # one article twice
    assert Signals(1.0, 1.0, -6.0, 1.0, 1).confidence == pytest.approx(Signals(1.0, 1.0, -6.0, 1.0).confidence + 1.3)
    weak = Signals(1.0, 1.0, -6.0, 0.0)
    assert replace(weak, others=3).confidence_checked(0.2) == pytest.approx(weak.confidence_checked(0.2) + 2.6)
    doubted = [replace(sentence(8, 18, 1.0, 1.0), answer="5吨")]
    assert should_withhold(ASKED, "收粮6万吨。", doubted, doubted, -6.0, lambda _sentences: 0.4)
    assert not should_withhold(ASKED, "收粮6万吨。", doubted, [*doubted, *evidence], -6.0, lambda _sentences: 0.4)


def test_nothing_is_written_where_no_statement_could_be_confident_enough() -> None:
    assert is_too_doubtful(Support(1.0, (), 1.0), -1.0)
    assert not is_too_doubtful(Support(1.0, (), 1.0), -4.0)
    assert not is_too_doubtful(Support(1.0, (), -9.0), None)
    assert not is_too_doubtful(Support(1.0, ()), 9.0)


def test_a_long_title_leaves_room_for_the_sentence() -> None:
    seen: list[str] = []

    def read(_question: str, texts: Sequence[str]) -> list[Reading]:
        seen.extend(texts)
        return [Reading(0.0, 0, 0, 0.0) for _ in texts]

    text = "新址有700名警察保护。"
    article = Article("a", "据报道，" * 50, text)
    read_sentences(["多少名警察？"], [Sentence(article, 0, len(text), text, 0, 1.0, 1.0)], read)
    assert seen == [f"{('据报道，' * 50)[:40]}：{text}"]


@pytest.mark.parametrize(
    ("answer", "statement", "agreed"),
    [("5000名人员", "3月10日", 0.4), ("3月10日", "3月10日", 1.0), ("12人", "6名", 0.0)],
)
def test_a_reader_that_answers_something_else_has_no_opinion(answer: str, statement: str, agreed: float) -> None:
    assert agreement(answer, statement) == agreed


def test_an_answer_read_in_the_title_is_of_the_sentences_that_say_it() -> None:
    text = "山洪冲毁桥面。消防救出180人，仍有约30名游客失联。"
    article = Article("b", "山洪来袭 30名游客失联", text)
    first, second = sentence(0, 7, 1.0, of=article), sentence(7, len(text), 0.5, of=article)

    def read(_: str, texts: Sequence[str]) -> list[Reading]:
        return [Reading(3.0, text.index("30名"), text.index("30名") + 3, 0.0) for text in texts]

    found = {item.start: item for item in read_sentences(["多少名游客失联？"], [first, second], read)}
    assert (found[0].presence, found[7].presence) == (0.0, 3.0)
    alone = read_sentences(["多少名游客失联？"], [first], read)
    assert [item.presence for item in alone] == [3.0]
