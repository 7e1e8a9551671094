"""Reports that contradict the answer: the same sentence printed elsewhere with another figure, name or day.

Two papers print one story, or one paper prints it twice, and one of them has a slip. Whoever repeats the answer must
know that there are two. Only such twins count: a figure of another time or scope is another reading, not a
contradiction (see ``readings``).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import rjieba

from rag.answering.citations import CitationList
from rag.answering.evidence import Sentence
from rag.answering.inquiry import Asked, Findings
from rag.answering.orders import gives_orders
from rag.answering.saying import answering_claims
from rag.answering.statements import without_markers
from rag.answering.totals import answering_figure
from rag.chinese.figures import find_figures, same_figure
from rag.chinese.question_kind import is_chinese
from rag.chinese.terms import fold, tagged
from rag.chinese.times.grammar import TIME
from rag.claims.comparing import difference
from rag.claims.record import Claim

MAX_CONTRADICTIONS = 2
_TWIN = 0.7
"""The share of the longer sentence that twins have in common."""
_LEAST = 10
"""How many characters they have in common at least."""
_MOST_PIECES = 4
_SAME_DAYS = dt.timedelta(days=10)
_NEAR = dt.timedelta(days=45)
"""Two reports on one thing that are further apart may both have been right."""
_READ = 1.5
_SIGNS = re.compile(r"[\s，。、；：！？“”（）()《》·.,]")
_QUOTED = re.compile(r"“[^”]*”")


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A sentence that has ``other`` where the cited one has ``said``, a part of the answer."""

    sentence: Sentence
    said: str
    other: str


def contradictions(
    asked: Asked, found: Findings, answer: str, cited: Sequence[Sentence]
) -> tuple[Contradiction, ...]:
    """The twins of cited sentences that differ in what was answered, one of each article."""
    articles = {sentence.article.id for sentence in cited}
    told = _plain(_QUOTED.sub("", answer))
    shown: dict[str, Contradiction] = {}
    for sentence in found.sentences:
        if sentence.article.id in articles or sentence.article.id in shown or gives_orders(sentence.text):
            continue
        for own in cited:
            if not _is_of_one_time(own, sentence) or _is_of_another(found, own, sentence):
                continue
            differing = next(_differing(asked, told, own, sentence), None)
            if differing is not None:
                shown[sentence.article.id] = Contradiction(sentence, *differing)
                break
        otherwise = _answers_otherwise(found, told, cited, sentence)
        if otherwise is not None:
            shown.setdefault(sentence.article.id, otherwise)
    different = {_plain(item.other): item for item in shown.values()}
    return tuple(different.values())[:MAX_CONTRADICTIONS]


def _is_of_another(found: Findings, own: Sentence, other: Sentence) -> bool:
    """Whether ``other`` tells of another place, time or thing than the question asks for, where ``own`` does not."""
    claims = [next(iter(answering_claims(found.question, item)), None) for item in (own, other)]
    if claims[0] is None or claims[1] is None or difference(found.question, claims[0]) is not None:
        return False
    return difference(found.question, claims[1]) is not None


def _answers_otherwise(
    found: Findings, told: str, cited: Sequence[Sentence], sentence: Sentence
) -> Contradiction | None:
    """Whether the reader answers the question from ``sentence``, too, with another figure of the same slots."""
    if (sentence.presence or 0.0) < _READ:
        return None
    other = next(iter(answering_claims(found.question, sentence)), None)
    if other is None or other.figure is None or difference(found.question, other) is not None:
        return None
    if sentence.answer and not _is_of(sentence.answer, other.figure.text):
        return None
    for own in cited:
        claim = next(iter(answering_claims(found.question, own)), None)
        if claim is None or claim.figure is None or _plain(claim.figure.text) not in told:
            continue
        if _plain(claim.figure.text) in _plain(sentence.text) or not _names_as_much(found, own, sentence):
            continue
        if _may_differ(own, sentence) and _is_same_but_value(claim, other):
            return Contradiction(sentence, claim.figure.text, other.figure.text)
    return None


def _names_as_much(found: Findings, own: Sentence, other: Sentence) -> bool:
    """Whether ``other`` and its title name every word of the question that the cited sentence and its title do.

    A word of one sign counts where it is of a name (汊 of 汊河村), not where it goes with any word (总 of 总投资).
    """
    ours, theirs = (fold(f"{item.article.title}\n{item.text}") for item in (own, other))
    of_names = {word for word, tag, _ in tagged(found.question.text) if tag.startswith(("n", "vg"))}
    asked = (word for word in found.question.words if len(word) > 1 or word in of_names)
    return all(word in theirs for word in asked if word in ours)


def _may_differ(own: Sentence, other: Sentence) -> bool:
    """Whether another figure of ``other`` matters: both were printed within some weeks."""
    first, second = own.article.date, other.article.date
    return first is not None and second is not None and abs(second - first) <= _NEAR


