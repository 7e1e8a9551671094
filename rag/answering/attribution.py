"""Statement to quotes: which sentences of the paper carry what the model wrote, and whether they carry all of it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import rjieba

from rag.answering.evidence import Sentence
from rag.answering.gate import GateResult, check_answer
from rag.answering.harms import harms_in
from rag.chinese.figures import Figure, find_figures, supports
from rag.chinese.names import check_names
from rag.chinese.question_kind import is_chinese
from rag.chinese.terms import fold
from rag.chinese.times.grammar import TIME

MAX_QUOTES = 3
"""How many quotes one statement may cite."""
MIN_OVERLAP = 0.5
"""The share of a statement's character pairs that must stand in its quotes or the question."""
MIN_QUOTED = 0.35
"""The share that must stand in its quotes and their articles alone: a question cannot carry its own answer."""
CONTEXT_CHARACTERS = 200

_CLAUSE_END = re.compile(r"[，,。；;：:！!？?（）()]")
_PLAIN_VERBS = frozenset(
    "达到 包括 进行 举行 合计 总计 累计 预计 实现 完成 参加 出席 投入 增加 增长 下降 减少 超过 提高 获得 属于 需要 "
    "没有 可以 成为 位于 来自 占比 共有 拥有 突破 回落 提升 新增 达成 计划 用于 共计 "
    "召开 开展 增速 带来".split()
)
"""Verbs that any report may put for another."""
_ENDS = ("到", "至", "为", "成", "达")
_SIGNS = re.compile(r"[^\w]|_")
_POINTS_BACK = re.compile(r"[\s“]*[这该此]")
_SCOPE = re.compile(r"^[到至在]|全[省市区县镇乡]")
"""What a subject may have from the question: the paper of a district seldom says 全区 in each sentence."""


@dataclass(frozen=True, slots=True)
class Attribution:
    """A statement, the evidence that carries it (positions, best first) and what the gate said.

    ``overlap`` is the share in [0, 1] of the statement's character pairs found in quotes, titles or question;
    1.0 for a statement in another language than its quotes, which overlap cannot judge.
    """

    statement: str
    quotes: tuple[int, ...]
    gate: GateResult
    overlap: float
    quoted: float
    """The same without the question."""
    strays: bool = False
    """Whether a figure is said of something else than what its quotes speak of."""

    @property
    def carried(self) -> bool:
        """Whether the paper says all that the statement says."""
        checked = bool(self.quotes) and self.gate.passed and not self.strays
        return checked and self.overlap >= MIN_OVERLAP and self.quoted >= MIN_QUOTED


def attribute(statement: str, evidence: Sequence[Sentence], question: str) -> Attribution:
    """Find the smallest set of evidence sentences that carries ``statement``, and check it against them."""
    quotes = _with_what_goes_on(statement, evidence, _choose(statement, evidence, question))
    texts = {position: evidence[position].text for position in quotes}
    contexts = {position: _context(evidence[position]) for position in quotes}
    published: dict[int, dt.date | None] = {position: evidence[position].article.date for position in quotes}
    gate = check_answer(
        statement,
        texts,
        lambda _start, _end: quotes[0] if quotes else None,
        context=contexts,
        published=published,
        question=question,
    )
    sources = [*texts.values(), *contexts.values()]
    is_bare = _is_bare_figure(statement)
    return Attribution(
        statement,
        quotes,
        gate,
        1.0 if is_bare else _overlap(statement, [*sources, question]),
        1.0 if is_bare else _overlap(statement, sources),
        _strays(statement, evidence, quotes),
    )


