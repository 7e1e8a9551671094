"""The lines of a web page → its articles: which lines are headline, body, page header, navigation, copyright.

Newspapers' electronic pages name their parts (founder-title, founder-content) or are laid out as a printed page is:
a header with paper, day and page, lists of links, the article, the notice of copyright. Sites name them by classes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from rag.corpus.bylines import line_mark
from rag.corpus.head_lines import label_of
from rag.corpus.html_blocks import HtmlBlock
from rag.corpus.lines import is_closed
from rag.corpus.page_headers import PageHeading, find_date, heading_of, page_name

_COPYRIGHT = re.compile(
    r"版权所有|版权声明|未经.{0,14}(?:授权|许可|同意)|(?:禁止|不得).{0,8}(?:复制|转载|镜像)|ICP备|公网安备|许可证|技术支持"
    r"|Copyright|©|All Rights Reserved",
    re.IGNORECASE,
)
_CONTROL = re.compile(
    r"(?:[\[（(【<《|\s]*(?:上一?[期版篇]|下一?[期版篇]|返回\S{0,4}|首页|版面导航|标题导航|往期回顾|放大\s*\+?|缩小\s*-?|默认\S?"
    r"|朗读|打印\S{0,2}|关闭\S{0,2}|收藏|分享到?|字[体号]\S{0,6}|[大中小]|PDF版?|全文复制|相关\S{2,4}|责任编辑[:：].*)[\]）)】>》|\s]*)+"
)
_IMPRINT = re.compile(r"(?:地址|邮编|邮政编码|电话|热线|传真|主办|承办|信箱|投稿)\s*[:：]?")
_TRAIL = re.compile(r"(?:当前|您的?)(?:所在)?(?:的)?位置\s*[:：]?|^\S{1,12}(?:\s*[>›»]\s*\S{1,12})+$")
_CAPTION = re.compile(r"^(?:[▲△]|图为|[（(]?图[①-⑩一二三四\d]*[:：])|摄[)）]?$")
_PAGE_NAME = re.compile(
    r"^([A-Z]?[0-9]{2})\s*[:：](?=[\u3400-\u9fff])|第?\s?([A-Z]?\s?[0-9]{1,3})\s?版(?![权画本])|版[面次]?[:：]\s*([A-Z]?[0-9]{1,3})"
)
_PAPER_ALONE = re.compile(r"[\u3400-\u9fff]{2,8}(?:日报|晚报|早报|晨报|时报|都市报|商报|周报|快报|导报|青年报)")
_SERVER_CLOCK = re.compile(r"今天是|现在是|当前时间|欢迎")
_INFO = re.compile(r"(?:来源|作者|发布时间|发布日期|时间|日期|字数|浏览|阅读|责编|编辑)\s*[:：]|字数|阅读量")
_SOURCE = re.compile(r"来源\s*[:：]\s*([\u3400-\u9fffA-Za-z·]{2,20})")
_AUTHOR = re.compile(
    r"(?:作者|记者)\s*[:：]\s*([\u3400-\u9fff·]{2,4}(?:[\s、,，][\u3400-\u9fff·]{2,4}(?!\s*[:：])){0,3})"
)
_TITLE_MARK = re.compile(r"\b(?:\w*title|font0?1|biaoti|headline|bt1?|tit|h1|arttit)\b")
_OTHER_MARK = re.compile(
    r"sub-?title|futi|intro|kicker|yinti|lead|site|page-?title|logo|banner|nav|bt[23]\b|shoulder"
)
_KICKER_MARK = re.compile(
    r"yinti|introtitle|intro-title|kicker|lead-?title|pre-?title|shoulder|eyebrow|overline|\byt\b"
)
_SUBTITLE_MARK = re.compile(r"futi|sub-?title|\bft\b|deck|second-?title|vice-?title")
_SENTENCE = re.compile(r"[。！？；]|[，,].{10}")
_MARKED_BODY = ("founder-content",)
_BODY_MARK = re.compile(
    r"^(?:ozoom|articlebody|zoom|(?:article|news|main|art|text|detail|content|doc|post|entry|con)[-_]?"
    r"(?:content|body|text|txt|con|detail|main|article|zoom|inner)?\d?)$",
    re.IGNORECASE,
)
_TITLE_CHARACTERS = 70
_TITLE_REACH = 14
_HEADER_CHARACTERS = 90
_LEAST_SHARE = 0.8
_ALIKE = 0.6


@dataclass(slots=True)
class HtmlArticle:
    """One article of a page; ``body`` are its lines by their numbers among the page's."""

    title: str = ""
    kicker: str = ""
    subtitle: str = ""
    byline: str = ""
    body: list[int] = field(default_factory=list)


