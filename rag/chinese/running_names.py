"""Where a name ends in running text: 王小洪代表, 马克龙在巴黎.

Nothing marks the end but the words after it. Where several sentences go on differently after the same characters,
the name ends there; a single sentence must go on with a sign, an act or a word of function.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import rjieba

from rag.chinese.lexicon import alternation, words
from rag.chinese.names import ACTS, END_OF_NAME, PERSON
from rag.chinese.offices import TITLE

DOTTED = r"[一-鿿]{1,8}(?:[·•][一-鿿]{1,10})+"
_PERSON_AT = re.compile(rf"(?:{DOTTED}|{PERSON})")
_LED_BY = re.compile(
    rf"^.*(?:致电|贺电|祝贺|会见|任命|选举|推选|提名|候选人|选手|成员|先生|女士|{TITLE}|[的由向对同与和])(?=[一-鿿]{{1,8}}[·•])"
)
"""What runs into a dotted name from before it."""
_LONGEST_NAME, _LONGEST_OWN, _LONGEST_LISTED = 16, 3, 4
_NAME_ENDS = re.compile(END_OF_NAME)
_JOINS = "·•－—-"
_JOINS_SET = frozenset(_JOINS)
_NAME_CHARACTERS = re.compile(rf"[一-鿿{_JOINS}]+")
_RARE_SURNAME = re.compile(f"[{''.join(words('surnames', 'rare'))}]")
"""Surnames that begin ordinary words, too: told by what stands before the name."""
_NO_NAME = re.compile("特使|秘书|发言|助理|顾问|问题|事务|办公")
_LISTED = re.compile("[、和]")
_LIST_END = re.compile("[，。；：！？（）()]")
_ACT = re.compile("|".join(sorted(ACTS, key=len, reverse=True)))
_AFTER_NAMES = frozenset(" 　，。、；：！？（）()《》“”等的在将对为和与及说称")
_PRONOUNS = "他她它我你们此该其"
_BEGIN_NO_NAME = re.compile(
    rf"(?:{TITLE}|[副在将对向和与及的等率会出主表指介说称为兼任以还也已均府团处令助候们级参赴]|"
    rf"{alternation('name_contexts', 'no_name')}|[^一-鿿])"
)
FUNCTION_TAGS = frozenset("v vd vn i l p c d m t q r f u ul uj uz ug x".split())
_NAME_TAGS = frozenset("nr nrt nrfg".split())


def without_lead(name: str) -> str:
    """A dotted name without the words that run into it: 致电安迪·伯纳姆."""
    return _LED_BY.sub("", name)


def leading_name(window: str, windows: Sequence[str]) -> str:
    """The name with which ``window`` begins, read beside other ``windows`` on the same person; empty if none does."""
    if _BEGIN_NO_NAME.match(window):
        return ""
    run = _NAME_CHARACTERS.match(window)
    longest = len(run.group()) if run else 0
    if longest < 2:
        return ""
    for length in range(2, min(longest, _LONGEST_NAME) + 1):
        name, rest = window[:length], window[length:]
        if name[-1] in _JOINS or rest[:1] in _JOINS_SET:
            continue
        following = {other[length : length + 1] for other in windows if other.startswith(name)}
        if len(following) > 1 or length == longest or _acts(rest) or (_goes_on(rest) and not _is_cut(name, windows)):
            return name if may_be_name(name) else ""
    return ""


def word_used_as_name(window: str, texts: Iterable[str]) -> str:
    """The word of the dictionary with which ``window`` begins, where the texts use it as a name: 舒畅，男，汉族."""
    word = next(iter(rjieba.cut(window, False)), "")
    if not 1 < len(word) <= _LONGEST_OWN or not _is_person(word) or not _goes_on(window[len(word) :]):
        return ""
    used = re.compile(rf"{re.escape(word)}(?:，[男女]，|本人|先生|女士|同志|(?:表示|认为|介绍|说)[，：])")
    return word if any(used.search(text) for text in texts) else ""


def leading_names(window: str, windows: Sequence[str]) -> list[str]:
    """The names of a list with which ``window`` begins: 何某、周某和林某出席."""
    list_end = _LIST_END.search(window)
    pieces = _LISTED.split(window[: list_end.start()] if list_end else window)
    names: list[str] = []
    for place, piece in enumerate(pieces):
        is_whole = place < len(pieces) - 1 and (len(piece) <= _LONGEST_LISTED or re.fullmatch(DOTTED, piece))
        name = piece if is_whole and may_be_name(piece) else leading_name(piece, [piece] if names else windows)
        if _BEGIN_NO_NAME.match(piece) or not is_known_name(name) or (not list_end and piece.endswith(name)):
            break
        names.append(name)
        if name != piece:
            break
    return names


def _is_cut(name: str, windows: Sequence[str]) -> bool:
    """Whether several sentences all have the same character after ``name``, so that it goes on."""
    following = [other[len(name) : len(name) + 1] for other in windows if other.startswith(name)]
    return len(following) > 1 and len(set(following)) == 1 and following[0] not in _AFTER_NAMES


def _acts(rest: str) -> bool:
    """Whether an act of two characters or more begins there: 主持, not 在."""
    act = _ACT.match(rest)
    return act is not None and len(act.group()) > 1


def _goes_on(rest: str) -> bool:
    """Whether what comes after a name begins there."""
    return _NAME_ENDS.match(rest) is not None or _is_function(rest)


def _is_function(rest: str) -> bool:
    """Whether a word of function, in the dictionary, begins there; a guess would make one of 雪说 in 梅若雪说."""
    word = next(iter(rjieba.cut(rest, False)), "")
    return len(word) > 1 and rjieba.tag(word)[0][1] in FUNCTION_TAGS


def may_be_name(name: str) -> bool:
    """Whether this is not simply words: 总统特使 names nobody, nor does 祝贺他."""
    tagged = rjieba.tag(name)
    if not tagged or any(character in _PRONOUNS for character in name):
        return False
    if re.fullmatch(DOTTED, name):
        return _NO_NAME.search(name) is None
    if len(rjieba.cut(name, False)) == 1:
        return tagged[0][1] in _NAME_TAGS | {"ns", "nz", "x"}  # 方面 begins with a surname, too
    return not (len(tagged[0][0]) > 1 and tagged[0][1] in FUNCTION_TAGS) and not _NO_NAME.search(name)


def _is_person(name: str) -> bool:
    """Whether a name has the form of a Chinese or a dotted one."""
    return bool(_PERSON_AT.fullmatch(name)) or (len(name) <= _LONGEST_OWN and _RARE_SURNAME.match(name) is not None)


def is_known_name(name: str) -> bool:
    """Whether a name is one by its form or by the dictionary, though it stands only once."""
    if not name:
        return False
    if "·" in name or "•" in name or _is_person(name):
        return True
    return any(tag in _NAME_TAGS for _, tag in rjieba.tag(name))


def is_own_name(name: str, times: int) -> bool:
    """Whether someone of the paper's own country may be called so."""
    return len(name) <= _LONGEST_OWN and (times > 1 or _is_person(name))
