"""One verdict a draft: whether it answers what is asked, or in which slot it does not.

Every draft, the model's or the paper's own sentence, meets the same checks in the same order: the closed slots of
its claims, the names of the question, the event and office asked about, the form of the answer, and at last how sure
reader and model are together. What was in the way is kept, for a refusal says it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from rag.answering.answer_form import has_answer_form
from rag.answering.confidence import Signals, accepted, clear, hopeless, plain, signals
from rag.answering.drafts import Draft, sentence_draft, sentences_behind
from rag.answering.evidence import Sentence
from rag.answering.inquiry import Asked, Findings
from rag.answering.named_event import is_of_another_event
from rag.answering.office_holders import is_of_another_office
from rag.answering.orders import gives_orders
from rag.answering.parts import asked_clauses
from rag.answering.reckoning import Choose, Reckoner
from rag.answering.reply_shape import is_copied_name
from rag.answering.saying import days_covered, excluded, excluded_whole
from rag.answering.self_check import SelfCheck
from rag.answering.support import OWN_COUNTRY, is_surely_named, judge_support, mentions
from rag.chinese.lexicon import lexicon
from rag.chinese.terms import fold, tagged
from rag.chinese.times.grammar import TIME
from rag.claims.comparing import Verdict
from rag.claims.speakers import speaker_of, speakers

_SURE_NAME = 3
"""From so many characters on a word tagged as a name is one; 汇报 is none."""
_GIVEN = re.compile("任命|当选|现任|拟任|提任|就任|上任|代理|接任|选举|推选|履新")
_BECAME = re.compile(r"当上|上任|任命|当选|就任|接任|履新")
"""哪天当上县长的 is told by who appoints or elects, not by what the county's head did on some day."""
_FORMER = re.compile("原|曾|免|不再|[此之以]前|先前|历任|前任|辞去|退休")
_REASON = 0.8
"""From these log-odds on a reason is told though the model, asked of its sentence alone, says no: it says that of
most reasons that are right, for few repeat what they explain (泵站怎么没完工: 厂家破产)."""
_RECKONED = 0.3
"""The same where the answer is reckoned: the model denies that 计划78亿元，完成41.6亿元 tells what is lacking."""
_RECKONED_FROM = ("period", "mood", "measure")
"""In these slots the two figures of a reckoning differ from each other, so one of them from the question."""
_AS_LONG = 0.9
"""What covers less of the time asked about than this share of what another covers tells a part of it."""
_DENIED = -2.0
"""Below this presence by the second reading, one chance in eight, nothing else that speaks for a draft counts: where
all others are of another year, the best of the rest is no better for that."""
_UNCHECKED_PRESENCE = -1.0
"""From this presence of its sentences on a draft is told where the model tells no probability of anything."""


@dataclass(frozen=True)
class Read:
    """A question with its evidence, the model's doubt of an answer's being there, and the means to ask it again.

    ``check`` is None where the model is not to be asked at all; ``expected`` are the log-odds by which an answer is
    likelier than for any question; ``choose`` asks the model which figures are to be reckoned with.
    """

    asked: Asked
    found: Findings
    doubt: float | None
    check: SelfCheck | None
    expected: float = 0.0
    choose: Choose | None = None

    def checked(self, sentences: Sequence[Sentence]) -> float | None:
        """The model's log-odds of these sentences' answering the question; None where it tells none."""
        if self.found.read_again:
            return max((item.presence for item in sentences if item.presence is not None), default=None)
        return None if self.check is None else self.check.log_odds(sentences)

    def confirms(self, sentences: Sequence[Sentence]) -> bool:
        """Whether the model says that these sentences answer, or is not to be asked."""
        return self.check is None or (self.checked(sentences) or 0.0) > 0.0

    @cached_property
    def asks_twice(self) -> bool:
        """Whether the question has several clauses that each ask something."""
        return bool(asked_clauses(self.asked.searched))

    @cached_property
    def reckoner(self) -> Reckoner:
        """What reckons from the evidence."""
        return Reckoner(self.found.question, self.found.evidence, self.choose)

    @cached_property
    def rivals(self) -> tuple[Draft, ...]:
        """The evidence that nothing keeps from being the answer: what is of another year speaks against nothing."""
        drafts = (sentence_draft(self.found, item) for item in self.found.evidence)
        return tuple(draft for draft in drafts if obstacle(self, draft) is None)

    def rivals_of(self, draft: Draft) -> tuple[Sentence, ...]:
        """Those of them that speak against ``draft``: the figure of nine months does not against the year's."""
        covered = days_covered(self.found.question, draft.said)
        return tuple(
            rival.quoted[0]
            for rival in self.rivals
            if not 0 < days_covered(self.found.question, rival.said) < _AS_LONG * covered
            or rival.quoted[0] in draft.quoted
        )


