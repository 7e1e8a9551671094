"""Which field of a record is which part of an article: names in English, Chinese and pinyin, in any spelling."""

from __future__ import annotations

import html
import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

_SEPARATORS = re.compile(r"[\s_\-.:：/（）()\[\]【】\"“”*]+")
_TAG = re.compile(
    r"</?(?:p|br|div|span|strong|b|img|a|em|font|td|tr|table|section|h[1-6]|li|ul)\b[^<>]*>", re.IGNORECASE
)
_BREAK = re.compile(r"</?(?:p|br|div|tr|table|section|h[1-6]|li|ul)\b[^<>]*>", re.IGNORECASE)
_CELL_END = re.compile(r"</t[dh]>\s*(?=<t[dh]\b)", re.IGNORECASE)


@cache
def field_names() -> Mapping[str, tuple[str, ...]]:
    """Each part of an article with the names that its field may have, in the form of ``plain_key``."""
    with (Path(__file__).parent / "record_fields.toml").open("rb") as file:
        return {part: tuple(names) for part, names in tomllib.load(file).items()}


@cache
def plain_key(key: str) -> str:
    """A field's name in one spelling.

    >>> plain_key("Article_Title"), plain_key("正文：")
    ('articletitle', '正文')
    """
    return _SEPARATORS.sub("", key.lstrip("\ufeff")).lower()


class RecordFields:
    """One record under plain names; tells which of its fields were never asked for."""

    def __init__(self, record: Mapping[object, object]) -> None:
        self._record = {plain_key(str(key)): (str(key), value) for key, value in record.items()}
        self._used: set[str] = set()

    def take(self, part: str) -> object:
        """The first filled field for ``part`` of an article; an empty text where there is none."""
        for name in field_names()[part]:
            _, value = self._record.get(name, ("", None))
            if value not in (None, "", []):
                self._used.add(name)
                return value
        return ""

    def holds(self, part: str) -> bool:
        """Whether a field for ``part`` is filled."""
        return any(self._record.get(name, ("", None))[1] not in (None, "", []) for name in field_names()[part])

    def unused(self) -> Iterator[tuple[str, object]]:
        """The filled fields that no part was taken from, under their own names."""
        for name, (key, value) in self._record.items():
            if name not in self._used and value not in (None, "", [], {}):
                yield key, value


def text_of(value: object, joiner: str = "\n") -> str:
    """The text of a field: of a list its items joined, of HTML its text line by line."""
    if isinstance(value, list):
        return joiner.join(part for item in value if (part := text_of(item, joiner)))
    if isinstance(value, dict) or value is None or isinstance(value, bool):
        return ""
    text = str(value)
    if "<" not in text or not _TAG.search(text):
        return text
    text = _BREAK.sub("\n", _CELL_END.sub("\t", text))
    return html.unescape(_TAG.sub("", text))
