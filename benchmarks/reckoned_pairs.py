"""How often the two figures that a question wants reckoned are found, on the questions of ``data/asked``.

    python benchmarks/reckoned_pairs.py --output data/results/reckoned_pairs.json

Each question that asks for a difference, a remainder, a share or a total is put with the sentence that its author
answered from, or that looks most like an answer. Where the author's span holds two figures of one unit, and no third,
those are to be reckoned with (``two figures``); where it holds less, the paper tells the result itself or something
else answers (``told``); of a near miss nothing is to be reckoned (``none``). Rules were written with the failures of
one half of the articles in sight, those whose title hashes to an even number (``seen``).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

from asked_examples import ASKED, COMPARISONS, NEAR_MISSES, OTHER_HANDS, Asked, AskedArticle, read_asked

from rag.answering.evidence import Sentence
from rag.answering.reckoning import Choose, Reckoner, way_of, written_equation
from rag.chinese.figures import find_figures
from rag.chinese.figures.comparison import in_base_unit
from rag.claims.question import read_question
from rag.generation.runtime import load_generator
from rag.records import Article
from rag.settings import load_settings

_EQUATION = re.compile(r"（([^（）＝≈]+)")


def half(article: AskedArticle) -> str:
    """``seen`` or ``unseen``, by the hash of the title."""
    return "unseen" if hashlib.sha256(article.title.encode()).digest()[0] % 2 else "seen"


def pair_of(span: str) -> tuple[str, str] | None:
    """The two figures of a span, as printed, where it holds exactly two of one unit."""
    by_unit: dict[str, list[str]] = {}
    for figure in find_figures(span):
        if figure.kind != "date":
            by_unit.setdefault(in_base_unit(figure)[0], []).append(figure.text)
    pairs = [texts for texts in by_unit.values() if len(texts) == 2]
    return (pairs[0][0], pairs[0][1]) if pairs else None


def outcome(statement: str, question: Asked) -> tuple[str, str]:
    """The class of a question, and whether what was reckoned has its author's two figures."""
    pair = None if question.at is None else pair_of(question.span)
    kind = "none" if question.at is None else "told" if pair is None else "two figures"
    if not statement:
        return kind, "nothing reckoned"
    equation = _EQUATION.search(statement)
    numbers = re.findall(r"[\d.]+", equation[1]) if equation else []
    is_theirs = pair is not None and len(numbers) == 2 and all(number in "，".join(pair) for number in numbers)
    return kind, "theirs" if is_theirs else "other"


def reckoned(article: AskedArticle, question: Asked, choose: Choose | None) -> str | None:
    """What is reckoned for a question from its author's sentence; None where nothing is asked to be."""
    place = question.near if question.at is None else question.at
    asked = read_question(question.text, article.day)
    if place is None or way_of(asked) is None:
        return None
    before, text = "".join(article.sentences[:place]), article.sentences[place]
    report = Article("1", article.title, "".join(article.sentences), date=article.day)
    sentence = Sentence(report, len(before), len(before) + len(text), text, 0, 1.0, 1.0, 1.0)
    found = Reckoner(asked, [sentence], choose).reckoned(sentence)
    return "" if found is None else found.statement


def measured(choose: Choose | None) -> dict[str, dict[str, dict[str, int]]]:
    """How many of each class came out how, by half."""
    counted: dict[str, dict[str, Counter[str]]] = {"seen": {}, "unseen": {}}
    for folder in (ASKED, OTHER_HANDS, NEAR_MISSES, COMPARISONS):
        for article in read_asked(folder, held_out=None):
            for question in article.questions:
                statement = reckoned(article, question, choose)
                if statement is not None:
                    kind, state = outcome(statement, question)
                    counted[half(article)].setdefault(kind, Counter())[state] += 1
    return {part: {kind: dict(states) for kind, states in kinds.items()} for part, kinds in counted.items()}


def main() -> None:
    """Measure with the model's choice and without, report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    generator = load_generator(load_settings())
    result: dict[str, Any] = {
        "command": "python benchmarks/reckoned_pairs.py",
        "model": generator.name,
        "the model chooses among several pairs": measured(partial(written_equation, generator)),
        "only where one pair may be meant": measured(None),
    }
    print(json.dumps(result, ensure_ascii=False, indent=1))
    if options.output:
        options.output.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
