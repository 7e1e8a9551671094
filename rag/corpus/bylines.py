"""Bylines in every form a Chinese paper prints them: which line carries one, and where in a paragraph it ends.

Knows single lines and paragraphs, not pages.
"""

from __future__ import annotations

import re
from typing import Literal

from rag.corpus.normalisation import MappedText, spaced

LineMark = Literal["none", "opening", "byline", "credit", "signature", "jump in", "jump out"]
"""What a line says of its article's edge.

``opening``: the article's text begins here (``本报讯（记者…``); ``byline``: names and nothing else; ``credit``: the
photographer, which ends a caption; ``signature``: names in brackets, which end an article; ``jump in`` (上接…) and
``jump out`` (下转…): the rest is on another page.
"""

_HAN = "\u3400-\u9fff·"
_NAME = f"(?:[{_HAN}]{{2,4}}|[{_HAN}]\\s[{_HAN}])"
_PAPER = f"(?:本报|本刊|本台|本网|本端|[{_HAN}]{{2,6}}(?:日报|晚报|早报|晨报|时报|商报|都市报|周报))"
_AGENCY = "(?:新华社|中新社|中新网|新华网|人民网|央视网|央广网|中国新闻网)"
_TITLED = (
    "(?:(?:全媒体|融媒体|特约|见习|实习|首席|驻地|特派|本报|本刊|本台|新华社|中新社|前方|文字|摄影)*"
    "(?:记者|通讯员|实习生|特约撰稿人|评论员))"
)
_LABEL = "(?:作者|撰文|供稿|图片|文字|文/图|图/文|文图|文|图)"
_ROLE = f"(?:{_TITLED}|{_LABEL})"
SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石"
    "廖贾夏韦付傅方白邹孟熊秦邱江尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟"
    "殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司"
    "卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆"
)
_SURNAMED = f"[{SURNAMES}][{_HAN}]{{1,3}}"
"""A name that follows its role with nothing between: it must begin with a surname, or 记者走访 would be one."""
_BRACKETED = "[（(][^（）()\n]{0,80}[）)]"
_OPENING = re.compile(
    rf"^(?:(?:据)?{_PAPER}(?:综合)?(?:专?讯|综合报道|综合消息)\s?(?:{_BRACKETED})?"
    rf"|(?:据)?(?:{_AGENCY}|本报|本刊|本台)[{_HAN}、\s]{{0,16}}?(?:[0-9]{{1,2}}月[0-9]{{1,2}}日)?(?:专?电|消息)\s?(?:{_BRACKETED})?"
    rf"|[（(](?:{_PAPER}|{_AGENCY})?(?:全媒体|融媒体|特约|见习|实习)?(?:记者|通讯员)[^（）()。]{{1,60}}[）)])"
)
_OPENING_LINE = re.compile(
    rf"^(?:(?:据)?{_PAPER}(?:综合)?(?:专?讯|综合报道|综合消息)(?:[（(]|记者|通讯员|\s|$|[0-9])"
    rf"|(?:据)?{_AGENCY}[{_HAN}、]{{0,16}}?(?:[0-9]{{1,2}}月[0-9]{{1,2}}日)?(?:专?电)(?:[（(]|\s|$)"
    rf"|(?:据)?{_AGENCY}[{_HAN}、]{{0,8}}[0-9]{{1,2}}月[0-9]{{0,2}}(?:日专?)?$"
    rf"|本报[{_HAN}]{{0,8}}(?:[0-9]{{1,2}}月[0-9]{{1,2}}日)(?:专?电|讯)"
    rf"|[（(](?:本报|本刊|{_AGENCY})?(?:全媒体|融媒体|特约|见习|实习)?(?:记者|通讯员)[{_HAN}\s、]{{2,30}}[）)].)"
)
_AFTER_DATELINE = re.compile(
    rf"^\s?(?:{_ROLE}\s?(?![从在昨近今日了]){_NAME}(?:[\s、]{_NAME}){{0,3}}\s?)+(?:(?:报道|摄影报道)[:：]?|(?<=\s)|$)"
)
_MORE_NAMES = rf"(?:[\s、,，/／&]{{1,2}}{_NAME}){{0,5}}"
_WORK = r"(?:[\s/／]?(?:文/图|图/文|文图|文|图|报道|整理))?"
_PEOPLE = (
    rf"(?:(?:{_TITLED}(?:组)?(?:[\s:：/／]{{1,2}}{_NAME}|{_SURNAMED})|{_LABEL}[\s:：/／]{{1,2}}{_NAME})"
    rf"{_MORE_NAMES}{_WORK})"
)
_STAFF = rf"(?:{_PAPER}|{_AGENCY})(?:全媒体|融媒体|特约|见习|实习|首席)?(?:记者|评论员|通讯员)(?:组)?"
_BYLINE = re.compile(
    rf"^[□■▲◆●◇○\s]*(?:[（(])?(?:"
    rf"{_STAFF}(?:(?:[\s:：]{{1,2}}{_NAME}|{_SURNAMED}){_MORE_NAMES})?{_WORK}"
    rf"|{_PEOPLE})(?:[\s；;/／]{{0,2}}{_PEOPLE}){{0,3}}(?:[）)])?$"
    rf"|^[□■▲◆●◇○]\s?{_NAME}(?:[\s、]{{1,2}}{_NAME}){{0,4}}$"
)
_CREDIT = re.compile(
    rf"(?:[（(□■▲◆●◇○\s]*(?:{_PAPER}|{_AGENCY})?\s?{_ROLE}?\s?[:：/／]?(?:{_NAME}(?:[\s、/／]{{1,2}}{_NAME}){{0,4}})\s?"
    r"[/／]?(?:摄影报道|摄影|摄)(?:[/／]?[文图]{1,2})?\s?[）)]?)$"
)
_SIGNATURE = re.compile(
    rf"[（(](?:(?:据|来源|作者|记者|通讯员|本报|新华社|中新社|综合|摘自|转自|文图|图文|文|图|{_PAPER}|{_AGENCY})[^（）()。，]{{0,40}}"
    rf"|{_NAME}(?:[\s、]{{1,2}}{_NAME}){{0,4}}|{_NAME}{_NAME})[）)]$"
)
_TELLING = re.compile(r"[讯电者员转接摄人生作图文供影□■▲◆●◇○）)]|报\s?道|消\s?息")
"""A line without any of these carries no mark; looked for first, because most lines carry none."""
_NOT_NAMES = re.compile(
    r"完|待续|略|图|表|含|略有|试行|草案|暂行|修订|以下|简称|下同|同上|节选|扩大|社区|单位|市|县|区|镇|乡|村|年|月"
)
_JUMP_OUT = re.compile(
    r"[（(【\[▼▶→]?\s?(?:紧)?下转\s?第?\s?[A-Z]?\s?[0-9一二三四五六七八九十]{1,3}\s?版?[·:：]?[^。，（）()\s]{0,8}?[）)】\]▼▶→]?$"
)
_JUMP_IN = re.compile(
    r"^[（(【\[▲◀←]?\s?(?:紧)?上接\s?第?\s?[A-Z]?\s?[0-9一二三四五六七八九十]{1,3}\s?版?[）)】\]▲◀←]?"
)


