"""Answers checked again by code of its own: each figure shown as supported must stand in a cited quote.

    python benchmarks/recheck_answers.py native:data/gold/questions.jsonl rgb:rgb_zh_refine.dev.jsonl.gz:0.4 ...

Each set is FORMAT:FILE or rgb:FILE:NOISE, asked as ``baowen evaluate`` asks. Numbers are read here by a scanner
that shares nothing with the gate's grammar: digits or Chinese numerals, a magnitude, then the unit as it is printed.

Citations are measured in ALCE's sense (Gao et al., 2023) with exact support in place of a judging model: a statement
is supported where every number of it stands in its quotes by value and unit, and at least ``PAIRS`` of its character
pairs stand in quotes, titles or question. Recall is the share of statements that are; a citation is precise unless
it supports nothing alone and the others suffice without it. Sentences that say what was not found, and sums the
program shows with their addends, are no statements of the paper and are not counted.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import re
import time
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from rag.evaluation.gold import read_gold
from rag.records import Answer, Citation
from rag.settings import load_settings
from rag.workspace import Workspace

PAIRS = 0.5
"""The share of a statement's character pairs that quotes, titles or question must hold."""

_DIGITS = dict(zip("〇零一二三四五六七八九两", [0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 2], strict=True))
_TENS = {"十": 10, "百": 100, "千": 1000}
_MAGNITUDES = {"万": 10**4, "亿": 10**8, "万亿": 10**12}
_NUMBER = re.compile(
    r"(?P<percent>百分之)?(?P<digits>\d[\d,]*(?:\.\d+)?|[〇零一二三四五六七八九两十百千]+(?:点[〇零一二三四五六七八九]+)?)"
    r"(?P<more>多|余|几)?\s*(?P<magnitude>万亿|[十百千]?[万亿])?(?P<more2>多|余|几)?\s*"
    r"(?P<unit>个百分点|平方公里|平方米|立方米|公里|公顷|公斤|千瓦时|美元|欧元|港元|小时|分钟|个月|"
    r"%|％|[^\W\d_A-Za-z])?"
)
_ENGLISH = re.compile(
    r"(?P<digits>\d[\d,]*(?:\.\d+)?)\s*(?P<word>thousand|million|billion|trillion)\b", re.IGNORECASE
)
_WORDS = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_MARKER = re.compile(r"\[(\d{1,3})\]")
_SENTENCE = re.compile(r"[^。！？!?\n]*?(?:(?:[。！？!?\n]|(?<=[^\d\s])\.(?=\s|$))+|$)[”」』]*(?:\[\d{1,3}\])*")
_PRINTED = re.compile(r"据\d{4}年\d{1,2}月\d{1,2}日报道(?:（[^（）]*）)?，|（[^（）]*(?:报道|\d)）| \([^()]*\d\)")
_DAY = re.compile(r"(\d{4})(?:年|-)(\d{1,2})(?:月|-)(\d{1,2})")
_NOT_FOUND = re.compile(r"没有找到|没有查到|do not say")
_EQUATION = re.compile(r"[=＝]")
_SAME_UNIT = [frozenset("个家项名位人户"), frozenset("%％"), frozenset(["公里", "千米"]), frozenset("元块")]


@dataclass(frozen=True, slots=True)
class Number:
    """A number with its unit as printed; ``unit`` may be empty."""

    value: Decimal
    unit: str


def numbers_in(text: str) -> list[Number]:
    """Every number of ``text``, digits and Chinese numerals."""
    plain = unicodedata.normalize("NFKC", text)
    found = [
        Number(Decimal(match["digits"].replace(",", "")) * _WORDS[match["word"].lower()], "")
        for match in _ENGLISH.finditer(plain)
    ]
    plain = _ENGLISH.sub(" ", plain)
    for match in _NUMBER.finditer(plain):
        value = _value(match["digits"].replace(",", ""))
        if value is None:
            continue
        magnitude = match["magnitude"] or ""
        for sign in magnitude if magnitude not in _MAGNITUDES else [magnitude]:
            value *= _TENS.get(sign) or _MAGNITUDES[sign]
        found.append(Number(value, "%" if match["percent"] else (match["unit"] or "").replace("％", "%")))
    return found


def _value(written: str) -> Decimal | None:
    if written[0].isdigit():
        return Decimal(written)
    whole, _, fraction = written.partition("点")
    if not any(sign in _TENS for sign in whole):
        text = "".join(str(_DIGITS[sign]) for sign in whole)
        return Decimal(text + ("." + "".join(str(_DIGITS[sign]) for sign in fraction) if fraction else ""))
    total, digit = 0, 0
    for sign in whole:
        if sign in _TENS:
            total += (digit or 1) * _TENS[sign]
            digit = 0
        else:
            digit = _DIGITS[sign]
    return Decimal(total + digit) if not fraction else None


def stands(number: Number, among: Sequence[Number]) -> bool:
    """Whether a number stands there by value, and by unit where both have one."""
    return any(other.value == number.value and _same_unit(number.unit, other.unit) for other in among)


def _same_unit(one: str, other: str) -> bool:
    return not one or not other or one == other or any(one in same and other in same for same in _SAME_UNIT)


