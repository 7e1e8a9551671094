"""When two figures say the same, and when a quote supports what an answer says."""

from __future__ import annotations

from decimal import Decimal

from rag.chinese.figures.record import Direction, Figure
from rag.chinese.figures.units import UNITS

ANY_COUNT = "*"
"""The unit of an English count (``102 projects``), which has no measure word: it agrees with any Chinese one."""

_PERSON_UNITS = frozenset({"人", "名", "位", "员"})


def in_base_unit(figure: Figure) -> tuple[str, Decimal, Decimal | None]:
    """Unit, value and upper value of ``figure``, converted to the base unit where the conversion is exact."""
    unit = UNITS.get(figure.unit)
    if unit is None or figure.kind in {"date", "rank", "ordinal", "time_of_day"}:
        return figure.unit, figure.value, figure.upper
    upper = None if figure.upper is None else figure.upper * unit.factor
    return unit.base, figure.value * unit.factor, upper


def _same_unit(first: Figure, second: Figure, first_base: str, second_base: str) -> bool:
    if first_base == second_base or (first_base in _PERSON_UNITS and second_base in _PERSON_UNITS):
        return True
    if ANY_COUNT in (first_base, second_base):
        return {first.kind, second.kind} <= {"count", "other"}
    return False


def same_value(first: Figure, second: Figure) -> bool:
    """Equal numbers (both ends of a range), units converted but not compared."""
    return in_base_unit(first)[1:] == in_base_unit(second)[1:]


def same_figure(first: Figure, second: Figure) -> bool:
    """Equal by value, unit, bound and sort: ``3.5亿元`` is ``35000万元``, ``三成`` is ``30%``.

    ``近190人`` is not ``190余人``. 人, 名 and 位 count the same persons. Direction is compared only where both say
    one.
    """
    first_unit, *first_values = in_base_unit(first)
    second_unit, *second_values = in_base_unit(second)
    return (
        first_values == second_values
        and _same_unit(first, second, first_unit, second_unit)
        and first.bound == second.bound
        and _same_sort(first, second)
        and _compatible(first.direction, second.direction)
    )


def _same_sort(first: Figure, second: Figure) -> bool:
    """A count is no rank and no ordinal: 第5次 is not 5次."""
    special = {"rank", "ordinal", "date", "time_of_day"}
    return first.kind == second.kind or not ({first.kind, second.kind} & special)


def _compatible(first: Direction, second: Direction) -> bool:
    return not first or not second or first == second


def supports(quote_figure: Figure, answer_figure: Figure, *, unit_optional: bool = False) -> bool:
    """Whether the figure of a quote carries the figure of an answer, value, unit and bound.

    A date in the answer may say less than the quote (``12月23日`` for ``2020年12月23日``). ``unit_optional``
    accepts a bare number (``102`` for ``102个``), as in an answer that is nothing but the number.
    """
    if answer_figure.kind == "date" and quote_figure.kind == "date":
        return _date_supports(quote_figure, answer_figure)
    if same_figure(quote_figure, answer_figure):
        return True
    return (
        unit_optional
        and not answer_figure.unit
        and answer_figure.kind == "other"
        and quote_figure.kind not in {"date", "time_of_day"}
        and (answer_figure.value, answer_figure.upper, answer_figure.bound)
        in (
            (quote_figure.value, quote_figure.upper, quote_figure.bound),
            (quote_figure.written_value, None, quote_figure.bound),
        )
    )


def _date_parts(figure: Figure) -> tuple[int, int, int]:
    value = int(figure.value)
    return value // 10_000, value // 100 % 100, value % 100


_CALENDAR_UNITS = frozenset("年 月 日 年月 月日 年月日".split())


def _date_supports(quote: Figure, answer: Figure) -> bool:
    if quote.unit not in _CALENDAR_UNITS or answer.unit not in _CALENDAR_UNITS:
        return (quote.unit, quote.value) == (answer.unit, answer.value)
    return all(said in (0, known) for known, said in zip(_date_parts(quote), _date_parts(answer), strict=True))
