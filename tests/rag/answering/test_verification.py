from collections.abc import Sequence

import pytest

from embeddings.reader import Reading
from rag.answering.evidence import Sentence, take_turns
from rag.answering.refusal import QUOTE_PRESENCE, REFUSE_PRESENCE, should_refuse
from rag.answering.support import judge_support
from rag.answering.verification import PRESENCE_WEIGHT, READ_SENTENCES, READ_TWICE, read_sentences, share
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


def test_another_wording_is_read_of_the_surest_only_and_the_better_reading_counts() -> None:
    many = [sentence(n, 12 + n, 10.0 - n) for n in range(READ_TWICE + 2)]
    sizes = []

    def read(question: str, texts: Sequence[str]) -> list[Reading]:
        sizes.append((question, len(texts)))
        with_year = question.startswith("2020年")
        # By the later ones, the longer with what stands before them, the first wording is surer; the other by one.
        return [Reading(len(text) / 10 + (2.0 if with_year and len(text) == 20 else -1.0 if with_year else 0.0),
                        len(text) - 1, len(text), 0.0) for text in texts]  # fmt: skip

    found = read_sentences(["收粮多少", "2020年收粮多少"], many, read)
    assert sizes == [("收粮多少", READ_TWICE + 2), ("2020年收粮多少", READ_TWICE)]
    lengths = [3 + item.end for item in many]
    assert sorted(item.presence for item in found) == sorted(n / 10 + (2.0 if n == 20 else 0.0) for n in lengths)


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


def test_rankings_take_turns_and_a_sentence_counts_once() -> None:
    assert take_turns([(FIRST, SECOND), (SECOND, THIRD), ()]) == (FIRST, SECOND, THIRD)
    assert take_turns([]) == ()


def test_a_long_title_leaves_room_for_the_sentence() -> None:
    seen: list[str] = []

    def read(_question: str, texts: Sequence[str]) -> list[Reading]:
        seen.extend(texts)
        return [Reading(0.0, 0, 0, 0.0) for _ in texts]

    text = "新址有700名警察保护。"
    article = Article("a", "据报道，" * 50, text)
    read_sentences(["多少名警察？"], [Sentence(article, 0, len(text), text, 0, 1.0, 1.0)], read)
    assert seen == [f"{('据报道，' * 50)[:40]}：{text}"]


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
