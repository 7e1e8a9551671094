"""Words of one class, taken from dated news: what one slot of a statement can be exchanged for.

Nothing here is a list of the language: verbs that take the same object, modifiers of the same noun, units of the
same thing, names, offices, indicators and times are counted in the corpus. Every word belongs to one of two halves
(``is_kept_back``): the larger is exchanged in training, the smaller only in measuring, so that a figure on the
smaller says what the reader makes of words it was never shown as a difference.
"""

from __future__ import annotations

import csv
import gzip
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from zlib import crc32

import numpy as np
import rjieba

LEXICON = Path(__file__).parents[1] / "rag" / "chinese" / "lexicon"
Token = tuple[str, str]
"""A word and its tag."""

_NOUN = {"n", "vn", "nz"}
_IN_PHRASE = _NOUN | {"b", "j"}
_NUMBER = re.compile(r"\d[\d.]*$")
_UNIT = re.compile(r"[万亿余多]*(?:人次|[个家名项条座所件辆台部支艘处场次起种户亩吨里米套株头栋册元人])$")
_PERIOD = re.compile(
    r"(?<!\d)(?:第?[一二三四]季度|前[两二三]季度|[上下]半年|全年|\d{1,2}(?:至|—|-)\d{1,2}月份?|前\d{1,2}个月"
    r"|“十[一二三四五]五”期间|[春国端清中元五暑][节庆午明秋旦一][假期]?期间|\d{1,2}月份|\d{1,2}月[上中下]旬)"
)
_CHINESE = re.compile(r"[\u4e00-\u9fff]+$")


def is_kept_back(word: str) -> bool:
    """Whether a word's exchange is only for measuring: three in ten, by its checksum."""
    return crc32(word.encode()) % 10 >= 7


@dataclass(slots=True)
class Vocabulary:
    """What was counted in the corpus; every list is in order of frequency."""

    verbs_of: dict[str, list[str]] = field(default_factory=dict)
    """Verbs that take this noun as their object."""
    units_of: dict[str, list[str]] = field(default_factory=dict)
    """Units that this noun is counted in: ``"个"``, ``"万亩"``."""
    modifiers_of: dict[str, list[str]] = field(default_factory=dict)
    """Words that stand before this noun and narrow it."""
    counting: list[str] = field(default_factory=list)
    """Verbs directly before a number."""
    near_verbs: dict[str, list[str]] = field(default_factory=dict)
    """Verbs that take like objects, the likest first."""
    near_nouns: dict[str, list[str]] = field(default_factory=dict)
    """Nouns that stand after like verbs and modifiers, the likest first."""
    numbers_of: dict[str, list[str]] = field(default_factory=dict)
    """Numbers as printed before this unit."""
    indicators: list[tuple[str, str, str]] = field(default_factory=list)
    """Modifier (or ``""``), head and unit of what has a level: ``("旅游", "收入", "亿元")``."""
    changes: list[str] = field(default_factory=list)
    """Verbs between an indicator and a percentage."""
    bases: list[str] = field(default_factory=list)
    """What a change is compared with."""
    harms: list[str] = field(default_factory=list)
    """What happens to a number of people in an accident."""
    accidents: list[str] = field(default_factory=list)
    """Nouns that cause it."""
    offices: list[str] = field(default_factory=list)
    """Nouns directly before persons' names."""
    role_verbs: dict[str, list[str]] = field(default_factory=dict)
    """Events with the verbs of the persons at them."""
    adverbs: list[str] = field(default_factory=list)
    """Adverbs whose verb is a fact: it is often followed by 了."""
    moods: list[tuple[str, str]] = field(default_factory=list)
    """Kind and word of what makes of a verb something that is not so, in the corpus seen before verbs."""
    prizes: list[list[str]] = field(default_factory=list)
    """Classes of alternatives that are won: ``["金牌", "银牌"]``."""
    groups: list[list[str]] = field(default_factory=list)
    """Other classes of alternatives: ``["城镇", "农村"]``, ``["公路", "铁路"]``."""
    places: list[str] = field(default_factory=list)
    persons: list[str] = field(default_factory=list)
    organisations: list[str] = field(default_factory=list)
    periods: list[str] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    clauses: list[str] = field(default_factory=list)
    """Sentences of the corpus, to stand around a statement."""


