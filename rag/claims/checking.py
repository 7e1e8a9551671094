"""A draft against the archive: each of its figures, days and holders of offices, with what the paper says of it.

The draft is read as an article is, and each of its claims looked up by value and by words. ``supported``: the paper
says the same in every slot, and no later report took it back. ``contradicted``: the paper says another value of the
same thing, time and place. ``differs``: the value stands there, of another time, place, kind …; ``not found`` else.
A draft that says less than the paper may be supported; one that says more, or otherwise, is not.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from rag.claims.agreement import Agreement, compare_claims
from rag.claims.assertions import Sort, read_assertions
from rag.claims.corrections import later_report
from rag.claims.draft_claims import DraftClaim, SlotDifference, draft_claim
from rag.claims.finding import claims_about, claims_of_value
from rag.claims.index_rows import FoundClaim
from rag.corpus.store import ArticleStore
from rag.records import Article

Status = Literal["supported", "contradicted", "differs", "not found"]

_LEAST_OVERLAP = 0.6
"""The share of a claim's words that a claim of equal value must have to be called the same with a difference."""
_MOST_DIFFERENCES = 3
_MOST_QUOTES = 5


@dataclass(frozen=True, slots=True)
class CheckedItem:
    """A figure, day or name of the draft at ``[start, end)``, its status, and the claims that say so, best first.

    ``differences`` say in which slots, where the status is ``differs``, and of a day or a name what the paper
    has otherwise, where it is ``contradicted``. ``unsaid`` are slots that the paper says and the draft does not.
    """

    text: str
    start: int
    end: int
    sort: Sort
    status: Status
    differences: tuple[SlotDifference, ...]
    unsaid: tuple[SlotDifference, ...]
    quotes: tuple[FoundClaim, ...]


def check_draft(store: ArticleStore, text: str, day: dt.date | None = None) -> tuple[CheckedItem, ...]:
    """Every figure, day and holder of an office in ``text``, in order, each checked; ``day`` is that of the draft.

    ``store`` must keep claims (``rag.claims.index.keep_claims``).
    """
    from rag.claims.checking_names import check_day, check_office

    checker = _Checker(store)
    others: list[CheckedItem] = []
    sentences: dict[int, list[tuple[DraftClaim, CheckedItem]]] = {}
    for assertion in read_assertions(Article("draft", "", text, date=day)):
        claim = draft_claim(text, assertion)
        if assertion.sort == "figure":
            sentences.setdefault(claim.sentence_start, []).append((claim, checker.check_figure(claim)))
        elif assertion.sort == "day":
            others.append(check_day(store, claim, checker.articles))
        else:
            others.append(check_office(store, claim, day))
    figures = (item for checked in sentences.values() for item in _of_one_report(checked))
    return tuple(sorted([*figures, *others], key=lambda item: (item.start, item.end)))


def _of_one_report(checked: Sequence[tuple[DraftClaim, CheckedItem]]) -> list[CheckedItem]:
    """The figures of one sentence; where they name no time, those that one report does not hold together differ.

    本次签约9个，总投资42亿元 is not supported by the 9个 of one signing and the 42亿元 of another.
    """
    timeless = [item for draft, item in checked if item.status == "supported" and draft.claim.period is None]
    reports = Counter(article for item in timeless for article in {quote.article_id for quote in item.quotes})
    most = max(reports.values(), default=0)
    whole = {article for article, count in reports.items() if count == most and (most > 1 or len(timeless) == 1)}
    return [
        _of_another_time(item)
        if item in timeless and not any(quote.article_id in whole for quote in item.quotes)
        else item
        for _, item in checked
    ]


def _of_another_time(item: CheckedItem) -> CheckedItem:
    period = item.quotes[0].claim.period
    printed = period.text if period is not None else str(item.quotes[0].date or "")
    return replace(item, status="differs", differences=(SlotDifference("period", "", printed),), unsaid=())


