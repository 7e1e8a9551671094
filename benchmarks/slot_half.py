"""One half of the words, and draws from it: the half to train with or the one kept back for measuring."""

from __future__ import annotations

import csv
import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from slot_words import Vocabulary, alike, is_kept_back

CLASSES = Path(__file__).parent / "slot_classes.tsv"
MEASURED_SHARE = 0.3
"""Of a closed class, how much is kept back."""


class Half:
    """Draws from one half of a vocabulary; the same seed draws the same."""

    def __init__(self, words: Vocabulary, kept_back: bool, seed: int) -> None:
        self.words, self.kept_back = words, kept_back
        self.random = random.Random(seed)
        self.classes = {name: self._part(keys) for name, keys in _closed_classes().items()}
        self.periods = {key: forms for key, forms in _periods(words).items() if is_kept_back(key) == kept_back}
        self.prizes = [found for group in words.prizes if len(found := self.of(group)) > 1]
        self.groups = [found for group in words.groups if len(found := self.of(group)) > 1]
        self.moods: dict[str, list[str]] = defaultdict(list)
        for kind, word in words.moods:
            if is_kept_back(word) == kept_back:
                self.moods[kind].append(word)
        harms: dict[str, list[str]] = {word: [word] for word in words.harms}
        self.harms = list(self._part(harms))
        self._counting = set(words.counting)
        self.things = [noun for noun in self.of(words.units_of) if self.acts(noun)]
        self.indicators = [key for key in words.indicators if is_kept_back(key[1]) == kept_back]
        self._stems = [c for word in words.places[:900] if len(word) == 2 for c in word]
        self._given = [c for word in words.persons if len(word) == 3 for c in word[1:]]
        self._surnames = [word[0] for word in words.persons[:600] if len(word) == 3]
        modifiers = {word for group in words.modifiers_of.values() for word in group[:12] if len(word) > 1}
        self._modifiers = self.of(sorted(modifiers))

    def of(self, words: Iterable[str]) -> list[str]:
        """Those of this half, in order."""
        return [word for word in words if is_kept_back(word) == self.kept_back]

    def _part(self, keys: dict[str, list[str]]) -> dict[str, list[str]]:
        """A closed class is split by place, so that neither half is empty."""
        cut = round((1 - MEASURED_SHARE) * len(keys))
        return dict(list(keys.items())[cut:] if self.kept_back else list(keys.items())[:cut])

    def chance(self, share: float) -> bool:
        """True in that share of cases."""
        return self.random.random() < share

    def pick(self, words: Iterable[str]) -> str:
        """One of the words."""
        return self.random.choice(list(words))

    def of_class(self, name: str) -> str:
        """A key of a closed class."""
        return self.pick(self.classes[name])

    def form(self, name: str, key: str) -> str:
        """One way to say a key of a closed class; the key itself where the class does not have it."""
        return self.pick(self.classes[name].get(key, [key]))

    def unlike(self, old: str, words: Iterable[str]) -> str | None:
        """One of the words that shares no character with ``old``; None where there is none."""
        found = [word for word in words if not alike(word, old)]
        return self.pick(found) if found else None

    def acts(self, noun: str) -> list[str]:
        """Verbs that take ``noun`` and a number."""
        return [verb for verb in self.of(self.words.verbs_of.get(noun, [])) if verb in self._counting]

    def year(self) -> str:
        """A year, without 年."""
        return self.pick(self.of(str(year) for year in range(1985, 2036)))

    def place(self) -> str:
        """A made-up place, or ``"全"`` and a level."""
        return self.of_class("level") if self.chance(0.3) else self.named_place()

    def named_place(self) -> str:
        """A made-up place."""
        while True:
            name = self.pick(self._stems) + self.pick(self._stems) + self.of_class("place")
            if is_kept_back(name) == self.kept_back:
                return name

    def person(self) -> str:
        """A made-up name."""
        given = self.random.choice([1, 2, 2])
        return self.pick(self._surnames) + "".join(self.pick(self._given) for _ in range(given))

    def company(self) -> str:
        """A made-up company."""
        legal_form = self.pick(["", "公司", "有限公司", "厂"])
        return self.pick(self._given) + self.pick(self._stems) + self.of_class("trade") + legal_form

    def modifier(self, noun: str) -> str:
        """A word that narrows ``noun``, mostly one seen before it."""
        own = [word for word in self.of(self.words.modifiers_of.get(noun, [])) if not alike(word, noun)]
        return self.pick(own) if own and self.chance(0.7) else self.pick(self._modifiers)

    def mood(self) -> str:
        """A word that makes of the act something that is not a fact; each kind is as likely."""
        return self.pick(self.moods[self.pick(self.moods)])

    def number(self, unit: str) -> str:
        """A number as it stands before ``unit``."""
        if self.chance(0.4) and len(found := self.words.numbers_of.get(unit, [])) > 3:
            return self.pick(found)
        if len(unit) > 1:
            return self.decimal(99)
        return str(self.random.choice([self.random.randint(2, 99), self.random.randint(100, 9999)]))

    def decimal(self, most: int) -> str:
        """A number with one place."""
        return f"{self.random.randint(1, most)}.{self.random.randint(1, 9)}"

    def day(self) -> str:
        """A day, with its year or without."""
        year = self.pick([f"{self.year()}年", ""])
        return f"{year}{self.random.randint(1, 12)}月{self.random.randint(1, 28)}日"


def read_table(path: Path) -> list[list[str]]:
    """Rows of a tab-separated file without its comments."""
    with path.open(encoding="utf-8") as file:
        return [row for row in csv.reader(file, delimiter="\t") if row and not row[0].startswith("#")]


def _closed_classes() -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for name, key, form in read_table(CLASSES):
        found[name][key].append(form)
    return found


def _periods(words: Vocabulary) -> dict[str, list[str]]:
    """A part of the year, as a key, and the ways it is said."""
    found = {f"month {n}": [f"{n}月", f"{n}月份"] for n in range(1, 13)}
    for n in range(2, 12):
        found[f"first {n}"] = [f"1至{n}月", f"前{n}个月", f"1—{n}月", f"1-{n}月份"]
    found["first 6"].append("上半年")
    found["first 9"].append("前三季度")
    for number in "一二三四":
        found[f"quarter {number}"] = [f"{number}季度", f"第{number}季度"]
    found |= {"second half": ["下半年"], "whole": ["全年"]}
    found |= {f"third {n}": [f"{n}月上旬", f"{n}月初"] for n in range(1, 13)}
    festivals: Sequence[str] = [word for word in words.periods if word.endswith("期间")]
    return found | {word: [word] if "“" in word else [word, word.replace("期间", "假期")] for word in festivals}
