"""Evidence to checked statements: the model writes, and only what the evidence carries comes out.

Each statement of the model is tied to quotes and held to their figures, names and dates before a reader sees it.
Where the model fails but the paper is plain, the paper's own sentence is the answer. It knows nothing of stores,
caches or the shape of an answer; ``assistant`` does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass

from rag.answering.answer_form import has_answer_form
from rag.answering.attribution import attribute
from rag.answering.citations import CitationList
from rag.answering.contrasts import added_pieces, is_mixed, is_of_another_level, is_of_another_member
from rag.answering.evidence import Sentence
from rag.answering.figures import Figure, find_figures, supports
from rag.answering.gate import check_answer
from rag.answering.inquiry import Asked, Findings
from rag.answering.orders import gives_orders
from rag.answering.refusal import Refusal, is_too_doubtful, log_odds, should_quote, should_refuse, should_withhold
from rag.answering.repair import repair_figures
from rag.answering.statements import statements_of, with_markers, without_markers
from rag.answering.support import judge_support
from rag.answering.times import (
    days_covered,
    hides_its_period,
    is_of_other_time,
    is_of_other_year,
    names_other_years,
    read_question_time,
)
from rag.answering.totals import answering_figure, speaks_of
from rag.errors import GenerationError
from rag.generation.generator import GenerationOptions, Message
from rag.generation.generator import Generator as TextGenerator
from rag.generation.prompts import REFUSAL_ZH, EvidenceLine, answer_messages, is_refusal
from rag.retrieval.question_kind import is_chinese
from rag.retrieval.terms import fold

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d年")
_CLAUSE = re.compile(r"[^，。；！？]+")
_SURE_NAME = 3
"""From so many characters on a word tagged as a name is one; 汇报 is none."""
_PLANNED = re.compile(r"计划|目标|预期|预计|力争|拟|将|任务|规划|确保|要|争取|打算|安排")
_AIMS = re.compile(r"预期目标|目标(?:为|是|定为)")
_ACTUAL = re.compile(r"实际")
_NOT_ACTUAL = re.compile(r"能力|设计|计划|预计|预期|目标|力争|拟")
_IN_CHINESE = "（请用中文回答）"
_SIGNS = re.compile(r"[^\w]|_")
_PERIOD = re.compile(r"(?<=[一-鿿])\.$")
_CHOICE = re.compile(r"还是|是否|有没有|是不是|能否|吗|(?<!什)(?<!怎)么")
_NAME_CHARACTERS = 14
_NAME = re.compile(r"[一-鿿·、和与]+")

Statements = Generator[str, None, Refusal | None]
"""Checked statements with their markers; the generator's value is why there is none, or None."""


