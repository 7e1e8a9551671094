"""A question on several things to a question on each: 7月和9月一共签约多少个 asks about July, then September.

Only what is listed outright is taken apart: times (2020年7月、9月和11月) or two named things that share what is asked
of them (第二水厂和新医院的总投资). 7月至9月 is one span, and stays whole.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import rjieba

from rag.chinese.lexicon import alternation
from rag.chinese.terms import tagged
from rag.records import Turn
from rag.retrieval.follow_up import standalone_question

Operation = Literal["sum", "each"]

ASKS_TOTAL = re.compile(r"合计|总共|一共|共计|总计|加起来|加在一起|相加")
"""The words that ask for a total."""
_EACH = re.compile(r"各自|分别|各(?=是|为|有|签|多少|几|达)")
_AND = r"(?:[、，,和与及跟]|以及|还有)"
_TIME = re.compile(
    r"(?:(?P<year>(?:19|20)\d\d)年)?"
    r"(?:(?P<part>[上下]半年|第?[一二三四]季度)|(?:(?P<month>\d{1,2})月(?:份|底|末)?)?(?:(?P<day>\d{1,2})[日号])?)"
)
_TIMES_COUNTED = re.compile(r"^的?这?(?:[两二三四五六七八九十]|\d{1,2})(?:次|年|个?月|天|场|届|期|个季度)的?")
_MEASURED = alternation("measured_things", "compound", "attribute")
"""What is measured of one thing, compound words first: 营业收入 is one."""
_NAMED = re.compile(
    rf"^(?P<first>[^，,。？?、和与]{{2,20}})[和与、](?P<second>[^，,。？?]{{2,24}}?)的?(?P<tail>(?:{_MEASURED}).*)$"
)
_MEASURED_BOTH = re.compile(
    rf"^(?P<of>[^，,。？?、和与及]{{2,30}}?)的?(?P<first>{_MEASURED})[和与及、](?P<second>{_MEASURED})"
    r"(?P<tail>(?:各自|分别|各)?(?:同比)?(?:[是为有达增下]|多少).*)$"
)
_LISTED = re.compile(
    r"^(?P<head>[一-鿿\d（）]{4,24}?)(?P<rest>(?:[、，,\s和与及]+[一-鿿]{2,6}?){2,5})的?(?:分别|各自|各)(?P<tail>[^，。？]+[？?]?)$"
)
_BETWEEN = re.compile(r"[、，,\s和与及]+")
_LISTS = re.compile(r"哪[些几]$")
"""哪些单位、乡村获奖 asks for one list."""
_MANY_PARTS = 6
_BARE_YEAR = re.compile(r"((?:19|20)\d\d)(?=[、和与](?:19|20)\d\d年)")
_BOOKS = re.compile(r"(《[^》]+》)[和与、](《[^》]+》)")
_CLAUSE_END = re.compile(r"(?:[，,；;？?。！!]|(?<![A-Za-z0-9])\s|\s(?![A-Za-z0-9]))+")
"""A sign, or a space that does not stand inside a foreign name."""
_AMOUNT = r"(?:是|有|为|达到?)?(?:多少|几)"
_NEXT_AMOUNT = re.compile(rf"(?<=[一-鿿])(?={_AMOUNT})")
"""多少个项目多少钱 asks twice without a sign between."""
_LEANS = re.compile(r"^(?:[比较跟]|那|和|同).|呢$")
"""前三季度呢 and 比去年 lean on the clause before."""
_ASKS = re.compile(alternation("question_words", "asks"))
_PRONOUN = re.compile(r"^(?:它们?|他们?|她们?|其中?|该)的?")
_FUNCTION_TAGS = frozenset("pcudvmrfwx")
_JOINTS = frozenset("和 与 及 以及 、".split())
_SAID_TOGETHER = frozenset(
    [("国家", "地区"), ("单位", "个人"), ("集体", "个人"), ("干部", "群众"), ("部门", "单位"), ("乡镇", "街道")]
)
"""What a paper counts as one: 91个国家和地区."""


@dataclass(frozen=True, slots=True)
class QuestionParts:
    """One question for each thing listed, with what it is called, in the order of the question."""

    operation: Operation
    labels: tuple[str, ...]
    questions: tuple[str, ...]


def question_parts(question: str) -> QuestionParts | None:
    """The parts of a question that lists things; None for any other.

    ``2020年7月、9月一共签了多少个项目？`` gives a sum over ``2020年7月签了多少个项目？`` and ``2020年9月签了…``.
    """
    operation: Operation | None = "sum" if ASKS_TOTAL.search(question) else "each" if _EACH.search(question) else None
    if operation is None:
        return None
    found = _timed_parts(question) or _measured_parts(question) or _named_parts(question) or _listed_parts(question)
    if found is None or not 2 <= len(found) <= _MANY_PARTS:
        return None
    return QuestionParts(operation, tuple(found), tuple(map(_single, found.values())))


def _listed_parts(question: str) -> dict[str, str] | None:
    """大桥开工 合龙 通车分别哪天 asks of one thing for each of the words listed."""
    listed = _LISTED.match(question)
    if listed is None:
        return None
    words = tagged(listed["head"])
    of, first = listed["head"][: words[-1][2]], words[-1][0]
    items = [first, *filter(None, _BETWEEN.split(listed["rest"]))]
    return {item: f"{of}{item}{listed['tail']}" for item in items} if of else None


def coordinated_questions(question: str) -> tuple[str, ...]:
    """What to look for to answer a question on several things, in order; nothing for any other question.

    ``北京和上海高考出分时间`` gives ``北京高考出分时间`` and ``上海高考出分时间``.
    """
    plain = _BARE_YEAR.sub(r"\1年", question)
    return _clauses(plain) or tuple(_coordinated(plain).values())


def coordinated_parts(question: str) -> QuestionParts | None:
    """The parts of a question on a few things joined by 和, to be answered one by one; None for any other.

    Unlike ``question_parts`` it needs no 分别: ``北京和上海2021年的GDP`` is asked of each. Clauses that each ask
    something stay together: one sentence of the paper often answers them all.
    """
    plain = _BARE_YEAR.sub(r"\1年", question)
    found = {} if _clauses(plain) else _coordinated(plain)
    if not 2 <= len(found) <= _MANY_PARTS:
        return None
    return QuestionParts("each", tuple(found), tuple(found.values()))


def _coordinated(question: str) -> dict[str, str]:
    """Label and question for each of the things joined."""
    timed = _timed_parts(question)
    if timed and len(timed) <= _MANY_PARTS:
        return {label: _single(part) for label, part in timed.items()}
    measured = _measured_parts(question)
    if measured:
        return {label: _single(part) for label, part in measured.items()}
    books = _BOOKS.search(question)
    if books:
        before, after = question[: books.start()], question[books.end() :]
        return {book: _single(before + book + after) for book in books.groups()}
    return _joined_words(question)


def asked_clauses(question: str) -> tuple[tuple[str, str], ...]:
    """The clauses of a question that each ask something, each with itself completed; else nothing.

    To ``今年签约了多少个项目？总投资多少？`` the second is ``总投资多少`` with ``今年签约了项目总投资多少``.
    """
    completed = _clauses(question)
    return tuple(zip(_split_clauses(question), completed, strict=True)) if completed else ()


def _split_clauses(question: str) -> list[str]:
    """The clauses of a question; words before the first that asks, set off by a sign or a space, belong to that."""
    clauses: list[str] = []
    for piece in filter(None, map(str.strip, _CLAUSE_END.split(question))):
        if clauses and not _ASKS.search(clauses[-1]):
            clauses[-1] += f"，{piece}"
        else:
            clauses += _amounts(piece)
    return clauses


def _amounts(clause: str) -> list[str]:
    """签约了多少个项目多少钱 as its two questions; any other clause as it is."""
    starts = [match.start() for match in _NEXT_AMOUNT.finditer(clause)]
    starts = [start for start in starts if re.search(r"多少|几[个家名户]", clause[:start])]
    cuts = [0, *starts[:1], len(clause)]
    return [clause[begin:end] for begin, end in pairwise(cuts) if end > begin]


def _clauses(question: str) -> tuple[str, ...]:
    """The clauses of a question that each ask something, with the subject of the first; else nothing.

    ``今年签约了多少个项目？总投资多少？`` gives ``今年签约了多少个项目`` and ``今年签约了项目总投资多少``;
    ``前三季度呢`` asks the same of another time.
    """
    clauses = _split_clauses(question)
    if not 2 <= len(clauses) <= _MANY_PARTS:
        return ()
    if not all(_ASKS.search(clause) or (place and _LEANS.search(clause)) for place, clause in enumerate(clauses)):
        return ()
    head, possessive, _ = clauses[0].rpartition("的")
    subject = (head if possessive and not _ASKS.search(head) else _ASKS.sub("", clauses[0])).lstrip("的")
    return (clauses[0], *(_completed(clause, clauses[0], subject) for clause in clauses[1:]))


def leans(clause: str) -> bool:
    """Whether a clause asks the same as the one before of another time or thing: 前三季度呢, 比去年."""
    return _LEANS.search(clause) is not None


def _completed(clause: str, first: str, subject: str) -> str:
    if _ASKS.search(clause):
        return subject + _PRONOUN.sub("", clause)
    return standalone_question(clause if clause.endswith("呢") else f"{clause}呢", [Turn(first, "")])


def _joined_words(question: str) -> dict[str, str]:
    words = rjieba.tag(question)
    for place in range(1, len(words) - 1):
        joins = words[place][0] in _JOINTS and (words[place - 1][0], words[place + 1][0]) not in _SAID_TOGETHER
        lengths = _lengths(words[:place], words[place + 1 :]) if joins else None
        if lengths is not None:
            first, last = place - lengths[0], place + 1 + lengths[1]
            before, after = _joined(words[:first]), _joined(words[last:])
            if _LISTS.search(before):
                return {}
            parts = (_joined(words[first:place]), _joined(words[place + 1 : last]))
            return {part: _single(before + part + after) for part in parts}
    return {}


def _lengths(left: list[tuple[str, str]], right: list[tuple[str, str]]) -> tuple[int, int] | None:
    """How many words before and after 和 belong to it: those with a first or last word in common, else two nouns."""
    for before, after in ((2, 2), (3, 3), (3, 2), (2, 3)):
        if before <= len(left) and after <= len(right):
            first, second = left[-before:], right[:after]
            if first[-1][0] == second[-1][0]:
                return before, after
            if first[0][0] == second[0][0]:
                return before, after + _nouns(right[after:])
    # 石岭 镇 和 清溪镇, of which one side is cut before its last character.
    if len(left) > 1 and len(left[-1][0]) == 1 and right[0][0].endswith(left[-1][0]):
        return 2, 1
    if len(right) > 1 and len(right[1][0]) == 1 and left[-1][0].endswith(right[1][0]):
        return 1, 2
    if left[-1][1][:2] == "nr" and len(left) > 1 and len(left[-2][0]) == 1 and left[-2][1][:1] not in _FUNCTION_TAGS:
        # A foreign name, cut before its last part: 布 林肯.
        return (2, 1) if right[0][1][:2] == "nr" and left[-2][1][:2] == "nr" else None
    if _are_nouns(left[-1], right[0]) and len(left[-1][0]) > len(right[0][0]) == 1:
        # 英特尔和英 伟达: no name of one character stands beside a longer one.
        return (1, 2) if len(right) > 1 and right[1][1][:1] not in _FUNCTION_TAGS else None
    if len(left) > 1 and len(right) > 1 and left[-2][1] == right[0][1] == "ns" and _are_nouns(left[-1], right[1]):
        return 2, 2  # 北京冬奥会和杭州亚运会
    return (1, 1) if _are_nouns(left[-1], right[0]) else None


def _are_nouns(*words: tuple[str, str]) -> bool:
    """Whether all are nouns, short forms such as 冬奥会 included."""
    return all(tag[:1] in "nj" for _, tag in words)


def _nouns(words: list[tuple[str, str]]) -> int:
    """How many nouns the words begin with."""
    return next((place for place, (_, tag) in enumerate(words) if not tag.startswith("n")), len(words))


def _joined(words: list[tuple[str, str]]) -> str:
    return "".join(word for word, _ in words)


def _single(question: str) -> str:
    """The question without the words that ask for a total or for each."""
    return _EACH.sub("", ASKS_TOTAL.sub("", question))


def _timed_parts(question: str) -> dict[str, str] | None:
    """Label and question for each time of the longest list of times."""
    for begin in range(len(question)):
        times, end = _time_list(question, begin)
        if len(times) > 1:
            rest = _TIMES_COUNTED.sub("的" if question[end : end + 1] == "的" else "", question[end:])
            return {time: question[:begin] + time + rest for time in times}
    return None


def _time_list(question: str, begin: int) -> tuple[list[str], int]:
    """The times joined by 、 or 和 from ``begin``, each with the year and month said before it, and the end."""
    times: list[str] = []
    known: dict[str, str] = {}
    end = position = begin
    while match := _TIME.match(question, position):
        said = {name: value for name, value in match.groupdict().items() if value}
        if not said:
            break
        if "year" in said:
            known = {}
        if "month" in said or "part" in said:
            known = {name: value for name, value in known.items() if name == "year"}
        known |= said
        times.append(_written(known))
        end = match.end()
        joint = re.compile(_AND).match(question, end)
        if joint is None:
            break
        position = joint.end()
    return list(dict.fromkeys(times)), end


def _written(time: dict[str, str]) -> str:
    year = f"{time['year']}年" if "year" in time else ""
    if "part" in time:
        return year + time["part"]
    return year + (f"{time['month']}月" if "month" in time else "") + (f"{time['day']}日" if "day" in time else "")


def _measured_parts(question: str) -> dict[str, str] | None:
    """What is measured of one thing, each: 轻工业2023年利润和营业收入各是多少 asks of 轻工业 twice."""
    match = _MEASURED_BOTH.match(question)
    if match is None:
        return None
    return {name: f"{match['of']}{name}{match['tail']}" for name in (match["first"], match["second"])}


def _named_parts(question: str) -> dict[str, str] | None:
    match = _NAMED.match(question)
    if match is None:
        return None
    first, second = match["first"], ASKS_TOTAL.sub("", _EACH.sub("", match["second"]))
    if not second:
        return None
    return {name: f"{name}的{match['tail']}" for name in (first, second)}
