"""Questions for the holder of an office or part: 县委书记是谁, 谁是上海市市长, 《渡口》的导演是谁."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.corpus.time_grammar import TIME

_TITLES = (
    "总书记 委员长 书记 主席 总统 总理 首相 国王 女王 秘书长 总干事 行政长官 特首 部长 外长 防长 财长 "
    "省长 州长 盟长 市长 区长 县长 旗长 镇长 乡长 村长 "
    "主任 局长 厅长 司长 处长 科长 署长 院长 校长 会长 理事长 董事长 总经理 总裁 行长 所长 站长 馆长 台长 社长 "
    "总编辑 检察长 参谋长 司令员 政委 议长 主教练 队长"
).split()
"""Offices that one person holds at a time."""
_PARTS = (
    "最佳男主角 最佳女主角 最佳男配角 最佳女配角 最佳男演员 最佳女演员 最佳导演 最佳编剧 男主角 女主角 "
    "总导演 导演 编剧 创始人 创办人 首席执行官 总设计师 总工程师"
).split()
"""Parts in a film, a prize or a company that are printed before a name like an office."""
TITLE = "|".join(sorted(_TITLES, key=len, reverse=True))
_ASKED = "|".join(sorted([*_TITLES, *_PARTS], key=len, reverse=True))
_RANKED = re.compile(rf"(?P<deputy>副)?(?P<title>{TITLE})")
_BODY = "[一-鿿（）《》“”·A-Za-z0-9]"
_WORK = re.compile("^(?:电影|影片|电视剧|剧集|话剧|歌剧|小说|纪录片)(?=《)")
_NOW = "现任|新任|现在的?|目前的?|如今的?|当前的?|新当选的?|时任|请问|最新的?"
_ASKS = (
    re.compile(
        rf"(?P<office>{_BODY}{{0,22}}?(?:{_ASKED}))(?:现在|目前|如今)?(?:[是叫由为]|叫做)?"
        r"(?:谁|哪一?位|什么(?:名字)?|何人)(?:担任|来当|呢|啊)?"
    ),
    re.compile(rf"(?:谁|哪一?位|何人)(?:现在|目前)?(?:是|任|担任|出任|当|当选|就任)了?(?P<office>{_BODY}{{2,24}})"),
)
_OFFICE = re.compile(rf"(?P<body>.*?)(?P<title>{_ASKED})")
_OF_A_PLACE = frozenset("省长 州长 盟长 市长 区长 县长 旗长 镇长 乡长".split())
"""Offices that a local paper names without the place, which is its own: 会长 alone is any association's."""


@dataclass(frozen=True, slots=True)
class Office:
    """An office as asked about: ``上海市`` and ``市长``; the body is empty where the question names none."""

    body: str
    title: str

    @property
    def is_part(self) -> bool:
        """Whether this is a part in one film, prize or company (导演) rather than an office."""
        return self.title in _PARTS


def asked_office(question: str) -> Office | None:
    """The office whose holder the question asks for; None for any other question."""
    plain = question.strip(" 。？?！!")
    plain = re.sub(_NOW, "", TIME.sub("", plain)).strip("，, 的")
    for form in _ASKS:
        asked = form.fullmatch(plain)
        office = _OFFICE.fullmatch(asked["office"]) if asked else None
        if office is None:
            continue
        body = _WORK.sub("", office["body"].removesuffix("的"))
        if len(body) == 1 or body.endswith(("副", "代", "前", "原", "任")):
            return None
        return Office(body, office["title"]) if body or office["title"] in _OF_A_PLACE else None
    return None


def is_of_another_rank(question: str, text: str) -> bool:
    """Whether a text speaks of the deputy where the head is asked about, or of the head for the deputy."""
    for asked in _RANKED.finditer(question):
        ranks = {bool(found["deputy"]) for found in _RANKED.finditer(text) if found["title"] == asked["title"]}
        if ranks and bool(asked["deputy"]) not in ranks:
            return True
    return False
