"""Units and measure words: how they are written, what they measure, and which convert exactly into which."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, cast

from rag.chinese.lexicon import lexicon, words

Kind = Literal[
    "count", "money", "area", "length", "weight", "share", "change", "rank", "ordinal", "date",
    "time_span", "time_of_day", "other",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit under its normal name; ``value * factor`` is the value in ``base``, exactly."""

    name: str
    kind: Kind
    base: str
    factor: Decimal = Decimal(1)


def _build_units() -> dict[str, Unit]:
    units = {name: Unit(name, "count", name) for name in words("measure_words", "counted", "noun")}
    for kind, form, name, base, factor in lexicon("units"):
        units[form] = Unit(name, cast(Kind, kind), base, Decimal(factor))
    return units


UNITS: dict[str, Unit] = _build_units()
UNITLESS = Unit("", "other", "")
ORDINAL_UNITS = frozenset("届 期 号 级 年代 路".split())
"""With these a number says which, not how many: 十九届, 12号."""


def _not_before(kind: str) -> dict[str, str]:
    """What a Chinese numeral may count, with the characters before which it makes another word: 两部门."""
    return {unit: others.strip("-") for row, unit, others in lexicon("numeral_units") if row == kind}


_CHINESE_COUNTERS, _NOT_BEFORE = _not_before("counted"), _not_before("measured")
_CHINESE_REFUSED = frozenset(_not_before("refused"))
_SYMBOLS = frozenset("$ ￥ ¥ € £ 欧".split())


def _alternation(names: dict[str, str]) -> str:
    return "|".join(
        re.escape(name) + (f"(?![{names[name]}])" if names[name] else "")
        for name in sorted(names, key=lambda name: (-len(name), name))
    )


_MEASURED = {name for name, unit in UNITS.items() if unit.kind not in {"count"} and name not in _SYMBOLS}
CHINESE_UNIT = _alternation(
    _CHINESE_COUNTERS | {name: _NOT_BEFORE.get(name, "") for name in _MEASURED - _CHINESE_REFUSED}
)
"""Regular expression of what a Chinese numeral may count."""
ANY_UNIT = _alternation(
    {name: "" for name in UNITS if name not in _SYMBOLS}
    | {"年": "级代", "期": "间", "分": "之", "人": "民", "成": "立"}
)
"""Regular expression of every unit, for Arabic digits, which leave little doubt that something is counted."""
MEASURED_UNIT = _alternation(
    {name: "" for name in _MEASURED if UNITS[name].kind in {"area", "length", "weight", "money", "share"}}
)
"""Regular expression of the units of what is measured or weighed, and not counted one by one."""
