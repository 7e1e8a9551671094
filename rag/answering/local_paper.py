"""Questions that name the place which a paper is of.

A county's paper seldom prints its county's name: 全县烟叶出口1.9亿元, 县安委会召开会议. Whoever has several papers in
one archive asks with the name. Such a question is asked of that paper alone, and without the name, as its own readers
would. Knows names and texts only; who asks again elsewhere, where that paper does not say, is the assistant.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import rjieba

from rag.records import Passage

_KIND_OF_PAPER = re.compile("(?:日报|晚报|早报|晨报|时报|周报|快报|商报|新报|今报|导报|周刊|新闻网?|报)$")
_LEVELS = "县市区州旗"
_FROM_ELSEWHERE = re.compile("(?:从|到|去|离|距|往|至|除|除了|来|和|与|跟|比)$")
_BESIDE_IT = re.compile("(?:所在|所属|周边|附近|以外|之外|到|至|和|与|跟|比)")
_LEAST_PLACE = 2
_LEAST_QUESTION = 3
_NAME_GOES_ON = 2
"""So many characters after the place tell whether it begins a longer name: 雁屿大桥."""


@dataclass(frozen=True, slots=True)
class LocalQuestion:
    """A question as it is asked of ``paper``, without ``place``.

    ``level`` is the kind of place that it was called, if any; ``begun`` is the place with what follows it.
    """

    question: str
    paper: str
    place: str
    level: str
    begun: str

    def is_borne_out(self, passages: Sequence[Passage]) -> bool:
        """Whether this paper's ``passages`` are of such a place, and none of them prints ``begun`` as a name."""
        texts = [f"{passage.title}\n{passage.text}" for passage in passages]
        if not texts or any(self.begun in text for text in texts):
            return False
        own = re.compile(f"[全我本]{self.level}|{self.level}(?:委|政府|人大|政协)") if self.level else None
        return own is None or any(own.search(text) for text in texts)

    @property
    def note(self) -> str:
        """What the reader of the answer should know."""
        return f"“{self.place}”按《{self.paper}》所报道的地方理解"


def place_of(paper: str) -> str:
    """The place that a paper is of by its name, without its level; empty where the name is none.

    >>> place_of("焦作日报"), place_of("安澜县报"), place_of("人民日报")
    ('焦作', '安澜', '')
    """
    name = _KIND_OF_PAPER.sub("", paper)
    if name == paper:
        return ""
    if len(name) > _LEAST_PLACE and name[-1] in _LEVELS:
        name = name[:-1]
    if len(name) < _LEAST_PLACE:
        return ""
    # 人民, 经济 and other words of the language are no places, unless some place is called so.
    if not rjieba.has_word(name):
        return name
    called_ns = any(rjieba.tag(each)[0] == (each, "ns") for each in (name, name + "区"))
    return name if called_ns or any(rjieba.has_word(name + level) for level in "县市州旗") else ""


def local_question(question: str, papers: Sequence[str]) -> LocalQuestion | None:
    """``question`` for the one of ``papers`` whose place it names; None where it names none, or several."""
    places = {paper: place for paper in papers if (place := place_of(paper)) and place in question}
    found = set(places.values())
    named = {place for place in found if not any(place in other for other in found - {place})}
    if len(named) != 1 or any(paper in question for paper in papers if paper):
        return None
    place = named.pop()
    of_place = [paper for paper, of in places.items() if of == place]
    if len(of_place) != 1 or question.count(place) != 1:
        return None
    before, after = question.split(place)
    if _FROM_ELSEWHERE.search(before) or _BESIDE_IT.match(after):
        return None
    first = rjieba.cut(after)[0] if after else ""
    level = after[:1] if after[:1] in _LEVELS else ""
    rest = after[1:] if first == level else after
    stripped = (before + re.sub("^的", "", rest)).strip("，,。 ")
    if len(stripped) < _LEAST_QUESTION:
        return None
    return LocalQuestion(stripped, of_place[0], place, level, place + after[:_NAME_GOES_ON])
