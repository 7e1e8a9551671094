"""Claim against claim: in which slots a drafted claim differs from a printed one.

Stricter than question against claim: a draft that is called supported must say the same in every slot. What only one
of the two says counts as a difference where it would narrow the other; what neither says does not.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from rag.chinese.figures.comparison import same_figure, same_value
from rag.claims.agreeing_words import compare_wording
from rag.claims.assertions import home_places
from rag.claims.draft_claims import DraftClaim, DraftSlot, SlotDifference
from rag.claims.index_rows import FoundClaim, base_key
from rag.claims.record import Claim, Mood, Period
from rag.claims.slots import level_of, places_in
from rag.records import Article

_SLACK = dt.timedelta(days=3)
_LONG_DAYS = 20
"""Periods of this many days and more may differ by a few at either end (to the month's end, to the 30th)."""
_NOW = re.compile(r"目前|当前|至今|迄今|近日|日前|连日来|近期|最近|近来|现在|不久前|如今")
_AREA = re.compile(r"[一-鿿](?:示范|开发|高新|新|自贸|试验)区")
_RECENT_DAYS = 31
_BASE = re.compile(r"[比较](?:(?P<year>(?:19|20)\d\d)年|(?P<word>[上去前]年))")


@dataclass(frozen=True, slots=True)
class Agreement:
    """A drafted claim beside a printed one: ``differences`` by slot, and the share of its words the other has."""

    found: FoundClaim
    same_value: bool
    differences: tuple[SlotDifference, ...]
    overlap: float

    @property
    def slots(self) -> frozenset[DraftSlot]:
        """The slots that differ."""
        return frozenset(item.slot for item in self.differences)


def compare_claims(draft: DraftClaim, found: FoundClaim, article: Article) -> Agreement:
    """How ``draft`` agrees with ``found``, a claim of ``article``."""
    things, overlap = compare_wording(draft, found)
    slots = (
        _compare_period(draft, found) or _compare_base(draft, found),
        _compare_mood(draft.claim.mood, found.claim.mood, draft.claim.mood_word, found.claim.mood_word),
        _compare_place(draft, found, article),
        _compare_measure(draft.claim, found.claim),
        _compare_members(draft, found),
        _compare_bound(draft.claim, found.claim),
        *things,
    )
    return Agreement(found, _has_same_value(draft.claim, found.claim), tuple(s for s in slots if s), overlap)


def _has_same_value(draft: Claim, found: Claim) -> bool:
    if draft.figure is None or found.figure is None:
        return False
    return base_key(draft.figure) == base_key(found.figure) and same_value(draft.figure, found.figure)


def _compare_bound(draft: Claim, found: Claim) -> SlotDifference | None:
    """近190人 is not 190余人, nor 190人."""
    one, other = draft.figure, found.figure
    if one is None or other is None or same_figure(one, other) or not _has_same_value(draft, found):
        return None
    return SlotDifference("bound", one.text, other.text)


# -- the time ---------------------------------------------------------------------------------------------------


def _compare_period(draft: DraftClaim, found: FoundClaim) -> SlotDifference | None:
    asked, told = _timed(draft.claim.period), _timed(found.claim.period)
    printed = found.claim.period.text if found.claim.period else ""
    if (draft.standing == "former") != (found.standing == "former"):
        return SlotDifference("period", "", f"原先 {printed}".strip())
    if asked is None:
        return None
    if told is None:
        return None if _may_be_of(asked, found.date) else SlotDifference("period", asked.text, printed)
    if _is_same_time(asked, told):
        return None
    return SlotDifference("period", asked.text, printed)


def _compare_base(draft: DraftClaim, found: FoundClaim) -> SlotDifference | None:
    """The year that a change is measured against: 比2017年前进9位 is not 比上年前进9位."""
    asked, told = _BASE.search(draft.claim.text), _BASE.search(found.claim.text)
    if asked is None or told is None or asked["year"] is None:
        return None
    if told["year"] is not None:
        year = int(told["year"])
    elif found.date is not None:
        year = found.date.year - (2 if told["word"] == "前年" else 1)
    else:
        return None
    return None if year == int(asked["year"]) else SlotDifference("period", asked.group(), told.group())


def _timed(period: Period | None) -> Period | None:
    """The period, unless its words only say that it is now."""
    return None if period is None or _NOW.search(period.text) else period


def _may_be_of(asked: Period, printed: dt.date | None) -> bool:
    """Whether a claim without a time may be of ``asked``: the year of its paper, or a day shortly before it."""
    if printed is None or not asked.year_said:
        return False
    if (asked.last - asked.first).days > 300:
        return asked.first <= printed <= asked.last
    is_day = (asked.last - asked.first).days <= 1
    return is_day and 0 <= (printed - asked.last).days <= _RECENT_DAYS


def _is_same_time(asked: Period, told: Period) -> bool:
    first, last = _days(asked)
    other_first, other_last = _days(told)
    if not (asked.year_said and told.year_said):
        shift = first.year - other_first.year
        other_first, other_last = _moved(other_first, shift), _moved(other_last, shift)
    if (asked.is_end or told.is_end) and last == other_last:
        return first == other_first or asked.first == asked.last == last or told.first == told.last == other_last
    slack = _SLACK if (last - first).days >= _LONG_DAYS else dt.timedelta(0)
    return abs(first - other_first) <= slack and abs(last - other_last) <= slack


def _days(period: Period) -> tuple[dt.date, dt.date]:
    """截至9月底 counts from the beginning of its year."""
    return (dt.date(period.last.year, 1, 1) if period.is_end else period.first), period.last


def _moved(day: dt.date, years: int) -> dt.date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # February 29
        return day.replace(year=day.year + years, day=28)


# -- mood, measure, members -------------------------------------------------------------------------------------


def _compare_mood(draft: Mood, found: Mood, drafted: str, printed: str) -> SlotDifference | None:
    """A plan is no fact; 计划 and 预计 both speak of what is to come."""
    ahead = ("plan", "forecast")
    if draft == found or (draft in ahead and found in ahead):
        return None
    return SlotDifference("mood", drafted, printed)


def _compare_measure(draft: Claim, found: Claim) -> SlotDifference | None:
    if draft.measure == found.measure:
        return None
    return SlotDifference("measure", draft.measure, found.measure)


def _compare_members(draft: DraftClaim, found: FoundClaim) -> SlotDifference | None:
    """Of one class of alternatives both must have the same member, or neither any."""
    asked, told = dict(draft.claim.members), dict(found.claim.members)
    for kind in asked.keys() | told.keys():
        one, other = asked.get(kind, ""), told.get(kind, "")
        stands_nearby = (one or other) in (found.quote + found.title if one else draft.before + draft.sentence)
        if one != other and ((one and other) or not stands_nearby):
            return SlotDifference("member", one, other)
    return None


# -- the place --------------------------------------------------------------------------------------------------


def _compare_place(draft: DraftClaim, found: FoundClaim, article: Article) -> SlotDifference | None:
    asked = draft.place
    if not asked:
        return None
    told = found.claim.places or (found.place,)
    if asked.startswith("全"):
        same = _is_of_level(level_of(asked), found, article)
    elif found.claim.places and not found.claim.places[0].startswith("全"):
        same = any(_is_same_place(asked, place) for place in told)
    else:
        same = _is_home(asked, found, article)
    return None if same else SlotDifference("place", asked, found.place or told[0])


def _is_of_level(level: str, found: FoundClaim, article: Article) -> bool:
    """Whether a claim is of the whole 区, 市 … of its article."""
    if found.claim.places:
        return level_of(found.claim.places[0]) == level
    return level in _home_levels(article)


def _is_home(asked: str, found: FoundClaim, article: Article) -> bool:
    """Whether a place is that of an article's claim that names none, or only 全区."""
    if found.claim.places and level_of(found.claim.places[0]) != level_of(asked):
        return False
    opening = f"{article.title}\n{article.text[:240]}"
    names = [*home_places(article)[:1], *(match.group()[1:] for match in _AREA.finditer(opening))]
    named = [name for name in names if level_of(name) == level_of(asked)]
    return any(_is_same_place(asked, name) for name in named)


def _home_levels(article: Article) -> frozenset[str]:
    """The levels of which an article speaks as a whole: of what it names most in headline and opening."""
    opening = f"{article.title}\n{article.text[:240]}"
    areas = _AREA.findall(opening)
    named = [level_of(place) for place in places_in(opening)]
    counts = {level: named.count(level) for level in named}
    if areas:
        counts["区"] = counts.get("区", 0) + len(areas)
    most = max(counts.values(), default=0)
    return frozenset(level for level, count in counts.items() if count == most)


def _is_same_place(first: str, second: str) -> bool:
    return first.endswith(second) or second.endswith(first)
