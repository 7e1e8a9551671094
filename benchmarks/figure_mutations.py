"""Mutation test of the gate: correct answers must pass, answers altered in one place must not.

Answers are made from sentences of real articles by templates (a clause copied, introduced, or turned into
``<subject>为<figure>``), with the sentence as their quote. Then one thing is altered, found by patterns of its
own and not by the grammar under test: a digit, a Chinese numeral, a unit, a bound, a direction, a character of a
name.

    python benchmarks/figure_mutations.py news_numbers.dev.jsonl.gz xwlb_articles.jsonl.gz

What it does not measure: answers that pick a true figure of the wrong thing from the quotes.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import rjieba

from rag.answering.gate import check_answer
from rag.chinese.figures import find_figures
from rag.chinese.sentences import split_sentences

_CLAUSES = re.compile(r"[^，。；！？]+")
_DIGIT = re.compile(r"\d")
_NUMERAL = re.compile(r"[两三四五六七八九](?=[个名家项次位条所座人年天起台])")
_UNITS = [
    ("万", "亿"), ("亿", "万"), ("个百分点", "%"), ("%", "个百分点"), ("万元", "元"), ("亿元", "元"), ("元", "万元"),
    ("个", "家"), ("家", "个"), ("项", "家"), ("人", "户"), ("户", "人"), ("公里", "米"), ("亩", "公顷"), ("吨",
    "公斤"),
    ("年", "个月"), ("天", "年"), ("名", "家"), ("美元", "元"), ("平方米", "平方公里"), ("公顷", "亩"), ("岁",
    "年"), ("倍", "%"),
]  # fmt: skip
_BOUNDS = ["约", "大约", "近", "将近", "超过", "超", "突破", "逾", "至少", "不超过", "不少于", "不足", "不到"]
_BOUNDS_AFTER = ["余", "多", "以上", "以下", "左右"]
_DIRECTIONS = [
    ("增长", "下降"),
    ("下降", "增长"),
    ("上升", "下降"),
    ("提高", "降低"),
    ("减少", "增加"),
    ("增加", "减少"),
    ("上涨", "下跌"),
]
_NAME_TAGS = frozenset(["nr", "ns", "nt", "nz"])


@dataclass(frozen=True, slots=True)
class Case:
    """A correct answer and the quote it was made from."""

    answer: str
    quote: str


def read_articles(path: Path, step: int) -> Iterator[str]:
    """The distinct article texts of a data set, every ``step``-th."""
    seen: set[str] = set()
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for number, line in enumerate(file):
            record = json.loads(line)
            text = record.get("text") or record["context"]
            if number % step == 0 and text not in seen:
                seen.add(text)
                yield text


def make_cases(text: str, chance: random.Random) -> Iterator[Case]:
    """At most one answer for each sentence that holds a counted figure."""
    for span in split_sentences(text):
        quote = text[span.start : span.end]
        figures = [figure for figure in find_figures(quote) if figure.kind not in {"date", "time_of_day"}]
        if not figures or not 12 <= len(quote) <= 160:
            continue
        figure = chance.choice(figures)
        clause = next(match.group() for match in _CLAUSES.finditer(quote) if match.end() >= figure.end)
        templates = [f"{clause}[1]。", f"据报道，{clause.strip()}[1]。", f"{quote.rstrip('。！？；')}[1]。"]
        if figure.subject and quote.find(figure.subject) < figure.start and figure.kind in {"count", "money", "area"}:
            templates.append(f"{figure.subject}为{figure.text}[1]。")
        yield Case(chance.choice(templates), quote)


# -- one mutation of each sort; None where the answer has no place for it ------------------------------------------


def _body(answer: str) -> str:
    return answer.rsplit("[1]", 1)[0]


def _replaced(answer: str, start: int, end: int, new: str) -> str:
    return answer[:start] + new + answer[end:]


def mutate_digit(answer: str, chance: random.Random) -> str | None:
    """Another digit in the place of one."""
    places = [match.start() for match in _DIGIT.finditer(_body(answer))]
    if not places:
        return None
    place = chance.choice(places)
    return _replaced(answer, place, place + 1, chance.choice([d for d in "123456789" if d != answer[place]]))


def mutate_numeral(answer: str, chance: random.Random) -> str | None:
    """Another Chinese numeral before a measure word."""
    places = [match.start() for match in _NUMERAL.finditer(_body(answer))]
    if not places:
        return None
    place = chance.choice(places)
    others = [d for d in "三四五六七八九" if d != answer[place]]
    return _replaced(answer, place, place + 1, chance.choice(others))


def mutate_unit(answer: str, chance: random.Random) -> str | None:
    """Another unit or scale right after a digit."""
    options = []
    for old, new in _UNITS:
        follow = "(?!克|米|瓦|次|均|民币|月|份|级|底|初|末|人)" if len(old) == 1 else ""
        for match in re.finditer(
            rf"(?<=\d)[万亿]?{re.escape(old)}{follow}|(?<=\d){re.escape(old)}{follow}", _body(answer)
        ):
            start = match.end() - len(old)
            if old == "年" and re.search(r"(?:19|20)\d\d$", answer[:start]):
                continue
            options.append(_replaced(answer, start, match.end(), new))
    return chance.choice(options) if options else None


def mutate_bound(answer: str, chance: random.Random) -> str | None:
    """A bound left out, or one put before a number that has none."""
    options = []
    body = _body(answer)
    for word in _BOUNDS:
        options += [
            _replaced(answer, m.start(), m.end(), "")
            for m in re.finditer(rf"(?<![最附邻合条节预不]){word}(?=\d)", body)
        ]
    for word in _BOUNDS_AFTER:
        pattern = rf"(?<=\d){word}(?=[个名家人万亿年项元])|(?<=[人元个家年%]){word}(?=[，的、]|$)"
        options += [
            _replaced(answer, m.start(), m.end(), "")
            for m in re.finditer(pattern, body)
            if re.search(r"\d", body[max(0, m.start() - 3) : m.start()])
        ]
    if not options:
        places = [m.start() for m in re.finditer(r"(?<![\d.:：—-])\d+(?=[万亿]?[元个家人吨亩%])", body)]
        options = [
            _replaced(answer, place, place, chance.choice(["约", "超过", "近"]))
            for place in places
            if "第" not in body[max(0, place - 1) : place]
        ]
    return chance.choice(options) if options else None


def mutate_direction(answer: str, chance: random.Random) -> str | None:
    """A rise told as a fall, or the other way round."""
    options = []
    for old, new in _DIRECTIONS:
        pattern = rf"{old}(?=[^，。、]{{0,3}}\d[\d.]*(?:%|个百分点|倍))"
        options += [_replaced(answer, m.start(), m.end(), new) for m in re.finditer(pattern, _body(answer))]
    return chance.choice(options) if options else None


def make_name_mutation(alphabet: list[str]) -> Callable[[str, random.Random], str | None]:
    """A mutation that puts a frequent character of the corpus in the place of one character of a name."""

    def mutate_name(answer: str, chance: random.Random) -> str | None:
        body = _body(answer)
        spans = [(m.start() + 1, m.end() - 1) for m in re.finditer(r"《[^》]{2,}》|“[^”]{2,}”", body)]
        position = 0
        for word, tag in rjieba.tag(body):
            start = body.find(word, position)
            position = start + len(word)
            if tag in _NAME_TAGS and len(word) >= 2:
                spans.append((start, start + len(word)))
        if not spans:
            return None
        start, end = chance.choice(spans)
        places = [place for place in range(start, end) if "一" <= body[place] <= "鿿"]
        if not places:
            return None
        place = chance.choice(places)
        return _replaced(answer, place, place + 1, chance.choice([c for c in alphabet if c != answer[place]]))

    return mutate_name


def measure(paths: list[Path], step: int, count: int, seed: int) -> dict[str, object]:
    """Share of correct answers let through, and of mutated ones caught, by sort of mutation."""
    chance = random.Random(seed)
    articles = [text for path in paths for text in read_articles(path, step if "xwlb" in path.name else 1)]
    frequent = Counter(character for text in articles[:300] for character in text if "一" <= character <= "鿿")
    mutations: dict[str, Callable[[str, random.Random], str | None]] = {
        "digit": mutate_digit, "numeral": mutate_numeral, "unit": mutate_unit, "bound": mutate_bound,
        "direction": mutate_direction, "name": make_name_mutation([c for c, _ in frequent.most_common(1200)]),
    }  # fmt: skip
    chance.shuffle(articles)
    tried, caught, passed, total = Counter[str](), Counter[str](), 0, 0
    missed: dict[str, list[str]] = defaultdict(list)
    began = time.perf_counter()
    for text in articles:
        for case in make_cases(text, chance):
            if sum(tried.values()) >= count:
                break
            total += 1
            result = check_answer(case.answer, {1: case.quote})
            if not result.passed:
                worst = [(c.figure.text, c.reason) for c in result.unsupported_figures] + [
                    (n.text, n.kind) for n in result.unsupported_names
                ]
                missed["correct answers refused"].append(f"{case.answer} <- {case.quote} {worst}")
                continue
            passed += 1
            for name, mutate in mutations.items():
                mutated = mutate(case.answer, chance)
                if mutated is None or _body(mutated) in case.quote:
                    continue
                tried[name] += 1
                if check_answer(mutated, {1: case.quote}).passed:
                    missed[name].append(f"{mutated} <- {case.quote}")
                else:
                    caught[name] += 1
    return {
        "correct_answers": total,
        "let_through": round(passed / max(total, 1), 4),
        "mutations": sum(tried.values()),
        "caught": round(sum(caught.values()) / max(sum(tried.values()), 1), 4),
        "by_sort": {
            name: {"tried": tried[name], "caught": round(caught[name] / tried[name], 4)}
            for name in sorted(tried, key=lambda n: caught[n] / tried[n])
        },
        "seconds": round(time.perf_counter() - began, 1),
        "missed": dict(missed),
    }


def main() -> None:
    """Run from the command line; the report is JSON, without the sentences unless ``--show`` asks for some."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--count", type=int, default=5000, help="how many mutations")
    parser.add_argument("--step", type=int, default=20, help="use every step-th article of the large set")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--show", type=int, default=0, help="print so many missed cases of each sort")
    options = parser.parse_args()
    report = measure(options.paths, options.step, options.count, options.seed)
    missed = report.pop("missed")
    print(json.dumps(report, ensure_ascii=False, indent=2))
    if options.show and isinstance(missed, dict):
        for name, found in missed.items():
            print(f"-- {name}: {len(found)}")
            print("\n".join(found[: options.show]))


if __name__ == "__main__":
    main()