def obstacle(read: Read, draft: Draft) -> Verdict | None:
    """What keeps a draft from being the answer, apart from doubt; None where nothing does."""
    asked, found, quoted = read.asked, read.found, draft.quoted
    slot = _difference(read, draft)
    if slot is not None:
        return slot
    if any(gives_orders(item.text) or item.text.rstrip('”’"').endswith(("？", "?")) for item in quoted):
        return Verdict("act", "different")
    if _names_another(asked, found, quoted):
        return Verdict("place", "different")
    if _is_of_the_one_beside(asked, quoted):
        return Verdict("place", "different")
    if is_of_another_event(asked, found, draft) or is_of_another_office(asked, found, quoted):
        return Verdict("event", "different")
    if found.question.about_former and all(_tells_new_office(item.text) for item in quoted):
        return Verdict("mood", "different")
    if asked.kind.kind == "date" and _is_of_another_step(asked, draft):
        return Verdict("act", "different")
    if not found.question.is_choice and not _has_form(asked, draft) and not is_reckoned(read, draft):
        return Verdict("thing", "different")
    if draft.is_models and any(_is_anothers(name, draft) for name in speakers(draft.text)):
        return Verdict("thing", "different")
    return None


def _difference(read: Read, draft: Draft) -> Verdict | None:
    """The slot in which all that a draft tells is not what is asked for; what is asked yes or no may differ."""
    question = read.found.question
    slot = excluded(draft.said) if draft.said else excluded_whole(question, draft.quoted)
    if slot is None or question.is_choice:
        return None
    return None if slot.slot in _RECKONED_FROM and is_reckoned(read, draft) else slot


def is_reckoned(read: Read, draft: Draft) -> bool:
    """Whether what is asked for is to be reckoned from figures of the draft's sentence, or of one beside it."""
    return read.reckoner.of_first(draft.quoted[:1]) is not None


def _tells_new_office(text: str) -> bool:
    """Whether a text gives somebody an office, and says of none that he had it before."""
    return _GIVEN.search(text) is not None and _FORMER.search(text) is None


def _is_of_another_step(asked: Asked, draft: Draft) -> bool:
    """Whether one step of a project is asked for, and the clauses of the day told name another: 动工 is not 投产.

    So is the day on which somebody was appointed none on which he, appointed, went somewhere.
    """
    wanted = _steps(asked.searched)
    told = _steps("".join(item.claim.text for item in draft.said) or "".join(item.text for item in draft.quoted))
    if _BECAME.search(asked.searched):
        return not any(_GIVEN.search(item.text) for item in draft.quoted)
    return bool(wanted and told) and not wanted & told


def _steps(text: str) -> frozenset[str]:
    return frozenset(step for step, word in lexicon("milestones") if word in text)


def _is_anothers(speaker: str, draft: Draft) -> bool:
    """Whether what a draft has ``speaker`` say stands in a sentence that another says, and that does not name him."""
    told = [item.sentence for item in draft.said] or draft.quoted
    others = [speaker_of(item.article.text, item.start, item.end) for item in told if speaker not in item.text]
    return any(other and other != speaker for other in others)


def _is_of_the_one_beside(asked: Asked, quoted: Sequence[Sentence]) -> bool:
    """Whether one of several named things is asked about, and the quotes' articles name another of them only.

    A label may be cut in the wrong place (镇电代煤), so its end counts.
    """
    return bool(asked.label and quoted) and all(
        not mentions(item.article, asked.label[-2:]) and any(mentions(item.article, other) for other in asked.beside)
        for item in quoted
    )


