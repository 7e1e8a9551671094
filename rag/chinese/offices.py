"""Questions for the holder of an office or part: 县委书记是谁, 谁是上海市市长, 《渡口》的导演是谁."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.chinese.lexicon import alternation, words
from rag.chinese.times.grammar import TIME

TITLE = alternation("titles_of_office", "office", longest_first=True)
"""Offices that one person holds at a time."""
_PARTS = words("titles_of_office", "part")
"""Parts in a film, a prize or a company that are printed before a name like an office."""
_ASKED = alternation("titles_of_office", "office", "part", longest_first=True)
_BODY = "[一-鿿（）《》“”·A-Za-z0-9]"
_OWN = re.compile("^(?:我国|我[省市州县区镇乡])(?=[一-鿿])")
_NO_BODY = re.compile("(?:这次|本次|此次|该)?(?:会议|大会|公司|企业|学校|医院|单位|协会|村里?|县里|镇里|市里)")
"""Words that say of no office whose it is."""
_PLACE_UNITS = "省市州区县旗镇乡"
_TWICE = re.compile(rf"([{_PLACE_UNITS}])\1")
_PLACE_UNITS_END = re.compile(f"[一-鿿][{_PLACE_UNITS}]$")
_PLACELESS = re.compile(f"(?:[{_PLACE_UNITS}](?:委|政府|人大常委会|政协|纪委监?委?|[一-鿿]{{2,8}}[局委办]))?")
_WORK = re.compile("^(?:电影|影片|电视剧|剧集|话剧|歌剧|小说|纪录片)(?=《)")
_NOW = "现任|新任|现在的?|目前的?|如今的?|当前的?|新当选的?|时任|请问|最新的?"
_WHO = "谁|哪一?位|何人"
_ASKS = (
    re.compile(
        rf"(?P<office>{_BODY}{{0,22}}?(?:{_ASKED}))(?:现在|目前|如今)?(?:[是叫由为]|叫做|换成?|改由)?了?"
        rf"(?:{_WHO}|什么(?:名字)?)(?:在|来)?(?:担任|接任|接替|当|做|干)?[的了着]?(?:呢|啊|呀|来着)?"
    ),
    re.compile(
        rf"(?:{_WHO})(?:现在|目前)?在?(?:是|当选|就任|担任|出任|接任|接替|接(?=[了着])|任|当|做)[了着]?"
        rf"(?P<office>{_BODY}{{2,24}}?)(?:的(?:班|位置?|职务?)|一职|职务)?(?:了|呢|啊|呀|来着)?"
    ),
)
_FOUNDED = (
    re.compile(rf"(?P<body>{_BODY}{{2,20}}?)(?:公司)?是?(?:由|被)?(?:谁|何人|哪一?位)(?:创立|创办|创建)的?"),
    re.compile(rf"(?:谁|何人|哪一?位)(?:创立|创办|创建)了(?P<body>{_BODY}{{2,20}})"),
)
_JOINED = re.compile("(?P<first>.+?)[和、与及](?P<second>.+?)(?:分别|各自|都)?[是为]谁")
_SEVERAL = re.compile(
    rf"(?P<body>{_BODY}{{2,22}}?|(?=国务委员))(?P<title>副(?:{TITLE})|国务委员|常委)(?:现在|目前|都|分别)?(?:有|是|包括)"
    r"(?:哪些人?|谁|哪几[位名个]人?)"
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


_ALIASES = {"外长": ("外交", "部长"), "防长": ("国防", "部长"), "财长": ("财政", "部长"), "特首": ("", "行政长官")}
_OF_THE_COUNTRY = ("中国", "我国")


def same_office(office: Office) -> tuple[Office, ...]:
    """The office as it may be printed besides: 法国外交部长 for 法国外长, 外交部长 for 中国外长."""
    body, title = office.body, office.title
    names = [office]
    if title in _ALIASES:
        names.append(Office(body + _ALIASES[title][0], _ALIASES[title][1]))
    for short, (ministry, full) in _ALIASES.items():
        if ministry and title == full and body.removesuffix("部").endswith(ministry):
            names.append(Office(body.removesuffix("部").removesuffix(ministry), short))
    own = [replace(item, body=item.body[2:]) for item in names if item.body.startswith(_OF_THE_COUNTRY)]
    return tuple(item for item in (*names, *own) if item.body)


def asked_offices(clauses: Sequence[str]) -> tuple[Office, ...]:
    """The offices that the clauses of a question ask for, each of the first one's place; none if one asks for none.

    To ``上海市市长是谁？市委书记是谁？`` the second is 上海市委书记.
    """
    offices = [asked_office(clause) for clause in clauses]
    if not offices or offices[0] is None or None in offices:
        return ()
    place = offices[0].body.rstrip(_PLACE_UNITS) if _PLACE_UNITS_END.search(offices[0].body) else ""
    return tuple(
        replace(item, body=f"{place}{item.body}")
        if place and item is not None and _PLACELESS.fullmatch(item.body)
        else item
        for item in offices
        if item is not None
    )


def asked_office(question: str) -> Office | None:
    """The office whose holder the question asks for; None for any other question."""
    plain = question.strip(" 。？?！!")
    plain = re.sub(_NOW, "", TIME.sub("", plain)).strip("，, 的")
    for form in _FOUNDED:
        founded = form.fullmatch(plain)
        if founded is not None:
            return Office(founded["body"], "创始人")
    for form in _ASKS:
        asked = form.fullmatch(plain)
        office = _OFFICE.fullmatch(asked["office"]) if asked else None
        if office is None:
            continue
        body = _OWN.sub("", _WORK.sub("", office["body"].removesuffix("的")))
        body = _TWICE.sub(r"\1", body)
        if office["title"] in _OF_A_PLACE:
            body = body.removesuffix("委")  # 上海市委书记和市长
        if len(body) == 1 or body.endswith(("副", "代", "前", "原", "任")) or _NO_BODY.fullmatch(body):
            return None
        return Office(body, office["title"]) if body or office["title"] in _OF_A_PLACE else None
    return None


def joined_offices(question: str) -> tuple[str, ...]:
    """The questions of ``管委会主任和党工委书记分别是谁`` for each office; nothing where one of the two is none."""
    joined = _JOINED.fullmatch(question.strip(" 。？?！!"))
    clauses = (f"{joined['first']}是谁", f"{joined['second']}是谁") if joined else ()
    return clauses if asked_offices(clauses) else ()


def office_of_several(question: str) -> Office | None:
    """The office of several holders that a question asks for (副县长有哪些, 教育局副局长是谁); None for any other."""
    plain = re.sub(_NOW, "", TIME.sub("", question.strip(" 。？?！!"))).strip("，, 的")
    asked = _SEVERAL.fullmatch(plain)
    return None if asked is None else Office(_OWN.sub("", asked["body"].removesuffix("的")), asked["title"])


def names_no_body(question: str) -> bool:
    """Whether a question asks for the holder of an office and does not say of what: 校长是谁."""
    plain = re.sub(_NOW, "", question.strip(" 。？?！!"))
    asked = next((found for form in _ASKS if (found := form.fullmatch(plain))), None)
    office = _OFFICE.fullmatch(asked["office"]) if asked else None
    if office is None:
        return False
    return (not office["body"] and office["title"] not in _OF_A_PLACE) or bool(_NO_BODY.fullmatch(office["body"]))
