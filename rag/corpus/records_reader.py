"""JSON, JSON lines and tables of records: one record an article, its fields known by many names."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath

from rag.corpus.file_names import normalise_page, parse_date
from rag.corpus.head_lines import label_of
from rag.corpus.normalisation import fold
from rag.corpus.record_fields import RecordFields, field_names, plain_key, text_of
from rag.corpus.source_content import SourceContent, clean_paragraphs
from rag.corpus.table_articles import read_table
from rag.errors import SourceError
from rag.records import DraftArticle, LeftOut

_EXPECTED = (
    "expected text (or content, body, 正文), and where known title/标题, date/日期, source/来源, page/版面, id"
)
_PAGE = re.compile(r"\s*第?\s*([A-Za-z]?\d{1,3})(?![\d年])\s*(?:版|[:：·\s—-]|$)")
_FIGURE = re.compile(r"\d")
_PROSE = re.compile(r"[\u3400-\u9fff][^\n]{38,}[。！？]")
_SECONDS = re.compile(r"1?\d{9}(?:\.\d+)?|1\d{12}")
_UTC = re.compile(r"T[\d:.]+(?:Z|\+00:?00)$")
_CHINA = dt.timezone(dt.timedelta(hours=8))
_MAX_WARNINGS = 20
_MAX_DEPTH = 6
_CSV_FIELD_LIMIT = 10_000_000
_HEADING_ROWS = 3


@dataclass(frozen=True, slots=True)
class _Located:
    """A record and the words that name its place in the file."""

    place: str
    record: object


def read_json(text: str, name: str) -> SourceContent:
    """One object, a list of objects, or objects that hold such lists (``{"articles": [...]}``).

    What an outer object says of date, paper and page holds for the records in it.

    Raises:
        SourceError: not JSON, or no record has a text.
    """
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        if "\n" in text.strip() and text.lstrip().startswith("{"):
            return read_json_lines(text, name)
        raise SourceError(f"{name} is not valid JSON ({error}); expected an object or a list of objects") from error
    return _read_value(value, name)


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
        return _read_value(whole, name)
    return _collect(records, warnings, name)


def read_csv(text: str, name: str) -> SourceContent:
    """Comma, semicolon or tab separated: records where a heading line names a text, else a table of figures.

    Raises:
        SourceError: neither; or no readable table.
    """
    csv.field_size_limit(_CSV_FIELD_LIMIT)
    heading = text.split("\n", 1)[0]
    delimiter = max((",", "\t", ";", "，"), key=heading.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise SourceError(f"{name} is not a readable table ({error}); expected CSV with a heading line") from error
    found = read_rows(rows, name, 0)
    if found is not None:
        return found
    filled = [row for row in rows if sum(bool(cell.strip()) for cell in row) > 1]
    if len(filled) < 2 or not any(_FIGURE.search(cell) for row in filled[1:] for cell in row[1:]):
        raise SourceError(f"{name} holds no article: found fields {', '.join(rows[0])[:200]}; {_EXPECTED}")
    width = max(len(row) for row in rows)
    # A title alone in its line stands for the whole width, as it does in a merged cell.
    even = [[*row, *[""] * (width - len(row))] for row in rows]
    return read_table(even, PurePath(name).name.rsplit(".", 1)[0])


def read_rows(rows: Sequence[Sequence[str]], name: str, page: int) -> SourceContent | None:
    """Rows as records, where one of the first rows is a heading that names a text; else None.

    ``page`` is the place that the first record's source text will have among the pages of its file.
    """
    texts = set(field_names()["text"])
    for number, row in enumerate(rows[:_HEADING_ROWS]):
        if sum(bool(cell.strip()) for cell in row) > 1 and any(plain_key(cell) in texts for cell in row):
            records = (
                _Located(f"row {place}", {key: value for key, value in zip(row, values, strict=False) if key.strip()})
                for place, values in enumerate(rows[number + 1 :], 1)
                if any(value.strip() for value in values)
            )
            return _collect(records, [], name, page)
    return None


def _read_value(value: object, name: str) -> SourceContent:
    records = (_Located(f"record {n}", item) for n, item in enumerate(_records_of(value, {}, 0), 1))
    return _collect(records, [], name)


def _records_of(value: object, outer: Mapping[str, object], depth: int) -> Iterator[object]:
    """The records of a JSON value; lists of them may lie in objects that say what they have in common."""
    if isinstance(value, list):
        for item in value:
            yield from _records_of(item, outer, depth + 1) if isinstance(item, list | dict) else (item,)
        return
    if not isinstance(value, dict):
        yield value
        return
    common = {**outer, **{key: item for key, item in value.items() if not isinstance(item, list | dict)}}
    lists = [] if RecordFields(value).holds("text") or depth >= _MAX_DEPTH else _lists_in(value)
    if not lists:
        yield {**{key: item for key, item in outer.items() if _is_common(key)}, **value}
    for found in lists:
        yield from _records_of(found, common, depth + 1)


def _lists_in(value: Mapping[str, object]) -> list[object]:
    named = [item for key, item in value.items() if plain_key(key) in field_names()["lists"]]
    nested = named or [item for item in value.values() if isinstance(item, list) and item]
    return [item for item in nested if isinstance(item, dict) or (isinstance(item, list) and _has_objects(item))]


def _has_objects(items: Sequence[object]) -> bool:
    return any(isinstance(item, dict) for item in items)


def _is_common(key: str) -> bool:
    """Whether a field may hold for several articles at once."""
    names = field_names()
    return any(plain_key(key) in names[part] for part in ("date", "source", "page"))


@dataclass(slots=True)
class _Collected:
    articles: list[DraftArticle] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    strange: dict[str, None] = field(default_factory=dict)
    """The unknown fields that hold prose, which somebody may miss."""


def _collect(records: Iterable[_Located], warnings: list[str], name: str, page: int = 0) -> SourceContent:
    collected = _Collected()
    found_keys: dict[str, None] = {}
    seen = 0
    for located in records:
        seen += 1
        if not isinstance(located.record, dict):
            warnings.append(f"{located.place} is left out: it is no object with fields")
            continue
        if not _take_record(located, collected, page, warnings):
            found_keys.update(dict.fromkeys(map(str, located.record)))
            warnings.append(f"{located.place} is left out: it has no text")
    if not collected.articles:
        found = f"fields {', '.join(found_keys)}" if found_keys else f"{seen} records without fields"
        raise SourceError(f"{name} holds no article: found {found}; {_EXPECTED}")
    if collected.strange:
        warnings.append(f"text in fields of no known name is left out: {', '.join(collected.strange)}")
    return SourceContent(
        tuple(collected.articles),
        tuple(collected.pages),
        warnings=_shortened(warnings),
        left_out=tuple(collected.left_out),
    )


def _take_record(located: _Located, collected: _Collected, page: int, warnings: list[str]) -> bool:
    """Add the article of a record; False where it has no text."""
    assert isinstance(located.record, dict)  # noqa: S101
    fields = RecordFields(located.record)
    raw = text_of(fields.take("text"))
    captions = text_of(fields.take("captions")).strip()
    if captions and captions not in raw:
        raw = f"{raw}\n{captions}" if raw.strip() else captions
    body = clean_paragraphs(raw, page=page + len(collected.pages))
    if not body.text:
        return False
    collected.articles.append(
        DraftArticle(
            title=_headline(fields, "title"),
            text=body.text,
            subtitle=" ".join(part for part in (_headline(fields, "kicker"), _headline(fields, "subtitle")) if part),
            byline=text_of(fields.take("byline"), "、").strip(),
            page=page_of(fields.take("page")),
            runs=body.runs,
            date=_date_of(fields.take("date"), located.place, warnings),
            source=text_of(fields.take("source")).strip(),
            key=text_of(fields.take("key")).strip(),
        )
    )
    collected.pages.append(raw)
    for key, value in fields.unused():
        text = text_of(value) or json.dumps(value, ensure_ascii=False)
        collected.left_out.append(LeftOut(f"{key}: {text}", "a field of no known name"))
        if _PROSE.search(text):
            collected.strange[key] = None
    return True


def _headline(fields: RecordFields, part: str) -> str:
    """A headline's words, without what says which of an article's headlines it is."""
    text = " ".join(fold(text_of(fields.take(part), " ")).split())
    return text if part == "title" else label_of(text)[1]


def page_of(value: object) -> str:
    """A page as the paper calls it: ``A03：要闻`` is ``A03``, ``第3版`` is ``03``; a name alone stays."""
    text = fold(text_of(value)).strip()
    number = _PAGE.match(text)
    if number:
        return normalise_page(number[1])
    return normalise_page(text) if len(text) <= 6 else text


def _date_of(value: object, place: str, warnings: list[str]) -> dt.date | None:
    """The day of a date field: a calendar date in words or digits, or seconds or milliseconds since 1970."""
    if value in ("", None):
        return None
    text = text_of(value).strip()
    date = _day_of_instant(text) or parse_date(text)
    if date is None:
        warnings.append(f"{place} has the date {text[:20]!r}, expected YYYY-MM-DD; read without a date")
    return date


def _day_of_instant(text: str) -> dt.date | None:
    """The day in China of an instant: seconds or milliseconds since 1970, or a time that says it is UTC."""
    if _SECONDS.fullmatch(text):
        seconds = int(text.partition(".")[0])
        return dt.datetime.fromtimestamp(seconds / 1000 if seconds > 10**11 else seconds, tz=_CHINA).date()
    if _UTC.search(text):
        try:
            return dt.datetime.fromisoformat(text).astimezone(_CHINA).date()
        except ValueError:
            return None
    return None


def _shortened(warnings: list[str]) -> tuple[str, ...]:
    if len(warnings) <= _MAX_WARNINGS:
        return tuple(warnings)
    return (*warnings[:_MAX_WARNINGS], f"and {len(warnings) - _MAX_WARNINGS} more of the same kind")
