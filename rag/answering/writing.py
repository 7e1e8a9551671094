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

from rag.answering.answer_choice import (
    Read,
    answering,
    checked_sentences,
    corroborating,
    fullest,
    is_agreed,
    is_not_denied,
    sentence_in_its_words,
    sentences_in_its_words,
    surer_sentence,
    with_its_names,
)
from rag.answering.attribution import attribute
from rag.answering.citations import CitationList
from rag.answering.evidence import Sentence
from rag.answering.figure_spans import days_covered, leaves_out_its_end
from rag.answering.gate import check_answer
from rag.answering.harms import is_half_an_answer
from rag.answering.inquiry import Asked, Findings
from rag.answering.likely_replies import likely_replies
from rag.answering.orders import gives_orders
from rag.answering.plans import hides_forecast
from rag.answering.refusal import (
    CHECKED_QUOTE,
    Refusal,
    is_too_doubtful,
    log_odds,
    should_quote,
    should_refuse,
)
from rag.answering.relevance import fits, is_of_something_else
from rag.answering.repair import repair_figures
from rag.answering.reply_shape import (
    begins_in_english,
    is_cut_count,
    is_cut_list,
    is_echo,
    is_in_another_language,
    is_only_its_kind,
    leaves_out_a_contrast,
)
from rag.answering.saying import Said, claims_said, in_the_papers_words, says_all
from rag.answering.self_check import SelfCheck
from rag.answering.statements import statements_of, with_markers, without_markers
from rag.chinese.figures import find_figures, supports
from rag.chinese.question_kind import is_chinese
from rag.errors import GenerationError
from rag.generation.generator import GenerationOptions, Message
from rag.generation.generator import Generator as TextGenerator
from rag.generation.prompts import REFUSAL_ZH, EvidenceLine, answer_messages, is_refusal

_PERIOD = re.compile(r"(?<=[一-鿿])\.$")

Statements = Generator[str, None, Refusal | None]
"""Checked statements with their markers; the generator's value is why there is none, or None."""


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes from evidence with one model; ``are_there(generation, article ids)`` asks whether none was removed."""

    generator: TextGenerator
    are_there: Callable[[int, Collection[str]], bool]
    answer_tokens: int

    def write(self, asked: Asked, found: Findings, cited: CitationList, *, expected: float = 0.0) -> Statements:
        """The checked statements that answer ``asked`` from ``found``; what they cite is added to ``cited``.

        ``expected`` are the log-odds by which an answer is likelier than for any question.
        """
        refusal = should_refuse(asked.question, found.evidence, found.support)
        if refusal is not None:
            return refusal
        doubt = self._doubt(asked, found)
        if is_too_doubtful(found.support, doubt):
            return Refusal("model")
        read = Read(asked, found, doubt, SelfCheck(self.generator, asked.searched), expected)
        pieces: list[str] = []
        refused = False
        with closing(self._in_language(asked, found)) as statements:
            for statement in statements:
                if is_refusal(statement):
                    refused = True
                    break
                piece = self._checked(read, statement, cited)
                if piece is None:
                    continue
                if piece in pieces:
                    break  # a model that repeats itself has nothing more to say
                pieces.append(piece)
                yield piece
        if pieces:
            return None
        quoted = self._quote(read, cited, model_refused=refused)
        if quoted is None:
            return Refusal("model" if refused else "unsupported")
        yield quoted
        return None

    def _in_language(self, asked: Asked, found: Findings) -> Generator[str, None, None]:
        """What the model writes; where it begins in English to a Chinese question, it is asked once more."""
        with closing(self._statements(asked, found)) as statements:
            first = next(statements, None)
            if first is not None and not begins_in_english(first, asked.question):
                yield first
                yield from statements
                return
        if first is not None:
            yield from self._statements(asked, found, only_chinese=True)

    def _statements(self, asked: Asked, found: Findings, *, only_chinese: bool = False) -> Generator[str, None, None]:
        """What the model writes, sentence by sentence; closing it stops the model."""
        options = GenerationOptions(
            self.answer_tokens, ("【", "\n\n"), guesses=likely_replies(asked.prompted, found.evidence)
        )
        messages = _prompt(asked, found, only_chinese=only_chinese)
        with closing(self.generator.stream(messages, options)) as stream:
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

    def _checked(self, read: Read, statement: str, cited: CitationList) -> str | None:
        """The statement with its markers, the paper's own words for it, or None where it is no answer."""
        asked, found = read.asked, read.found
        if is_in_another_language(statement, asked.question):
            return None
        statement = _PERIOD.sub("。", repair_figures(statement, found.evidence, asked.searched))
        if is_echo(asked, statement) or is_only_its_kind(asked, statement) or statement.endswith(("？", "?")):
            return None
        attribution = attribute(statement, found.evidence, asked.complete)
        quoted = [found.evidence[position] for position in attribution.quotes]
        own = self._in_its_words(read, statement, quoted, cited, whole=not attribution.carried)
        if own is not None or not attribution.carried:
            return own or self._own_words(read, statement, quoted, cited)
        statement, quoted = with_its_names(read, statement, answering(read, statement, quoted))
        if not quoted:
            return None
        surer = surer_sentence(read, statement, quoted)
        if surer is not None and self._may_cite(found, [surer]):
            return _as_quote(asked, surer, cited)
        if not _stands(asked, statement, quoted):
            return self._own_words(read, statement, quoted, cited)
        if is_half_an_answer(asked, statement, quoted):
            whole = self._own_words(read, statement, quoted, cited)
            if whole is not None:
                return whole
        text = quoted[0].text
        cut_short = (
            is_cut_list(statement, text)
            or is_cut_count(asked, statement, text)
            or leaves_out_a_contrast(statement, text)
            or (
                asked.kind.kind in ("count", "money", "percentage")
                and (
                    leaves_out_its_end(f"{asked.complete}\n{asked.searched}", text, statement)
                    or hides_forecast(asked, statement, quoted[:1])
                )
            )
        )
        if cut_short and self._may_cite(found, quoted[:1]):
            return _as_quote(asked, quoted[0], cited)
        said = claims_said(found.question, statement, quoted) if is_chinese(asked.question) else ()
        if not says_all(found.question, statement, said) and self._may_cite(found, quoted):
            return _in_excerpts(found, said, cited)
        others = [item for item in corroborating(read, statement, quoted) if self._may_cite(found, [item])]
        return self._with_markers(found, statement, [*quoted, *others], cited)

    def _in_its_words(
        self, read: Read, statement: str, quoted: Sequence[Sentence], cited: CitationList, *, whole: bool
    ) -> str | None:
        """The sentence that gives another figure in the question's own words, if there is one."""
        sentence = sentence_in_its_words(read, statement, quoted, whole=whole)
        if sentence is None or not self._may_cite(read.found, [sentence]):
            return None
        return _as_quote(read.asked, sentence, cited)

    def _with_markers(
        self, found: Findings, statement: str, quoted: Sequence[Sentence], cited: CitationList
    ) -> str | None:
        if not self._may_cite(found, quoted):
            return None
        return with_markers(statement, dict.fromkeys(cited.marker(sentence) for sentence in quoted))

    def _own_words(self, read: Read, statement: str, quoted: Sequence[Sentence], cited: CitationList) -> str | None:
        """The sentence of the paper that the model took its figure from, where only the model's wording is at fault.

        Reader and model must agree on the figure, or the model be sure of the sentence when asked of it alone. Then
        至少15名社工受伤 stands for 至少15名义工受伤.
        """
        asked, found = read.asked, read.found
        for sentence in quoted:
            if not _shares_a_figure(asked, statement, sentence.text) or not fits(asked, found, sentence, agreed=True):
                continue
            if not is_agreed(sentence, statement) and (read.check.log_odds([sentence]) or 0.0) < CHECKED_QUOTE:
                continue
            if is_of_something_else(asked, found, sentence.text, [sentence]) or not self._may_cite(found, [sentence]):
                continue
            return _as_quote(asked, sentence, cited)
        return None

    def _may_cite(self, found: Findings, sentences: Sequence[Sentence]) -> bool:
        """Whether the articles of these sentences have not been removed since they were found."""
        return found.given or self.are_there(found.generation, {sentence.article.id for sentence in sentences})

    def _quote(self, read: Read, cited: CitationList, *, model_refused: bool) -> str | None:
        """The paper's own sentence as the answer, where it holds what is asked for and speaks of it plainly."""
        asked, found = read.asked, read.found
        counted = asked.kind.kind in ("count", "money", "percentage")
        plain = [item for item in found.evidence if should_quote(item, model_refused=model_refused, counted=counted)]
        fitting = [item for item in plain if fits(asked, found, item) and is_not_denied(read, item)]
        fitting += sentences_in_its_words(read)
        # Of a year, the figure that covers most of it; else the sentence of which the model is surest.
        sentence = max(
            fullest(asked, list(dict.fromkeys([*fitting, *checked_sentences(read)]))),
            key=lambda item: (
                days_covered(found.time_asked, item.article, item.text),
                read.check.log_odds([item]) or 0.0,
            ),
            default=None,
        )
        if sentence is None or not self._may_cite(found, [sentence]):
            return None
        return _as_quote(asked, sentence, cited)


