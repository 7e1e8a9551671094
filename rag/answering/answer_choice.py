"""Reader and model weighed against each other: which sentences an answer stands on, and which is the surer answer.

The reader says of each sentence whether it answers, the model is asked of the ones that matter; ``writing`` puts the
outcome into words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.answering.answer_form import has_answer_form
from rag.answering.attribution import MAX_QUOTES, attribute
from rag.answering.doers import names_that_did
from rag.answering.evidence import Sentence
from rag.answering.harms import is_half_an_answer
from rag.answering.inquiry import Asked, Findings
from rag.answering.refusal import (
    CHECKED_PRESENCE,
    CHECKED_QUOTE,
    QUOTE_PRESENCE,
    agreement,
    enough_to_quote,
    says_as_much,
    should_withhold,
)
from rag.answering.relevance import fits, gives_it_by_name, is_of_something_else, names_another
from rag.answering.reply_shape import is_copied_name
from rag.answering.self_check import SelfCheck
from rag.answering.support import judge_support, mentions, named_things
from rag.answering.totals import answering_figure
from rag.answering.wording import (
    CLOSER,
    LEAST_AFTER,
    LEAST_AROUND,
    LEAST_BEFORE,
    LITERAL,
    words_around_answer,
    words_in_common,
)
from rag.chinese.figures import Figure, find_figures, supports

_AGREED = 0.5
"""How much of what the reader would answer a statement must hold, or the other way round."""
_AGREED_PRESENCE = 2.0
"""From this presence on the sentence that model and reader agree on stands for what the model wrote of it."""
_SURER_PRESENCE, _SURER = 2.0, 0.4
"""From this presence on, and with the model so much surer of it, another sentence stands for what the model wrote."""
_BARE = 14
"""Up to so many characters a statement is a bare name or figure."""
_READ_THE_SAME = 0.75
"""How much of what the reader answers from one article it must answer from another: a day more is the same."""
_CHECKED_SENTENCES = 3
_BY_NAME = 0.5
"""By how much, in log-odds, a figure is likelier the answer that the paper calls by the name asked for."""
_LATIN = re.compile(r"[A-Za-z]{2,}")
_FAR_SURER = 1.5
"""In logits of presence."""


@dataclass(frozen=True, slots=True)
class Read:
    """A question with its evidence, and the model's doubt of an answer's being there."""

    asked: Asked
    found: Findings
    doubt: float | None
    check: SelfCheck
    expected: float = 0.0


def answering(read: Read, statement: str, quoted: Sequence[Sentence]) -> list[Sentence]:
    """The quotes in which the statement answers what is asked: ``quoted``, else others that carry it; none if none.

    A whole sentence may say the same as a torn one, of which the model is not sure; and of two articles with one
    figure, one may name the town that is asked about.
    """
    asked, found = read.asked, read.found
    first = list(quoted)
    if names_another(asked, found, statement, first):
        missing = judge_support(asked.complete, first).missing
        first = _carrying(read, statement, lambda item: all(mentions(item.article, name) for name in missing))
    for elsewhere in (False, True):
        tried = _carrying(read, statement, lambda item: item not in first) if elsewhere else first
        if elsewhere and not any(says_as_much(asked.searched, statement, item.text) for item in tried):
            return []  # a name that only stands near them
        if is_of_something_else(asked, found, statement, tried) or _is_outdone(read, statement, tried):
            return []
        if tried and _is_answer(read, statement, tried):
            return tried
    return []


def with_its_names(read: Read, statement: str, quoted: list[Sentence]) -> tuple[str, list[Sentence]]:
    """The statement without names that the quotes give another part in what is asked, and the quotes of the rest.

    No quotes where no name is left.
    """
    held = names_that_did(read.asked.searched, statement, [sentence.text for sentence in quoted])
    if held is None or held == statement:
        return statement, [] if held is None else quoted
    return held, [quoted[position] for position in attribute(held, quoted, read.asked.complete).quotes]


def surer_sentence(read: Read, statement: str, quoted: Sequence[Sentence]) -> Sentence | None:
    """A sentence that answers something else, and of which reader and model are surer than of the quotes.

    A model that writes a bare name or figure from many sentences takes the one most like the question, the winner
    of 首枚冬奥会双人滑金牌 for 北京冬奥会双人滑金牌得主. Asked of each alone it sees the difference.
    """
    if len(statement) > _BARE:
        return None
    best: tuple[float, Sentence] | None = None
    for sentence in read.found.evidence:
        if sentence in quoted or (sentence.presence or 0.0) < _SURER_PRESENCE:
            continue
        if agreement(sentence.answer, statement) >= _AGREED or not fits(read.asked, read.found, sentence):
            continue
        if says_as_much(read.asked.searched, statement, sentence.text) or _leaves_out_a_name(read, sentence, quoted):
            continue
        theirs = read.check.log_odds([sentence])
        if theirs is not None and theirs >= CHECKED_QUOTE and (best is None or theirs > best[0]):
            best = theirs, sentence
    ours = read.check.log_odds(quoted) if best else None
    return best[1] if best and ours is not None and best[0] >= ours + _SURER else None


def sentence_in_its_words(
    read: Read, statement: str, quoted: Sequence[Sentence], *, whole: bool = False
) -> Sentence | None:
    """A sentence that gives another figure in the question's own words, where the statement's stands in others.

    在江城造成5人死亡 answers 在江城造成多少人死亡, and not the 7人 of 多地示威，造成7人死亡. Only one with dead and
    hurt where the ``whole`` of 伤亡 is wanted and another has both.
    """
    asked, found = read.asked, read.found
    said = [figure for figure in find_figures(statement) if figure.kind != "date"]
    if asked.is_translated:
        return None
    if asked.kind.kind not in ("count", "money", "percentage"):
        return _around_its_answer(read, quoted)
    if not said:
        return None
    least = CLOSER + max((sum(words) for words in _words_around(asked, quoted, said, of_them=True)), default=0)
    for sentence in found.evidence:
        if (sentence.presence or 0.0) < 0.0 or not fits(asked, found, sentence):
            continue
        if whole and is_half_an_answer(asked, sentence.text, found.evidence):
            continue
        others = _words_around(asked, [sentence], said, of_them=False)
        if any(
            (before >= LEAST_BEFORE or after >= LEAST_AFTER) and before + after >= least for before, after in others
        ):
            return sentence
    return None


def _around_its_answer(read: Read, quoted: Sequence[Sentence]) -> Sentence | None:
    """The same for 什么 and 谁: 举行“江河安澜”宣传活动 answers 举行什么宣传活动."""
    question = read.asked.searched
    least = max(LEAST_AROUND, CLOSER + max((words_around_answer(question, item.text) for item in quoted), default=0))
    for sentence in read.found.evidence:
        if sentence in quoted or (sentence.presence or 0.0) < _AGREED_PRESENCE:
            continue
        if words_around_answer(question, sentence.text) >= least and fits(read.asked, read.found, sentence):
            return sentence
    return None


def sentences_in_its_words(read: Read) -> list[Sentence]:
    """Sentences that say the question's own words before and after a figure: 水位一涨再涨，昨夜蓄水已超过120万."""
    asked, found = read.asked, read.found
    if asked.is_translated or asked.kind.kind not in ("count", "money", "percentage"):
        return []
    return [
        sentence
        for sentence in found.evidence
        if (sentence.presence or 0.0) >= CHECKED_PRESENCE
        and fits(asked, found, sentence, agreed=True)
        and any(
            sum(words_in_common(asked.searched, sentence.text, figure)) >= LITERAL
            for figure in find_figures(sentence.text)
            if figure.kind != "date" and figure.text not in asked.searched
        )
    ]


