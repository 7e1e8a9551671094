"""What a web page says of itself where no reader sees it: elements ``meta``, data for search engines, addresses."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rag.corpus.file_names import parse_date

_PROPERTY = re.compile(r"<!--\s*enpproperty(.*?)/enpproperty\s*-->", re.DOTALL | re.IGNORECASE)
_PROPERTY_FIELD = re.compile(r"<([a-z]{2,20})>([^<>]{0,300})</\1>", re.IGNORECASE)
_DATE_NAMES = re.compile(
    r"^(?:(?:og|article|dc|dcterms|bdmain|sailthru|parsely|weibo)[:.])?"
    r"(?:article:)?(?:published_?time|pub_?date|publish_?date|publish_?time|date_?published|publication_?date"
    r"|release_?date|issued|date|created?(?:_at)?|date\.issued)$",
    re.IGNORECASE,
)
_ADDRESS_DATE = re.compile(r"/((?:19|20)\d\d)[-/_]?(\d\d)[-/_]?(\d\d)(?=[/_.-])")
_SAVED_FROM = re.compile(r"saved from url=\(\d+\)(\S+)")


@dataclass(frozen=True, slots=True)
class HtmlFacts:
    """Metadata of a page; ``names`` are what its ``title`` and its like call it, best first."""

    names: tuple[str, ...] = ()
    kicker: str = ""
    subtitle: str = ""
    author: str = ""
    site: str = ""
    date: dt.date | None = None


def facts_of(root: Any, source: str, address: str = "") -> HtmlFacts:
    """The metadata of a parsed page, of its ``source`` and of the ``address`` that it was saved from."""
    own = {key.lower(): value.strip() for found in _PROPERTY.findall(source[:500_000])
           for key, value in _PROPERTY_FIELD.findall(found)}  # fmt: skip
    metas = dict(_metas(root))
    linked = list(_linked_data(root))
    titles = [" ".join((title.text_content() or "").split()) for title in root.iter("title")][:1]
    names = [own.get("title", ""), *(_text(item, "headline") for item in linked), metas.get("og:title", ""),
             metas.get("articletitle", ""), *titles]  # fmt: skip
    return HtmlFacts(
        names=tuple(dict.fromkeys(name for name in names if name)),
        kicker=own.get("introtitle", ""),
        subtitle=own.get("subtitle", ""),
        author=own.get("author", "") or metas.get("author", ""),
        site=metas.get("og:site_name", ""),
        date=_date_of(root, own, metas, linked, address or _saved_from(source)),
    )


def _metas(root: Any) -> Iterator[tuple[str, str]]:
    for meta in root.iter("meta"):
        key = meta.get("property") or meta.get("name") or meta.get("itemprop") or ""
        content = (meta.get("content") or "").strip()
        if key and content:
            yield key.strip().lower(), content


def _linked_data(root: Any) -> Iterator[Mapping[str, object]]:
    for script in root.iter("script"):
        if (script.get("type") or "").lower() != "application/ld+json":
            continue
        try:
            value = json.loads(script.text or "")
        except (ValueError, RecursionError):
            continue
        items = value if isinstance(value, list) else [value]
        for item in items:
            graph = item.get("@graph") if isinstance(item, dict) else None
            yield from (found for found in (graph if isinstance(graph, list) else [item]) if isinstance(found, dict))


def _text(item: Mapping[str, object], key: str) -> str:
    value = item.get(key)
    return value.strip() if isinstance(value, str) else ""


def _date_of(
    root: Any, own: Mapping[str, str], metas: Mapping[str, str], linked: list[Mapping[str, object]], address: str
) -> dt.date | None:
    """The day of publication, from what is written for it first and from the page's address last."""
    told = [own.get("date", ""), *(value for key, value in metas.items() if _DATE_NAMES.match(key)),
            *(_text(item, "datePublished") for item in linked)]  # fmt: skip
    told += [time.get("datetime") or "" for time in root.iter("time") if time.get("pubdate") is not None]
    for text in told:
        date = parse_date(text)
        if date is not None:
            return date
    links = [address, *(link.get("href") or "" for link in root.iter("link") if link.get("rel") == "canonical"),
             metas.get("og:url", "")]  # fmt: skip
    for link in links:
        found = _ADDRESS_DATE.search(link)
        date = parse_date("-".join(found.groups())) if found else None
        if date is not None:
            return date
    return None


def _saved_from(source: str) -> str:
    found = _SAVED_FROM.search(source[:2000])
    return found[1] if found else ""
