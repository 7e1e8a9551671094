"""Other countries in a text, by the names that Unicode's locale data (CLDR, through Babel) has for them."""

from __future__ import annotations

import re
from functools import lru_cache

from babel import Locale

_OWN = frozenset({"CN", "HK", "MO", "TW"})
_LEAST_NAME = 2


@lru_cache(maxsize=1)
def _foreign() -> re.Pattern[str]:
    names = {
        name
        for code, name in Locale.parse("zh_Hans").territories.items()
        if code.isalpha() and code not in _OWN and len(name) >= _LEAST_NAME
    }
    return re.compile("|".join(map(re.escape, sorted(names, key=len, reverse=True))))


def names_foreign_country(text: str) -> bool:
    """Whether ``text`` names a country other than the paper's own."""
    return _foreign().search(text) is not None
