"""Which day a file is of: what its name says, then its page header, its metadata, and last what its text shows.

What the person who brings the file in says stands over all of these and is not known here.
"""

from __future__ import annotations

import datetime as dt

from rag.chinese.times.publication_dates import USABLE_CERTAINTY, TextDate, publication_date_from_text
from rag.corpus.source_content import SourceContent
from rag.records import DateBasis

_HEADER_CERTAINTY = 0.9
_JUDGED_CHARACTERS = 20_000


def decide_date(
    content: SourceContent, named: dt.date | None, warnings: list[str]
) -> tuple[dt.date | None, DateBasis]:
    """The day of publication and what says it; ``named`` is the file name's.

    Every disagreement, and every day that is only inferred, is told in ``warnings``.
    """
    witnesses: tuple[tuple[DateBasis, dt.date | None], ...] = (
        ("file name", named),
        ("page header", content.date),
        ("metadata", content.metadata_date),
    )
    told = [(basis, date) for basis, date in witnesses if date is not None]
    if told:
        basis, date = told[0]
        for other, different in told[1:]:
            # Metadata often tells the day of an upload; it is worth a word only against a name that may be one too.
            if different != date and not (basis == "page header" and other == "metadata"):
                warnings.append(f"the {basis} says {date}, the {other} {different}; the {basis} is taken")
        return date, basis
    if any(article.date for article in content.articles):
        return None, "unknown"
    return _inferred(content, warnings)


def _inferred(content: SourceContent, warnings: list[str]) -> tuple[dt.date | None, DateBasis]:
    """The day that the text shows, with its doubt; nothing where the text only names days."""
    found = _shown_day(content)
    if found is None:
        return None, "unknown"
    if found.certainty >= _HEADER_CERTAINTY:
        return found.date, "page header"
    if found.certainty >= USABLE_CERTAINTY:
        warnings.append(
            f"the date {found.date} is inferred from “{found.evidence}” in the text "
            f"(certainty {found.certainty:.0%}): check it, or say it with --date"
        )
        return found.date, "text"
    warnings.append(
        f"no date of publication: the latest day that the text names is {found.date}, which proves nothing; "
        "say it with --date"
    )
    return None, "unknown"


def _shown_day(content: SourceContent) -> TextDate | None:
    """What the text shows, for a file of one day; records without a date may each be of another."""
    if len(content.articles) > 1 and len(content.pages) == len(content.articles):
        return None
    return publication_date_from_text("\n".join(content.pages)[:_JUDGED_CHARACTERS])