def line_mark(text: str) -> LineMark:
    """What one line, its inner spaces put back, says of its article's edge.

    >>> line_mark("本报讯（记者王明） 昨日，"), line_mark("本报记者 王明"), line_mark("李芳 摄")
    ('opening', 'byline', 'credit')
    """
    if not _TELLING.search(text):
        return "none"
    text = _tighten(text.strip())
    if len(text) > 60 and not _OPENING_LINE.match(text):
        return "jump out" if _JUMP_OUT.search(text) else "none"
    for mark, found in (
        ("jump in", _JUMP_IN.match(text)),
        ("jump out", _JUMP_OUT.search(text)),
        ("credit", _CREDIT.fullmatch(text)),
        ("signature", _is_signature_line(text)),
        ("byline", _BYLINE.match(text)),
        ("opening", _OPENING_LINE.match(text)),
    ):
        if found:
            return mark  # type: ignore[return-value]
    return "none"


def ends_with_signature(text: str) -> bool:
    """Whether a paragraph ends with names in brackets, a source, or a photo credit."""
    text = text.rstrip()
    return bool(_signature_start(text) >= 0 or _credit_start(text) >= 0)


def ends_with_credit(text: str) -> bool:
    """Whether a paragraph ends with the photographer's name."""
    return _credit_start(_tighten(text.rstrip())) >= 0


