"""Lines that belong to the page, not to an article: headers, folios, edition lines, weather boxes, advertisements.

Knows lines and blocks of lines, not articles.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rag.corpus.bylines import line_mark
from rag.corpus.lines import PageLine
from rag.corpus.page_headers import is_editors_line, is_folio, is_masthead, is_page_header
from rag.corpus.torn_tokens import is_torn
from rag.records import SourceRun

FurnitureKind = Literal[
    "page header", "folio", "edition line", "advertisement", "weather", "jump line", "invisible", "other"
]


@dataclass(frozen=True, slots=True)
class FurnitureLine:
    """Source characters ``[start, end)`` of a page that no article owns; ``text`` is normalised."""

    text: str
    kind: FurnitureKind
    start: int
    end: int


_GAP = 3
"""Source characters between two runs from which on something else may stand there; spacing is less."""


def lines_of(text: str, runs: Sequence[SourceRun], kind: FurnitureKind) -> tuple[FurnitureLine, ...]:
    """The furniture lines of a text that leads back by ``runs``; none spans what a column set between them."""
    groups: list[list[SourceRun]] = []
    for run in runs:
        if groups and 0 <= run.source_start - _end(groups[-1][-1]) < _GAP:
            groups[-1].append(run)
        else:
            groups.append([run])
    return tuple(
        FurnitureLine(
            text[group[0].start : group[-1].start + group[-1].length], kind, group[0].source_start, _end(group[-1])
        )
        for group in groups
    )


def _end(run: SourceRun) -> int:
    return run.source_start + run.length


_EDITION = re.compile(
    "国内统一(?:连续出版物|刊)号|CN[0-9]{2}-[0-9]{4}|邮发代号|今日[0-9一二三四五六七八九十]+版|总第?[0-9]+期|第[0-9]{3,6}期|^农历|农历[\u3400-\u9fff]{2}年|"
    "(?:主管|主办)(?:单位)?[：:]?[\u3400-\u9fff]{2,}|出版[：:]|社址|零售价|定价[：:]|印刷[：:]|广告许可证|广告经营|https?://|www\\.|新闻网[：:]|客户端",
    re.I,
)
_WEATHER = re.compile(
    "多云|晴|阴|雷阵雨|小雨|中雨|大雨|阵雨|小雪|中雪|雾|霾|风力|微风|[东西南北]风|级|气温|最高|最低|℃|°C|度|湿度|空气质量|降水|紫外线|今天|明天|今日|明日|后天|夜间|白天|天气"
)
_WEATHER_HEAD = re.compile(
    "天气(?:预报)?$|^(?:今日|明日|今明|本市|市区|近日|未来[三四五七]天|三日|一周|城市)?天气|气象(?:台|局)|^空气质量(?:预报|日报)?$"
)
_HEAD_CHARACTERS = 10
"""The heading of a weather box is no longer; a longer line with 气象台 in it tells of the weather."""
_WEATHER_VALUE = re.compile("-?[0-9]+(?:℃|°C|度)|[0-9]级|多云|晴|阵雨|小雨|中雨|大雨|[东西南北]风|阴")
_COMMERCE = re.compile(
    "优惠|特价|诚聘|招聘|招租|出租|转让|出售|加盟|抢购|大促|促销|惊喜|钜惠|巨惠|满减|折扣|[0-9一二三四五六七八九]折|到店|欲购|开盘|认筹|"
    "均价|现房|订购|详询|招生|遗失|声明作废|拍卖|微信同号|广告|商铺|旺铺|火爆|专车接送|月薪|面议|包食宿|代理|回收|房源|车位|登报"
)
_REACHED = re.compile("热线|咨询|电话|地址|免费|报名|公告|启事|扫码|预约")
"""Advertisements say this, and so does what an office lets the public know."""
_TELEPHONE = re.compile(
    r"(?<![0-9.])(?:1[3-9][0-9]{9}|0[0-9]{2,3}[-—－ ]?[0-9]{7,8}|400[-—]?[0-9]{3}[-—]?[0-9]{4}|[2-9][0-9]{6,7})"
    r"(?![0-9.万亿元%])"
)
_PAUSES = "，、；"
_PROSE = re.compile("[，。；]")
_TELLING = re.compile("版|编|校|审|期|刊|广告|信息|声明|办|印|^[A-Za-z .'’·-]+$")
"""A line inside the page without any of these is no furniture by itself."""
_AD_LABEL = re.compile(
    r"^[·●■▲]?\s?(?:广告|分类广告|便民信息|遗失声明|声明公告|公益广告|信息超市|分类信息)\s?[·●■▲]?$"
)


def classify_furniture(lines: Sequence[PageLine]) -> list[FurnitureKind | None]:
    """The kind of furniture each line is; None for a line that may belong to an article."""
    kinds: list[FurnitureKind | None] = [
        None if _goes_on(lines, index) else _line_kind(line, index, len(lines)) for index, line in enumerate(lines)
    ]
    for start, end in blocks(lines):
        if any(kinds[index] is not None for index in range(start, end) if kinds[index] != "advertisement"):
            continue
        kind = _block_kind([line.text.text for line in lines[start:end]])
        if kind:
            kinds[start:end] = [kind] * (end - start)
        if kind == "weather" and start and _is_weather_head(lines, start - 1):
            kinds[start - 1] = kind
    return kinds


def _goes_on(lines: Sequence[PageLine], index: int) -> bool:
    """Whether a line is the rest of the sentence in the line above it, and so none of the page's own."""
    if not index or lines[index].gap:
        return False
    before, text = lines[index - 1].text.text, lines[index].text.text
    return (
        is_torn(before, text)
        or (not lines[index - 1].closed and before[-1] in _PAUSES)
        or (bool(_PROSE.search(before)) and not lines[index - 1].closed and lines[index].closed)
    )


