"""How the pages of ``newspaper_pages`` are set: each layout differs from the plain one in what makes a page hard."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Layout:
    """How a page is set; probabilities in [0, 1], widths in characters."""

    name: str
    headline: str = "above"
    """``above``, ``below``, ``mixed`` (each article its own) or ``beside`` (between two columns of the article)."""
    missing_headline: float = 0.0
    subtitle: float = 0.2
    kicker: float = 0.1
    broken_headline: float = 0.4
    opening: float = 0.6
    standalone_byline: float = 0.2
    signature: float = 0.1
    caption: float = 0.4
    blank_between: float = 1.0
    blank_after_headline: float = 0.8
    blank_paragraph: float = 0.3
    column_lines: int = 14
    """A column ends after about so many lines; 0 for one column an article."""
    blank_before_quote: float = 0.1
    indent: str = ""
    narrow: tuple[int, int] = (12, 24)
    loose_digits: float = 0.3
    loose_brackets: float = 0.3
    letter_spaced: float = 0.02
    full_width: float = 0.05
    subheads: float = 0.0
    header: bool = True
    boxes: float = 0.0
    """Probability of a weather box and of an advertisement, each."""
    same_width: bool = False


PLAIN = Layout("headlines above")
LAYOUTS = (
    PLAIN,
    replace(PLAIN, name="headlines below", headline="below"),
    replace(PLAIN, name="headlines mixed", headline="mixed"),
    replace(PLAIN, name="headlines beside", headline="beside", subtitle=0.0, kicker=0.0),
    replace(PLAIN, name="missing headlines", headline="below", missing_headline=0.3),
    replace(PLAIN, name="missing headlines above", missing_headline=0.3),
    replace(PLAIN, name="kickers and subtitles", subtitle=0.6, kicker=0.5, broken_headline=0.6),
    replace(
        PLAIN,
        name="no blank lines",
        blank_between=0.0,
        blank_after_headline=0.0,
        blank_paragraph=0.0,
        column_lines=0,
        blank_before_quote=0.0,
    ),
    replace(PLAIN, name="many column breaks", column_lines=6, blank_before_quote=0.5, headline="below"),
    replace(PLAIN, name="indented paragraphs", indent="　　", blank_paragraph=0.0),
    replace(PLAIN, name="one column width", same_width=True, headline="below"),
    replace(PLAIN, name="wide columns", narrow=(26, 40)),
    replace(PLAIN, name="bylines standing alone", opening=0.1, standalone_byline=0.7, signature=0.2),
    replace(PLAIN, name="bylines alone, headlines below", opening=0.2, standalone_byline=0.7, headline="below"),
    replace(PLAIN, name="signed at the end", opening=0.0, standalone_byline=0.0, signature=1.0),
    replace(PLAIN, name="no bylines", opening=0.0, standalone_byline=0.0, signature=0.0),
    replace(PLAIN, name="subheads", subheads=0.5),
    replace(PLAIN, name="captions", caption=1.0, headline="below"),
    replace(PLAIN, name="boxes and advertisements", boxes=0.9),
    replace(PLAIN, name="loose spacing", loose_digits=0.9, loose_brackets=0.9, letter_spaced=0.15, full_width=0.5),
    replace(PLAIN, name="no page header", header=False, headline="below"),
)
