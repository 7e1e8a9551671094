"""Letters that recognition wrote for digits (``l28个``, ``4O.5亿``): found and told, never guessed.

Such a figure stays as it stands in the source: whoever reads it sees that it is damaged, and no other is made of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.records import DraftArticle

_FIGURE = re.compile(
    r"(?<![A-Za-z0-9.])(?=[0-9.,]*[lIOoｌ|])(?=[lIOo|.,]*[0-9])[0-9lIOo|][0-9lIOo|.,]*"
    r"(?=[%‰个亿万元人户亩吨公平米年月日时家名项件次台套位所座村条])"
)
_MOST_TOLD = 5


def doubtful_figures(text: str) -> Iterator[str]:
    """Each figure of ``text`` that holds a letter where a digit must stand, with what it counts.

    >>> list(doubtful_figures("新开工l28个，总投资4O.5亿元，其中A3楼、3D打印"))
    ['l28个', '4O.5亿']
    """
    for match in _FIGURE.finditer(text):
        yield text[match.start() : match.end() + 1]


def warning_of(articles: Sequence[DraftArticle]) -> str:
    """One line that names the doubtful figures of a file; empty where there are none."""
    found = list(
        dict.fromkeys(f for article in articles for f in doubtful_figures(f"{article.title}\n{article.text}"))
    )
    if not found:
        return ""
    more = f" and {len(found) - _MOST_TOLD} more" if len(found) > _MOST_TOLD else ""
    return (
        f"letters stand where digits must: {'、'.join(found[:_MOST_TOLD])}{more}; "
        "they are kept as printed: check them against the page"
    )
