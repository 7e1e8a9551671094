"""Word tables are data: no module that reads Chinese holds one of more than fifteen words, nor long conditions."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import get_args

import pytest

from rag.chinese.figures.units import Kind
from rag.chinese.lexicon import alternation, lexicon, words

ROOT = Path(__file__).parents[1] / "rag"
PACKAGES = ("chinese", "claims", "retrieval", "answering")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
MOST_WORDS = 15
MOST_CONDITIONS = 8
HAN = re.compile("[一-鿿]")
_SIGNS = re.compile(r"[，。！？；：、,.!?;:（）()「」“”{}\[\]]")
_ENGLISH_WORD = re.compile("[A-Za-z]{3,}")


def words_of(text: str) -> int:
    """How many words a string lists, between bars or spaces: single characters of a character class are none."""
    alternatives = [part for part in text.split("|") if HAN.search(part)]
    listed = [] if _SIGNS.search(text) else [p for p in text.split() if HAN.search(p) or _ENGLISH_WORD.search(p)]
    return max(len(alternatives), len(listed))


def documentation(tree: ast.AST) -> set[int]:
    """The string statements of a tree by identity: docstrings, which list nothing."""
    bare = (node.value for node in ast.walk(tree) if isinstance(node, ast.Expr))
    return {id(node) for node in bare if isinstance(node, ast.Constant)}


def strings_in(node: ast.AST) -> Iterator[str]:
    for item in ast.walk(node):
        if isinstance(item, ast.Constant) and isinstance(item.value, str) and HAN.search(item.value):
            yield item.value


def word_tables(source: str) -> list[tuple[int, int]]:
    """Line and number of words of every literal of ``source`` that lists more than fifteen words."""
    tree = ast.parse(source)
    skipped = documentation(tree)
    found: dict[int, int] = {}
    for node in ast.walk(tree):
        count = 0
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in skipped:
            count = words_of(node.value)
        elif isinstance(node, ast.Tuple | ast.List | ast.Set | ast.Dict):
            count = sum(words_of(text) for text in strings_in(node) if not _SIGNS.search(text))
        if count > MOST_WORDS:
            found[node.lineno] = max(count, found.get(node.lineno, 0))
    return sorted(found.items())


def test_the_check_finds_tables() -> None:
    listed = " ".join(["苹果", "桃", "李子", "杏"] * 4)
    bars = "|".join(["竹", "松", "柏", "槐(?!花)"] * 4)
    keys = ", ".join(f'"词{number}": {number}' for number in range(16))
    nested = ", ".join(f'("词{number}", "句 段")' for number in range(6))
    english = " ".join(["apple", "pear"] * 8)
    source = "\n".join(
        [
            f'"""甲 {listed}"""',
            f'A = "{listed}"',
            f'B = rf"(?:{{A}})(?:{bars})"',
            f"C = {{{keys}}}",
            f"D = ({nested})",
            f'E = "{english}"',
        ]
    )
    assert word_tables(source) == [(2, 16), (3, 16), (4, 16), (5, 18), (6, 16)]


def test_the_check_lets_short_lists_and_sentences_stand() -> None:
    listed = " ".join(["苹果", "桃", "李子"] * 5)
    sentence = (
        "The file holds no article that could be read: it has 3 pages, found were none, check it or leave it out"
    )
    assert word_tables(f'A = "{listed}"\nB = "{sentence}"\nC = "[甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉]"') == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_module_holds_a_word_table(path: Path) -> None:
    assert word_tables(path.read_text(encoding="utf-8")) == []


def conditions(node: ast.AST) -> int:
    """How many conditions a boolean expression joins, nested ones counted."""
    return sum(map(conditions, node.values)) if isinstance(node, ast.BoolOp) else 1


def long_conditions(source: str) -> list[int]:
    """Lines of the boolean expressions of ``source`` that join more than eight conditions."""
    nodes = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.BoolOp))
    return sorted({node.lineno for node in nodes if conditions(node) > MOST_CONDITIONS})


def test_the_check_finds_long_conditions() -> None:
    names = [f"a{number}" for number in range(9)]
    nested = f"{' and '.join(names[:4])} or ({' or '.join(names[4:])})"
    source = f"x = {' or '.join(names)}\ny = {' or '.join(names[:8])}\nz = any(({', '.join(names)}))\nw = {nested}"
    assert long_conditions(source) == [1, 4]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_expression_joins_too_many_conditions(path: Path) -> None:
    assert long_conditions(path.read_text(encoding="utf-8")) == []


LISTS = sorted((ROOT / "chinese" / "lexicon").glob("*.tsv"))


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.stem)
def test_a_word_list_says_what_it_is_and_is_regular(path: Path) -> None:
    """A head with source and columns, as many columns in every row, no empty one, nothing twice."""
    assert path.read_text(encoding="utf-8").startswith("# ")
    head = " ".join(line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("#"))
    assert "Columns: " in head
    rows = lexicon(path.stem)
    assert len({len(row) for row in rows}) == 1
    assert all(cell == cell.strip() != "" for row in rows for cell in row)
    assert len(set(rows)) == len(rows)


@pytest.mark.parametrize(
    "name",
    ["figure_words", "greetings", "measured_things", "moods", "name_contexts", "place_words", "question_words"],
)
def test_the_rows_of_a_list_are_regular_expressions(name: str) -> None:
    patterns = [re.compile(expression) for _, expression in lexicon(name)]
    assert all(pattern.search("") is None for pattern in patterns), "a row that matches nothing said"


def test_units_convert_into_units_of_their_kind() -> None:
    rows = {form: (kind, base, Decimal(factor)) for kind, form, _, base, factor in lexicon("units")}
    assert {kind for kind, _, _ in rows.values()} <= set(get_args(Kind))
    assert all(rows[base] == (kind, base, 1) for kind, base, _ in rows.values())
    assert rows["斤"] == ("weight", "公斤", Decimal("0.5"))
    assert rows["€"] == rows["欧元"]


def test_words_come_class_by_class() -> None:
    assert words("numeral_units", "refused", "counted")[:2] == ("人民币", "方")
    assert words("surnames", "double")[0] == "欧阳"
    alternatives = alternation("figure_words", "at_most", longest_first=True).split("|")
    assert alternatives.index("不超过") < alternatives.index("不超")


def test_an_unknown_class_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"surnames\.tsv has no row of class 'triple'"):
        words("surnames", "triple")
