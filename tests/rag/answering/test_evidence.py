import datetime as dt
from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from rag.answering.evidence import Sentence, SentenceEncoder, rank_sentences, select_evidence
from rag.answering.inquiry import Asked, AssistantSources, find_evidence
from rag.records import Article, Passage, SearchFilter


def article(name: str, text: str, title: str = "") -> Article:
    return Article(name, title, text, date=dt.date(2020, 12, 25))


def passage(of: Article, start: int = 0, end: int | None = None) -> Passage:
    stop = len(of.text) if end is None else end
    return Passage(of.id, of.title, of.text[start:stop], start, stop, 1.0)


def rank(question: str, *articles: Article, **options: object) -> tuple[Sentence, ...]:
    known = {item.id: item for item in articles}
    return rank_sentences(question, [passage(item) for item in articles], known, **options)  # type: ignore[arg-type]


def test_the_sentence_that_speaks_of_the_question_comes_first_with_its_offsets() -> None:
    item = article("a", "县城多云。石岭镇今年收粮6万吨。大家都很高兴。")
    ranked = rank("石岭镇收粮多少吨？", item)
    assert ranked[0].text == "石岭镇今年收粮6万吨。"
    assert all(item.text[s.start : s.end] == s.text for s in ranked)
    assert [s.score for s in ranked] == sorted((s.score for s in ranked), reverse=True)
    assert all(0 <= s.coverage <= 1 for s in ranked)
    assert len(ranked) == 3


def test_a_subject_named_before_or_in_the_title_counts_for_the_next_sentence() -> None:
    named = article("a", "石岭镇喜获丰收。该镇收粮6万吨。")
    bare = article("b", "多云转晴。该镇收粮8万吨。")
    found = {s.text: s.coverage for s in rank("石岭镇收粮多少吨？", bare, named)}
    assert found["该镇收粮6万吨。"] > found["该镇收粮8万吨。"]
    titled = {
        s.text: s.coverage for s in rank("石岭镇收粮多少吨？", article("c", "该镇收粮9万吨。", "石岭镇丰收"), bare)
    }
    assert titled["该镇收粮9万吨。"] > titled["该镇收粮8万吨。"]


def test_only_sentences_that_a_passage_touches_and_each_once() -> None:
    item = article("a", "第一句话。第二句话。第三句话。")
    found = rank_sentences("第几句", [passage(item, 7, 9), passage(item, 6, 11)], {"a": item})
    assert sorted(s.text for s in found) == ["第三句话。", "第二句话。"]


def test_a_reprint_counts_once_but_another_number_is_another_sentence() -> None:
    texts = ["产值增长10.5%。", "产值，增长10.5%！", "产值增长105%。", "产值增长1.05%。"]
    found = rank("产值增长多少？", *[article(str(n), text) for n, text in enumerate(texts)])
    assert sorted(s.text for s in found) == sorted([texts[0], texts[2], texts[3]])


def test_vectors_lift_a_sentence_that_shares_no_word() -> None:
    def vectors(texts: Sequence[str]) -> NDArray[np.float32]:
        return np.array([[1, 0] if "丰收" in text else [0, 1] for text in texts], dtype=np.float32)

    encoder = SentenceEncoder(question=lambda _: np.array([1, 0], dtype=np.float32), sentences=vectors)
    item = article("a", "天气晴好。粮食丰收。")
    assert rank("产量如何", item)[0].text == "天气晴好。"
    assert rank("产量如何", item, encoder=encoder)[0].text == "粮食丰收。"


def test_the_kind_of_answer_asked_for_weighs() -> None:
    item = article("a", "大桥通车剪彩。大桥通车一千米。")
    assert rank("大桥通车", item)[0].text == "大桥通车剪彩。"
    assert rank("大桥通车", item, fits=lambda text: "一千" in text)[0].text == "大桥通车一千米。"


def test_nothing_in_nothing_out() -> None:
    assert rank_sentences("问", [], {}) == ()
    assert rank("问", article("a", " \n ")) == ()


@pytest.mark.parametrize(
    ("room", "number", "expected"), [(12, 9, [0, 2]), (3, 9, [0]), (99, 2, [0, 1]), (99, 9, [0, 1, 2])]
)
def test_evidence_fills_the_room_best_first(room: int, number: int, expected: list[int]) -> None:
    texts = ["今天多云呢。", "明天也会是多云的吧。", "后天晴。"]
    sentences = [Sentence(article(str(n), text), 0, len(text), text, n, 0.5, 4.0 - n) for n, text in enumerate(texts)]
    chosen = select_evidence(sentences, max_characters=room, max_sentences=number)
    assert [sentences.index(item) for item in chosen] == expected


def test_a_sentence_far_behind_the_best_is_no_evidence() -> None:
    texts = {"签约项目14个。": 1.0, "总投资3亿元。": 0.5, "天气晴好。": 0.2}
    sentences = [Sentence(article(text, text), 0, len(text), text, 0, 0.5, score) for text, score in texts.items()]
    chosen = select_evidence(sentences, max_characters=99, max_sentences=9)
    assert [item.text for item in chosen] == ["签约项目14个。", "总投资3亿元。"]


def test_sentences_of_the_other_sex_take_no_room_in_the_evidence() -> None:
    given = [passage(article("a", "最佳女主角由林望舒获得。")), passage(article("b", "最佳男主角由顾长青获得。"))]
    question = "最佳男主角是谁？"
    asked = Asked(question, question, question, SearchFilter(), 0.0)
    sources = AssistantSources(lambda *_: [], lambda _: {}, lambda: 1)
    found = find_evidence(asked, sources, None, passage_count=4, given=given)
    assert [item.text for item in found.evidence] == ["最佳男主角由顾长青获得。"]
    assert len(found.sentences) == 2