@dataclass(slots=True)
class PageReading:
    """What the lines of a page are; ``reasons`` says of each line in no article why."""

    articles: list[HtmlArticle] = field(default_factory=list)
    heading: PageHeading = field(default_factory=PageHeading)
    reasons: dict[int, str] = field(default_factory=dict)


def read_blocks(blocks: Sequence[HtmlBlock], names: Sequence[str], kept: frozenset[str]) -> PageReading:
    """The articles among ``blocks``.

    ``names`` are what the page's metadata calls it; ``kept`` the lines, without white space, that a general
    extraction of main text keeps, consulted where the page does not name its parts.
    """
    reading = PageReading()
    header: list[int] = []
    done = 0
    for inside in _bodies(blocks, kept):
        body = _body_lines(blocks, inside)
        if not body:
            continue
        start = next((n for n in body if _tells(blocks[n])), body[0])
        article, used, zone = _head(blocks, done, start, names)
        # What stands between headline and first sentence is a line of facts, or belongs to the text.
        facts = {n for n in body if n < start and (_is_header(blocks[n]) or _INFO.search(blocks[n].text))}
        facts |= {n for n in body if used and n < max(used, key=lambda u: blocks[u].text == article.title)}
        article.body = sorted(
            {*(n for n in body if n not in used and n not in facts), *_captions(blocks, zone, used)}
        )
        header += [number for number in zone if number not in used]
        if not article.body:
            continue
        reading.articles.append(article)
        reading.reasons.update(dict.fromkeys(used, ""))
        done = body[-1] + 1
    reading.heading = _page_heading(blocks, header)
    _give_reasons(blocks, reading, header)
    return reading


def _captions(blocks: Sequence[HtmlBlock], zone: Sequence[int], used: set[int]) -> list[int]:
    """The lines under a picture between headline and text, which belong to the article."""
    return [n for n in zone if used and n > min(used) and n not in used and _CAPTION.search(blocks[n].text)]


def _bodies(blocks: Sequence[HtmlBlock], kept: frozenset[str]) -> list[list[int]]:
    """The lines of each article's body, by number."""
    for wanted in (lambda e: e.tag in _MARKED_BODY, _is_named_body):
        found = _grouped(blocks, wanted)
        told = sum(len(block.text) for block in blocks if _tells(block))
        if sum(len(blocks[n].text) for group in found for n in group if _tells(blocks[n])) > 0.5 * told:
            return [_narrowed(blocks, group) for group in found if any(_tells(blocks[n]) for n in group)]
    chosen = [n for n, block in enumerate(blocks) if _tells(block) and _bare(block.text) in kept]
    chosen = chosen or [n for n, block in enumerate(blocks) if _tells(block)]
    if not chosen:
        return []
    container = _container(blocks, chosen)
    inside = [n for n, block in enumerate(blocks) if _is_within(block.element, container)]
    return [[n for n in inside if n <= chosen[-1] or not blocks[n].is_link]]


def _narrowed(blocks: Sequence[HtmlBlock], group: list[int]) -> list[int]:
    """Of the lines in an element of a telling name those in its innermost part that holds the text."""
    container = _container(blocks, [n for n in group if _tells(blocks[n])])
    return [n for n in group if _is_within(blocks[n].element, container)]


def _grouped(blocks: Sequence[HtmlBlock], wanted: Any) -> list[list[int]]:
    """The lines within each outermost element that is ``wanted``."""
    groups: dict[Any, list[int]] = {}
    for number, block in enumerate(blocks):
        outer = None
        for element in (block.element, *block.element.iterancestors()):
            outer = element if wanted(element) else outer
        if outer is not None:
            groups.setdefault(outer, []).append(number)
    return list(groups.values())


def _is_named_body(element: Any) -> bool:
    names = [element.get("id") or "", element.get("itemprop") or "", *(element.get("class") or "").split()]
    return element.tag != "body" and any(_BODY_MARK.match(name) for name in names)


