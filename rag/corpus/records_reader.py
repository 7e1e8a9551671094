"""JSON, JSON lines and CSV: one record an article, its fields known by English or Chinese names."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rag.corpus.file_names import normalise_page, parse_date
from rag.corpus.normalisation import fold
from rag.corpus.source_content import SourceContent, clean_paragraphs
from rag.errors import SourceError
from rag.records import DraftArticle

_FIELDS: Mapping[str, tuple[str, ...]] = {
    "text": ("text", "content", "body", "正文", "内容", "全文", "article_text"),
    "title": ("title", "标题", "headline", "题目", "主题"),
    "subtitle": ("subtitle", "副标题", "副题", "sub_title"),
    "date": ("date", "日期", "pubdate", "pub_date", "publish_date", "published", "published_at", "publish_time",
             "发布日期", "发布时间", "出版日期", "datetime", "time", "时间"),
    "source": ("source", "来源", "报纸", "newspaper", "paper", "媒体", "报刊"),
    "page": ("page", "版面", "版次", "版", "page_no"),
    "byline": ("author", "作者", "记者", "byline", "reporter", "authors"),
    "key": ("id", "编号", "_id", "uuid", "article_id"),
}  # fmt: skip
_LISTS = ("articles", "data", "items", "records", "rows", "results", "文章")
_EXPECTED = (
    "expected text (or content, body, 正文), and where known title/标题, date/日期, source/来源, page/版面, id"
)
_MAX_WARNINGS = 20
_CSV_FIELD_LIMIT = 10_000_000


@dataclass(frozen=True, slots=True)
class _Located:
    """A record and the words that name its place in the file."""

    place: str
    record: object


def read_json(text: str, name: str) -> SourceContent:
    """One object, a list of objects, or an object that holds such a list (``{"articles": [...]}``).

    Raises:
        SourceError: not JSON, or no record has a text.
    """
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        if "\n" in text.strip() and text.lstrip().startswith("{"):
            return read_json_lines(text, name)
        raise SourceError(f"{name} is not valid JSON ({error}); expected an object or a list of objects") from error
    return _collect((_Located(f"record {n}", item) for n, item in enumerate(_records_of(value), 1)), [], name)


def read_json_lines(text: str, name: str) -> SourceContent:
    """One JSON object a line; a line that is none is left out with a warning that names it.

    Raises:
        SourceError: no line is a usable record.
    """
    warnings: list[str] = []
    records: list[_Located] = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            records.append(_Located(f"line {number}", json.loads(line)))
        except (ValueError, RecursionError) as error:
            warnings.append(f"line {number} is left out: not valid JSON ({error})")
    if not records and warnings:
        try:
            whole = json.loads(text)
        except (ValueError, RecursionError):
            raise SourceError(f"{name} holds no valid JSON line; expected one JSON object a line") from None
        return _collect((_Located(f"record {n}", item) for n, item in enumerate(_records_of(whole), 1)), [], name)
    return _collect(records, warnings, name)


def read_csv(text: str, name: str) -> SourceContent:
    """Comma, semicolon or tab separated, with a heading line of field names.

    Raises:
        SourceError: no column holds the text.
    """
    csv.field_size_limit(_CSV_FIELD_LIMIT)
    heading = text.split("\n", 1)[0]
    delimiter = max((",", "\t", ";", "，"), key=heading.count)
    try:
        rows = [
            _Located(f"row {number}", {key: value for key, value in row.items() if isinstance(key, str)})
            for number, row in enumerate(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter), 1)
        ]
    except csv.Error as error:
        raise SourceError(f"{name} is not a readable table ({error}); expected CSV with a heading line") from error
    return _collect(rows, [], name)


def _records_of(value: object) -> Iterator[object]:
    if isinstance(value, list):
        yield from value
        return
    if isinstance(value, dict) and not _field(_lowered(value), "text"):
        for key in _LISTS:
            if isinstance(value.get(key), list):
                yield from value[key]
                return
    yield value


def _collect(records: Iterable[_Located], warnings: list[str], name: str) -> SourceContent:
    articles: list[DraftArticle] = []
    pages: list[str] = []
    found_keys: dict[str, None] = {}
    seen = 0
    for located in records:
        seen += 1
        if not isinstance(located.record, dict):
            warnings.append(f"{located.place} is left out: it is no object with fields")
            continue
        record = _lowered(located.record)
        raw = _text_of(_field(record, "text"))
        body = clean_paragraphs(raw, page=len(pages))
        if not body.text:
            found_keys.update(dict.fromkeys(map(str, located.record)))
            warnings.append(f"{located.place} is left out: it has no text")
            continue
        date = _date_of(_field(record, "date"), located.place, warnings)
        articles.append(
            DraftArticle(
                title=fold(_text_of(_field(record, "title")).strip()),
                text=body.text,
                subtitle=fold(_text_of(_field(record, "subtitle")).strip()),
                byline=_text_of(_field(record, "byline"), "、").strip(),
                page=_page_of(_field(record, "page")),
                runs=body.runs,
                date=date,
                source=_text_of(_field(record, "source")).strip(),
                key=_text_of(_field(record, "key")).strip(),
            )
        )
        pages.append(raw)
    if not articles:
        found = f"fields {', '.join(found_keys)}" if found_keys else f"{seen} records without fields"
        raise SourceError(f"{name} holds no article: found {found}; {_EXPECTED}")
    return SourceContent(tuple(articles), tuple(pages), warnings=_shortened(warnings))


def _lowered(record: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(key).strip().lstrip("\ufeff").lower(): value for key, value in record.items()}


def _field(record: Mapping[str, Any], name: str) -> object:
    for key in _FIELDS[name]:
        value = record.get(key)
        if value not in (None, "", []):
            return value
    return ""


def _text_of(value: object, joiner: str = "\n") -> str:
    if isinstance(value, list):
        return joiner.join(_text_of(item, joiner) for item in value)
    if isinstance(value, dict) or value is None or isinstance(value, bool):
        return ""
    return str(value)


def _page_of(value: object) -> str:
    text = _text_of(value).strip()
    return normalise_page(text) if len(text) <= 6 else text


def _date_of(value: object, place: str, warnings: list[str]) -> dt.date | None:
    """The day of a date field: a calendar date in words or digits, or seconds or milliseconds since 1970."""
    if value in ("", None):
        return None
    text = _text_of(value).strip()
    date = parse_date(text)
    if date is None and isinstance(value, int) and 10**8 < value < 10**13:
        seconds = value / 1000 if value > 10**11 else value
        date = dt.datetime.fromtimestamp(seconds, tz=dt.timezone(dt.timedelta(hours=8))).date()
    if date is None:
        warnings.append(f"{place} has the date {text[:20]!r}, expected YYYY-MM-DD; read without a date")
    return date


def _shortened(warnings: list[str]) -> tuple[str, ...]:
    if len(warnings) <= _MAX_WARNINGS:
        return tuple(warnings)
    return (*warnings[:_MAX_WARNINGS], f"and {len(warnings) - _MAX_WARNINGS} more of the same kind")
