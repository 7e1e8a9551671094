"""What is drawn anew for each page of ``random_pages``: widths, spaces, blank lines, how often what is set."""

from __future__ import annotations

import random


class Dice(random.Random):
    """Random numbers of one page."""

    def draw(self, probability: float) -> bool:
        """Whether what has this probability happens."""
        return self.random() < probability


class Habits:
    """The measures of one page: probabilities in [0, 1], widths in em, columns in lines.

    ``dice`` goes on where the draws of the measures end. ``more`` draws what ``wider`` adds, apart, so that a page is
    the same but for that.
    """

    def __init__(self, seed: int, *, wider: bool) -> None:
        more = random.Random(f"wider {seed}")
        self.broken_anywhere = wider and more.random() < 0.4
        self.tables = more.choice((0.0, 0.1, 0.3)) if wider else 0.0
        self.briefs = wider and more.random() < 0.3
        self.more = more
        self.dice = dice = Dice(seed)
        self.width = dice.randint(9, 32)
        self.one_width = dice.random() < 0.4
        self.indent = dice.choice(("", "", "", "　　", "  "))
        self.hanging = 2 if dice.random() < 0.85 else 0
        self.kicker = dice.choice((0.0, 0.1, 0.5))
        self.dash = dice.choice((0.0, 0.1, 0.5))
        self.clause = dice.choice((0.0, 0.1, 0.4))
        self.most_lines = dice.choice((1, 2, 2, 3))
        self.stack_blanks = dice.choice((0.0, 0.2, 0.7))
        self.after_headline = dice.choice((0.0, 0.5, 1.0, 1.0))
        self.between = dice.choice((0.4, 1.0, 1.0, 1.0))
        self.photos = dice.choice((0.0, 0.1, 0.3, 0.8))
        self.photo_inside = dice.choice((0.0, 0.0, 0.5, 1.0))
        self.subheads = dice.choice((0.0, 0.0, 0.15, 0.4))
        self.lists = dice.choice((0.0, 0.0, 0.0, 0.2))
        self.boxes = dice.choice((0.0, 0.0, 0.3))
        self.related = dice.choice((0.0, 0.0, 0.2))
        self.widens = dice.choice((0.0, 0.2, 0.5))
        self.spread = dice.choice((0.0, 0.02, 0.15))
        self.gaps = dice.choice((0.0, 0.0, 0.1, 0.4))
        self.digits_apart = dice.choice((0.0, 0.3, 0.9))
        self.brackets_apart = dice.choice((0.0, 0.3, 0.9))
        self.half_width = dice.random() < 0.1
        self.full_digits = dice.random() < 0.1
        self.uneven = dice.choice((0.0, 0.0, 0.15, 0.5))
        self.column = dice.choice(((5, 12), (8, 30), (15, 45)))
        self.quote_blanks = dice.choice((0.0, 0.3, 1.0))
        self.first_blanks = dice.choice((0.0, 0.2, 0.6))
        self.lede = dice.choice((0.0, 0.2, 0.6))
        self.opening_space = self.indent if dice.random() < 0.5 else dice.choice(("", "", " ", "　　"))
        self.paragraph_blanks = dice.choice((0.0, 0.0, 0.3, 0.6))
        self.unheaded = dice.choice((0.08, 0.2, 0.4))
        self.unsigned = dice.choice((0.0, 0.05, 0.4))
        self.headed_photos = dice.choice((0.0, 0.0, 0.0, 0.1))