def _as_quote(asked: Asked, sentence: Sentence, cited: CitationList) -> str:
    """The paper's own words with their marker."""
    if not is_chinese(asked.question):
        return f"The paper says: “{without_markers(sentence.text)}”[{cited.marker(sentence)}]"
    return with_markers(in_the_papers_words(asked.searched, sentence), [cited.marker(sentence)])


def _in_excerpts(found: Findings, said: Sequence[Said], cited: CitationList) -> str:
    """The paper's clauses that tell what the statement tells, each with its marker, one after the other."""
    by_sentence: dict[tuple[str, int], list[Said]] = {}
    for item in said:
        by_sentence.setdefault((item.sentence.article.id, item.sentence.start), []).append(item)
    parts = []
    for items in by_sentence.values():
        sentence = items[0].sentence
        text = in_the_papers_words(found.question.text, sentence, [item.claim for item in items])
        parts.append(with_markers(text, [cited.marker(sentence)]))
    return "".join(parts)


def _shares_a_figure(asked: Asked, statement: str, text: str) -> bool:
    """Whether both hold one figure that is not a date and not in the question."""
    said = [item for item in find_figures(statement) if item.kind != "date" and item.text not in asked.searched]
    return any(supports(other, figure) for other in find_figures(text) for figure in said)


def _stands(asked: Asked, statement: str, quoted: Sequence[Sentence]) -> bool:
    """Whether every figure, as it will be shown, is one that the quotes carry as a fact."""
    quotes = {marker: sentence.text for marker, sentence in enumerate(quoted, 1)}
    figures = check_answer(with_markers(statement, list(quotes)), quotes, question=asked.complete).figures
    if any(item.figure.kind != "date" and not item.supported for item in figures):
        return False
    return not figures or not any(gives_orders(sentence.text) for sentence in quoted)


def _prompt(asked: Asked, found: Findings, *, only_chinese: bool = False) -> tuple[Message, ...]:
    return answer_messages(asked.prompted, _lines(found.evidence), only_chinese=only_chinese)


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
