"""Numbers, dates and signs that the end of a line broke in two, and how their halves are put together.

A column is broken anywhere: ``46.`` / ``8亿元``, ``12,`` / ``500万元``, ``2021年`` / ``6月``, ``15:`` / ``30``. Such
a line ends no sentence, whatever it ends with. Knows two neighbouring lines, nothing of pages.
"""

from __future__ import annotations

import re

_REACH = 14
"""Characters to either side of a break that tell whether a token is broken there; tokens are shorter."""
_TORN = re.compile(
    r"(?<=[^\d.．：:；;。\s])\d{1,9}[.．]\n\d"  # 46. / 8亿元, but no number of a list alone on its line
    r"|(?<=[^\d.．\s])\d{1,9}\n[.．]\d"
    r"|\d[,]\n\d{3}(?!\d)|\d\n[,]\d{3}(?!\d)"
    r"|\d[:：]\n\d|\d\n[:：]\d"  # 15: / 30
    r"|[\d%][-–—~～]\n\d|(?<=[^\d.．\s])\d{1,9}%?\n[-–—~～]\d|\d[/]\n\d|\d\n[/]\d"  # 20— / 30, 2021- / 06
    r"|\d\n(?:[%‰℃°]|[万亿](?![\u3400-\u9fff])|[万亿]?(?:元|千瓦|公里|平方|立方|吨|亩|个百分点)|百分点)"
    r"|\d\n[年月日](?![\u3400-\u9fff])|\d\n年\d"
    r"|\d{4}年\n\d{1,2}[月\n]|(?<!\d)\d{1,2}月\n\d{1,2}[日\n]"
    r"|(?<=[\u3400-\u9fff，、])[A-Z]{1,4}\n\d|[A-Z]{1,4}\d\n[.]?\d"  # PM / 2.5, D / 2135
)
_HAN = re.compile("[\u3400-\u9fff]")
_LAST_WORD = re.compile(r"[A-Za-z]+$")
_FIRST_WORD = re.compile(r"[A-Za-z]+|\d")


def is_torn(before: str, after: str) -> bool:
    """Whether a number, a date or a sign with digits goes on over the break between two lines.

    >>> is_torn("产值达到46.", "8亿元"), is_torn("出口12,", "500万元"), is_torn("3.", "2021年的任务")
    (True, True, False)
    """
    if not (before[-1:].isdigit() or after[:1].isdigit() or before.endswith("%")):
        return False
    return bool(_TORN.search(f"{before[-_REACH:]}\n{after[:_REACH]}\n"))


def glue(before: str, after: str) -> str:
    """What stands between two lines of one paragraph: a space between Latin words, else nothing.

    Capitals and digits of one sign stay together where Chinese is set around them.

    >>> glue("总投资1", "02亿元"), glue("a new", "vaccine"), glue("新开行的D", "2135次列车")
    ('', ' ', '')
    """
    if not before or not after or not before[-1].isascii() or not before[-1].isalpha():
        return ""
    if not (after[0].isascii() and after[0].isalnum()):
        return ""
    return "" if _is_one_sign(before, after) else " "


def _is_one_sign(before: str, after: str) -> bool:
    last, first = _LAST_WORD.search(before), _FIRST_WORD.match(after)
    if last is None or first is None or not (_HAN.search(before) or _HAN.search(after)):
        return False
    return last.group().isupper() and (first.group().isdigit() or first.group().isupper())