def _is_weather_head(lines: Sequence[PageLine], index: int) -> bool:
    """Whether a line that stands alone is the heading of a weather box below it."""
    alone = index == 0 or lines[index].gap > 0
    return alone and len(lines[index].text) <= _HEAD_CHARACTERS and bool(_WEATHER_HEAD.search(lines[index].text.text))


def blocks(lines: Sequence[PageLine]) -> list[tuple[int, int]]:
    """Runs of lines ``[start, end)`` with no blank line inside."""
    starts = [index for index, line in enumerate(lines) if index == 0 or line.gap]
    return list(zip(starts, [*starts[1:], len(lines)], strict=False)) if lines else []


def _line_kind(line: PageLine, index: int, count: int) -> FurnitureKind | None:
    text = line.text.text
    if len(text) > 90 or (line.closed and len(text) > 30):
        return None
    edge = index < 8 or index >= count - 6
    if not edge and not _TELLING.search(text):
        return None
    if is_folio(text, edge=edge):
        return "folio"
    if is_page_header(text, edge=edge) or is_editors_line(text) or is_masthead(text, edge=edge):
        return "page header"
    if _AD_LABEL.match(text):
        return "advertisement"
    named = len(_EDITION.findall(text))
    if len(text) < 70 and (named > 1 or (named and edge and "。" not in text)):
        return "edition line"
    return None


def _block_kind(texts: Sequence[str]) -> FurnitureKind | None:
    joined = "".join(texts)
    if len(joined) > 400 or any(line_mark(text) in ("opening", "byline", "credit") for text in texts[:3]):
        return None
    if _is_weather(texts, joined):
        return "weather"
    if _is_advertisement(texts, joined):
        return "advertisement"
    return None


def _is_weather(texts: Sequence[str], joined: str) -> bool:
    values = len(_WEATHER_VALUE.findall(joined))
    covered = sum(len(match) for match in _WEATHER.findall(joined))
    heads = any(len(text) <= _HEAD_CHARACTERS and _WEATHER_HEAD.search(text) for text in texts[:2])
    if len(joined) > 220:
        return False
    return (heads and values >= 2) or (values >= 4 and covered / len(joined) > 0.3)


def _is_advertisement(texts: Sequence[str], joined: str) -> bool:
    selling = len(set(_COMMERCE.findall(joined)))
    words = selling + len(set(_REACHED.findall(joined)))
    telephone = bool(_TELEPHONE.search(joined))
    labelled = bool(_AD_LABEL.match(texts[0]) or _AD_LABEL.match(texts[-1]))
    return labelled or (selling > 0 and ((telephone and words >= 2) or (words >= 4 and len(joined) < 150)))
