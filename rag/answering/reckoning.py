"""What a question wants reckoned from two figures that the paper prints: 比去年贵多少, 离目标还差多少.

Which two may be meant is read from their claims (``operands``). Where only one pair may be, it is taken; of several,
and of two sentences side by side, the model says which two it would reckon with. The model never reckons; where the
paper tells the result itself nothing is reckoned, and the equation is always shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field

from rag.answering.evidence import Sentence
from rag.answering.operands import (
    Operand,
    Pair,
    Way,
    are_of_one_matter,
    grouped,
    is_only_pair,
    is_percentage,
    operands_of,
    pairs,
    told_already,
)
from rag.answering.parts import ASKS_TOTAL
from rag.chinese.figures import find_figures
from rag.chinese.figures.arithmetic import FiguresDisagreeError, Operation, computed_figure
from rag.chinese.figures.comparison import same_figure
from rag.chinese.sentences import split_sentences
from rag.claims.question import Question
from rag.generation.generator import GenerationOptions, Generator
from rag.generation.prompts import equation_messages

Choose = Callable[[str, str, Operation], str]
"""What the model would reckon for (question, text, operation): ``46元－41.5元``, or 无."""

_LACKING = re.compile(
    r"(?:[还仍尚离距][^，。？]{0,8}[差欠]|剩)(?:下|了|着)?[^，。？]{0,3}(?:多少|几|多远)"
    r"|没(?:完成|干完|干|做)的?(?:还有)?(?:多少|几)"
)
_APART = re.compile(
    r"[差多少高低贵长短快慢大小重轻远近宜涨跌升降减][了出]?[一-鿿]?(?:多少|几[个块毛分元人户家亩天斤吨米公度]|多大)|差距|相差"
)
_HOW_MUCH = re.compile(r"[多几]|占比|比[例重]|百分比")
_DIFFERS = re.compile(r"差[了着]?(?:多少|几)")
_AGAINST = re.compile(r"(?<![同环])比|同(?!比)|[较跟和与谁哪]")
_JOINED = re.compile(r"加|[和与跟同、]|连同|带上|两[家个处样类所项头边]")
_SHARE_OF = re.compile(
    r"占(?![用地道线])[^，。？]{0,12}(?:多少|多大|几)(?=$|[呢啊了的吧\W]|百分|比[例重]|成|个?点)|几成|百分之几|百分比|占比|多大比例"
    r"|完成了?[^，。？]{0,6}(?:百分之)?[多几]"
)
"""占几亩 and 占多少钱 ask for a level."""
_CHANGE = re.compile(
    r"(?<![占分对])[比较跟同](?![重例率])[^，。？]{1,10}(?:多(?!少)|(?<!多)少|[高低增减涨跌升降贵宜快慢])"
    r"|(?:增[加长]?|减少?|上?涨|下?跌|上?升|下?降)[了出]?(?:百分之|几成|多少)"
)
"""比去年多百分之几 is no share."""
_ADDED = re.compile(r"加上|累计|至此|总数|总计|总量|共计|合计|达到?")
"""A sentence that adds up itself has no two figures side by side."""
_SIGNS = re.compile(r"\s*[－\-—–＋+÷/]\s*")
_POINTS = "个百分点"
_OPERATIONS: dict[Way, Operation] = {
    "sum": "sum",
    "lacking": "difference",
    "apart": "difference",
    "share": "share",
}
_EQUATION_TOKENS = 28
_SUREST = 2
"""Of so many sentences, those that answer most surely, the model is asked which figures are meant."""


def written_equation(generator: Generator, question: str, text: str, operation: Operation) -> str:
    """A ``Choose``: what ``generator`` writes when it is shown the text, in one line."""
    options = GenerationOptions(_EQUATION_TOKENS, ("\n",))
    with closing(generator.stream(equation_messages(question, text, operation), options)) as stream:
        return "".join(stream).strip()


@dataclass(frozen=True, slots=True)
class Reckoned:
    """A result with its equation, ``相差144.3毫米（412.6－268.3＝144.3毫米）``, and the sentences of its figures.

    ``statement`` is empty where they print the result themselves.
    """

    statement: str
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Reckoner:
    """Reckons for one question from sentences of its evidence; ``choose`` is None where no model may be asked."""

    question: Question
    evidence: Sequence[Sentence] = ()
    choose: Choose | None = None
    _known: dict[tuple[str, int], Reckoned | None] = field(default_factory=dict)

    def of_first(self, sentences: Sequence[Sentence]) -> Reckoned | None:
        """What is asked for, from the first of ``sentences`` that allows it; None where none does."""
        found = (self.reckoned(sentence) for sentence in sentences)
        return next((item for item in found if item is not None), None)

    def reckoned(self, sentence: Sentence) -> Reckoned | None:
        """What is asked for, from two figures of ``sentence`` or one of it and one of a neighbour; None without."""
        key = sentence.article.id, sentence.start
        if key not in self._known:
            way = way_of(self.question)
            self._known[key] = None if way is None else self._reckoned(way, sentence)
        return self._known[key]

    def _reckoned(self, way: Way, sentence: Sentence) -> Reckoned | None:
        own = operands_of(sentence)
        if way == "sum" and _ADDED.search(sentence.text):
            return None
        possible: list[Pair] = []
        only: list[Pair] = []
        for group in grouped(own):
            found = pairs(way, self.question, group)
            possible += found
            only += found if is_only_pair(way, self.question, group, found) else []
        if len(possible) == len(only) == 1:
            return _told(way, self.question, only[0])
        if not self._may_ask(sentence):
            return None
        if possible:
            return self._chosen(way, sentence.text, possible)
        return self._with_a_neighbour(way, sentence, own) if own else None

    def _may_ask(self, sentence: Sentence) -> bool:
        surest = sorted(self.evidence, key=lambda item: item.presence or 0.0, reverse=True)[:_SUREST]
        return self.choose is not None and any(
            item.article.id == sentence.article.id and item.start == sentence.start for item in surest
        )

    def _with_a_neighbour(self, way: Way, sentence: Sentence, own: Sequence[Operand]) -> Reckoned | None:
        """From one figure of the sentence and one of the sentence before or after it in its paragraph."""
        others = [other for other in _neighbours(sentence) if way != "sum" or not _ADDED.search(other.text)]
        told: dict[int, Sentence] = {}
        possible: list[Pair] = []
        for other in others:
            both = sorted([*own, *operands_of(other)], key=lambda item: item.sentence.start + item.claim.start)
            for group in grouped(both):
                for pair in pairs(way, self.question, group):
                    if pair[0].sentence is not pair[1].sentence and (way == "lacking" or are_of_one_matter(pair)):
                        possible.append(pair)
                        told |= {item.start: item for item in (sentence, other)}
        if not possible:
            return None
        return self._chosen(way, "".join(told[start].text for start in sorted(told)), possible)

    def _chosen(self, way: Way, text: str, possible: Sequence[Pair]) -> Reckoned | None:
        """The pair that the model would reckon with, where it is a possible one."""
        if self.choose is None:
            return None
        written = _SIGNS.split(self.choose(self.question.text, text, _OPERATIONS[way]))
        if len(written) != 2:
            return None
        for pair in possible:
            if all(any(_is_written(item, part) for part in written) for item in pair):
                # What names more of the question would have to be meant.
                named = _named_in(self.question, pair)
                is_nearest = not any(named < _named_in(self.question, other) for other in possible)
                return _told(way, self.question, pair) if is_nearest else None
        return None


def way_of(question: Question) -> Way | None:
    """What a question wants reckoned; None where it asks for what a paper prints."""
    if not _HOW_MUCH.search(question.text):
        return None
    if _asks_total(question.text):
        return "sum"
    if _LACKING.search(question.text):
        return "lacking"
    if _DIFFERS.search(question.text) or (_APART.search(question.text) and _AGAINST.search(question.text)):
        return "apart"
    return "share" if _SHARE_OF.search(question.text) and not _CHANGE.search(question.text) else None


def _asks_total(text: str) -> bool:
    """Whether two things are named and their total is asked for: 一共多少 alone is what the paper may print."""
    total = ASKS_TOTAL.search(text) or re.search("加(?:在)?一[块起]", text)
    return total is not None and _JOINED.search(text.replace(total.group(), "")) is not None


def _neighbours(sentence: Sentence) -> Iterator[Sentence]:
    """The sentence after, then the one before, of the same paragraph."""
    text = sentence.article.text
    begin, end = text.rfind("\n", 0, sentence.start) + 1, text.find("\n", sentence.end)
    after = split_sentences(text[sentence.end : end if end >= 0 else len(text)])[:1]
    before = split_sentences(text[begin : sentence.start])[-1:]
    for offset, span in [*((sentence.end, span) for span in after), *((begin, span) for span in before)]:
        start, stop = offset + span.start, offset + span.end
        yield Sentence(sentence.article, start, stop, text[start:stop], 0, 0.0, 0.0)


def _named_in(question: Question, pair: Pair) -> frozenset[str]:
    """The characters of the question that stand in the clauses of a pair."""
    return frozenset(question.text) & frozenset(pair[0].claim.text + pair[1].claim.text)


def _is_written(operand: Operand, part: str) -> bool:
    figures = find_figures(part)
    return part.strip() == operand.figure.text or any(same_figure(figure, operand.figure) for figure in figures)


def _told(way: Way, question: Question, pair: Pair) -> Reckoned | None:
    """``还差0.73亿元（1.6－0.87＝0.73亿元）``; None where the paper tells it, or figures cannot be reckoned with."""
    sentences = tuple({item.sentence.start: item.sentence for item in pair}.values())
    told = "" if way == "sum" else told_already(way, question, pair)
    if told:
        return Reckoned("", sentences) if told == "printed" else None
    figures = [item.figure for item in pair]
    try:
        found = computed_figure(_OPERATIONS[way], figures)
    except FiguresDisagreeError:
        return None
    if not found.value:
        return None
    if way == "sum":
        word = "合计"
    elif way == "share":
        word = "完成" if pair[1].is_goal else "占"
    else:
        word = "相差" if way == "apart" else "还剩" if "剩" in question.text else "还差"
    statement = f"{word}{found.text}（{found.equation}）"
    if way != "sum" and way != "share" and all(map(is_percentage, figures)):
        statement = f"{word}{found.text.removesuffix('%')}{_POINTS}（{figures[0].text}－{figures[1].text}）"
    return Reckoned(statement, sentences)