def read_sentences(path: Path) -> Iterator[tuple[str, str]]:
    """Title and sentence of every article, in order."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            article = json.loads(line)
            for sentence in re.findall(r"[^。！？\n]+[。！？]?", article["text"]):
                if 8 <= len(sentence.strip()) <= 140:
                    yield article["title"], sentence.strip()


class _Counts:
    """Counters over tagged sentences, one pass."""

    def __init__(self) -> None:
        self.verb_object: Counter[Token] = Counter()
        self.modifier_noun: Counter[Token] = Counter()
        self.unit_noun: Counter[Token] = Counter()
        self.number_unit: Counter[Token] = Counter()
        self.counting: Counter[str] = Counter()
        self.indicator: Counter[tuple[str, str, str]] = Counter()
        self.change: Counter[str] = Counter()
        self.base: Counter[str] = Counter()
        self.harm: Counter[str] = Counter()
        self.accident: Counter[str] = Counter()
        self.office: Counter[str] = Counter()
        self.role: Counter[Token] = Counter()
        self.adverb: Counter[str] = Counter()
        self.finished: Counter[str] = Counter()
        self.before_verb: Counter[str] = Counter()
        self.tagged: dict[str, Counter[str]] = defaultdict(Counter)
        self.together: Counter[Token] = Counter()
        self.period: Counter[str] = Counter()

    def add(self, tokens: Sequence[Token]) -> None:
        """Count one sentence."""
        for place, (word, tag) in enumerate(tokens):
            before, after = _at(tokens, place - 1), _at(tokens, place + 1)
            if tag in {"nr", "ns", "nt", "nz"} and len(word) > 1 and _CHINESE.match(word):
                self.tagged[tag][word] += 1
            if _NUMBER.match(word):
                self._add_number(tokens, place)
            if tag == "nr" and before[1] == "n" and len(before[0]) > 1:
                self.office[before[0]] += 1
            if after[1].startswith("v") and len(after[0]) == 2:
                self.before_verb[word] += 1
                if tag == "d":
                    self.adverb[word] += 1
                    self.finished[word] += _at(tokens, place + 2)[0] == "了"
            if word in {"、", "和", "或"} and before[1] == after[1] and len(before[0]) == len(after[0]) >= 2:
                self.together[min(before[0], after[0]), max(before[0], after[0])] += 1
            if word in {"造成", "导致"} and before[1] == "n":
                self.accident[before[0]] += 1
        for begin, end in _phrases(tokens):
            self._add_phrase(tokens, begin, end)

    def _add_number(self, tokens: Sequence[Token], place: int) -> None:
        number, unit = tokens[place][0], _at(tokens, place + 1)[0]
        before, second = _at(tokens, place - 1), _at(tokens, place - 2)
        harmed = {"造成", "导致", "致"} & {word for word, _ in tokens[max(0, place - 8) : place]}
        if unit == "人" and _at(tokens, place + 2)[1].startswith("v") and harmed:
            self.harm[_at(tokens, place + 2)[0]] += 1
        if _UNIT.match(unit):
            self.number_unit[unit, number] += 1
            if before[1] in {"v", "vn"} and len(before[0]) == 2:
                self.counting[before[0]] += 1
            if before[1][:1] in {"v", "p"} and second[1] in _NOUN and len(second[0]) > 1:
                third = _at(tokens, place - 3)
                modifier = third[0] if third[1] in _IN_PHRASE and len(third[0]) > 1 else ""
                self.indicator[modifier, second[0], unit] += 1
        if unit in {"%", "％"} or (unit == "个" and _at(tokens, place + 2)[0] == "百分点"):
            if before[1].startswith("v") and len(before[0]) == 2:
                self.change[before[0]] += 1
            if second[0] in {"同比", "环比"} or second[0].startswith(("比", "较")):
                self.base[second[0]] += 1

    def _add_phrase(self, tokens: Sequence[Token], begin: int, end: int) -> None:
        head, place = tokens[end - 1][0], begin - 1
        if end - begin > 1 and len(tokens[end - 2][0]) > 1:
            self.modifier_noun[tokens[end - 2][0], head] += 1
        if _UNIT.match(_at(tokens, place)[0]) and _NUMBER.match(_at(tokens, place - 1)[0]):
            self.unit_noun[tokens[place][0], head] += 1
            place -= 2
        while place >= 0 and tokens[place][1] in {"ul", "m", "uj"}:
            place -= 1
        verb, subject = _at(tokens, place), _at(tokens, place - 1)
        if verb[1] in {"v", "vn"} and len(verb[0]) == 2:
            self.verb_object[verb[0], head] += 1
            if subject[1] == "nr" or verb[0] in {"出席", "主持", "举行", "召开", "举办"}:
                self.role[verb[0], head] += 1


def _at(tokens: Sequence[Token], place: int) -> Token:
    return tokens[place] if 0 <= place < len(tokens) else ("", "x")


def _phrases(tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Half-open runs of noun-like words that end in a noun of two characters or more."""
    begin = 0
    while begin < len(tokens):
        end = begin
        while end < len(tokens) and tokens[end][1] in _IN_PHRASE:
            end += 1
        if end > begin and tokens[end - 1][1] in _NOUN and len(tokens[end - 1][0]) > 1:
            yield begin, end
        begin = max(end, begin + 1)


