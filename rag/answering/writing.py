"""Evidence to checked statements: the model writes, and only what the evidence carries comes out.

Each statement of the model becomes a draft, each draft gets a verdict, and the first that holds is said: in the
model's words where they say all that the paper says of the matter, else in the paper's own. Where the model fails but
the paper is plain, the paper's sentence is the answer. It knows nothing of stores, caches or the shape of an answer;
``assistant`` does.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace

from rag.answering.citations import CitationList
from rag.answering.confidence import is_too_doubtful, log_odds
from rag.answering.corroborating import corroborating, is_older, newer, rival
from rag.answering.drafts import Draft, is_glued, pointed_at, pointed_drafts, sentence_draft, statement_draft
from rag.answering.evidence import Sentence
from rag.answering.inquiry import Asked, Findings
from rag.answering.judge import Read, confidence_in, is_sure, obstacle
from rag.answering.likely_replies import likely_replies
from rag.answering.reckoning import Choose
from rag.answering.refusal import Refusal, should_refuse
from rag.answering.reply_shape import begins_in_english, is_cut_list
from rag.answering.saying import (
    SUMMED,
    Said,
    days_covered,
    excluded,
    in_the_papers_words,
    is_of_a_part,
    is_of_another_year,
    say,
    says_all,
)
from rag.answering.second_reading import question_without_year, read_again
from rag.answering.self_check import SelfCheck
from rag.answering.statements import is_told, statements_of, with_markers, without_markers
from rag.answering.told_matter import asks_either, told_of_the_matter
from rag.chinese.question_kind import is_chinese
from rag.claims.comparing import Verdict
from rag.claims.question import Question
from rag.claims.slots import mood_of
from rag.errors import GenerationError
from rag.generation.generator import GenerationOptions, Message
from rag.generation.generator import Generator as TextGenerator
from rag.generation.prompts import REFUSAL_ZH, EvidenceLine, answer_messages, is_refusal

_TRIED_SENTENCES = 3
"""How many of the surest sentences are tried as the answer where the model's words do not hold."""
_FURTHER = 1.0
"""How sure, in log-odds, the model must be of a further statement when asked of its sentences alone."""
_REPORTED_WITHIN = dt.timedelta(days=60)
_SURER = 0.4
"""By how much, in log-odds, the model must be surer of a rival sentence for that to take the answer's place."""
_AS_NEAR = 0.9
"""How much of a sentence's coverage another must have to tell of the same matter."""

Statements = Generator[str, None, Refusal | None]
"""Checked statements with their markers; the generator's value is why there is none, or None."""


_EITHER = re.compile(r"[^，。？?]还是")
"""比去年多还是少 is answered in the paper's words: which it is, the model only guesses."""


