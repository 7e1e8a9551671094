"""Pairs from real text: a word that question and passage share, exchanged in one of them for another of its class."""

from __future__ import annotations

import re
from collections.abc import Iterator

import rjieba
from reader_examples import Example
from slot_half import Half

_NUMBER = re.compile(
    r"(?<![\d.])(\d[\d.]*)([万亿余多]*)(%|个百分点|人次|亿元|万元|元|亩|公里|[个家名项条座所件辆台人场次吨户处])"
)
_PAUSES, _ENDS = "，。；：、", "，。；："
_CLASSES = {"v": "verb", "n": "noun", "vn": "noun", "ns": "place", "nr": "name", "nt": "name", "nz": "name"}
_OPEN_LENGTHS = range(6, 51)
"""Characters of a clause that is made into a question."""


class WordExchange:
    """Pairs with exchanged words of one half."""

    def __init__(self, half: Half) -> None:
        self._half = half
        self._places, self._persons, self._organisations = (
            half.of(group) for group in (half.words.places, half.words.persons, half.words.organisations)
        )
        self._moods = [word for kind, words in half.moods.items() if kind != "hearsay" for word in words]

    def from_news(self, sentences: list[str]) -> Iterator[Example]:
        """For each sentence with a number a question that leaves it open, answered, and one pair that differs."""
        for sentence in sentences:
            found = list(_NUMBER.finditer(sentence))
            place = self._half.random.choice(found) if found else None
            question = self._leave_open(sentence, place) if place else None
            if place and question:
                yield Example(question, sentence, place.start(), place.end(), 1.0, "answered")
                yield from self.exchanged(question, sentence, place.group())

    def _leave_open(self, sentence: str, place: re.Match[str]) -> str | None:
        """The clause with 多少 for its number, and some of its adverbs or its first words left out."""
        begin = max(sentence.rfind(mark, 0, place.start()) for mark in _PAUSES) + 1
        if place.start() - begin < 6 and begin > 1 and self._half.chance(0.8):
            begin = max(sentence.rfind(mark, 0, begin - 1) for mark in _ENDS) + 1
        ends = [at for mark in _PAUSES if (at := sentence.find(mark, place.end())) > 0]
        end = min(ends, default=len(sentence))
        if end - begin - len(place.group()) not in _OPEN_LENGTHS:
            return None
        tagged = rjieba.tag(sentence[begin : place.start()])
        words = [word for word, tag in tagged if tag != "d" or word in {"未", "不", "将"} or self._half.chance(0.3)]
        if len(words) > 6 and self._half.chance(0.3):
            words = words[self._half.random.randint(1, 2) :]
        before = re.sub("(近|约|超过?|突破|多达|达到?|至少|为)$", "", "".join(words))
        after = sentence[place.end() : end]
        copula = "" if after else self._half.pick(["", "", "是"])
        return before + copula + self._open_number(*place.groups()) + after + self._half.pick(["？", "", "?"])

    def _open_number(self, _number: str, scale: str, unit: str) -> str:
        if unit == "%":
            return self._half.pick(["多少", "多少", "百分之几"])
        return "多少" + self._half.pick(["", re.sub("[余多]", "", scale)]) + unit

    def exchanged(self, question: str, passage: str, answer: str) -> Iterator[Example]:
        """At most one pair; none where no shared word has another of its class."""
        shared = [
            (word, tag)
            for word, tag in rjieba.tag(question)
            if (len(word) > 1 or word.isdigit()) and word in passage and word not in answer
        ]
        self._half.random.shuffle(shared)
        for word, tag in shared:
            other = self._instead(word, tag)
            if other is None or other in question:
                continue
            if tag.startswith("v") and word in self._half.words.counting and self._half.chance(0.5):
                planned = passage.replace(word, self._half.pick(self._moods) + word)
                yield Example(question, planned, 0, 0, 0.0, "natural mood")
                return
            group = f"natural {_CLASSES.get(tag, 'number')}"
            if self._half.chance(0.7):
                yield Example(question, passage.replace(word, other), 0, 0, 0.0, group)
            else:
                yield Example(question.replace(word, other), passage, 0, 0, 0.0, group)
            return

    def _instead(self, word: str, tag: str) -> str | None:
        """Another of the word's class: a neighbour in use, though not one of the nearest, which may mean the same."""
        if re.fullmatch(r"(19|20)\d\d", word):
            return self._half.year()
        if word.isdigit():
            return str(max(1, int(word) + self._half.random.choice([-3, -2, -1, 1, 2, 3, 10])))
        if self._half.of([word]) != [word]:
            return None
        words = self._half.words
        groups = {
            "v": words.near_verbs.get(word, [])[8:50],
            "n": words.near_nouns.get(word, [])[4:40],
            "vn": words.near_nouns.get(word, [])[4:40],
            "ns": self._places,
            "nr": self._persons,
            "nt": self._organisations,
            "nz": self._organisations,
        }
        return self._half.unlike(word, self._half.of(groups.get(tag, [])))