def _has_form(asked: Asked, draft: Draft) -> bool:
    if asked.kind.kind == "person" and not draft.is_models and draft.quoted[0].answer:
        return has_answer_form(asked.kind, draft.quoted[0].answer, asked.searched)
    if has_answer_form(asked.kind, draft.text, asked.searched):
        return True
    return draft.is_models and is_copied_name(asked, draft.text, draft.quoted)


def _names_another(asked: Asked, found: Findings, quoted: Sequence[Sentence]) -> bool:
    """Whether the quotes' articles never name whom the question is about, while others of the evidence do."""
    missing = judge_support(asked.complete, quoted).missing
    if any(is_surely_named(name) for name in missing):
        return True
    if any(len(name) >= _SURE_NAME and any(mentions(i.article, name) for i in found.evidence) for name in missing):
        return True
    places = {word for word, tag, _ in tagged(fold(asked.complete)) if tag == "ns"} - OWN_COUNTRY
    return any(name in places and any(mentions(item.article, name) for item in found.evidence) for name in missing)


def is_sure(read: Read, draft: Draft) -> bool:
    """Whether reader, model and wording together are sure enough that the draft answers.

    Where its state was not read, the model is asked of the quotes alone, and only where that may decide; where it
    tells no probabilities, as a server may, the rest decides.
    """
    weighed = signals_of(read, draft)
    is_models = draft.is_models or bool(draft.pointed_by)
    if weighed is None:
        return is_models  # what no reader has read is said only where the model says it
    if read.check is None:
        return weighed.confidence_alone() + read.expected >= plain()
    before = confidence_in(read, draft) + read.expected
    is_unasked = before >= _unasked(read, draft) and _names_the_matter(read.found.question.words, draft)
    if read.found.read_again:
        enough = before >= accepted(is_models=is_models, read_again=True)
        return weighed.quoted >= _DENIED and (enough or is_unasked)
    if read.doubt is not None and not hopeless() <= before <= clear():
        return before > clear()
    if is_unasked:
        return True
    checked = read.check.log_odds(draft.quoted)
    if checked is None and not is_models:
        return False  # the model has not answered, and cannot be asked
    if checked is None:
        return (
            weighed.quoted >= _UNCHECKED_PRESENCE if read.doubt is None else before >= accepted(is_models=is_models)
        )
    return weighed.confidence(checked) + read.expected >= accepted(is_models=is_models)


def _unasked(read: Read, draft: Draft) -> float:
    """From these log-odds on a draft is told though the model, asked of its sentence alone, may deny it."""
    if is_reckoned(read, draft):
        return _RECKONED
    return _REASON if read.found.question.is_why else clear()


def _names_the_matter(words: Sequence[str], draft: Draft) -> bool:
    """Whether what is quoted has a word of the question: what is said of vegetables explains no pickles."""
    told = fold("".join(item.text for item in draft.quoted))
    return any(len(word) > 1 and fold(word) in told and TIME.fullmatch(word) is None for word in words)


def confidence_in(read: Read, draft: Draft) -> float:
    """Log-odds of a draft's being the answer before the model is asked again; 0.0 where nothing is read."""
    weighed = signals_of(read, draft)
    if weighed is None:
        return 0.0
    if read.found.read_again:
        return weighed.confidence_read_again()
    return weighed.confidence_alone() if read.check is None else weighed.confidence()


def signals_of(read: Read, draft: Draft) -> Signals | None:
    """What speaks for a draft; None where no reader has read its sentences.

    It stands on the sentences that its figures and names are of: another that it quotes does not answer for them.
    """
    asked, found = read.asked, read.found
    return signals(
        asked.searched,
        draft.told,
        sentences_behind(draft) or draft.quoted,
        read.rivals_of(draft) or found.evidence,
        read.doubt,
        is_choice=found.question.is_choice,
        is_models=draft.is_models or bool(draft.pointed_by),
        has_kind=asked.kind.kind != "other",
    )