@dataclass(slots=True)
class _Told:
    """What has been said of one question so far, and what stood in the way of what was not."""

    pieces: list[str] = field(default_factory=list)
    obstacles: list[tuple[Verdict, Draft]] = field(default_factory=list)
    model_refused: bool = False
    statements: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes from evidence with one model; ``are_there(generation, article ids)`` asks whether none was removed.

    ``choose`` asks the model which figures a question wants reckoned.
    """

    generator: TextGenerator
    are_there: Callable[[int, Collection[str]], bool]
    answer_tokens: int
    choose: Choose | None = None

    def write(self, asked: Asked, found: Findings, cited: CitationList, *, expected: float = 0.0) -> Statements:
        """The checked statements that answer ``asked`` from ``found``; what they cite is added to ``cited``.

        ``expected`` are the log-odds by which an answer is likelier than for any question.
        """
        told = _Told()
        found = self.read_again(asked, found)
        refusal = yield from self._drafted(asked, found, cited, told, expected)
        if refusal is None or not (found.question.is_choice or asks_either(asked.searched)):
            return refusal
        matter = told_of_the_matter(found.question, found.sentences)
        if matter is None or not self._may_cite(found, [matter]):
            return refusal
        yield _as_quote(asked, found, sentence_draft(found, matter), cited)
        return None

    def of_the_paper(self, asked: Asked, found: Findings) -> Sentence | None:
        """The sentence that would answer without prose; None where none would, or the question is without prose."""
        cited = CitationList()
        if asked.prose:
            for _ in self.write(replace(asked, prose=False), found, cited):
                break
        return next(iter(cited.sentences), None)

    def read_again(self, asked: Asked, found: Findings) -> Findings:
        """The findings with their evidence read by the model's state, where it may be asked and tells that."""
        if not asked.prose or found.read_again or should_refuse(asked.question, found.evidence, found.support):
            return found
        return read_again(self.generator, asked.searched, found)

    def _drafted(
        self, asked: Asked, found: Findings, cited: CitationList, told: _Told, expected: float
    ) -> Statements:
        """What the model writes, else the paper's sentence, each held to what was asked."""
        refusal = should_refuse(asked.question, found.evidence, found.support)
        if refusal is not None:
            return refusal
        if not asked.prose:
            return (yield from self._quoted(Read(asked, found, None, None, expected), cited, told))
        doubt = self._doubt(asked, found)
        if is_too_doubtful(found.support.presence, doubt, read_again=found.read_again):
            return Refusal("model")
        check = SelfCheck(self.generator, question_without_year(asked.searched, found))
        read = Read(asked, found, doubt, check, expected, self.choose)
        yield from self._models(read, cited, told)
        return None if told.pieces else (yield from self._quoted(read, cited, told))

    def _models(self, read: Read, cited: CitationList, told: _Told) -> Iterator[str]:
        """What the model writes, checked, until it refuses, repeats itself or goes on about something said."""
        with closing(self._in_language(read.asked, read.found)) as statements:
            for statement in statements:
                if is_refusal(statement):
                    told.model_refused = True
                    break
                if statement in told.statements:
                    break  # a model that repeats itself has nothing more to say
                told.statements.add(statement)
                piece = self._checked(read, statement, cited, told)
                if piece is None:
                    continue
                if is_told(piece, told.pieces):
                    break
                told.pieces.append(piece)
                yield piece

    def _quoted(self, read: Read, cited: CitationList, told: _Told) -> Statements:
        """The paper's own sentence where it answers plainly enough, else why there is none."""
        quoted = self._from_the_paper(read, cited, told) or self._second_best(read, cited, told)
        if quoted is None:
            return _refusal(read.found.question, told)
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

    def _checked(self, read: Read, statement: str, cited: CitationList, told: _Told) -> str | None:
        """The statement as it may be said, the paper's words for it, or None where it is no answer."""
        draft = statement_draft(read.asked, read.found, statement)
        if draft is None:
            return None
        if read.found.question.is_why:
            return self._first(read, [pointed_at(read.found, draft, item) for item in draft.quoted], cited, told)
        if read.found.question.is_choice and not draft.said:
            return self._first(read, [pointed_at(read.found, draft, draft.quoted[0])], cited, told)
        if (
            not draft.is_carried
            or read.found.question.is_choice
            or (not read.asks_twice and is_glued(read.asked, draft))
        ):
            return self._first(read, pointed_drafts(draft), cited, told)
        piece = self._first(read, [draft], cited, told)
        if piece is None and excluded(draft.said) is not None:
            # The right sentence and the wrong one of its figures: what fits in it is tried.
            return self._first(read, [pointed_at(read.found, draft, item) for item in draft.quoted[:1]], cited, told)
        return piece

    def _first(self, read: Read, drafts: Sequence[Draft], cited: CitationList, told: _Told) -> str | None:
        """The first of ``drafts`` that holds, or its surer rival, in words; None where none does."""
        for draft in drafts:
            found = obstacle(read, draft)
            if found is not None:
                told.obstacles.append((found, draft))
                continue
            if not is_sure(read, draft) or not self._may_cite(read.found, draft.quoted):
                continue
            if told.pieces and (read.checked(draft.quoted) or _FURTHER) < _FURTHER:
                continue  # what goes on about something near the matter
            chosen = self._or_rival(read, draft)
            if is_of_a_part(read.found.question, chosen.said):
                part = next(verdict for verdict in chosen.said[0].verdicts if verdict.slot == "period")
                told.obstacles.append((part, chosen))  # of a quarter no figure is told for the year
                continue
            return self._said(read, chosen, cited)
        return None

    def _or_rival(self, read: Read, draft: Draft) -> Draft:
        """Another sentence's answer where reader and model, asked of each alone, are surer of that."""
        done = self._done(read, draft)
        if done is not None:
            return done
        later = newer(read.found, draft)
        if later is not None:
            now = sentence_draft(read.found, later)
            if obstacle(read, now) is None and read.confirms([later]):
                return now
        other = rival(read.asked, read.found, draft)
        if other is None or is_older(read.found, other, draft):
            return draft
        against = sentence_draft(read.found, other)
        if obstacle(read, against) is not None or not self._may_cite(read.found, [other]):
            return draft
        question = read.found.question
        if days_covered(question, against.said) < days_covered(question, draft.said):
            return draft  # of a year the figure that covers most of it
        if _tells_a_part(against) and not _tells_a_part(draft) and "其中" not in question.text:
            return draft  # 其中机收13.6万亩 is not all that was harvested
        theirs, ours = read.checked([other]), read.checked(draft.quoted)
        return against if theirs is not None and ours is not None and theirs >= ours + _SURER else draft

    def _done(self, read: Read, draft: Draft) -> Draft | None:
        """For a draft that tells a plan only, the later report that tells the fact; None for any other."""
        question = read.found.question
        said = draft.said or sentence_draft(read.found, draft.quoted[0]).said
        days = [item.sentence.article.date for item in said if item.sentence.article.date is not None]
        if question.about_plans or not days or not all(map(_is_plan, said)):
            return None
        later = [
            sentence_draft(read.found, item)
            for item in read.found.evidence
            if item.article.date is not None
            and item.article.date > max(days)
            and not _is_long_after(question, item.article.date)
            and _tells(question, item, draft)
        ]
        for other in sorted(later, key=lambda item: item.quoted[0].presence or 0.0, reverse=True):
            told = [item.claim.mood for item in other.said] or [mood_of(other.text)[0]]
            if set(told) == {"fact"} and obstacle(read, other) is None:
                return other if read.confirms(other.quoted) else None
        return None

    def _said(self, read: Read, draft: Draft, cited: CitationList) -> str:
        asked, found = read.asked, read.found
        if not draft.is_models or not is_chinese(asked.question):
            return self._plain(read, draft, cited)
        is_judged = found.question.is_how or _EITHER.search(found.question.text) is not None
        if (
            is_judged
            or is_cut_list(draft.text, draft.quoted[0].text)
            or not says_all(found.question, draft.text, draft.said)
        ):
            surest = max(draft.quoted, key=lambda item: item.presence or 0.0)
            # Names of two sentences run together are told by the one that answers.
            said = [item for item in draft.said if item.sentence is surest or not self._is_beside(read, item)]
            return say(found.question, said or sentence_draft(found, surest).said, (surest,), cited)
        return self._plain(read, draft, cited)

    def _is_beside(self, read: Read, said: Said) -> bool:
        """Whether the second reading finds that a claim's sentence goes on about something near the matter."""
        return read.found.read_again and (read.checked([said.sentence]) or _FURTHER) < _FURTHER

    def _plain(self, read: Read, draft: Draft, cited: CitationList) -> str:
        if not draft.is_models:
            return _as_quote(read.asked, read.found, draft, cited)
        others = [item for item in corroborating(read.asked, read.found, draft) if self._may_cite(read.found, [item])]
        return with_markers(draft.text, dict.fromkeys(cited.marker(item) for item in [*draft.quoted, *others]))

    def _may_cite(self, found: Findings, sentences: Sequence[Sentence]) -> bool:
        """Whether the articles of these sentences have not been removed since they were found."""
        return found.given or self.are_there(found.generation, {sentence.article.id for sentence in sentences})

    def _from_the_paper(self, read: Read, cited: CitationList, told: _Told) -> str | None:
        """The paper's own sentence as the answer, where it speaks of what is asked plainly enough."""
        evidence = read.found.evidence
        # What tells of a yes or no need hold no answer to a reader of spans.
        choice = read.found.question.is_choice and not read.found.read_again
        tried = sorted(evidence, key=lambda item: item.coverage if choice else item.presence or 0.0, reverse=True)
        drafts = [sentence_draft(read.found, item) for item in tried[:_TRIED_SENTENCES]]
        if not choice:
            drafts.sort(key=lambda draft: confidence_in(read, draft), reverse=True)
        return self._first(read, drafts, cited, told)

    def _second_best(self, read: Read, cited: CitationList, told: _Told) -> str | None:
        """What is said of another year, the newest first, and said to be so, where 今年 is asked."""
        question = read.found.question
        if question.kind.kind not in SUMMED:
            return None  # who won last year is no help to who asks of this year
        nearest = sorted(told.obstacles, key=lambda item: max((i.last_year or 0 for i in item[1].said), default=0))
        for verdict, draft in reversed(nearest):
            if not is_of_another_year(question, verdict, draft.said) or not self._may_cite(read.found, draft.quoted):
                continue
            if not is_sure(read, draft):
                continue
            if not is_chinese(read.asked.question):
                said = _as_quote(read.asked, read.found, draft, cited)
                return f"Nothing was found of {question.period.first.year}. {said}" if question.period else said
            return say(question, draft.said, draft.quoted, cited)
        return None


