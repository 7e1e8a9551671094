"""Bytes of unknown encoding to text: UTF-8, UTF-16 with a mark, GB18030 (GBK, GB2312) and Big5, or a clear refusal.

A wrong guess between GB18030 and Big5 yields well-formed nonsense, so the guess is judged by how much of the
text consists of the commonest Chinese characters, which nonsense almost never hits.
"""

from __future__ import annotations

import codecs
import re

from rag.errors import SourceError

_COMMON = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所"
    "民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义"
    "市区县村镇省新全建设项目报讯记者月元万亿个"
    "這為個國時來們對會發動說產種過後學經進著當從業應還點體實機與開區縣鎮報訊記設項萬億"
)
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
_LATIN_SUPPLEMENT = re.compile(r"[\u0080-\u00ff]")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_GBK_FAMILY = frozenset({"gb2312", "gbk", "gb18030", "gb_2312-80", "x-gbk", "hz-gb-2312"})
_ADVICE = "expected UTF-8, UTF-16 with a byte order mark, GB18030 or Big5: save it as UTF-8"
_LEAST_COMMON_SHARE = 0.1
_JUDGED_FROM = 40


def decode_text(data: bytes, name: str) -> str:
    """The text of ``data``; line ends as they are, no byte order mark.

    Raises:
        SourceError: the bytes are binary, or no accepted encoding reads them as sensible text.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decode_strictly(data, encoding, name).removeprefix("\ufeff")
    if b"\0" in data:
        raise SourceError(f"{name} holds NUL bytes, so it is not plain text; {_ADVICE}")
    text = _decode_utf8(data)
    if text is None:
        text = _decode_chinese(data, name)
    _refuse_mojibake(text, name)
    return text


def decode_declared(data: bytes, label: str, name: str) -> str:
    """The text of ``data`` in the encoding ``label`` that a page or its envelope declares, or as ``decode_text``.

    Servers declare gb2312 for GBK and for UTF-8, and encodings that do not exist; then the bytes tell.

    Raises:
        SourceError: the bytes are of no accepted encoding either.
    """
    encoding = "gb18030" if label.lower() in _GBK_FAMILY else label
    try:
        return data.decode(encoding)
    except (LookupError, UnicodeError):
        # No such encoding, or not the one that the bytes are in: the declaration is wrong, not the page.
        return decode_text(data, name)


def _decode_strictly(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise SourceError(
            f"{name} is marked {encoding} but byte {error.start} does not fit; the file is damaged: fetch it again"
        ) from error


def _decode_utf8(data: bytes) -> str | None:
    """UTF-8, also when the very last character was cut off; None if it is another encoding."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        cut_off = error.end == len(data) and len(data) - error.start <= 3 and "unexpected end" in error.reason
        return data[: error.start].decode("utf-8") if cut_off and error.start else None


def _decode_chinese(data: bytes, name: str) -> str:
    """GB18030 or Big5, whichever reads as Chinese."""
    readings = []
    for encoding in ("gb18030", "big5hkscs"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        readings.append((common_share(text), encoding == "gb18030", text))
    if not readings:
        raise SourceError(f"{name} is in no accepted encoding, or binary; {_ADVICE}")
    share, _, text = max(readings)
    characters = len(_HAN.findall(text))
    needed = _LEAST_COMMON_SHARE if characters >= _JUDGED_FROM else _LEAST_COMMON_SHARE / 2
    if share < needed:
        raise SourceError(f"{name} reads as no sensible Chinese in any accepted encoding; {_ADVICE}")
    return text


def common_share(text: str) -> float:
    """The share of the non-ASCII characters that are among the commonest of Chinese news, in [0, 1]."""
    foreign = [character for character in text if ord(character) > 127]
    return sum(character in _COMMON for character in foreign) / len(foreign) if foreign else 1.0


def _refuse_mojibake(text: str, name: str) -> None:
    sample = text[:20_000]
    damaged = sample.count("\ufffd")
    if damaged * 50 > len(sample):
        raise SourceError(
            f"{name} holds {damaged} replacement characters (�): an earlier conversion lost text; fetch it again"
        )
    if len(_LATIN_SUPPLEMENT.findall(sample)) * 4 > len(sample):
        raise SourceError(f"{name} reads as mojibake (æ–°é—»): it was saved in a wrong encoding; save it as UTF-8")
