"""The answer packet: a question, its answer and its evidence as one JSON file that can be given back.

It holds what is needed to say later whether the answer still holds (``ui.replaying``): the filter, every quote with
its article's id, and the SHA-256 of each quoted article as it was.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from rag.errors import BaowenError, QuestionError
from rag.records import Answer, Article, Citation, JsonObject, SearchFilter
from ui.answer_records import answer_of
from ui.filters import checked_filter, parse_date
from ui.serialisation import answer_json, date_text
from ui.web.packet_schemas import PACKET_KIND, PACKET_VERSION, PacketArticle, PacketDocument

MAX_BYTES = 5_000_000


class PacketError(QuestionError):
    """What was given back is no answer packet."""


@dataclass(frozen=True, slots=True)
class Packet:
    """An answer as it was: ``articles`` are the quoted ones; of a packet of version 1 there are none."""

    answer: Answer
    search_filter: SearchFilter
    articles: Mapping[str, PacketArticle]
    made: str
    prose: bool = True
    """Whether the model might write."""

    @property
    def question(self) -> str:
        """The question as it was searched: a follow-up stands for itself."""
        return self.answer.standalone_question or self.answer.question


def quoted(answer: Answer) -> list[Citation]:
    """The quotes of an answer and of the other readings beside it."""
    return [*answer.citations, *(item.citation for item in answer.other_readings)]


def packet_json(
    answer: Answer,
    search_filter: SearchFilter,
    articles: Mapping[str, Article],
    *,
    made: dt.datetime,
    release: str,
    prose: bool = True,
) -> str:
    """The packet as JSON; ``articles`` are those that are still there, ``prose`` is how it was asked."""
    ids = dict.fromkeys(item.article_id for item in quoted(answer))
    document: JsonObject = {
        "kind": PACKET_KIND,
        "packet_version": PACKET_VERSION,
        "baowen_version": release,
        "made": made.isoformat(timespec="seconds"),
        "filter": {
            "date_from": date_text(search_filter.date_from),
            "date_to": date_text(search_filter.date_to),
            "source": search_filter.source,
        },
        "prose": prose,
        "articles": [_article_json(articles[article_id]) for article_id in ids if article_id in articles],
        **answer_json(answer),
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _article_json(article: Article) -> JsonObject:
    return {
        "id": article.id,
        "title": article.title,
        "date": date_text(article.date),
        "source": article.source,
        "page": article.page,
        "sha256": text_digest(article),
    }


def text_digest(article: Article) -> str:
    """The SHA-256 of an article's text."""
    return hashlib.sha256(article.text.encode("utf-8", "surrogatepass")).hexdigest()


def read_packet(data: bytes) -> Packet:
    """The packet of a file.

    Raises:
        PacketError: it is none.
    """
    if len(data) > MAX_BYTES:
        raise PacketError(f"the file has {len(data)} bytes; expected an answer packet of at most {MAX_BYTES}")
    try:
        return packet_of(PacketDocument.model_validate_json(data, strict=True))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the whole file"
        raise PacketError(
            f"this is no answer packet ({place}: {first['msg']}); expected a JSON file saved with an answer"
        ) from error


def packet_of(document: PacketDocument) -> Packet:
    """The packet of a validated document.

    Raises:
        PacketError: a day in it is none, or a quote's ends are in disorder.
    """
    found: dict[str, Any] = {**document.model_dump(), "asked_back": False}
    try:
        answer = answer_of({name: found[name] for name in _answer_fields()})
        limits = document.search_filter
        days = [parse_date(day or "", "the packet's filter") for day in (limits.date_from, limits.date_to)]
        search_filter = checked_filter(days[0], days[1], limits.source)
    except (ValueError, TypeError, KeyError, BaowenError) as error:
        raise PacketError(f"a field of the packet cannot be read ({error}); expected it as it was saved") from error
    if not all(0 <= item.start <= item.end for item in quoted(answer)):
        raise PacketError("a quote of the packet ends before it begins; expected the packet as it was saved")
    return Packet(answer, search_filter, {item.id: item for item in document.articles}, document.made, document.prose)


def _answer_fields() -> tuple[str, ...]:
    return (*answer_json(Answer("", "")), "asked_back")