def _tells(question: Question, sentence: Sentence, draft: Draft) -> bool:
    """Whether a sentence may tell of the matter: to a yes or no its words tell, to any other question the reader."""
    if question.is_choice:
        return sentence.coverage >= _AS_NEAR * draft.quoted[0].coverage
    return (sentence.presence or 0.0) > 0.0


def _is_long_after(question: Question, day: dt.date) -> bool:
    """Whether a report came long after the time asked about: in June nothing is told of what March planned."""
    return question.period is not None and day - question.period.last > _REPORTED_WITHIN


def _tells_a_part(draft: Draft) -> bool:
    """Whether all figures told are of a part of what the clause before them tells."""
    return bool(draft.said) and all(item.claim.is_part for item in draft.said)


def _is_plan(said: Said) -> bool:
    return said.claim.mood in ("plan", "forecast")


def _refusal(question: Question, told: _Told) -> Refusal:
    """Why nothing is said: the nearest thing that the paper does say, where a slot kept it from being the answer."""
    for verdict, draft in told.obstacles:
        if verdict.said and draft.said:
            return Refusal(
                "other slot",
                verdict.slot,
                nearest=in_the_papers_words(question, draft.quoted[0], [item.claim for item in draft.said]).rstrip(
                    "。"
                ),
            )
    return Refusal("model" if told.model_refused else "unsupported")


def _as_quote(asked: Asked, found: Findings, draft: Draft, cited: CitationList) -> str:
    """The paper's own words with their marker."""
    sentence = draft.quoted[0]
    if not is_chinese(asked.question):
        return f"The paper says: “{without_markers(sentence.text)}”[{cited.marker(sentence)}]"
    text = in_the_papers_words(found.question, sentence, [item.claim for item in draft.said])
    return with_markers(text, [cited.marker(sentence)])


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
