"""Pairs from made-up facts: a passage that answers, and passages that differ from the question in one slot."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from reader_examples import Example
from slot_facts import Fact, Facts
from slot_half import Half
from slot_saying import BEGIN, END, Sayer

NARROWER = 0.15
"""The target of a passage whose thing is narrower than the one asked after: 重点项目 for 项目 is nearer to an answer
than another thing, and said with its modifier it is true."""
UNSAID_SHARES = {"year": 0.3, "period": 0.25, "place": 0.3}
"""How often a question leaves a slot out."""
DIFFERING = 2
"""Pairs that differ, for each that answers."""
_IN_TIME = ("year", "period")
_IN_THING = ("modifier", "head", "group", "measure kind")
_ADDED = ("mood", "modifier", "former")
"""Slots that change the meaning where they are added, though the question is silent on them."""
_EXCHANGED = {
    "year": 2.0,
    "period": 3.0,
    "place": 2.0,
    "modifier": 2.5,
    "head": 1.0,
    "group": 2.0,
    "act": 3.0,
    "mood": 2.0,
    "member": 2.0,
    "measure kind": 2.0,
    "change": 2.0,
    "base": 1.5,
    "harm": 2.0,
    "accident": 1.0,
    "office": 1.0,
    "former": 1.0,
    "edition": 1.0,
    "venue": 1.0,
    "day": 1.0,
}
"""Slots that can be exchanged, and how often against one another."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question on a fact: its template, and the slots that it leaves out."""

    fact: Fact
    template: str
    unsaid: tuple[str, ...]
    text: str

    def names(self, slot: str) -> bool:
        """Whether it has the slot, or says so much that the slot's being added would change the meaning."""
        holder = "time" if slot in _IN_TIME else "thing" if slot in _IN_THING else slot
        if slot == "mood":
            return self.fact.kind not in {"harm", "office"} and (
                "{mood}" in self.template or "{act}" in self.template
            )
        if slot == "former":
            return "{office}" in self.template
        said = self.fact.slots.get(slot, "")
        return f"{{{holder}}}" in self.template and slot not in self.unsaid and bool(said or slot in _ADDED)

    def slots(self) -> list[str]:
        """The slots that it names, of those that can be exchanged."""
        return [slot for slot in _EXCHANGED if slot in self.fact.slots and self.names(slot)]


class SlotExamples:
    """Pairs from one half of the words; the same seed gives the same pairs."""

    def __init__(self, half: Half, *, plain: bool) -> None:
        """``plain`` leaves out what stands around a statement."""
        self._half, self._plain = half, plain
        self._facts, self._sayer = Facts(half), Sayer(half)

    def make(self, count: int) -> Iterator[Example]:
        """An answered pair and ``DIFFERING`` that differ, for each of ``count`` facts."""
        for _ in range(count):
            fact = self._facts.draw()
            unsaid = tuple(slot for slot, share in UNSAID_SHARES.items() if self._half.chance(share))
            asked = self._ask(fact, self._half.pick(fact.questions), unsaid)
            yield self._answered(asked)
            slots = asked.slots()
            for slot in self._half.random.choices(slots, [_EXCHANGED[slot] for slot in slots], k=DIFFERING):
                other = self._facts.exchanged(fact, slot)
                if other is not None:
                    yield self._differing(asked, other, slot)

    def _ask(self, fact: Fact, template: str, unsaid: tuple[str, ...]) -> _Asked:
        return _Asked(fact, template, unsaid, self._sayer.question(fact, template, unsaid))

    def _answered(self, asked: _Asked) -> Example:
        """The fact's statement, at times silent on a slot, at times beside one that differs."""
        fact = asked.fact
        silent = [slot for slot in UNSAID_SHARES if not self._plain and self._half.chance(0.1)]
        passage = self._sayer.passage(fact, self._half.pick(fact.passages), silent)
        if not self._plain and not silent and self._half.chance(0.15):
            other = self._facts.exchanged(fact, self._half.pick(asked.slots()))
            if other is not None:
                passage = self._beside(passage, other)
        return self._example(asked.text, passage, 1.0, "answered")

    def _beside(self, passage: str, other: Fact) -> str:
        """Both statements, in either order, the other one's with an answer of its own and no marks."""
        own = {"number": self._half.number(other.slots.get("unit", "")), "name": self._half.person()}
        other = replace(
            other, slots=other.slots | {slot: value for slot, value in own.items() if slot in other.slots}
        )
        beside = _unmarked(self._sayer.passage(other, self._half.pick(other.passages)))
        both = [beside, passage] if self._half.chance(0.5) else [passage, beside]
        return self._half.pick(["，", "；", "。"]).join(both)

    def _differing(self, asked: _Asked, other: Fact, slot: str) -> Example:
        """The question with the other fact's statement, or the other fact's question with this one's statement."""
        question, said = asked.text, other
        if asked.fact.slots.get(slot) and slot not in {"measure kind", "mood"} and self._half.chance(0.35):
            question, said = self._ask(other, asked.template, asked.unsaid).text, asked.fact
        holder = "time" if slot in _IN_TIME else "thing" if slot in _IN_THING else slot
        templates = [template for template in said.passages if f"{{{holder}}}" in template]
        passage = _unmarked(self._sayer.passage(said, self._half.pick(templates or said.passages)))
        if slot == "place" and self._half.chance(0.2):
            passage = f"其中{passage}"
        group = _group(asked.fact, other, slot)
        return self._example(question, passage, NARROWER if group == "modifier added" else 0.0, group)

    def _example(self, question: str, passage: str, target: float, group: str) -> Example:
        text = passage + self._half.pick(["。", "。", ""])
        if not self._plain:
            text = self._around(text)
        begin, end = (text.find(BEGIN), text.find(END) - 1) if target == 1.0 else (0, 0)
        return Example(question, _unmarked(text), max(begin, 0), max(end, 0), target, group)

    def _around(self, text: str) -> str:
        """The statement as it is read in an article: after a title, after a sentence, before another clause."""
        words = self._half.words
        if self._half.chance(0.12):
            text = words.clauses[self._half.random.randrange(len(words.clauses))][-60:] + text
        if self._half.chance(0.15):
            text = f"{words.titles[self._half.random.randrange(len(words.titles))][:40]}：{text}"
        if self._half.chance(0.12):
            text = f"{text.rstrip('。')}，{words.clauses[self._half.random.randrange(len(words.clauses))][:50]}"
        return text


def _group(fact: Fact, other: Fact, slot: str) -> str:
    """What the pair differs in, as it is counted."""
    old, new = fact.slots.get(slot, ""), other.slots.get(slot, "")
    if slot in _ADDED and not old:
        return f"{slot} added"
    if slot == "place" and old.startswith("全") and new.startswith("全"):
        return "level"
    if slot == "act":
        acts = {"count": "act", "maker": "act", "award": "award act", "when": "event act", "where": "event act"}
        return acts.get(fact.kind, "role")
    return {"measure kind": "measure", "change": "direction"}.get(slot, slot)


def _unmarked(text: str) -> str:
    return text.replace(BEGIN, "").replace(END, "")
