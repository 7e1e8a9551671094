"""Who holds an office, as in 县委书记是谁 and 谁是上海市市长.

An archive holds the names of many years, and the sentence most like the question may be the oldest: the answer is the
name in the latest report, with its day, and who is named before is said too. So neither a model's memory nor a
predecessor's name gets into a speech.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rag.answering.evidence import Sentence
from rag.answering.inquiry import Asked, Findings
from rag.answering.office_namings import Naming, OfficeForm, is_held_abroad, is_own, namings_in, shorter
from rag.chinese.offices import Office, asked_office, same_office
from rag.chinese.running_names import (
    is_known_name,
    is_own_name,
    leading_name,
    leading_names,
    may_be_name,
    without_lead,
    word_used_as_name,
)
from rag.chinese.sentences import split_sentences
from rag.chinese.times.question_times import QuestionTime
from rag.claims.office_claims import office_namings
from rag.claims.slots import places_in
from rag.records import Article

MAX_EARLIER = 2
"""How many earlier holders are told of."""
_EARLIER = ("", "此前的报道中是", "更早的报道中是")
_SPOKEN = {"书记": {"支书", "一把手"}, "主席": {"领导人"}, "总统": {"领导人"}}
"""What else a paper may call whoever holds an office."""
_OF_NOW = dt.timedelta(days=400)
"""How old a report may be on one of several holders, beside the newest on any."""
_LIST_CHARACTERS = 200
MAX_REPORTS = 2
"""How many reports are cited for one holder."""


@dataclass(frozen=True, slots=True)
class Holder:
    """A name with the office, and the sentence that says so; ``acting`` where the paper says 代市长."""

    name: str
    sentence: Sentence
    acting: bool = False

    @property
    def date(self) -> dt.date | None:
        """The day of the paper; None where it is not known."""
        return self.sentence.article.date


def holders(office: Office, articles: Sequence[Article]) -> tuple[Holder, ...]:
    """Whoever the articles name in this office, latest report first.

    A foreign name that stands once must be known to the dictionary.
    """
    for forms in (
        [OfficeForm(item, item.body) for item in same_office(office)],
        *([form] for form in shorter(office)),
    ):
        found = [holder for form in forms for holder in _holders(form, articles)]
        found += [whole for holder in found if (whole := _with_whole_name(holder)) is not None]
        if found:
            return tuple(sorted(found, key=lambda item: item.date or dt.date.min, reverse=True))
    return ()


def several_holders(office: Office, articles: Sequence[Article]) -> list[Holder]:
    """Everyone whom the reports of the last year name in an office of several, each with the latest report on him."""
    form = OfficeForm(office, office.body)
    found = [naming for article in articles for naming in namings_in(form, article, words=_LIST_CHARACTERS)]
    windows = list(dict.fromkeys(naming.window for naming in found if naming.window))
    items = [
        Holder(name, naming.sentence)
        for naming in found
        for name in ([naming.name] if naming.name else leading_names(naming.window, windows))
    ]
    items.sort(key=lambda item: item.date or dt.date.min, reverse=True)
    newest = items[0].date if items else None
    latest: dict[str, Holder] = {}
    for item in items:
        if newest is None or (item.date is not None and newest - item.date <= _OF_NOW):
            latest.setdefault(item.name, item)
    return list(latest.values())


def _holders(form: OfficeForm, articles: Sequence[Article]) -> list[Holder]:
    found = [naming for article in articles for naming in namings_in(form, article)]
    windows = list(dict.fromkeys(naming.window for naming in found if not naming.name))
    texts = [article.text for article in articles]
    named = [(naming, _name_of(naming, windows) or word_used_as_name(naming.window, texts)) for naming in found]
    known = Counter(name for _, name in named)
    own, part = is_own(form.office), form.office.is_part
    return [
        Holder(name, naming.sentence, naming.acting)
        for naming, name in named
        if name
        and ((known[name] > 1 and not part) or is_known_name(name))
        and (not own or is_own_name(name, known[name]))
    ]


def _with_whole_name(holder: Holder) -> Holder | None:
    """The sentence of the same report that gives a foreign name in full: 马克·吕特 for 吕特."""
    article = holder.sentence.article
    whole = re.search(rf"[一-鿿]{{1,8}}(?:[·•][一-鿿]{{1,8}})*[·•]{re.escape(holder.name)}", article.text)
    if whole is None or "·" in holder.name or "•" in holder.name:
        return None
    span = next(span for span in split_sentences(article.text) if span.start <= whole.start() < span.end)
    text = article.text[span.start : span.end]
    return Holder(without_lead(whole.group()), Sentence(article, span.start, span.end, text, 0, 1.0, 1.0))


def _name_of(naming: Naming, windows: Sequence[str]) -> str:
    if naming.name:
        return naming.name if may_be_name(naming.name) else ""
    return leading_name(naming.window, windows)


def current(found: Sequence[Holder]) -> tuple[list[Holder], list[Holder]]:
    """The latest holder's reports and one report of each earlier holder; nothing where reports contradict.

    Undated reports count where none has a date, and must all name the same person.
    """
    found = [item for item in found if item.date] or found
    if not found:
        return [], []
    latest = found[0]
    others = [item for item in found if not _is_same(item.name, latest.name)]
    if any(item.date == latest.date for item in others):
        return [], []
    now = [item for item in found if _is_same(item.name, latest.name)]
    earlier: list[Holder] = []
    for item in others:
        # Whoever is named between two reports on one holder has the office of another country or town.
        if item.date and now[-1].date and item.date > now[-1].date:
            continue
        if not any(_is_same(item.name, known.name) for known in earlier):
            earlier.append(item)
    return now, earlier[:MAX_EARLIER]


def on_both_sides(found: Sequence[Holder], asked: QuestionTime) -> list[Holder]:
    """The last report before a time and the first after it, where both name one person, who held the office then."""
    before = next((item for item in found if item.date and item.date <= asked.first), None)
    after = next((item for item in reversed(found) if item.date and item.date >= asked.last), None)
    if before is None or after is None or not _is_same(before.name, after.name):
        return []
    return [after, before]


def _is_same(name: str, other: str) -> bool:
    """Whether both may name one person: 吕特 and 马克·吕特."""
    return name == other or any(
        long.endswith((f"·{short}", f"•{short}")) for long, short in ((name, other), (other, name))
    )


def is_of_another_office(asked: Asked, found: Findings, quoted: Sequence[Sentence]) -> bool:
    """Whether an office is asked about, and all quotes tell of another, the deputy, or it abroad or another day."""
    if not quoted or asked.kind.kind != "person":
        return False
    office = asked_office(asked.searched)
    if office is None or office.is_part:
        return False
    time = found.time_asked
    dates = [sentence.article.date for sentence in quoted]
    titles = {item.title for item in same_office(office)} | _SPOKEN.get(office.title, set())
    if not any(title in sentence.text for sentence in quoted for title in titles):
        return True
    if time is not None and all(day is not None and not time.first <= day <= time.last for day in dates):
        return True
    if all(_is_held_elsewhere(office, sentence.text) for sentence in quoted):
        return True
    return all(is_held_abroad(office, sentence.text) for sentence in quoted)


def _is_held_elsewhere(office: Office, text: str) -> bool:
    """Whether an office of a named place is asked about, and the text names only holders of it in other places."""
    asked = set(places_in(office.body))
    named = [set(places_in(item.body)) for item in office_namings(text) if item.title == office.title]
    return bool(asked and named) and all(places and not places & asked for places in named)


def one_of_each_article(items: Sequence[Holder]) -> list[Holder]:
    """The first naming in each of the first reports, as many as are cited, and the one with the whole name."""
    kept: dict[str, Holder] = {}
    for item in items:
        kept.setdefault(item.sentence.article.id, item)
    shown = list(kept.values())[:MAX_REPORTS]
    fullest = _fullest(items)
    return shown if any(item.name == fullest.name for item in shown) else [shown[0], fullest]


def _fullest(items: Sequence[Holder]) -> Holder:
    """The naming that gives the whole name: 马克·吕特 for 吕特."""
    return max(items, key=lambda item: len(item.name))


def holder_statement(
    office: Office,
    items: Sequence[Holder],
    markers: str,
    *,
    chinese: bool = True,
    before: int = 0,
    both_sides: bool = False,
) -> str:
    """``上海市市长是何某（2025年1月23日报道）[1]。``.

    ``before`` counts earlier holders, the last one first: 此前的报道中是…, 更早的报道中是…. ``both_sides``: of
    a time before and after which the first and last of ``items`` were printed, so that both days are told.
    """
    latest, name = items[0], _fullest(items).name
    post = f"{office.body}{'代' if latest.acting else ''}{office.title}"
    days = [day for day in ([items[-1].date, latest.date] if both_sides else [latest.date]) if day]
    if chinese:
        told = f"（{'和'.join(f'{day.year}年{day.month}月{day.day}日' for day in days)}报道）" if days else ""
        return f"{_EARLIER[min(before, 2)] or f'{post}是'}{name}{told}{markers}。"
    told = f" (report of {' and '.join(map(str, days))})" if days else ""
    return f"{'In an earlier report' if before else post}: {name}{told}{markers}."
