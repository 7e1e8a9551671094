"""Figures the program computes itself: sums, differences and shares, each shown with its equation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from rag.chinese.figures.record import Figure
from rag.chinese.figures.units import UNITLESS, UNITS
from rag.errors import BaowenError

Operation = Literal["sum", "difference", "share"]


@dataclass(frozen=True, slots=True)
class ComputedFigure:
    """A value computed from quoted figures, and the equation as shown: ``102＋14＝116个``."""

    value: Decimal
    unit: str
    text: str
    equation: str


class FiguresDisagreeError(BaowenError):
    """Figures cannot be computed with each other: other units, or not exact."""


def computed_figure(operation: Operation, operands: Sequence[Figure]) -> ComputedFigure:
    """The sum of ``operands``, the first less the second, or the first as a share of the second.

    A share is rounded to two decimals (half up) and then shown with ≈; sums and differences are exact. Figures of
    different scales are shown as written, and the result in the finest: ``1.2亿元－6240万元＝5760万元``.

    Raises:
        FiguresDisagreeError: fewer than two operands, different units, a range or a bound (近190人), or a share of 0.
    """
    _require_computable(operation, operands)
    scales = [_scale(figure) for figure in operands]
    finest = operands[scales.index(min(scales))]
    scale, measure = min(scales), finest.measure_text or UNITS.get(finest.unit, UNITLESS).base
    is_one_scale = len({figure.measure_text for figure in operands}) == 1
    terms = [_show(item.written_value) + ("" if is_one_scale else item.measure_text) for item in operands]
    values = [figure.value * UNITS.get(figure.unit, UNITLESS).factor for figure in operands]
    if operation == "share":
        return _share(values, terms)
    result = sum(values, Decimal(0)) if operation == "sum" else values[0] - values[1]
    text = f"{_show(result / scale)}{measure}"
    equation = f"{('＋' if operation == 'sum' else '－').join(terms)}＝{text}"
    factor = UNITS.get(finest.unit, UNITLESS).factor
    return ComputedFigure(result / factor, finest.unit, text, equation)


def _scale(figure: Figure) -> Decimal:
    """What one of the units as written is in base units: 10,000 元 for 6240万元."""
    value = figure.value * UNITS.get(figure.unit, UNITLESS).factor
    return value / figure.written_value if figure.written_value else Decimal(1)


def _require_computable(operation: Operation, operands: Sequence[Figure]) -> None:
    if len(operands) < 2 or (operation != "sum" and len(operands) != 2):
        raise FiguresDisagreeError(
            f"found {len(operands)} figures for a {operation}; expected two (a sum: two or more)"
        )
    bases = {UNITS.get(figure.unit, UNITLESS).base or figure.unit for figure in operands}
    if len(bases) != 1:
        units = ", ".join(figure.unit or "no unit" for figure in operands)
        raise FiguresDisagreeError(f"found figures in {units}; expected one unit; choose figures that count the same")
    for figure in operands:
        if figure.bound != "exact" or figure.upper is not None:
            raise FiguresDisagreeError(
                f"found {figure.text}, not an exact figure; expected exact ones; show them apart"
            )
    if operation == "share" and not operands[1].value:
        raise FiguresDisagreeError("found a whole of 0; expected a positive whole; leave the share out")


def _share(numbers: Sequence[Decimal], terms: Sequence[str]) -> ComputedFigure:
    exact = numbers[0] * 100 / numbers[1]
    rounded = exact.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    sign = "＝" if rounded == exact else "≈"
    text = f"{_show(rounded)}%"
    return ComputedFigure(rounded, "%", text, f"{terms[0]}÷{terms[1]}{sign}{text}")


def _show(number: Decimal) -> str:
    """``350`` for 350.00, ``43.44`` for 43.440; never an exponent."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