class _Checker:
    """Looks claims up, and keeps the articles it has read."""

    def __init__(self, store: ArticleStore) -> None:
        self._store = store
        self._articles: dict[str, Article] = {}

    def articles(self, found: Iterable[FoundClaim]) -> dict[str, Article]:
        """The articles of some claims, by id."""
        missing = {claim.article_id for claim in found} - self._articles.keys()
        self._articles.update(self._store.articles_by_id(missing))
        return self._articles

    def check_figure(self, draft: DraftClaim) -> CheckedItem:
        """What the archive says of one figure."""
        figure = draft.claim.figure
        assert figure is not None  # noqa: S101 - of this sort
        words = f"{draft.sentence} {draft.place}"
        alike = claims_about(self._store, words, like=figure)
        candidates = _each_once([*claims_of_value(self._store, figure), *alike])
        articles = self.articles(candidates)
        compared = [
            compare_claims(draft, found, articles[found.article_id])
            for found in candidates
            if found.article_id in articles
        ]
        return self._judge(draft, compared)

    def _judge(self, draft: DraftClaim, compared: Sequence[Agreement]) -> CheckedItem:
        equal = [item for item in compared if item.same_value]
        full = [item for item in equal if not item.differences and item.found.standing != "withdrawn"]
        taken_back = [item for item in equal if not item.differences and item.found.standing == "withdrawn"]
        rivals = [item for item in compared if not item.same_value and _is_rival(draft, item)]
        if full or taken_back:
            newer = later_report((full or taken_back)[0].found, [item.found for item in rivals], self._store)
            if newer is not None or not full:
                shown = [newer] if newer is not None else []
                return _item(draft, "contradicted", [*shown, *(item.found for item in (full or taken_back))])
            return _item(draft, "supported", [item.found for item in full], unsaid=_unsaid(draft, full[0].found))
        if rivals:
            return _item(draft, "contradicted", [item.found for item in rivals])
        near = sorted(filter(_is_near, equal), key=lambda item: (len(item.differences), -item.overlap))
        if near:
            alike = [item.found for item in near if item.slots == near[0].slots]
            return _item(draft, "differs", alike, differences=near[0].differences)
        return _item(draft, "not found", [])


def _is_near(item: Agreement) -> bool:
    """Whether an equal value is of a thing so much alike that its differences are worth saying."""
    return item.overlap >= _LEAST_OVERLAP and len(item.differences) <= _MOST_DIFFERENCES


def _is_rival(draft: DraftClaim, item: Agreement) -> bool:
    """Whether another value is told of the same thing, time and place, by a claim that stands."""
    figure, other = draft.claim.figure, item.found.claim.figure
    if figure is None or other is None or item.differences or item.found.standing != "stands":
        return False
    if draft.claim.period is None or item.found.claim.period is None:
        return False
    return figure.kind == other.kind


def _unsaid(draft: DraftClaim, found: FoundClaim) -> tuple[SlotDifference, ...]:
    """What the paper says of a supported claim and the draft leaves open."""
    told: list[SlotDifference] = []
    if draft.claim.period is None:
        period = found.claim.period
        told.append(SlotDifference("period", "", period.text if period is not None else f"{found.date}见报"))
    if not draft.place and found.place:
        told.append(SlotDifference("place", "", found.place))
    return tuple(told)


def _item(
    draft: DraftClaim,
    status: Status,
    quotes: Sequence[FoundClaim],
    *,
    differences: tuple[SlotDifference, ...] = (),
    unsaid: tuple[SlotDifference, ...] = (),
) -> CheckedItem:
    claim = draft.claim
    text = draft.sentence[claim.start - draft.sentence_start : claim.end - draft.sentence_start]
    return CheckedItem(
        text, claim.start, claim.end, "figure", status, differences, unsaid, tuple(quotes[:_MOST_QUOTES])
    )


def _each_once(claims: Iterable[FoundClaim]) -> list[FoundClaim]:
    return list({(item.article_id, item.claim.start): item for item in claims}.values())
