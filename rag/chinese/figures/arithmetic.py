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

    A share is rounded to two decimals (half up) and then shown with ≈; sums and differences are exact.

    Raises:
        FiguresDisagreeError: fewer than two operands, different units, a range or a bound (近190人), or a share of 0.
    """
    _require_computable(operation, operands)
    factors = [UNITS.get(figure.unit, UNITLESS).factor for figure in operands]
    same_scale = len({figure.measure_text for figure in operands}) == 1
    scale = operands[0].value / operands[0].written_value if same_scale and operands[0].written_value else Decimal(1)
    measure = operands[0].measure_text if same_scale else UNITS.get(operands[0].unit, UNITLESS).base
    numbers = [
        figure.written_value if same_scale else figure.value * factor
        for figure, factor in zip(operands, factors, strict=True)
    ]
    if operation == "share":
        return _share(numbers)
    sign = "＋" if operation == "sum" else "－"
    result = sum(numbers, Decimal(0)) if operation == "sum" else numbers[0] - numbers[1]
    equation = f"{sign.join(map(_show, numbers))}＝{_show(result)}{measure}"
    unit = operands[0].unit if same_scale else measure
    return ComputedFigure(result * (scale if same_scale else 1), unit, f"{_show(result)}{measure}", equation)


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


def _share(numbers: Sequence[Decimal]) -> ComputedFigure:
    exact = numbers[0] * 100 / numbers[1]
    rounded = exact.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    sign = "＝" if rounded == exact else "≈"
    text = f"{_show(rounded)}%"
    return ComputedFigure(rounded, "%", text, f"{_show(numbers[0])}÷{_show(numbers[1])}{sign}{text}")


def _show(number: Decimal) -> str:
    """``350`` for 350.00, ``43.44`` for 43.440; never an exponent."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
