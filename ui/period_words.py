"""A period of days as a question names it, with its year; pure."""

from __future__ import annotations

import calendar
import datetime as dt

from rag.claims.record import Period

_FROM_JANUARY = {3: "一季度", 6: "上半年", 9: "前三季度", 12: ""}
_QUARTERS = {4: "第二季度", 7: "第三季度", 10: "第四季度"}


def period_words(period: Period) -> str:
    """``2021年前5个月`` for 1至5月 of 2021, ``截至2021年6月底``; empty for no usual stretch of the calendar."""
    first, last = period.first, period.last
    if period.is_end:
        return f"截至{last.year}年{last.month}月{'底' if _ends_month(last) else f'{last.day}日'}"
    if first == last:
        return f"{first.year}年{first.month}月{first.day}日"
    if first.year != last.year or first.day != 1 or not _ends_month(last):
        return ""
    if first.month == last.month:
        return f"{first.year}年{first.month}月"
    if first.month == 1:
        return f"{first.year}年{_FROM_JANUARY.get(last.month, f'前{last.month}个月')}"
    if first.month == 7 and last.month == 12:
        return f"{first.year}年下半年"
    if first.month in _QUARTERS and last.month == first.month + 2:
        return f"{first.year}年{_QUARTERS[first.month]}"
    return f"{first.year}年{first.month}至{last.month}月"


def _ends_month(day: dt.date) -> bool:
    return day.day == calendar.monthrange(day.year, day.month)[1]
