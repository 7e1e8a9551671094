"""The families of the pages of ``random_pages``: where headlines stand, how pages are torn and articles signed.

``is_left_out`` says by a hash of a family's name which of the 392 no model may be trained on.
"""

from __future__ import annotations

import hashlib
import itertools
from dataclasses import dataclass

PLACES = ("above", "below", "mostly above", "in pairs", "any", "above or none", "below or none", "inside")
TEARS = ("whole", "columns", "torn", "no blanks", "scattered", "paragraphs", "every line")
SIGNS = ("opening", "own line", "signed", "last line", "none", "any", "agency")
LEFT_OUT = 12
"""One family in so many is left out of training."""


@dataclass(frozen=True, slots=True)
class Family:
    """The three properties of a page that are never drawn anew."""

    place: str
    tear: str
    sign: str

    @property
    def name(self) -> str:
        """One word of each, ``"below/torn/opening"``."""
        return f"{self.place}/{self.tear}/{self.sign}"


FAMILIES = tuple(itertools.starmap(Family, itertools.product(PLACES, TEARS, SIGNS)))


def bucket(name: str, buckets: int) -> int:
    """Which of so many buckets a name falls into, the same on every machine."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big") % buckets


def is_left_out(family: Family) -> bool:
    """Whether a family must not be trained on."""
    return bucket(family.name, LEFT_OUT) == 0
