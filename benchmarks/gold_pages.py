"""What a generator of newspaper pages is given, and the page it makes, every character's owner known."""

from __future__ import annotations

from dataclasses import dataclass, field

FURNITURE = -1
"""The owner of what belongs to no article."""


@dataclass(frozen=True, slots=True)
class Story:
    """One article to set: clean text by paragraphs, title, subtitle."""

    title: str
    text: str
    subtitle: str = ""


@dataclass(slots=True)
class GoldArticle:
    """What the segmentation should find; offsets are source characters of the page."""

    title: str
    subtitle: str
    byline: str
    text: str
    owned: set[int] = field(default_factory=set)
    text_owned: set[int] = field(default_factory=set)
    photo: bool = False


@dataclass(frozen=True, slots=True)
class GoldPage:
    """A page's text and its articles."""

    layout: str
    text: str
    articles: tuple[GoldArticle, ...]
    furniture: frozenset[int]
