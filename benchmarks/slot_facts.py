"""Made-up facts: a handful of slots with values of the corpus, and one of them exchanged.

How a fact is said is in ``slot_saying``; which values there are in ``slot_half``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from slot_half import Half, read_table

SENTENCES = Path(__file__).parent / "slot_sentences.tsv"
MEASURES = {
    "level": "{number}{unit}",
    "change": "{number}%",
    "share": "{number}%",
    "head": "{number}{unit}",
    "done": "{number}%",
    "rank": "{number}",
}
"""What of an indicator can be told, and the form of the answer."""
_PERCENT = {"change", "share", "done"}


@dataclass(frozen=True, slots=True)
class Fact:
    """Slots by name; ``answer`` is the template of what the questions ask for.

    ``kind`` names the sentences of ``slot_sentences.tsv``.
    """

    kind: str
    slots: dict[str, str]
    answer: str

    @property
    def passages(self) -> list[str]:
        """Templates that say it."""
        return _SENTENCES[self.kind, "passage"]

    @property
    def questions(self) -> list[str]:
        """Templates that ask for the answer."""
        return _SENTENCES[self.kind, "question"]


def _sentences() -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for kind, side, template in read_table(SENTENCES):
        found[kind, side].append(template)
    return dict(found)


_SENTENCES = _sentences()


class Facts:
    """Facts by chance, and what they can be exchanged for."""

    def __init__(self, half: Half) -> None:
        self._half = half

    def draw(self) -> Fact:
        """A fact of a kind by chance."""
        kinds = (self.count, self.level, self.harm, self.role, self.office, self.award, self.event, self.maker)
        return self._half.random.choices(kinds, (30, 24, 8, 8, 6, 9, 8, 7))[0]()

    def _common(self) -> dict[str, str]:
        """Year, period, place, mood and group: what any statement may have."""
        half = self._half
        return {
            "year": half.year() if half.chance(0.8) else "",
            "period": half.pick(half.periods) if half.chance(0.4) else "",
            "place": half.company() if half.chance(0.15) else half.place(),
            "mood": half.mood() if half.chance(0.1) else "",
            "group": half.pick(half.random.choice(half.groups)) if half.chance(0.12) else "",
        }

    def count(self) -> Fact:
        """So many of a thing were dealt with."""
        half = self._half
        noun = half.pick(half.things)
        unit = half.pick(half.words.units_of[noun][:3]).replace("多", "").replace("余", "")
        slots = self._common() | {"act": half.pick(half.acts(noun)), "head": noun, "unit": unit}
        slots |= {"modifier": half.modifier(noun) if half.chance(0.45) else "", "number": half.number(unit)}
        return Fact("count", slots, "{number}{unit}")

    def level(self) -> Fact:
        """An indicator's level, change, share, level per head, completion or rank."""
        half = self._half
        modifier, head, unit = half.random.choice(half.indicators)
        if half.chance(0.3) or half.of([modifier]) != [modifier]:
            modifier = half.modifier(head) if half.chance(0.6) else ""
        slots = self._common() | {"modifier": modifier, "head": head, "unit": unit, "number": half.number(unit)}
        kind = half.random.choices(list(MEASURES), (8, 10, 2, 2, 2, 1))[0]
        return self._measured(Fact("level", slots, ""), kind)

    def _measured(self, fact: Fact, kind: str) -> Fact:
        """Another measure of the same indicator."""
        half = self._half
        slots = fact.slots | {"base": "", "change": "", "measure kind": kind}
        if kind == "change":
            slots["base"] = half.of_class("base") if half.chance(0.7) else ""
            slots["change"] = half.of_class(half.pick(["up", "down"]))
        if kind == "share":
            slots["whole"] = half.pick(["全部", "总量", "总数", "全省", "全市"])
        if kind in _PERCENT:
            slots["number"] = half.decimal(95)
        if kind == "rank":
            slots["number"] = str(half.random.randint(1, 30))
        return Fact(kind, slots, MEASURES[kind])

    def harm(self) -> Fact:
        """What an accident did to people."""
        half = self._half
        slots = self._common() | {"mood": "", "group": "", "accident": half.pick(half.of(half.words.accidents))}
        slots |= {"harm": half.pick(half.harms), "number": str(half.random.randint(1, 60))}
        slots["other"] = f"{half.random.randint(61, 200)}人{half.pick(half.words.harms)}"
        return Fact("harm", slots, "{number}人")

    def role(self) -> Fact:
        """Who did what at an event."""
        half = self._half
        thing = half.pick(half.of(half.words.role_verbs))
        verbs = half.of(dict.fromkeys(half.words.near_verbs["出席"] + half.words.near_verbs["主持"]))
        act = half.pick(verbs)
        slots = self._common() | {"act": act, "head": thing, "modifier": half.modifier(thing), "former": ""}
        slots |= {"office": half.pick(half.of(half.words.offices)), "name": half.person()}
        slots["other"] = half.pick(half.words.offices) + half.person() + half.pick(set(verbs) - {act}) + thing
        return Fact("role", slots, "{name}")

    def office(self) -> Fact:
        """Who holds an office."""
        former = self._half.of_class("former") if self._half.chance(0.3) else ""
        return Fact("office", self.role().slots | {"former": former, "mood": ""}, "{name}")

    def award(self) -> Fact:
        """Who won what."""
        half = self._half
        noun = half.pick(half.things)
        contest = half.pick(["大赛", "奖", "评选", "竞赛", "比赛", "联赛"])
        prize = half.pick([half.modifier(noun), half.named_place()[:2]]) + noun + contest
        member = half.pick(half.random.choice(half.prizes))
        others = {word for group in half.prizes for word in group if word != member}
        slots = self._common() | {"act": half.of_class("win"), "prize": prize, "member": member, "group": ""}
        slots["name"] = half.pick([half.person(), half.company()])
        slots["other"] = half.pick([half.person(), half.company()]) + half.of_class("win") + half.pick(sorted(others))
        return Fact("award", slots, "{name}")

    def event(self) -> Fact:
        """When or where something takes place."""
        half = self._half
        thing = half.pick(half.of(half.words.role_verbs))
        venue = half.named_place() + half.pick(["", "文化馆", "体育场", "礼堂", "广场"])
        slots = {"mood": "", "head": thing, "modifier": half.modifier(thing), "venue": venue, "day": half.day()}
        slots |= {"act": half.of_class("event act"), "edition": half.pick(["", self._edition()])}
        return Fact("when", slots, "{day}") if half.chance(0.5) else Fact("where", slots, "{venue}")

    def _edition(self) -> str:
        return f"第{self._half.of_class('edition')}届"

    def maker(self) -> Fact:
        """Which company did it."""
        half = self._half
        noun = half.pick(half.things)
        slots = self._common() | {"place": half.place(), "act": half.pick(half.acts(noun)), "head": noun}
        slots |= {"modifier": half.modifier(noun), "name": half.company(), "group": ""}
        slots["other"] = half.company() + half.pick(half.acts(noun)) + half.modifier(noun) + noun
        return Fact("maker", slots, "{name}")

    def exchanged(self, fact: Fact, slot: str) -> Fact | None:
        """The fact with another value of ``slot`` in place of its own; None where the half has none."""
        old = fact.slots.get(slot, "")
        if slot == "measure kind":
            return self._measured(fact, self._half.pick([kind for kind in MEASURES if kind != old]))
        new = self._other(fact, slot, old)
        return None if new is None or new == old else replace(fact, slots=fact.slots | {slot: new})

    def _other(self, fact: Fact, slot: str, old: str) -> str | None:
        half = self._half
        makers: dict[str, Callable[[], str | None]] = {
            "year": half.year,
            "period": lambda: half.pick([*half.periods, "", ""]),
            "place": half.place,
            "venue": half.named_place,
            "day": half.day,
            "edition": self._edition,
            "mood": lambda: "" if old else half.mood(),
            "modifier": lambda: (
                "" if old and half.chance(0.1) else half.unlike(old, [half.modifier(fact.slots["head"])])
            ),
            "former": lambda: "" if old and half.chance(0.5) else half.of_class("former"),
            "base": lambda: half.of_class("base"),
            "change": lambda: half.of_class("down" if old in half.classes["up"] else "up"),
            "act": lambda: self._other_act(fact, old),
            "head": lambda: self._other_head(fact, old),
            "harm": lambda: half.unlike(old, [word for word in half.harms if not (_deadly(word) and _deadly(old))]),
            "accident": lambda: half.unlike(old, half.of(half.words.accidents)),
            "office": lambda: half.unlike(old, half.of(half.words.offices)),
            "member": lambda: self._other_member(half.prizes, old),
            "group": lambda: self._other_member(half.groups, old),
        }
        return makers[slot]()

    def _other_act(self, fact: Fact, old: str) -> str | None:
        """A verb of the same object; those that are used most alike may mean the same and are left out."""
        if fact.kind == "award":
            return self._half.of_class("no win")
        if fact.kind in {"when", "where"}:
            return self._half.unlike(old, self._half.classes["event act"])
        near = self._half.words.near_verbs.get(old, [])
        verbs = self._half.acts(fact.slots["head"]) if fact.kind in {"count", "maker"} else self._half.of(near)
        return self._half.unlike(old, [verb for verb in verbs if verb not in near[:8]])

    def _other_head(self, fact: Fact, old: str) -> str | None:
        near = [] if fact.kind == "count" else self._half.words.near_nouns.get(old, [])[4:40]
        unit = fact.slots.get("unit", "")
        counted = [noun for noun in self._half.things if unit in self._half.words.units_of[noun]]
        return self._half.unlike(old, self._half.of(near) + counted)

    def _other_member(self, classes: list[list[str]], old: str) -> str | None:
        others = [word for group in classes if old in group for word in group if word != old]
        return self._half.pick(others) if others else None


def _deadly(harm: str) -> bool:
    """Whether it means that people died: 遇难 and 丧生 are not told apart."""
    return bool(set(harm) & set("死亡难生害")) and harm != "逃生"