def _container(blocks: Sequence[HtmlBlock], chosen: Sequence[int]) -> Any:
    """The innermost element that holds most of the chosen lines' text."""
    weights: dict[Any, int] = {}
    total = 0
    for number in chosen:
        length = len(blocks[number].text)
        total += length
        for element in (blocks[number].element, *blocks[number].element.iterancestors()):
            weights[element] = weights.get(element, 0) + length
    holding = [element for element, weight in weights.items() if weight >= _LEAST_SHARE * total]
    return max(holding, key=lambda element: sum(1 for _ in element.iterancestors()))


def _is_within(element: Any, container: Any) -> bool:
    return element is container or any(parent is container for parent in element.iterancestors())


def _tells(block: HtmlBlock) -> bool:
    """Whether a line is text that somebody wrote for reading: a sentence or a row of a table."""
    if block.hidden or block.is_link or _COPYRIGHT.search(block.text) or _is_control(block.text):
        return False
    return "\t" in block.text or bool(_SENTENCE.search(block.plain)) or len(block.plain) > 60


def _body_lines(blocks: Sequence[HtmlBlock], inside: Sequence[int]) -> list[int]:
    return [n for n in inside if not blocks[n].hidden and not _is_furniture(blocks[n])]


def _is_furniture(block: HtmlBlock) -> bool:
    if _is_control(block.text):
        return True
    if _COPYRIGHT.search(block.text):
        return len(block.text) < 300
    if "。" not in block.text and len(block.text) < 200 and len(_IMPRINT.findall(block.text)) >= 2:
        return True
    if _TRAIL.search(block.text) and len(block.text) < 60:
        return True
    return block.is_link and not _SENTENCE.search(block.text)


def _is_control(text: str) -> bool:
    return len(text) <= 60 and bool(_CONTROL.fullmatch(text))


def _bare(text: str) -> str:
    return re.sub(r"\s", "", text)


def _head(
    blocks: Sequence[HtmlBlock], first: int, start: int, names: Sequence[str]
) -> tuple[HtmlArticle, set[int], list[int]]:
    """Headlines and names before line ``start``, where the body tells its first sentence.

    With them the lines that they take, and all lines before the body, which may be the page's header.
    """
    article = HtmlArticle()
    used: set[int] = set()
    before = list(range(first, start))
    scored = [(_title_score(blocks[n], start - n, names), n) for n in before[-_TITLE_REACH:]]
    best = max(scored, default=(0.0, -1))
    if best[0] > 0:
        number = _middle_of_three(scored, best)
        article.title = label_of(blocks[number].text)[1]
        used.add(number)
        _take_decks(blocks, article, used, number, before)
    else:
        article.title = next((name for name in names if not _is_site_name(name)), "")
    return article, used, before


def _middle_of_three(scored: Sequence[tuple[float, int]], best: tuple[float, int]) -> int:
    """The title among headlines that nothing else tells apart: of three together the one in the middle."""
    alike = [number for score, number in scored if score > 0 and abs(score - best[0]) < _ALIKE]
    is_run = len(alike) == 3 and alike[2] - alike[0] == 2 and best[1] in alike
    return alike[1] if is_run else best[1]


def _title_score(block: HtmlBlock, distance: int, names: Sequence[str]) -> float:
    text = block.text
    if block.hidden or len(text) > _TITLE_CHARACTERS or len(text) < 3 or "\t" in text or _is_header(block):
        return -1.0
    label = label_of(text)[0]
    if label in ("kicker", "subtitle") or line_mark(text) != "none" or _INFO.search(text) or _is_furniture(block):
        return -1.0
    nearest = block.marks.split()[:2]
    score = 8.0 * ("founder-title" in block.marks) + 6.0 * (label == "title")
    score += {1: 5.0, 2: 3.0, 3: 2.0}.get(block.level, 0.0)
    bare = _bare(text)
    score += 5.0 * any(bare == _bare(name) or (len(bare) > 5 and bare in _bare(name)) for name in names)
    score += 3.0 * any(_TITLE_MARK.search(mark) and not _OTHER_MARK.search(mark) for mark in nearest)
    score -= 4.0 * any(_OTHER_MARK.search(mark) for mark in nearest[:1])
    score += 0.8 * block.strong + 0.5 * ((block.element.get("align") or "") == "center")
    score -= 3.0 * (is_closed(text) and text[-1] == "。") + 0.1 * distance
    return score + 1.2


