"""How a PDF tears a page of ``random_pages``: where blank lines come, what spaces a line gets."""

from __future__ import annotations

import itertools
import re

from labelled_rows import BLANK, Row
from random_habits import Habits
from typesetting import HALF


class Tearing:
    """Tears one page, in the way ``tear``, one of ``random_families.TEARS``."""

    def __init__(self, tear: str, habits: Habits) -> None:
        self.tear, self.habits, self.dice = tear, habits, habits.dice

    def torn(self, rows: list[Row]) -> list[Row]:
        """The rows with blank ones where the paper's PDF puts them."""
        tear = self.tear
        torn: list[Row] = []
        left = self.dice.randint(*self.habits.column)
        for before, row in itertools.pairwise([BLANK, *rows]):
            if row.label is None:
                if torn and torn[-1].label is not None and tear not in ("every line", "no blanks"):
                    torn.append(row)
                continue
            inside = row.body and before.body and row.owner == before.owner
            left -= 1
            if inside and self._breaks(before, row, left):
                torn.append(BLANK)
            if left <= 0 and inside:
                left = self.dice.randint(*self.habits.column)
            torn.append(row)
            if tear == "every line":
                torn.append(BLANK)
        return torn

    def _breaks(self, before: Row, row: Row, left: int) -> bool:
        tear = self.tear
        if tear in ("every line", "no blanks", "whole"):
            return False
        if tear == "paragraphs":
            return row.first and self.dice.draw(0.8)
        if row.first and self.dice.draw(self.habits.paragraph_blanks):
            return True
        if tear == "scattered":
            return self.dice.draw(0.2) or left <= 0
        if tear == "torn" and (
            (row.text[0] == "“" and self.dice.draw(self.habits.quote_blanks))
            or (before.first and self.dice.draw(self.habits.first_blanks))
        ):
            return True
        return left <= 0

    def spaced(self, row: Row) -> str:
        """A row's text with the spaces that a PDF adds."""
        text = (
            self.habits.opening_space if row.label == "start" else self.habits.indent if row.first else ""
        ) + row.text
        if self.habits.half_width:
            text = text.translate(HALF)
        if self.habits.full_digits:
            text = re.sub("[0-9]", lambda match: chr(ord(match.group()) + 0xFEE0), text)
        if not row.body:
            return text
        if self.dice.draw(self.habits.spread) and len(text) > 4:
            return " ".join(text.strip())
        if self.dice.draw(self.habits.digits_apart):
            text = re.sub("(?<=[\u4e00-\u9fff])(?=[0-9])|(?<=[0-9%])(?=[\u4e00-\u9fff])", " ", text)
        if self.dice.draw(self.habits.brackets_apart):
            text = re.sub("(?<=[^\\s])(?=（)|(?<=）)(?=.)", " ", text)
        if self.dice.draw(self.habits.gaps) and len(text) > 4:
            place = self.dice.randint(2, len(text) - 1)
            text = text[:place] + " " * self.dice.randint(1, 2) + text[place:]
        return text