def mine(path: Path, limit: int = 0) -> Vocabulary:
    """The vocabulary of a corpus of dated news, from its first ``limit`` sentences or all."""
    counts, sentences, titles = _Counts(), [], {}
    for number, (title, sentence) in enumerate(read_sentences(path)):
        if limit and number >= limit:
            break
        counts.add(rjieba.tag(sentence))
        counts.period.update(_PERIOD.findall(sentence))
        titles[title] = None
        if 12 <= len(sentence) <= 50:
            sentences.append(sentence)
    return _vocabulary(counts, sentences, list(titles))


def _vocabulary(counts: _Counts, sentences: list[str], titles: list[str]) -> Vocabulary:
    common = {noun for noun, n in _sums(counts.unit_noun, 1).items() if n >= 5}
    modifiers = {word for word, n in Counter(word for word, _ in counts.modifier_noun).items() if n >= 8}
    narrowing = {pair: n for pair, n in counts.modifier_noun.items() if pair[0] in modifiers and pair[0][0] != "全"}
    verbs = {verb for verb, n in _sums(counts.verb_object, 0).items() if n >= 8}
    acts = {pair: n for pair, n in counts.verb_object.items() if pair[0] in verbs}
    offices = [word for word in _often(counts.office, 8) if word[-1] in "长席记理任监裁授表员者统相臣使"]
    events = {noun for noun, n in _sums(counts.role, 1).items() if n >= 5 and noun[-1] in "会式坛展典赛节"}
    return Vocabulary(
        verbs_of={noun: found for noun, found in _grouped(acts, 1, 0, 1).items() if noun in common},
        units_of={noun: found for noun, found in _grouped(counts.unit_noun, 1, 0, 2).items() if noun in common},
        modifiers_of=_grouped(narrowing, 1, 0, 2),
        counting=_often(counts.counting, 3),
        near_verbs=_nearest(counts.verb_object, 0, 2500),
        near_nouns=_nearest(_joined(counts), 1, 3500),
        numbers_of=_grouped(counts.number_unit, 0, 1, 1),
        indicators=[key for key in _often(counts.indicator, 3) if key[1] not in {"时间", "地区", "方面", "国家"}],
        changes=_often(counts.change, 15),
        bases=_often(counts.base, 2),
        harms=_harms(counts),
        accidents=[word for word in _often(counts.accident, 2) if word[-1] in "震故灾雨火炸害洪雪暴袭撞塌"],
        offices=offices,
        role_verbs={noun: found for noun, found in _grouped(counts.role, 1, 0, 1).items() if noun in events},
        adverbs=[word for word in _often(counts.adverb, 40) if counts.finished[word] > 0.05 * counts.adverb[word]],
        moods=[(kind, word) for kind, word in _lexicon("moods.tsv") if counts.before_verb[word] >= 5],
        prizes=[words for words in _alternatives() if words[0][-1] in "奖牌军"],
        groups=[words for words in _alternatives() if words[0][-1] not in "奖牌军率者"] + _side_by_side(counts),
        places=[word for word in _often(counts.tagged["ns"], 8) if 2 <= len(word) <= 4],
        persons=[word for word in _often(counts.tagged["nr"], 3) if 2 <= len(word) <= 3],
        organisations=_often(counts.tagged["nt"] + counts.tagged["nz"], 5),
        periods=_often(counts.period, 3),
        titles=titles,
        clauses=sentences,
    )