def _words_around(
    asked: Asked, sentences: Sequence[Sentence], said: Sequence[Figure], *, of_them: bool
) -> list[tuple[int, int]]:
    """``words_in_common`` of the figures that are, or are not, those of ``said``."""
    return [
        words_in_common(asked.searched, sentence.text, printed)
        for sentence in sentences
        for printed in find_figures(sentence.text)
        if any(printed.kind == figure.kind for figure in said)
        and any(supports(printed, figure) for figure in said) is of_them
    ]


def _leaves_out_a_name(read: Read, sentence: Sentence, quoted: Sequence[Sentence]) -> bool:
    """Whether the quotes name what the question names, and ``sentence`` does not: CCTV of CCTV称有多少村民受灾."""
    question = read.asked.complete
    names = {name for name in named_things(question) if not name.isdigit()} | set(_LATIN.findall(question))
    return any(name not in sentence.text and any(name in item.text for item in quoted) for name in names)


def _carrying(read: Read, statement: str, allowed: Callable[[Sentence], bool]) -> list[Sentence]:
    """The ``allowed`` sentences that carry the statement; none where they do not."""
    rest = [sentence for sentence in read.found.evidence if allowed(sentence)]
    attribution = attribute(statement, rest, read.asked.complete) if rest else None
    return [rest[position] for position in attribution.quotes] if attribution and attribution.carried else []