def _is_site_name(name: str) -> bool:
    return bool(re.search(r"数字报|数字版|电子版|电子报|多媒体|首页|读报", name)) or len(name) < 5


def _take_decks(
    blocks: Sequence[HtmlBlock], article: HtmlArticle, used: set[int], title: int, before: Sequence[int]
) -> None:
    """Kicker, subtitle and byline around the title: by label, by class, else by standing before or after it."""
    kickers: list[str] = []
    subtitles: list[str] = []
    names: list[str] = []
    for number in (n for n in before if n >= title - 4 and n != title):
        block = blocks[number]
        kind, words = label_of(block.text)
        if block.hidden or _is_furniture(block) or len(block.text) > _TITLE_CHARACTERS or "\t" in block.text:
            continue
        if _CAPTION.search(block.text):
            continue
        if number > title and line_mark(block.text) in ("byline", "signature", "opening"):
            names.append(block.text)
        elif kind == "kicker" or (not kind and _KICKER_MARK.search(block.marks)):
            kickers.append(words)
        elif kind == "subtitle" or (not kind and _SUBTITLE_MARK.search(block.marks)):
            subtitles.append(words)
        elif _is_header(block) or _INFO.search(block.text) or not _stands_by(block, blocks[title]):
            continue
        else:
            (kickers if number < title else subtitles).append(words)
        used.add(number)
    article.kicker, article.subtitle = " ".join(kickers), " ".join(subtitles)
    article.byline = " ".join(names) or _author_in(blocks[n].text for n in before if n > title)


def _author_in(texts: Any) -> str:
    for text in texts:
        found = _AUTHOR.search(text)
        if found:
            return str(found[1])
    return ""


def _stands_by(block: HtmlBlock, title: HtmlBlock) -> bool:
    """Whether a line shares a near container with the title, which the page's header and lists do not."""
    near = [title.element, *title.element.iterancestors()][1:4]
    near = [element for element in near if element.tag not in ("body", "html")]
    return any(parent in near for parent in list(block.element.iterancestors())[:3])


def _is_header(block: HtmlBlock) -> bool:
    """Whether a line reads like the header of a newspaper's page: a day, a page, a paper and no sentence."""
    text = block.plain
    if len(text) > _HEADER_CHARACTERS or "。" in text:
        return False
    marks = (
        (find_date(text) is not None)
        + bool(_PAGE_NAME.search(text))
        + bool(re.search("星期|周[一二三四五六日]", text))
    )
    return marks >= 1 and len(re.sub(r"[^\u3400-\u9fff]", "", text)) <= 40


def _page_heading(blocks: Sequence[HtmlBlock], header: Sequence[int]) -> PageHeading:
    """What the lines before the body say of day, paper and page; the ones nearest to the body first."""
    lines = [
        blocks[n].plain for n in header if not blocks[n].hidden and len(blocks[n].plain) <= 2 * _HEADER_CHARACTERS
    ]
    lines = [line for line in lines if line and not _SERVER_CLOCK.search(line) and "。" not in line][::-1]
    found = heading_of([line for line in lines if find_date(line) or _PAGE_NAME.search(line)])
    pages = [{m[1] or m[2] or m[3] for m in _PAGE_NAME.finditer(line)} for line in lines]
    only = next((numbers.copy().pop() for numbers in pages if len(numbers) == 1), "")
    source = next((line for line in lines if _PAPER_ALONE.fullmatch(line)), found.source)
    source = source or next((m[1] for line in lines if (m := _SOURCE.search(line))), "")
    return PageHeading(found.date, source, page_name(only) if only else "")


def _give_reasons(blocks: Sequence[HtmlBlock], reading: PageReading, header: Sequence[int]) -> None:
    taken = {number for article in reading.articles for number in article.body} | set(reading.reasons)
    before = set(header)
    for number, block in enumerate(blocks):
        if number in taken:
            continue
        if block.hidden:
            reason = "hidden text"
        elif _COPYRIGHT.search(block.text):
            reason = "copyright"
        elif number in before and not block.is_link and (_is_header(block) or _INFO.search(block.text)):
            reason = "page header"
        else:
            reason = "navigation" if block.is_link or _is_control(block.text) else "outside the article"
        reading.reasons[number] = reason
    reading.reasons = {number: reason for number, reason in reading.reasons.items() if reason}