def _is_of(answer: str, figure: str) -> bool:
    """Whether what the reader answers and a figure's text are of each other."""
    return _plain(answer) in _plain(figure) or _plain(figure) in _plain(answer)


def _is_same_but_value(first: Claim, second: Claim) -> bool:
    """Whether two claims tell of one thing, time, place, mood and kind, and only the values differ."""
    if first.figure is None or second.figure is None or first.figure.unit != second.figure.unit:
        return False
    if first.figure.bound != second.figure.bound or same_figure(first.figure, second.figure):
        return False
    times = [(item.period.first, item.period.last) if item.period else None for item in (first, second)]
    alike = all(getattr(first, name) == getattr(second, name) for name in ("mood", "measure", "members", "is_part"))
    return alike and (None in times or times[0] == times[1]) and first.figure.kind == second.figure.kind


def contradiction_statement(asked: Asked, found: Sequence[Contradiction], cited: CitationList) -> str:
    """``另有报道说法不同：“…”[2]。``, a line each."""
    chinese = is_chinese(asked.question)
    lead = "注意：另有报道说法不同：" if chinese else "Beware: another report says otherwise: "
    end = "。" if chinese else "."
    return "\n".join(
        f"{lead}“{without_markers(item.sentence.text).rstrip('。.')}”[{cited.marker(item.sentence)}]{end}"
        for item in found
    )


def _is_of_one_time(own: Sentence, other: Sentence) -> bool:
    """Whether both were printed in the same days: a monthly report repeats its sentences with other figures."""
    first, second = own.article.date, other.article.date
    return first is None or second is None or abs(first - second) <= _SAME_DAYS


def _differing(asked: Asked, told: str, own: Sentence, other: Sentence) -> Iterator[tuple[str, str]]:
    """What twins have in each other's place, as far as the answer says it."""
    first, second = own.text, other.text
    if min(len(first), len(second)) < _TWIN * max(len(first), len(second)):
        return
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    if matcher.quick_ratio() < _TWIN:
        return
    blocks = matcher.get_matching_blocks()
    common = sum(block.size for block in blocks)
    if common < max(_LEAST, _TWIN * max(len(first), len(second))):
        return
    pieces = [code for code in matcher.get_opcodes() if code[0] != "equal"]
    if len(pieces) > _MOST_PIECES:
        return
    figure = answering_figure(asked.searched, first)
    answers = [text for text in (_plain(own.answer), _plain(figure.text) if figure else "") if text]
    if any(_tells_apart(asked, first, start, end) for _, start, end, _, _ in pieces):
        return
    for _, start, end, begin, stop in pieces:
        said, printed = _whole(first, start, end), _whole(second, begin, stop)
        plain = _plain(said)
        if not plain or not _plain(printed) or plain in _plain(second) or plain in _plain(asked.searched):
            continue
        if not _tells(said) or not _tells(printed):
            continue
        if plain in told or any(plain in text or text in plain for text in answers):
            yield said, printed


def _tells_apart(asked: Asked, text: str, start: int, end: int) -> bool:
    """Whether twins that differ in ``text[start:end]`` are of two things: two months, 甲镇 (asked about) and 乙镇."""
    piece = _whole(text, start, end)
    plain = _plain(piece)
    if asked.kind.kind != "date" and TIME.search(piece):
        return True
    if _names_another(asked, text, start, end):
        return True
    return len(plain) > 1 and not find_figures(piece) and plain in _plain(asked.searched)


def _names_another(asked: Asked, text: str, start: int, end: int) -> bool:
    """Whether the question has ``text[start:end]`` with the sign before or behind it: 张 of 张村, asked about."""
    piece = text[start:end]
    if not piece.strip() or any(figure.start < end and start < figure.end for figure in find_figures(text)):
        return False
    around = (text[max(0, start - 1) : end], text[start : end + 1])
    return any(len(part) > len(piece) and _plain(part) == part and part in asked.searched for part in around)


def _tells(piece: str) -> bool:
    """Whether a piece is a figure or has more than verbs and words of function: 将在 and 将于 say the same."""
    return bool(find_figures(piece)) or any(tag[0] not in "pcdufvrky" for _, tag in rjieba.tag(piece))


def _whole(text: str, start: int, end: int) -> str:
    """``text[start:end]`` with the whole figures and words that it is a part of."""
    for figure in find_figures(text):
        if figure.start < max(end, start + 1) and figure.end > start:
            start, end = min(start, figure.start), max(end, figure.end)
    place = 0
    for word in rjieba.cut(text, False):
        if place < end and place + len(word) > start:
            start, end = min(start, place), max(end, place + len(word))
        place += len(word)
    return text[start:end]


def _plain(text: str) -> str:
    return _SIGNS.sub("", fold(text))
