"""Which sentences the product reads a second time of passages that a program sends: no headline, and no day.

A program sends five texts with its question, of which some or none answers. Here these are articles of one hand of
``data/asked``, or stretches of the texts of CMRC 2018 that share most with the question; see ``fit_self_check``.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from asked_examples import Asked, AskedArticle, read_asked, shared_pairs
from asked_papers import ChosenError, stop
from reader_examples import NearMisses, Question, read_questions, window
from strangers import holds

from rag.answering.evidence import Sentence
from rag.answering.second_reading import read_first
from rag.answering.self_check import understood
from rag.records import Passage
from rag.workspace import Workspace

PASSAGES = 5
_HOLDS_ANSWER = 0.65
"""Of so many questions one of the passages answers."""
_STRETCH = (60, 260)
_NEAREST = 9


@dataclass(frozen=True, slots=True)
class GivenSentence:
    """A sentence of passages given with ``question``, and whether it answers."""

    question: str
    text: str
    answers: bool


def of_hand(folder: Path, hand: str, questions: int, most: int, space: Workspace) -> Iterator[GivenSentence]:
    """For so many questions of a file of ``folder`` the ``most`` surest sentences, each article being a passage."""
    chance = random.Random(f"given {hand}")
    articles = read_asked(folder, held_out=None, names=[hand])
    asked = [(article, question) for article in articles for question in article.questions]
    chance.shuffle(asked)
    for article, question in asked[:questions]:
        others = [other for other in articles if other is not article]
        others.sort(key=lambda other: -shared_pairs(question.text, other.text))
        chosen = [*_own(article, chance), *others[:_NEAREST]][:PASSAGES]
        texts = ["".join(item.sentences) for item in chosen]
        chance.shuffle(texts)
        for asked_as, sentence in _read(space, question.text, texts, most):
            answers = _answers(article, question, sentence)
            if answers is not None:
                yield GivenSentence(asked_as, understood(sentence), answers)


def _own(article: AskedArticle, chance: random.Random) -> list[AskedArticle]:
    return [article] if chance.random() < _HOLDS_ANSWER else []


def _answers(article: AskedArticle, question: Asked, sentence: Sentence) -> bool | None:
    """Whether the sentence answers; None where another than the known one may."""
    if question.at is not None and holds(sentence.text, [article.sentences[question.at]]):
        return True
    return None if question.span and question.span in sentence.text else False


def of_texts(paths: Sequence[Path], questions: int, most: int, space: Workspace) -> Iterator[GivenSentence]:
    """The same of questions on the texts of files in the form of CMRC 2018."""
    known = read_questions(list(paths))
    chance = random.Random("given texts")
    misses = NearMisses(known)
    for question in chance.sample([item for item in known if item.text.strip()], questions):
        texts = _stretches(question, misses, chance)
        for asked_as, sentence in _read(space, question.text, texts, most):
            if len(question.answers[0]) > 1:
                told = any(answer in sentence.text for answer in question.answers)
                yield GivenSentence(asked_as, understood(sentence), told)


def _stretches(question: Question, misses: NearMisses, chance: random.Random) -> list[str]:
    """What a search of all texts may bring: the stretch that answers, or another of its text, and near ones."""
    near = {found[1] for found in (misses.find(question, chance) for _ in range(_NEAREST)) if found}
    place = question.start if chance.random() < _HOLDS_ANSWER else chance.randrange(len(question.context))
    begin, end = window(question.context, place, chance.randint(*_STRETCH), chance)
    texts = [question.context[begin:end], *sorted(near)][:PASSAGES]
    chance.shuffle(texts)
    return texts


def _read(space: Workspace, question: str, texts: Sequence[str], most: int) -> Iterator[tuple[str, Sentence]]:
    """The surest sentences of ``texts``, each with the question that it is read for."""
    given = [Passage(str(at), "", text, 0, len(text), 1.0) for at, text in enumerate(texts)]
    try:
        with patch("rag.answering.writing.read_again", stop):
            space.assistant.answer(question, passages=given)
    except ChosenError as stopped:
        for sentence in read_first(stopped.found)[:most]:
            yield stopped.question, sentence
