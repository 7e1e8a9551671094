"""What a line of a web page is by its words: a sentence, a button, a notice of copyright, a page header, facts."""

from __future__ import annotations

import re

from rag.corpus.html_blocks import HtmlBlock
from rag.corpus.page_headers import find_date

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
_INFO = re.compile(r"(?:来源|作者|发布时间|发布日期|时间|日期|字数|浏览|阅读|责编|编辑)\s*[:：]|字数|阅读量")
_SENTENCE = re.compile(r"[。！？；]|[，,].{10}")
PAGE_NAME = re.compile(
    r"^([A-Z]?[0-9]{2})\s*[:：](?=[\u3400-\u9fff])|第?\s?([A-Z]?\s?[0-9]{1,3})\s?版(?![权画本])|版[面次]?[:：]\s*([A-Z]?[0-9]{1,3})"
)
"""The number of a page, in one of three groups: A01：要闻, 第3版, 版次：3."""
HEADER_CHARACTERS = 90
"""A line of a page header is no longer than this."""


def tells(block: HtmlBlock) -> bool:
    """Whether a line is text that somebody wrote for reading: a sentence or a row of a table."""
    if block.hidden or block.is_link or is_copyright(block.text) or is_control(block.text):
        return False
    return "\t" in block.text or bool(_SENTENCE.search(block.plain)) or len(block.plain) > 60


def is_furniture(block: HtmlBlock) -> bool:
    """Whether a line belongs to the page around an article: buttons, notices, trails, links."""
    if is_control(block.text):
        return True
    if is_copyright(block.text):
        return len(block.text) < 300
    if "。" not in block.text and len(block.text) < 200 and len(_IMPRINT.findall(block.text)) >= 2:
        return True
    if _TRAIL.search(block.text) and len(block.text) < 60:
        return True
    return block.is_link and not _SENTENCE.search(block.text)


def is_control(text: str) -> bool:
    """Whether a line is a button or several."""
    return len(text) <= 60 and bool(_CONTROL.fullmatch(text))


def bare_of(text: str) -> str:
    """A line without its white space."""
    return re.sub(r"\s", "", text)


def is_copyright(text: str) -> bool:
    """Whether a line says whose the page is, or what must not be done with it."""
    return bool(_COPYRIGHT.search(text))


def is_caption(text: str) -> bool:
    """Whether a line stands under a picture."""
    return bool(_CAPTION.search(text))


def names_facts(text: str) -> bool:
    """Whether a line says where a text comes from, when, by whom, or how often it was read."""
    return bool(_INFO.search(text))


def is_header(block: HtmlBlock) -> bool:
    """Whether a line reads like the header of a newspaper's page: a day, a page, a paper and no sentence."""
    text = block.plain
    if len(text) > HEADER_CHARACTERS or "。" in text:
        return False
    marks = (
        (find_date(text) is not None)
        + bool(PAGE_NAME.search(text))
        + bool(re.search("星期|周[一二三四五六日]", text))
    )
    return marks >= 1 and len(re.sub(r"[^\u3400-\u9fff]", "", text)) <= 40
