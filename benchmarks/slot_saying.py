"""A made-up fact as a passage or as a question."""

from __future__ import annotations

from collections.abc import Sequence

from slot_facts import Fact
from slot_half import Half
from slot_words import alike

BEGIN, END = "\x01", "\x02"
"""Marks around the answer in a passage."""
_SAID = (
    "time place mood adverb act thing number unit le measure link tail base change level whole accident harm other "
    "former office name prize member day edition venue"
).split()


class Sayer:
    """Fills in templates; every slot is said in one of its forms."""

    def __init__(self, half: Half) -> None:
        self._half = half

    def passage(self, fact: Fact, template: str, unsaid: Sequence[str] = ()) -> str:
        """A statement with the answer between ``BEGIN`` and ``END``; the slots of ``unsaid`` are left out."""
        filled = self._filled(fact, unsaid)
        filled["place"] = self._place(filled["place"], 2)
        filled["adverb"] = "" if filled["mood"] else self._adverb()
        filled["link"] = self._half.pick(["为", "达", "达到", "是"])
        filled["level"] = self._half.pick(["为", "达"]) + self._half.number(filled["unit"]) + filled["unit"]
        base, change = self._half.of_class("base"), self._half.of_class(self._half.pick(["up", "down"]))
        filled["tail"] = f"{self._half.form('base', base)}{change}{self._half.decimal(40)}%"
        answer = fact.answer if fact.answer in template else "{number}个百分点"
        return _said(template.replace(answer, f"{BEGIN}{answer}{END}"), filled)

    def question(self, fact: Fact, template: str, unsaid: Sequence[str] = ()) -> str:
        """A question as people type it; the slots of ``unsaid`` are left out."""
        filled = self._filled(fact, unsaid)
        filled["place"] = self._place(filled["place"], None)
        filled["act"] = self._like_act(fact)
        filled["measure"] = filled["unit"][-1:]
        filled["unit"] = self._half.pick([filled["unit"], filled["unit"], filled["measure"]])
        polite = self._half.pick(["", "", "", "", "请问", "我想知道", "查一下"])
        return polite + _said(template, filled) + self._half.pick(["？", "？", "？", "?", "", "呢？"])

    def _filled(self, fact: Fact, unsaid: Sequence[str]) -> dict[str, str]:
        slots = {name: "" if name in unsaid else value for name, value in fact.slots.items()}
        filled = {name: slots.get(name, "") for name in _SAID}
        period = self._half.pick(self._half.periods[slots["period"]]) if slots.get("period") else ""
        filled["time"] = (f"{slots['year']}年" if slots.get("year") else "") + period
        filled["thing"] = slots.get("group", "") + slots.get("modifier", "") + slots.get("head", "")
        filled["le"] = "" if slots.get("mood") or self._half.chance(0.3) else "了"
        filled["base"] = self._half.form("base", slots.get("base", ""))
        return filled

    def _place(self, place: str, forms: int | None) -> str:
        """A level in one of its first ``forms`` forms: 我们村 is how people ask, not how papers write."""
        return self._half.pick(self._half.classes["level"].get(place, [place])[:forms])

    def _like_act(self, fact: Fact) -> str:
        """The act, at times by a verb that shares a character, an object and its neighbours: 签订 for 签约."""
        act = fact.slots.get("act", "")
        if fact.kind == "award":
            return self._half.of_class("win") if act in self._half.classes["win"] and self._half.chance(0.3) else act
        near = [verb for verb in self._half.words.near_verbs.get(act, [])[:40] if alike(verb, act)]
        same = [verb for verb in self._half.acts(fact.slots.get("head", "")) if verb in near]
        return self._half.pick(same) if same and self._half.chance(0.3) else act

    def _adverb(self) -> str:
        adverbs = ["已", "共", "累计", "共计", "已经", "先后", *self._half.words.adverbs[:8]]
        return self._half.pick(adverbs) if self._half.chance(0.4) else ""


def _said(template: str, filled: dict[str, str]) -> str:
    if not filled["time"]:
        template = template.replace("，时间是{time}", "").replace("在{time}", "").replace("，{time}", "")
    return template.format(**filled).replace("，，", "，").strip("，、")