def opening_length(paragraph: MappedText, source: str) -> int:
    """How many characters at the start of an article's first paragraph are its dateline and byline."""
    head = paragraph.part(0, 140)
    text = _tighten(spaced(head, source))
    match = _OPENING.match(text)
    if match:
        end = match.end()
        names = None if match.group().endswith(("）", ")")) else _AFTER_DATELINE.match(text[end:])
        end += names.end() if names else 0
    else:
        inline = _INLINE_BYLINE.match(text)
        end = inline.end() if inline else 0
    return _prefix_length(head.text, _visible(text[:end]))


def _visible(text: str) -> int:
    return sum(not character.isspace() for character in text)


def _prefix_length(text: str, visible: int) -> int:
    """Length of the prefix of ``text`` that holds so many characters other than spaces."""
    for index, character in enumerate(text):
        if visible == 0:
            return index
        visible -= not character.isspace()
    return len(text)


_INLINE_BYLINE = re.compile(
    rf"^[□■]?\s?(?:{_PAPER}|{_AGENCY})?{_ROLE}\s{_NAME}(?:[\s、]{_NAME}){{0,3}}(?:\s(?:通讯员|实习生)\s{_NAME}(?:\s{_NAME}){{0,3}})?\s(?=.)"
)


def closing_length(paragraph: MappedText, source: str) -> int:
    """How many characters at the end of an article's last paragraph are its signature or photo credit."""
    offset = max(0, len(paragraph) - 80)
    tail = paragraph.part(offset)
    text = _tighten(spaced(tail, source))
    start = _signature_start(text)
    if start < 0:
        start = _credit_start(text)
    if start < 0:
        return 0
    return len(tail) - _prefix_length(tail.text, _visible(text[:start]))


def _signature_start(text: str) -> int:
    match = _SIGNATURE.search(text) if text.endswith(("）", ")")) else None
    if not match:
        return -1
    inner = match.group()[1:-1]
    before = text[: match.start()].rstrip()
    if not before or before[-1] not in "。！？”…）":
        return -1
    if _NOT_NAMES.search(inner) and not re.match(rf"{_ROLE}|据|来源|摘自|转自|新华社|中新社|本报|综合", inner):
        return -1
    return match.start()


_CREDIT_TAIL = re.compile(
    rf"(?<=[。！？”…）])\s?(?:[（(]?\s?(?:{_PAPER}|{_AGENCY})?\s?{_ROLE}?\s?[:：/／]?(?:{_NAME}(?:[\s、/／]{{1,2}}{_NAME}){{0,4}})\s?"
    r"[/／]?(?:摄影报道|摄影|摄)(?:[/／]?[文图]{1,2})?\s?[）)]?)$"
)


def _credit_start(text: str) -> int:
    match = _CREDIT_TAIL.search(text) if "摄" in text[-8:] else None
    return match.start() if match else -1


def _is_signature_line(text: str) -> bool:
    if len(text) > 40 or not text.startswith(("（", "(")):
        return False
    return _signature_start("。" + text) == 1


_LOOSE_SIGNS = re.compile("(?<=[0-9（）()]) | (?=[0-9（）()])")
_SPREAD = re.compile(r"(?:\S ){3,}\S")
_LOOSE_WORDS = ("本报记者", "本报讯", "通讯员", "新华社", "记者", "摄影")


def _tighten(text: str) -> str:
    """Letter-spaced standing words closed up: ``"本 报 记 者"`` → ``"本报记者"``."""
    if " " not in text:
        return text
    if _SPREAD.fullmatch(text):
        text = text.replace(" ", "")
    text = _LOOSE_SIGNS.sub("", text)
    for word in _LOOSE_WORDS:
        text = re.sub(r"\s?".join(word), word, text)
    return text
