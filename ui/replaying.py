"""A saved answer against the archive of today: whether its quotes stand, and whether it would be answered so again.

Knows no page and no HTTP.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rag.chinese.figures import find_figures
from rag.corpus.article_identity import storable
from rag.corpus.correction_links import corrections_of
from rag.records import Answer, Article, Citation, JsonObject
from ui.packets import Packet, quoted, text_digest
from ui.serialisation import answer_json, date_text
from ui.web.packet_schemas import PacketArticle, ReplayState

if TYPE_CHECKING:
    from rag.corpus.store import ArticleStore
    from rag.corpus.store_reading import StoredCorrection


@dataclass(frozen=True, slots=True)
class ReplayedQuote:
    """One quote of a saved answer, and what became of it.

    ``changes`` names what differs: ``quote`` (the words stand no longer there), ``corrected`` (the paper corrected
    them), ``text`` (the article was cut otherwise, or
    differs elsewhere), ``title``, ``date``, ``source``, ``page``.
    """

    citation: Citation
    state: ReplayState
    changes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Replay:
    """What became of a saved answer; ``answer`` is the new one, None where it was not asked for."""

    packet: Packet
    quotes: tuple[ReplayedQuote, ...]
    generation: int
    answer: Answer | None = None
    answer_changes: tuple[str, ...] = ()

    @property
    def state(self) -> ReplayState:
        """``gone`` where a quoted article is, ``changed`` where anything is, else ``same``."""
        states = {item.state for item in self.quotes}
        if "gone" in states:
            return "gone"
        return "changed" if "changed" in states or self.answer_changes else "same"

    def to_json(self) -> JsonObject:
        """The replay as one JSON object."""
        return {
            "state": self.state,
            "quotes": [
                {
                    "marker": item.citation.marker,
                    "article_id": item.citation.article_id,
                    "title": item.citation.title,
                    "quote": item.citation.quote,
                    "state": item.state,
                    "changes": list(item.changes),
                }
                for item in self.quotes
            ],
            "answer_changes": list(self.answer_changes),
            "answer": answer_json(self.answer) if self.answer is not None else None,
            "generation": self.generation,
        }


def replayed(packet: Packet, store: ArticleStore) -> Replay:
    """Every quote of a packet against the articles as they are now; nothing is asked."""
    quotes = quoted(packet.answer)
    ids = list(dict.fromkeys(storable(item.article_id) for item in quotes))
    articles = store.articles_by_id(ids)
    corrections = corrections_of(store, list(articles))
    found = (_replayed_quote(item, articles, packet, corrections) for item in quotes)
    return Replay(packet, tuple(found), store.generation)


def with_answer(replay: Replay, answer: Answer) -> Replay:
    """The replay with what is answered today."""
    return replace(replay, answer=answer, answer_changes=_answer_changes(replay.packet.answer, answer))


def _replayed_quote(
    citation: Citation, articles: Mapping[str, Article], packet: Packet, corrections: Sequence[StoredCorrection]
) -> ReplayedQuote:
    article = articles.get(citation.article_id)
    if article is None:
        return ReplayedQuote(citation, "gone")
    changes = []
    if article.text[citation.start : citation.end] != citation.quote:
        changes.append("text" if citation.quote in article.text else "quote")
    if any(_is_corrected(citation, link, packet.answer) for link in corrections):
        changes.append("corrected")
    earlier = packet.articles.get(citation.article_id)
    if earlier is not None and earlier.sha256 != text_digest(article) and not changes:
        changes.append("text")
    changes += _changed_facts(earlier, citation, article)
    return ReplayedQuote(citation, "changed" if changes else "same", tuple(changes))


def _is_corrected(citation: Citation, link: StoredCorrection, answer: Answer) -> bool:
    """Whether a correction is of words in the quote, and the answer does not know of it."""
    touches = link.start < citation.end and citation.start < link.end
    return link.article_id == citation.article_id and touches and link.right not in answer.answer


def _changed_facts(earlier: PacketArticle | None, citation: Citation, article: Article) -> list[str]:
    was = earlier or citation
    date = was.date if isinstance(was.date, str) or was.date is None else date_text(was.date)
    pairs = {
        "title": (was.title, article.title),
        "date": (date, date_text(article.date)),
        "source": (was.source, article.source),
        "page": (was.page, article.page),
    }
    return [name for name, (before, now) in pairs.items() if before != now]


def _answer_changes(before: Answer, now: Answer) -> tuple[str, ...]:
    """In what two answers differ for who relies on them; other words for the same figures are no difference."""
    changes = []
    if before.refused != now.refused:
        changes.append("refused")
    if _figures(before) != _figures(now):
        changes.append("figures")
    if not changes and not {_place(item) for item in before.citations} & {_place(item) for item in now.citations}:
        changes += ["quotes"] if before.citations or now.citations else []
    return tuple(changes)


def _figures(answer: Answer) -> set[tuple[object, ...]]:
    if answer.refused:
        return set()
    return {(figure.value, figure.upper, figure.unit) for figure in find_figures(answer.answer)}


def _place(citation: Citation) -> tuple[str, str]:
    return citation.article_id, citation.quote