@dataclass(frozen=True, slots=True)
class _Read:
    """A question with its evidence, and the model's doubt of an answer's being there."""

    asked: Asked
    found: Findings
    doubt: float | None


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes from evidence with one model; ``are_there(generation, article ids)`` asks whether none was removed."""

    generator: TextGenerator
    are_there: Callable[[int, Collection[str]], bool]
    answer_tokens: int

    def write(self, asked: Asked, found: Findings, cited: CitationList) -> Statements:
        """The checked statements that answer ``asked`` from ``found``; what they cite is added to ``cited``."""
        refusal = should_refuse(asked.question, found.evidence, found.support)
        if refusal is not None:
            return refusal
        doubt = self._doubt(asked, found)
        if is_too_doubtful(found.support, doubt):
            return Refusal("model")
        pieces: list[str] = []
        refused = False
        with closing(self._in_language(asked, found)) as statements:
            for statement in statements:
                if is_refusal(statement):
                    refused = True
                    break
                piece = self._checked(_Read(asked, found, doubt), statement, cited)
                if piece is None:
                    continue
                if piece in pieces:
                    break  # a model that repeats itself has nothing more to say
                pieces.append(piece)
                yield piece
        if pieces:
            return None
        quoted = self._quote(asked, found, cited, model_refused=refused)
        if quoted is None:
            return Refusal("model" if refused else "unsupported")
        yield quoted
        return None

    def _in_language(self, asked: Asked, found: Findings) -> Generator[str, None, None]:
        """What the model writes; where it begins in English to a Chinese question, it is asked once more."""
        with closing(self._statements(asked, found)) as statements:
            first = next(statements, None)
            if first is not None and not _is_in_another_language(first, asked.question):
                yield first
                yield from statements
                return
        if first is not None:
            yield from self._statements(asked, found, _IN_CHINESE)

    def _statements(self, asked: Asked, found: Findings, request: str = "") -> Generator[str, None, None]:
        """What the model writes, sentence by sentence; closing it stops the model."""
        options = GenerationOptions(max_tokens=self.answer_tokens, stop=("【", "\n\n"))
        with closing(self.generator.stream(_prompt(asked, found, request), options)) as stream:
            yield from statements_of(stream)

    def _doubt(self, asked: Asked, found: Findings) -> float | None:
        """The model's log-odds of refusing; None without a reader to weigh it against, or where it is not told.

        An English reply of any kind may begin with "The", so only a Chinese one tells.
        """
        if found.support.presence is None or not is_chinese(asked.question):
            return None
        try:
            return log_odds(self.generator.candidate_probabilities(_prompt(asked, found), [REFUSAL_ZH])[REFUSAL_ZH])
        except GenerationError:
            return None  # a server that reports no probabilities still writes

    def _checked(self, read: _Read, statement: str, cited: CitationList) -> str | None:
        """The statement with its markers, or None where the paper does not carry it or it answers nothing."""
        asked, found = read.asked, read.found
        if _is_in_another_language(statement, asked.question):
            return None
        evidence = found.evidence
        statement = _PERIOD.sub("。", repair_figures(statement, evidence))
        attribution = attribute(statement, evidence, asked.complete)
        quoted = [evidence[position] for position in attribution.quotes]
        if not attribution.carried or _is_echo(asked, statement):
            return None
        if not has_answer_form(asked.kind, statement, asked.searched) and not _is_copied_name(
            asked, statement, quoted
        ):
            return None
        if _is_of_something_else(asked, found, statement, quoted):
            return None
        corroborated = _is_corroborated(asked, found, statement)
        if should_withhold(statement, quoted, evidence, read.doubt, corroborated=corroborated):
            return None
        if not _stands(asked, statement, quoted):
            return None
        if not self._may_cite(found, quoted):
            return None
        return with_markers(statement, dict.fromkeys(cited.marker(sentence) for sentence in quoted))

    def _may_cite(self, found: Findings, sentences: Sequence[Sentence]) -> bool:
        """Whether the articles of these sentences have not been removed since they were found."""
        return found.given or self.are_there(found.generation, {sentence.article.id for sentence in sentences})

    def _quote(self, asked: Asked, found: Findings, cited: CitationList, *, model_refused: bool) -> str | None:
        """The paper's own sentence as the answer, where it holds what is asked for and speaks of it plainly."""
        plain = [sentence for sentence in found.evidence if should_quote(sentence, model_refused=model_refused)]
        fitting = [sentence for sentence in plain if _fits(asked, found, sentence)]
        # Of a year, the figure that covers most of it; else the best sentence.
        sentence = max(
            fitting, key=lambda item: days_covered(found.time_asked, item.article, item.text), default=None
        )
        if sentence is None or not self._may_cite(found, [sentence]):
            return None
        marker, text = cited.marker(sentence), without_markers(sentence.text)
        if is_chinese(asked.question):
            return f"报道原文：“{text}”[{marker}]"
        return f"The paper says: “{text}”[{marker}]"


def _is_in_another_language(statement: str, question: str) -> bool:
    """Whether a Chinese question got an English sentence; a name or a figure has no language."""
    return is_chinese(question) and not is_chinese(statement) and len(re.findall(r"[A-Za-z]+", statement)) >= 4


def _is_echo(asked: Asked, statement: str) -> bool:
    """Whether a reply only repeats words of the question: 人生路不熟 to 人生路不熟是什么电影."""
    said = _SIGNS.sub("", fold(statement))
    if not is_chinese(asked.question) or _CHOICE.search(asked.complete):
        return False
    return said in _SIGNS.sub("", fold(asked.complete + asked.searched))


def _is_copied_name(asked: Asked, statement: str, quoted: Sequence[Sentence]) -> bool:
    """Whether the whole reply to 谁 is a few of the paper's own words: no dictionary knows every name."""
    reply = statement.strip(" 。.！!")
    if asked.kind.kind != "person" or not 2 <= len(reply) <= _NAME_CHARACTERS or reply in asked.searched:
        return False
    return _NAME.fullmatch(reply) is not None and any(reply in sentence.text for sentence in quoted)


def _stands(asked: Asked, statement: str, quoted: Sequence[Sentence]) -> bool:
    """Whether every figure, as it will be shown, is one that the quotes carry as a fact."""
    quotes = {marker: sentence.text for marker, sentence in enumerate(quoted, 1)}
    figures = check_answer(with_markers(statement, list(quotes)), quotes, question=asked.complete).figures
    if any(item.figure.kind != "date" and not item.supported for item in figures):
        return False
    return not figures or not any(gives_orders(sentence.text) for sentence in quoted)


def _fits(asked: Asked, found: Findings, sentence: Sentence) -> bool:
    """Whether a sentence has the form of an answer and is not of another time."""
    if names_other_years(asked.searched, sentence.text) or _is_of_other_time(asked, found, sentence):
        return False
    if gives_orders(sentence.text) or _is_of_another_level(asked, sentence):
        return False
    if asked.kind.kind in ("count", "money", "percentage"):
        figure = answering_figure(asked.searched, sentence.text)
        return figure is not None and speaks_of(asked.searched, figure)
    return has_answer_form(asked.kind, sentence.text, asked.searched)