def _with_what_goes_on(statement: str, evidence: Sequence[Sentence], quotes: tuple[int, ...]) -> tuple[int, ...]:
    """The quotes with the sentence that goes on about one of them, where a figure's subject stands in that only.

    《渡口》播到第29集。这一集讲大桥合龙。 The sentence after must point back and have no count or amount of its own:
    签约项目 is no subject for 268个 of 谋划项目268个。签约项目102个。
    """
    if not _strays(statement, evidence, quotes):
        return quotes
    for position in range(len(evidence)):
        if position in quotes or not any(_goes_on(evidence[position], evidence[quote]) for quote in quotes):
            continue
        if not _strays(statement, evidence, (*quotes, position)):
            return (*quotes, position)
    return quotes


def _strays(statement: str, evidence: Sequence[Sentence], quotes: Sequence[int]) -> bool:
    titles = [evidence[position].article.title for position in quotes]
    return strays_from_subject(statement, [evidence[position].text for position in quotes], titles)


def _goes_on(after: Sentence, before: Sentence) -> bool:
    """Whether a sentence that begins with 这 or 该 and has no count or amount follows another at once."""
    if after.article.id != before.article.id or before.end > after.start:
        return False
    if after.article.text[before.end : after.start].strip() or not _POINTS_BACK.match(after.text):
        return False
    return not any(figure.kind not in ("date", "ordinal") for figure in find_figures(after.text))


def strays_from_subject(statement: str, quotes: Sequence[str], titles: Sequence[str] = ()) -> bool:
    """Whether some figure's subject is mostly in words that its quotes and their titles do not hold.

    签约引进项目268个 is not carried by 初步谋划项目268个, though number, unit and 项目 agree; nor where a quote
    beside it tells of 签约引进102个: what has other figures only is no source of this one's subject.
    """
    if not is_chinese(statement):
        return False
    for figure in find_figures(statement):
        known = fold("\n".join([*_sources_of(figure, quotes), *titles]))
        subject = _SIGNS.sub("", _without_asked(fold(figure.subject), known))
        if figure.kind == "date":
            continue
        if len(subject) > 2 and 2 * _shared_characters(subject, known) < len(subject):
            return True
        verbs = _verbs(_clause(statement, figure))
        if any(verb[1:] in _ENDS and any(verb[0] + end in known for end in _ENDS) for verb in verbs):
            continue  # 降到零下9℃ of 降至
        told = harms_in(_clause(statement, figure))
        if not told <= harms_in(known):
            return True
        if told:
            continue  # 造成2人死亡 of 刺死2人, and never of 抓捕2人
        if verbs and not any(verb in known for verb in verbs) and not acts(known, 1) & {c for v in verbs for c in v}:
            return True  # 签约引进了268个项目 of 谋划项目268个
    return False


def _sources_of(figure: Figure, quotes: Sequence[str]) -> list[str]:
    """The quotes that hold the figure, or none but dates and ranks; all where none holds it, and for a rank.

    第四届樱花节接待游客11.2万人次 may be of two sentences.
    """
    printed = [(text, [other for other in find_figures(text) if other.kind != "date"]) for text in quotes]
    if figure.kind == "ordinal" or not any(supports(other, figure) for _, found in printed for other in found):
        return list(quotes)
    return [
        text
        for text, found in printed
        if any(supports(other, figure) for other in found) or all(other.kind == "ordinal" for other in found)
    ]


def _without_asked(subject: str, known: str) -> str:
    """A subject without the time and the scope that only the question names: 到2020年底全区签约 is 签约."""

    def kept(match: re.Match[str]) -> str:
        return match.group() if match.group() in known else ""

    return _SCOPE.sub(kept, TIME.sub(kept, subject))


def _clause(statement: str, figure: Figure) -> str:
    """The part of the statement between signs that holds the figure."""
    begin = max((match.end() for match in _CLAUSE_END.finditer(statement, 0, figure.start)), default=0)
    end = _CLAUSE_END.search(statement, figure.end)
    return statement[begin : end.start() if end else len(statement)]


def _verbs(clause: str) -> list[str]:
    return [
        word
        for word, tag in rjieba.tag(fold(clause))
        if tag in ("v", "vn") and len(word) > 1 and word not in _PLAIN_VERBS
    ]