def statements(answer: Answer) -> Iterator[tuple[str, list[int]]]:
    """Each statement of the paper in an answer, with the markers it cites."""
    for match in _SENTENCE.finditer(answer.answer):
        sentence = match.group()
        text = _MARKER.sub("", sentence).strip()
        if any(sign.isalnum() for sign in text) and not _NOT_FOUND.search(text) and not _EQUATION.search(text):
            yield text, [int(number) for number in _MARKER.findall(sentence)]


def supported(statement: str, citations: Sequence[Citation], question: str) -> bool:
    """Exact support: all numbers and most of the words stand in the quotes."""
    quotes = "\n".join(citation.quote for citation in citations)
    if not citations:
        return False
    statement = _without_days(statement, citations)
    there = numbers_in(quotes) + numbers_in(question)
    if any(number.unit and not stands(number, there) for number in numbers_in(statement)):
        return False
    wanted = _pairs(statement)
    known = _pairs(quotes + "\n" + "\n".join(item.title for item in citations) + "\n" + question)
    chinese = len(re.findall(r"[一-鿿]", statement)) * 2 > len(statement)
    return not chinese or len(wanted & known) >= PAIRS * len(wanted)


def _without_days(statement: str, citations: Sequence[Citation]) -> str:
    """The statement without the days of its reports in brackets, where they are those of the cited articles."""
    printed = {citation.date for citation in citations}

    def check(found: re.Match[str]) -> str:
        days = {dt.date(*map(int, day)) for day in _DAY.findall(found.group())}
        return "" if days and days <= printed else found.group()

    return _PRINTED.sub(check, statement)


def _pairs(text: str) -> set[str]:
    plain = re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text)).lower()
    return {plain[start : start + 2] for start in range(max(1, len(plain) - 1))}


@dataclass(slots=True)
class Count:
    """What came of the answers so far."""

    questions: int = 0
    answered: int = 0
    figures: int = 0
    standing_nowhere: list[str] = field(default_factory=list)
    marked: int = 0
    statements: int = 0
    statements_supported: int = 0
    citations: int = 0
    citations_precise: int = 0
    not_supported: list[str] = field(default_factory=list)

    def add(self, answer: Answer) -> None:
        """Check one answer."""
        self.questions += 1
        if answer.refused:
            return
        self.answered += 1
        by_marker = {citation.marker: citation for citation in answer.citations}
        there = numbers_in("\n".join(citation.quote for citation in answer.citations))
        for figure in answer.figures:
            self.marked += not figure.supported
            if figure.supported:
                self.figures += 1
                if not all(stands(number, there) for number in numbers_in(figure.text)):
                    self.standing_nowhere.append(f"{answer.question} | {figure.text} | {answer.answer}")
        for text, markers in statements(answer):
            cited = [by_marker[marker] for marker in markers if marker in by_marker]
            self.statements += 1
            whole = supported(text, cited, answer.question)
            self.statements_supported += whole
            if not whole:
                self.not_supported.append(f"{answer.question} | {text} | {[item.quote for item in cited]}")
            for citation in cited:
                rest = [item for item in cited if item is not citation]
                alone = supported(text, [citation], answer.question)
                self.citations += 1
                self.citations_precise += whole and (alone or not supported(text, rest, answer.question))


def check_set(workspace: Workspace, name: str, count: Count, limit: int | None = None) -> None:
    """Ask the first ``limit`` questions of FORMAT:FILE[:NOISE], or all."""
    form, _, rest = name.partition(":")
    path, _, noise = rest.partition(":")
    for gold in read_gold(Path(path), form, noise=float(noise or 0))[:limit]:  # type: ignore[arg-type]
        count.add(workspace.assistant.answer(gold.question, history=gold.history, passages=gold.passages))


def report(count: Count, sets: Sequence[str], seconds: float) -> dict[str, object]:
    """The figures, with every failure in words."""
    return {
        "sets": list(sets),
        "questions": count.questions,
        "answered": count.answered,
        "figures_shown_as_supported": count.figures,
        "standing_in_no_cited_quote": len(count.standing_nowhere),
        "figures_marked_unsupported": count.marked,
        "statements": count.statements,
        "citation_recall": round(count.statements_supported / max(1, count.statements), 4),
        "citations": count.citations,
        "citation_precision": round(count.citations_precise / max(1, count.citations), 4),
        "seconds": round(seconds, 1),
    }


def main() -> None:
    """Check the sets and print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="+", metavar="FORMAT:FILE[:NOISE]")
    parser.add_argument("--store", type=Path, help="a store other than the default one")
    parser.add_argument("--limit", type=int, help="how many questions of each set")
    options = parser.parse_args()
    count, began = Count(), time.monotonic()
    settings = load_settings(store=options.store) if options.store else load_settings()
    with closing(Workspace(settings)) as workspace:
        workspace.warm_up()
        for name in options.sets:
            check_set(workspace, name, count, options.limit)
    result = report(count, options.sets, time.monotonic() - began)
    result["failures"] = [*count.standing_nowhere, *count.not_supported]
    print(json.dumps(result, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