def _is_of_other_time(asked: Asked, found: Findings, sentence: Sentence) -> bool:
    article, text = sentence.article, sentence.text
    return is_of_other_year(asked.searched, article, text) or is_of_other_time(found.time_asked, article, text)


def _is_corroborated(asked: Asked, found: Findings, statement: str) -> bool:
    """Whether what the statement adds to the question stands in two articles of those found, or more."""
    figures = [item for item in find_figures(statement) if item.kind != "date" and item.text not in asked.searched]
    pieces = added_pieces(asked.searched, statement)

    def holds(text: str) -> bool:
        if figures:
            return any(supports(other, figure) for other in find_figures(text) for figure in figures)
        return any(piece in text for piece in pieces)

    return len({sentence.article.id for sentence in found.sentences if holds(sentence.text)}) >= 2


def _is_of_something_else(asked: Asked, found: Findings, statement: str, quoted: Sequence[Sentence]) -> bool:
    """Whether a statement that the paper carries is of another time, thing, place or level than is asked for."""
    texts = [sentence.text for sentence in quoted]
    return (
        any(_is_of_other_time(asked, found, sentence) for sentence in quoted)
        or any(_says_another_time(statement, sentence) for sentence in quoted)
        or _hides_its_period(asked, found, statement, quoted)
        or any(is_of_another_member(asked.searched, statement, text) for text in texts)
        or all(_is_of_another_level(asked, sentence) for sentence in quoted)
        or is_mixed(statement, texts)
        or _is_only_planned(asked, statement, quoted)
        or _names_another(asked, statement, quoted)
    )


def _names_another(asked: Asked, statement: str, quoted: Sequence[Sentence]) -> bool:
    """Whether a figure is from articles that never name whom the question is about; short words may be no names."""
    if not find_figures(statement):
        return False
    return any(len(name) >= _SURE_NAME for name in judge_support(asked.complete, quoted).missing)


def _is_of_another_level(asked: Asked, sentence: Sentence) -> bool:
    return is_of_another_level(asked.searched, f"{sentence.article.title}\n{sentence.text}")


def _is_only_planned(asked: Asked, statement: str, quoted: Sequence[Sentence]) -> bool:
    """Whether a plan is given as a fact: 固定资产投资增长8% of 预期目标为…, and 实际 asked of a capacity."""
    figures = [figure for figure in find_figures(statement) if figure.kind != "date"]
    if not figures or _PLANNED.search(asked.searched) or not is_chinese(statement):
        return False
    clauses = [clause for sentence in quoted for clause in _clauses_of(figures, sentence.text)]
    if _ACTUAL.search(asked.searched):
        return bool(clauses) and all(_NOT_ACTUAL.search(clause) for clause in clauses)
    return not _PLANNED.search(statement) and all(_AIMS.search(sentence.text) for sentence in quoted)


def _clauses_of(figures: Sequence[Figure], text: str) -> list[str]:
    """The clauses of ``text`` that hold one of these figures as the paper has it."""
    return [
        clause
        for clause in _CLAUSE.findall(text)
        if any(supports(a, b) for a in find_figures(clause) for b in figures)
    ]


def _hides_its_period(asked: Asked, found: Findings, statement: str, quoted: Sequence[Sentence]) -> bool:
    if asked.kind.kind not in ("count", "money", "percentage") or not is_chinese(statement):
        return False
    return any(hides_its_period(found.time_asked, item.article, item.text, statement) for item in quoted)


def _says_another_time(statement: str, sentence: Sentence) -> bool:
    """Whether a statement dates a figure otherwise than its quote: 6月底：17个 of 全年102个，比9月底增17个."""
    if sentence.article.date is None or not _YEAR.search(statement) or not find_figures(_YEAR.sub("", statement)):
        return False
    said = read_question_time(statement, sentence.article.date)
    return said is not None and is_of_other_time(said, sentence.article, sentence.text)


def _prompt(asked: Asked, found: Findings, request: str = "") -> tuple[Message, ...]:
    return answer_messages(asked.prompted + request, _lines(found.evidence))


def _lines(evidence: Sequence[Sentence]) -> list[EvidenceLine]:
    """The evidence as prompt lines: best article first, its sentences together and in their own order."""
    by_article: dict[str, list[Sentence]] = {}
    for sentence in evidence:
        by_article.setdefault(sentence.article.id, []).append(sentence)
    lines = []
    for group in by_article.values():
        text = "".join(sentence.text for sentence in sorted(group, key=lambda item: item.start))
        lines.append(EvidenceLine(group[0].article.title, text))
    return lines
