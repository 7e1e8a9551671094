"""The days and the holders of offices in a draft, against what the archive tells of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping

from rag.chinese.figures import find_figures
from rag.claims.checking import CheckedItem, Status
from rag.claims.clauses import split
from rag.claims.draft_claims import DraftClaim, SlotDifference
from rag.claims.finding import claims_about, claims_of_day, offices_of_title
from rag.claims.index_rows import FoundClaim
from rag.claims.office_claims import is_same_body
from rag.claims.wording import missing, wording
from rag.corpus.store import ArticleStore
from rag.records import Article

_LEAST_SHARED = 0.8
_LEAST_WORDS = 2
_MOST_QUOTES = 3

ArticlesOf = Callable[[Iterable[FoundClaim]], Mapping[str, Article]]


def check_day(store: ArticleStore, draft: DraftClaim, articles_of: ArticlesOf) -> CheckedItem:
    """A day of the draft: supported where the paper tells of that day what the draft's sentence tells.

    Contradicted where it tells the same of another day. The words of the sentence must stand in the article.
    """
    period = draft.claim.period
    assert period is not None  # noqa: S101 - of this sort
    words = wording(_event_of(draft))
    told = (*words.things, *words.acts)
    if len(told) < _LEAST_WORDS:
        return _item(draft, "day", "not found", ())
    same_day = [item for item in claims_of_day(store, period.first) if _last(item) == period.last]
    full = [item for item in same_day if not _lost(told, item, articles_of)]
    if full:
        return _item(draft, "day", "supported", full)
    others = [
        item
        for item in claims_about(store, draft.sentence, sort="day", limit=20)
        if _tells_the_same(told, item) and not _is_same_day(item, period.first, period.last)
    ]
    if not others:
        return _item(draft, "day", "not found", ())
    printed = SlotDifference("period", period.text, others[0].text)
    return _item(draft, "day", "contradicted", others, (printed,))


def _event_of(draft: DraftClaim) -> str:
    """The clause of a day and those after it up to the first that holds a figure, if that is not the only one."""
    clauses = split(draft.sentence)
    index = clauses.index_at(draft.claim.start - draft.sentence_start)
    found = [clauses.at(index)]
    for place in range(index + 1, len(clauses.spans)):
        has_figure = any(figure.kind != "date" for figure in find_figures(clauses.at(place)))
        if has_figure and wording("，".join(found)).things:
            break
        found.append(clauses.at(place))
    return "，".join(found)


def _last(item: FoundClaim) -> dt.date | None:
    return item.claim.period.last if item.claim.period is not None else None


def _is_same_day(item: FoundClaim, first: dt.date, last: dt.date) -> bool:
    period = item.claim.period
    return period is not None and period.first <= last and period.last >= first


def _lost(words: tuple[str, ...], item: FoundClaim, articles_of: ArticlesOf) -> tuple[str, ...]:
    article = articles_of([item]).get(item.article_id)
    around = f"{article.title}，{article.text}" if article is not None else item.quote
    return missing(words, f"{item.quote}，{item.title}", around)


def _tells_the_same(words: tuple[str, ...], item: FoundClaim) -> bool:
    """Whether the sentence of a day, with its headline, holds nearly all words of the draft's."""
    text = f"{item.quote}，{item.title}"
    return 1 - len(missing(words, text, text)) / len(words) >= _LEAST_SHARED


def check_office(store: ArticleStore, draft: DraftClaim, day: dt.date | None) -> CheckedItem:
    """A holder of an office: supported where the newest report up to ``day`` names the same one for it."""
    claim = draft.claim
    name = draft.sentence[claim.start - draft.sentence_start : claim.end - draft.sentence_start]
    named = [
        item
        for item in offices_of_title(store, claim.act)
        if is_same_body(claim.thing, item.claim.thing) and (day is None or item.date is None or item.date <= day)
    ]
    bodies = {item.claim.thing for item in named}
    own = [item for item in named if item.text == name]
    others = [item for item in named if item.text != name]
    is_open = len(bodies) > 1 and not claim.thing
    if own and (is_open or not others or not _is_newer(others[0], own[0])):
        return _item(draft, "office", "supported", own)
    if others and claim.thing:
        printed = SlotDifference("thing", name, others[0].text)
        return _item(draft, "office", "contradicted", others, (printed,))
    return _item(draft, "office", "not found", ())


def _is_newer(first: FoundClaim, second: FoundClaim) -> bool:
    return (first.date or dt.date.min) > (second.date or dt.date.min)


def _item(
    draft: DraftClaim,
    sort: str,
    status: Status,
    quotes: Iterable[FoundClaim],
    differences: tuple[SlotDifference, ...] = (),
) -> CheckedItem:
    claim = draft.claim
    text = draft.sentence[claim.start - draft.sentence_start : claim.end - draft.sentence_start]
    shown = tuple(quotes)[:_MOST_QUOTES]
    return CheckedItem(
        text, claim.start, claim.end, "day" if sort == "day" else "office", status, differences, (), shown
    )
