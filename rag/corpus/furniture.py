"""Lines that belong to the page, not to an article: headers, folios, edition lines, weather boxes, advertisements.

Knows lines and blocks of lines, not articles.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rag.corpus.bylines import line_mark
from rag.corpus.lines import PageLine
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


@dataclass(frozen=True, slots=True)
class PageHeading:
    """What a page's header lines say of it; empty where they say nothing."""

    date: dt.date | None = None
    source: str = ""
    page: str = ""


_DIGIT = "[0-9〇零一二三四五六七八九十]"
_DATE = re.compile(rf"({_DIGIT}{{4}})\s?[年./-]\s?({_DIGIT}{{1,3}})\s?[月./-]\s?({_DIGIT}{{1,3}})(?:日|号|(?![0-9]))")
_WEEKDAY = re.compile("(?:星期|周|礼拜)[一二三四五六日天]")
_PAPER = re.compile(
    "([\u3400-\u9fff]{2,8}(?:日报|晚报|早报|晨报|时报|都市报|商报|周报|周刊|新闻报|青年报|广播电视报|快报|导报|报))"
)
_NEWS_TITLE = re.compile("([\u3400-\u9fff]{2,4}新闻)")
_PAGE = re.compile(r"(?:第\s?)?([A-Z]?\s?[0-9]{1,3}|[一二三四五六七八九十]{1,3})\s?版|^([A-Z]?[0-9]{1,2})$")
_EDITOR = re.compile(
    "(?:责任编辑|责编|本版编辑|编辑|版式|美编|校对|组版|值班主任|值班编辑|值班总编|制图|审读|检校|统筹|主编|本版责编|电子邮箱|投稿邮箱|E-?mail|新闻热线|本版电话)",
    re.I,
)
_EDITION = re.compile(
    "国内统一(?:连续出版物|刊)号|CN[0-9]{2}-[0-9]{4}|邮发代号|今日[0-9一二三四五六七八九十]+版|总第?[0-9]+期|第[0-9]{3,6}期|^农历|农历[\u3400-\u9fff]{2}年|"
    "(?:主管|主办)(?:单位)?[：:]?[\u3400-\u9fff]{2,}|出版[：:]|社址|零售价|定价[：:]|印刷[：:]|广告许可证|广告经营|https?://|www\\.|新闻网[：:]|客户端",
    re.I,
)
_SECTIONS = frozenset(
    (
        "要闻 综合 综合新闻 本地新闻 本地 时政 时政要闻 民生 民生新闻 社会 经济 经济新闻 科教 教育 文化 "
        "文体 文体新闻 体育 国内 国际 国内新闻 国际新闻 县区新闻 县域 县域新闻 城事 都市 都市新闻 头版 "
        "副刊 专版 专题 特别报道 深度 关注 聚焦 视点 评论 理论 健康 法治 法制 农业 三农 乡村振兴 "
        "区域新闻 图片新闻 今日关注 新闻 广告 公告 天下 财经 生活 服务 综合报道 简讯 "
    ).split()
)
_LATIN_HEADER = re.compile(r"^[A-Z][A-Z .'-]{4,40}(?:DAILY|NEWS|TIMES|POST|WEEKLY|EVENING NEWS)[A-Z .'-]*$")
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
    "热线|咨询|电话|地址|优惠|特价|诚聘|招聘|招租|出租|转让|出售|加盟|抢购|大促|促销|惊喜|钜惠|巨惠|满减|折扣|[0-9一二三四五六七八九]折|到店|欲购|开盘|认筹|"
    "均价|现房|订购|免费|详询|招生|报名|遗失|声明作废|拍卖|公告|启事|微信同号|扫码|广告|商铺|旺铺|火爆|预约|专车接送|月薪|面议|包食宿|代理|回收|房源|车位|登报"
)
_TELEPHONE = re.compile(
    r"(?<![0-9.])(?:1[3-9][0-9]{9}|0[0-9]{2,3}[-—－ ]?[0-9]{7,8}|400[-—]?[0-9]{3}[-—]?[0-9]{4}|[2-9][0-9]{6,7})"
    r"(?![0-9.万亿元%])"
)
_TELLING = re.compile("版|编|校|期|刊|广告|信息|声明|办|印")
"""A line inside the page without any of these is no furniture by itself."""
_AD_LABEL = re.compile(
    r"^[·●■▲]?\s?(?:广告|分类广告|便民信息|遗失声明|声明公告|公益广告|信息超市|分类信息)\s?[·●■▲]?$"
)


