"""How the pages of ``other_newspaper_pages`` are set; each habit has something that no newspaper layout has."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Habit:
    """How a paper sets its pages and how its PDF tears them; probabilities in [0, 1], widths in em."""

    name: str
    side: str = "below"
    """``above``, ``below`` or ``inside`` (between the first and the second column, whatever stands there)."""
    unheaded: float = 0.1
    kicker: float = 0.15
    subtitle: float = 0.15
    lines: int = 2
    """A headline has at most so many lines, without kicker and subtitle."""
    stack_blanks: float = 0.3
    byline: str = "opening"
    """``opening``, ``signed``, ``own line`` (above the text), ``last line`` (below it), ``none``, ``any``."""
    widths: tuple[int, int] = (12, 20)
    one_width: bool = False
    widens: float = 0.1
    """An article's last lines run over several columns."""
    column: tuple[int, int] = (10, 30)
    """Lines of a column, after which a blank line stands."""
    blanks: str = "columns"
    """``columns``; ``torn`` also before a line that begins with a quotation mark and after a paragraph's first
    line; ``none``; ``scattered``; ``every`` (after each line)."""
    indent: str = ""
    spread: float = 0.02
    """Rows with a space after each character."""
    gaps: float = 0.0
    """Rows with a space or two inside a word."""
    digits_apart: float = 0.4
    half_width: bool = False
    uneven: float = 0.0
    """Rows one character shorter or longer than the column."""
    jumps: float = 0.0
    photos: float = 0.25
    photo_inside: float = 0.0
    """Of photos: set into an article, in the middle of a sentence."""
    header: str = "none"
    """``none``, ``top`` or ``bottom``."""
    items: float = 0.0
    """Articles that end with a list of short lines."""


DAILY = Habit("city daily", blanks="torn", widens=0.25, unheaded=0.15)
LAYOUTS = (
    DAILY,
    replace(DAILY, name="city daily, narrow", widths=(9, 13)),
    replace(DAILY, name="city daily, any byline", byline="any"),
    replace(DAILY, name="city daily, headlines above", side="above", header="top"),
    replace(DAILY, name="headline below, signed at the end", byline="signed", unheaded=0.0),
    replace(DAILY, name="headline below, names in the last line", byline="last line", unheaded=0.0),
    replace(DAILY, name="stacks of kicker, headline, subtitle", kicker=0.7, subtitle=0.7, stack_blanks=0.7, lines=3),
    replace(DAILY, name="stacks above", kicker=0.7, subtitle=0.7, side="above", byline="own line", unheaded=0.0),
    replace(DAILY, name="headline between columns", side="inside", unheaded=0.0),
    replace(DAILY, name="jump lines", jumps=0.6, header="bottom"),
    replace(DAILY, name="photos between articles", photos=0.8),
    replace(DAILY, name="photos inside articles", photos=0.6, photo_inside=1.0),
    replace(DAILY, name="half-width punctuation", half_width=True, side="above"),
    replace(DAILY, name="blank lines lost", blanks="none"),
    replace(DAILY, name="blank lines anywhere", blanks="scattered"),
    replace(DAILY, name="blank after every line", blanks="every"),
    replace(DAILY, name="spaces inside words", spread=0.25, gaps=0.5),
    replace(DAILY, name="uneven columns", uneven=0.5),
    replace(DAILY, name="one measure, no bylines", one_width=True, byline="none", unheaded=0.0),
    replace(DAILY, name="lists of short lines", items=0.4, side="above"),
    replace(DAILY, name="indents kept", indent="　　", blanks="columns", byline="any"),
)