def _sums(counts: Counter[Token], part: int) -> Counter[str]:
    found: Counter[str] = Counter()
    for key, n in counts.items():
        found[key[part]] += n
    return found


def _often(counts: Counter, least: int) -> list:  # type: ignore[type-arg]
    return [key for key, n in counts.most_common() if n >= least]


def _grouped(counts: dict[Token, int], key: int, value: int, least: int) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for pair, n in sorted(counts.items(), key=lambda item: -item[1]):
        if n >= least:
            found[pair[key]].append(pair[value])
    return dict(found)


def _joined(counts: _Counts) -> Counter[Token]:
    """Verbs, modifiers and units of a noun as one kind of neighbour."""
    return counts.verb_object + counts.modifier_noun + counts.unit_noun


def _nearest(pairs: Counter[Token], part: int, most: int, neighbours: int = 60) -> dict[str, list[str]]:
    """Words with like neighbours: cosine of their positive pointwise mutual information (Church and Hanks 1990)."""
    words = [word for word, _ in _sums(pairs, part).most_common(most)]
    contexts = [word for word, _ in _sums(pairs, 1 - part).most_common(4000)]
    rows, columns = ({word: i for i, word in enumerate(group)} for group in (words, contexts))
    table = np.zeros((len(words), len(contexts)), np.float32)
    for pair, n in pairs.items():
        if pair[part] in rows and pair[1 - part] in columns:
            table[rows[pair[part]], columns[pair[1 - part]]] = n
    expected = np.outer(table.sum(1), table.sum(0)) / table.sum() + 1e-9
    weights = np.log(np.maximum(table / expected, 1.0))
    weights /= np.linalg.norm(weights, axis=1, keepdims=True) + 1e-9
    order = np.argsort(-(weights @ weights.T), axis=1)[:, 1 : neighbours + 1]
    return {word: [words[i] for i in order[row]] for word, row in rows.items()}


def _alternatives() -> list[list[str]]:
    """The lexicon's classes: a word for each member."""
    classes: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for kind, word, member in _lexicon("alternatives.tsv"):
        if kind != "harm":
            classes[f"{kind}{word[-1] in '奖牌军'}"][member].append(word)
    return [[words[0] for words in members.values()] for members in classes.values() if len(members) > 1]


def _harms(counts: _Counts) -> list[str]:
    """What happens to people, counted or in the lexicon, in an order of its own: the classes are closed and small."""
    lexicon = [row[1] for row in _lexicon("alternatives.tsv") if row[0] == "harm"]
    words = {word for word in _often(counts.harm, 2) + lexicon if len(word) > 1 and word[-1] != "者"}
    return sorted(words, key=lambda word: crc32(word.encode()) // 10)


def _side_by_side(counts: _Counts) -> list[list[str]]:
    """Pairs that are often coordinated and share their last character only."""
    return [
        list(pair)
        for pair, n in counts.together.most_common()
        if n >= 4 and len(pair[0]) <= 4 and pair[0][-1] == pair[1][-1] and not set(pair[0][:-1]) & set(pair[1][:-1])
    ]


def _lexicon(name: str) -> Iterable[list[str]]:
    with (LEXICON / name).open(encoding="utf-8") as file:
        return [row for row in csv.reader(file, delimiter="\t") if row and not row[0].startswith("#")]


def alike(first: str, second: str) -> bool:
    """Whether two words may mean the same: they share a character."""
    return bool(set(first) & set(second))