def is_not_denied(read: Read, sentence: Sentence) -> bool:
    """Whether the model, asked of this sentence alone, does not say no, and is sure where no figure is asked."""
    checked = read.check.log_odds([sentence])
    if checked is None:
        return True
    figure = read.asked.kind.kind in ("count", "money", "percentage", "date")
    return checked >= 0.0 if figure else enough_to_quote(sentence, checked)


def checked_sentences(read: Read) -> list[Sentence]:
    """The best sentences by the reader of which the model, asked of each alone, is sure, too.

    It need be less sure of one where the reader answers the same from another article.
    """
    best = sorted(read.found.evidence, key=lambda item: item.presence or 0.0, reverse=True)[:_CHECKED_SENTENCES]
    likely = [
        item for item in best if (item.presence or 0.0) >= CHECKED_PRESENCE and fits(read.asked, read.found, item)
    ]
    return [
        item
        for item in likely
        if enough_to_quote(item, read.check.log_odds([item]), others=_read_elsewhere(read, item, likely))
    ]


def _read_elsewhere(read: Read, sentence: Sentence, likely: Sequence[Sentence]) -> int:
    """From how many other articles the reader answers what it answers from ``sentence``."""
    answer = sentence.answer
    if read.asked.kind.kind == "other" or not has_answer_form(read.asked.kind, answer, read.asked.searched):
        return 0
    same = {item.article.id for item in likely if agreement(item.answer, answer) >= _READ_THE_SAME}
    return len(same - {sentence.article.id})


def fullest(asked: Asked, sentences: Sequence[Sentence]) -> Sequence[Sentence]:
    """Of sentences that all answer how many, those with a number (2219名, not 数千名) and with dead and hurt both.

    All where none has.
    """
    if asked.kind.kind not in ("count", "money", "percentage"):
        return sentences
    figures = [answering_figure(asked.searched, item.text) for item in sentences]
    exact = [
        item
        for item, figure in zip(sentences, figures, strict=True)
        if figure is not None and figure.bound != "several"
    ] or sentences
    return [item for item in exact if not is_half_an_answer(asked, item.text, exact)] or exact


def corroborating(read: Read, statement: str, quoted: Sequence[Sentence]) -> list[Sentence]:
    """A sentence of each other article that says the same, carries the statement alone, and is read for the same."""
    asked, found = read.asked, read.found
    articles = {sentence.article.id for sentence in quoted}
    same: list[Sentence] = []
    for sentence in found.evidence:
        if len(quoted) + len(same) >= MAX_QUOTES:
            break
        if sentence.article.id in articles or not is_agreed(sentence, statement):
            continue
        if not says_as_much(asked.searched, statement, sentence.text):
            continue
        carried = attribute(statement, [sentence], asked.complete).carried
        if carried and not is_of_something_else(asked, found, statement, [sentence]):
            articles.add(sentence.article.id)
            same.append(sentence)
    return same


def is_agreed(sentence: Sentence, statement: str) -> bool:
    """Whether the reader, sure enough, would answer from ``sentence`` what the model wrote."""
    return (sentence.presence or 0.0) >= _AGREED_PRESENCE and agreement(sentence.answer, statement) >= _AGREED


def _is_answer(read: Read, statement: str, quoted: Sequence[Sentence]) -> bool:
    """Whether a statement that the paper carries has the form of an answer to what is asked, and is sure enough."""
    asked, found = read.asked, read.found
    if not has_answer_form(asked.kind, statement, asked.searched) and not is_copied_name(asked, statement, quoted):
        return False
    expected = read.expected + _BY_NAME * gives_it_by_name(asked, statement, quoted)
    return not should_withhold(
        asked.searched, statement, quoted, found.evidence, read.doubt, read.check.log_odds, expected=expected
    )


def _is_outdone(read: Read, statement: str, quoted: Sequence[Sentence]) -> bool:
    """Whether the reader finds another figure in a sentence that is far surer to hold the answer.

    Not where the model, asked of both, takes the quotes for the surer.
    """
    asked, found = read.asked, read.found
    said = [figure for figure in find_figures(statement) if figure.kind != "date"]
    least = max(QUOTE_PRESENCE, max((sentence.presence or 0.0 for sentence in quoted), default=0.0) + _FAR_SURER)
    for sentence in found.evidence if said and asked.kind.kind in ("count", "money", "percentage") else ():
        others = find_figures(sentence.answer)
        if (sentence.presence or 0.0) < least or not others or not fits(asked, found, sentence):
            continue
        if any(supports(figure, other) for figure in find_figures(sentence.text) for other in said):
            continue
        theirs, ours = read.check.log_odds([sentence]), read.check.log_odds(quoted)
        if theirs is None or ours is None or theirs >= ours:
            return True
    return False