def heading_of(lines: Sequence[str]) -> PageHeading:
    """Date, paper and page as the given header lines print them.

    >>> heading_of(["青石日报 2021年3月5日 星期五 第3版"]).page
    '03'
    """
    date: dt.date | None = None
    source = page = ""
    for line in lines:
        date = date or find_date(line)
        paper = _PAPER.search(line) or (_NEWS_TITLE.fullmatch(line) if line not in _SECTIONS else None)
        if paper and not source:
            source = paper.group(1)
        number = _PAGE.search(re.sub("今日[0-9一二三四五六七八九十]+版|共[0-9]+版", "", line))
        if number and not page:
            page = page_name(number.group(1) or number.group(2))
    return PageHeading(date, source, page)


def page_name(text: str) -> str:
    """A page's name in one form: ``"3"``, ``"三"`` and ``"03"`` are ``"03"``; ``"A2"`` is ``"A02"``."""
    text = re.sub(r"\s", "", text)
    letter = text[0] if text[:1].isalpha() and text[:1].isascii() else ""
    number = _number(text[len(letter) :])
    return f"{letter}{number:02d}" if number is not None else text


def find_date(text: str) -> dt.date | None:
    """The first full calendar date in a line, Chinese digits too; None if there is none that exists."""
    match = _DATE.search(text)
    if not match:
        return None
    year, month, day = (_number(group) for group in match.groups())
    try:
        return dt.date(year or 0, month or 0, day or 0)
    except ValueError:
        return None


def _number(text: str) -> int | None:
    digits = "零一二三四五六七八九"
    text = text.replace("〇", "零")
    if text.isascii():
        return int(text) if text.isdigit() else None
    if "十" in text:
        before, _, after = text.partition("十")
        if any(len(part) > 1 or part not in digits for part in (before, after)):
            return None
        return (digits.index(before) if before else 1) * 10 + (digits.index(after) if after else 0)
    if any(character not in digits for character in text):
        return None
    return int("".join(str(digits.index(character)) for character in text)) if text else None


def classify_furniture(lines: Sequence[PageLine]) -> list[FurnitureKind | None]:
    """The kind of furniture each line is; None for a line that may belong to an article."""
    kinds: list[FurnitureKind | None] = [_line_kind(line, index, len(lines)) for index, line in enumerate(lines)]
    for start, end in blocks(lines):
        if any(kinds[index] is not None for index in range(start, end) if kinds[index] != "advertisement"):
            continue
        kind = _block_kind([line.text.text for line in lines[start:end]])
        if kind:
            kinds[start:end] = [kind] * (end - start)
        if kind == "weather" and start and _is_weather_head(lines, start - 1):
            kinds[start - 1] = kind
    return kinds


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
    if _is_folio(text, edge):
        return "folio"
    if _is_header(text, edge):
        return "page header"
    if _AD_LABEL.match(text):
        return "advertisement"
    named = len(_EDITION.findall(text))
    if len(text) < 70 and (named > 1 or (named and edge and "。" not in text)):
        return "edition line"
    return None


def _is_folio(text: str, edge: bool) -> bool:
    if not edge:
        return bool(re.fullmatch(r"第\s?[0-9一二三四五六七八九十]{1,3}版", text))
    return bool(
        re.fullmatch(
            r"[-—·•\s]*(?:第\s?)?(?:[A-Z]?[0-9]{1,3}|[一二三四五六七八九十]{1,3})\s?版?(?:页)?[-—·•\s]*", text
        )
    )


def _is_header(text: str, edge: bool) -> bool:
    marks = sum(
        bool(pattern.search(text))
        for pattern in (_DATE, _WEEKDAY, _PAPER, _EDITOR, re.compile(r"第?\s?[A-Z]?[0-9一二三四五六七八九十]+\s?版"))
    )
    if line_mark(text) != "none":
        return False
    if len(text) <= 60 and (marks >= 3 or (marks == 2 and edge)):
        return not re.search("[，。；]", text)
    if not edge:
        return False
    bare = re.sub(r"[\s·•|｜/]|[A-Z]?[0-9]{1,2}|版", "", text)
    if bare in _SECTIONS or _LATIN_HEADER.match(text):
        return True
    return (marks == 1 or bool(_NEWS_TITLE.fullmatch(text))) and _only_header(text)


def _only_header(text: str) -> bool:
    """Whether a line holds nothing but a paper's name, a date, a weekday or the editors."""
    if re.match(_EDITOR.pattern + r"\s?[:：]", text, re.I):
        return len(text) < 50
    rest = _WEEKDAY.sub("", _DATE.sub("", text))
    if _NEWS_TITLE.fullmatch(rest):
        return True
    rest = _PAPER.sub("", rest, count=1) if len(rest) <= 8 else rest
    return not re.sub(r"[\s·•|｜]", "", rest)


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
    words = len(set(_COMMERCE.findall(joined)))
    telephone = bool(_TELEPHONE.search(joined))
    labelled = bool(_AD_LABEL.match(texts[0]) or _AD_LABEL.match(texts[-1]))
    return labelled or (telephone and words >= 2) or (words >= 4 and len(joined) < 150)
