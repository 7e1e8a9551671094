"""How single characters are read, without tones. The only import of pypinyin.

Its readings of whole words, 45 MB in memory, are not asked for and stay out.
"""

from __future__ import annotations

import os

for _name in ("PYPINYIN_NO_PHRASES", "PYPINYIN_NO_DICT_COPY"):
    os.environ.setdefault(_name, "1")

from pypinyin.constants import PINYIN_DICT  # noqa: E402
from pypinyin.contrib.tone_convert import to_normal  # noqa: E402


def readings(character: str) -> list[str]:
    """Its readings, the usual ones first, as syllables without tone (``["hang", "xing"]``); none of other signs."""
    return [to_normal(reading) for reading in PINYIN_DICT.get(ord(character), "").split(",") if reading]