def acts(text: str, shortest: int = 2) -> frozenset[str]:
    """The first characters of its verbs: 签约, 签订 and 签下 are one act, and 投资 as a noun is none.

    ``shortest`` is the least length of a verb in characters.
    """
    tagged = rjieba.tag(fold(text))
    done = {word for (word, _), (after, _) in pairwise(tagged) if after == "了"}  # 填平 is a noun in the dictionary
    return frozenset(
        word[0]
        for word, tag in tagged
        # The dictionary has 签了 as one word.
        if ((tag == "v" or word in done) and len(word) >= shortest) or (tag == "ul" and len(word) > 1)
    )


def _shared_characters(subject: str, known: str) -> int:
    """How many characters of ``subject`` stand in a pair of neighbours that ``known`` holds too."""
    held: set[int] = set()
    for start in range(len(subject) - 1):
        if subject[start : start + 2] in known:
            held |= {start, start + 1}
    return len(held)


def _choose(statement: str, evidence: Sequence[Sentence], question: str) -> tuple[int, ...]:
    """Greedy cover: first the sentence with most of the figures, names and words, then those that add one or much.

    Dates and names of the question are no gain: every sentence may have them.
    """
    wanted = _grams(statement)
    figures = [figure for figure in find_figures(statement) if figure.kind != "date" or figure.text not in question]
    names = [name.text for name in check_names(statement, statement) if name.text not in question]
    carried = []
    for sentence in evidence:
        found = find_figures(sentence.text)
        supported = {
            index for index, figure in enumerate(figures) if any(supports(other, figure) for other in found)
        } | {len(figures) + index for index, name in enumerate(names) if name in sentence.text}
        carried.append((frozenset(supported), wanted & _grams(sentence.text)))
    chosen: list[int] = []
    have_figures: frozenset[int] = frozenset()
    have_words: frozenset[str] = frozenset()
    while len(chosen) < MAX_QUOTES and len(chosen) < len(evidence):
        free = [position for position in range(len(evidence)) if position not in chosen]
        best = max(free, key=lambda p: _gain(carried[p], have_figures, have_words, len(wanted)) - 0.001 * p)
        gain = _gain(carried[best], have_figures, have_words, len(wanted))
        if chosen and gain < 0.25:
            break
        chosen.append(best)
        have_figures |= carried[best][0]
        have_words |= carried[best][1]
    return tuple(chosen)


def _gain(
    carried: tuple[frozenset[int], frozenset[str]], figures: frozenset[int], words: frozenset[str], total: int
) -> float:
    """What a sentence adds: each new figure counts as much as all the words together."""
    return len(carried[0] - figures) + len(carried[1] - words) / max(1, total)


def _context(sentence: Sentence) -> str:
    article = sentence.article
    around = article.text[max(0, sentence.start - CONTEXT_CHARACTERS) : sentence.end + CONTEXT_CHARACTERS]
    return "\n".join(
        part for part in (article.title, article.subtitle, article.byline, article.source, around) if part
    )


def _grams(text: str) -> frozenset[str]:
    plain = _SIGNS.sub("", fold(text))
    return frozenset(plain[i : i + 2] for i in range(len(plain) - 1)) or frozenset(plain)


def _is_bare_figure(statement: str) -> bool:
    """Whether the statement is one figure with its unit, which the gate checks whole."""
    figures = find_figures(statement)
    return len(figures) == 1 and bool(figures[0].unit) and figures[0].text == statement.strip(" 。.")


def _overlap(statement: str, sources: Sequence[str]) -> float:
    if not is_chinese(statement):
        return 1.0
    wanted = _grams(statement)
    known = frozenset[str]().union(*(_grams(source) for source in sources))
    if len(_SIGNS.sub("", fold(statement))) == 1:  # 3%: no pair to look for
        return float(any(gram in fold(source) for gram in wanted for source in sources))
    return len(wanted & known) / max(1, len(wanted))
