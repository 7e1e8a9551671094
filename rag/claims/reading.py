"""A sentence to its claims: for each figure or name in it, what is told of it, slot by slot.

Slots are read from the words about the figure first, then from the clauses before it in the same sentence, nearest
first: 2020年，全区签约102个，其中亿元以上45个 tells both figures of 全区 and 2020年, and the second of a part. It
does not know what other sentences say, but for a period that the caller may carry over.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from rag.chinese.figures import Figure, find_figures
from rag.chinese.lexicon import words
from rag.chinese.sentences import Span, split_sentences
from rag.chinese.terms import tagged
from rag.chinese.times.dates import TimeMention, find_times, shift_year
from rag.claims.clauses import Clauses, piece_of, split
from rag.claims.record import Claim, Measure, Mood, Period
from rag.claims.slots import is_part, members_in, mood_of, places_in, tells_a_fact
from rag.records import Article

REFERENCE_DAY = dt.date(2000, 12, 31)
"""By which times of a text without a day are read; their years then count only where they are said."""
_LEAST_CERTAIN = 0.5
_AHEAD = 0.8
"""What share of a time must lie ahead, so that what is told of it without 已 or 了 is no fact yet."""
_LONG = 80
"""From so many days on: of a week that has begun a bare verb tells what happened."""
PLANNED = "计划"
"""The word for the mood of a plan that no word tells, only the day of the paper."""
_COMPARED = re.compile(r"(?:[比较]|相比)$")
_FROM = re.compile(r"[由从]$")
_CLAUSE_BEGINS = re.compile(r"(?:^|[，。；：、])$")
"""由去年的1620亩扩大到1850亩: the time is the first figure's alone; 从去年起 is nobody's base."""
_BASE_REACH = 8
_CHANGE = re.compile(r"[增升涨提扩降减跌下多少高低翻超]")
_GOAL = re.compile(r"的?[^，。；]{0,10}?(?:任务|目标|计划|预算|基数|水平)(?P<of>的)?")
_MEASURED_BY = re.compile(r"(?:完成|达到?|占|超过?|实现)了?$")
"""全年 of 完成全年400亿元目标的34% is the goal's time; 今年 of 今年计划投资 is the plan's own."""
_REPORTED = re.compile(r"获悉|了解到|召开|发布|公布|举行|介绍|报道|通报|宣布|透露|表示|本报|第\d+版")
"""A day in such a clause is that of the telling, not of what is told."""
_TOLD = re.compile(r"获悉|了解到|介绍|报道|通报|透露|表示")
"""昨日，记者从市教育局获悉: the day stands alone, and the clause after it tells that it is of the telling."""
_YEAR_SAID = re.compile(r"\d{4}|[今去前明后当同次上本]年|[一二][零〇○一二三四五六七八九]{3}年|“?十[一二三四五]五")
_ENDINGS = frozenset(words("conditions", "ends"))
_OPENINGS = frozenset(words("conditions", "begins"))
_PARTS = "；;：:。"
_MARKS = " ，,、（）()“”"
_DONE = re.compile("[一-鿿]了(?!解)|[为是]|[岁周]$")
"""种了640亩 and 今年48岁 are facts on any day of the year, and so is what a thing is set to be: 标准为每人380元."""
_OWN_MOODS = ("denied", "cancelled")
_CONTENT = ("n", "v", "a", "b", "j", "l", "i", "s", "t", "d", "z")
_SUBJECT_TAGS = ("n", "j", "l", "r")
_PLAIN = frozenset(words("stop_words", "claim"))


def content_words(text: str) -> tuple[str, ...]:
    """The words of ``text`` that say something, in order; function words and bare verbs such as 是 do not."""
    return tuple(word for word, tag, _ in tagged(text) if tag[:1] in _CONTENT and word not in _PLAIN)


@dataclass(frozen=True)
class SentenceReading:
    """One sentence read once: its clauses, figures and times, from which claims are taken."""

    text: str
    published: dt.date | None = None
    carried: Period | None = None
    """The period of the sentences before, where this one names none."""

    @cached_property
    def figures(self) -> tuple[Figure, ...]:
        """Every figure of the sentence."""
        return find_figures(self.text)

    @cached_property
    def clauses(self) -> Clauses:
        """The clauses of the sentence."""
        return split(self.text)

    @cached_property
    def _mentions(self) -> tuple[TimeMention, ...]:
        spoken_of = self.carried.last.year if self.carried and self.carried.year_said else None
        return find_times(self.text, self.published or REFERENCE_DAY, spoken_of)

    @cached_property
    def times(self) -> tuple[TimeMention, ...]:
        """The times that the sentence speaks of; those that it compares with, and those of a goal, are none."""
        return tuple(
            mention
            for mention in self._mentions
            if mention.certainty >= _LEAST_CERTAIN
            and not self._is_compared_with(mention)
            and not self._is_a_goals(mention)
        )

    @cached_property
    def bases(self) -> tuple[tuple[TimeMention, Figure], ...]:
        """The times that the sentence compares with, each with the figure of that time: 比去年的1620亩多230亩."""
        found = []
        for mention in self._mentions:
            if mention.certainty >= _LEAST_CERTAIN and self._is_compared_with(mention):
                figure = self._figure_of_base(mention)
                if figure is not None:
                    found.append((mention, figure))
        return tuple(found)

    def _is_compared_with(self, mention: TimeMention) -> bool:
        before = self.text[: mention.start].rstrip()
        if _COMPARED.search(before):
            return True
        if _is_same(mention):  # 去年同期为2.8万吨, but: 去年同期，全县收粮2.8万吨
            return not (_CLAUSE_BEGINS.search(before) and self.text[mention.end :].startswith("，"))
        return _FROM.search(before) is not None and self._figure_of_base(mention) is not None

    def _figure_of_base(self, mention: TimeMention) -> Figure | None:
        """The figure that stands right after a time, where no word of change comes between."""
        following = [item for item in self.figures if item.start >= mention.end and item.kind != "date"]
        if not following or following[0].start - mention.end > _BASE_REACH:
            return None
        between = self.text[mention.end : following[0].start]
        return None if _CHANGE.search(between) or re.search(r"[，。；]", between) else following[0]

    def _is_a_goals(self, mention: TimeMention) -> bool:
        goal = _GOAL.match(self.text, mention.end)
        return goal is not None and (goal["of"] or _MEASURED_BY.search(self.text[: mention.start])) is not None

    def claims(self) -> tuple[Claim, ...]:
        """One claim for each figure that measures or counts."""
        return tuple(
            self.claim(figure.start, figure.end, figure)
            for figure in self.figures
            if figure.kind not in ("date", "time_of_day", "ordinal") and not figure.indefinite
        )

    def claim(self, start: int, end: int, figure: Figure | None = None) -> Claim:
        """What is told at ``[start, end)`` of the sentence."""
        piece = piece_of(self.clauses, self.figures, start, end)
        if figure is None and self.text[piece.start : piece.end].strip() == self.text[start:end].strip():
            piece = self._with_what_follows(piece)  # 安伯远，粮食局前任局长，…
        own = self.text[piece.start : piece.end]
        before = self._before(piece)
        lacks_subject = not _names_something(own, figure)
        told_day = self._told_day(figure)
        period = told_day or self._period(piece, start)
        mood, word = self._mood(piece, own, before)
        ahead = self._is_ahead(period) or (figure is not None and self._is_to_come(period))
        if mood == "fact" and ahead and (told_day or not any(map(_happened, (own, *before)))):
            mood, word = "plan", PLANNED
        members = members_in(own)
        if lacks_subject and before:
            members |= members_in(before[0])
        if any(base is figure for _, base in self.bases):
            members = frozenset(member for member in members if member[0] != "base")  # 比去年同期的3860吨 is a level
        place = next((found for found in map(places_in, (own, *before)) if found), ())
        words = content_words(own)
        return Claim(
            start,
            end,
            piece.start,
            piece.end,
            own,
            figure,
            period,
            mood,
            word,
            tuple(reversed(place)),
            _act(own),
            figure.subject if figure is not None else "",
            _measure(figure, own[: max(0, start - piece.start)]),
            members,
            any(is_part(text) for text in (own, *before[:2])),
            (*words, *(content_words(before[0]) if lacks_subject and before else ())),
        )

    def _with_what_follows(self, piece: Span) -> Span:
        """A clause of a bare name with the clause after it, which says who that is."""
        index = self.clauses.index_at(piece.start)
        following = self.clauses.spans[index + 1 : index + 2]
        return Span(piece.start, following[0].end) if following else piece

    def _before(self, piece: Span) -> tuple[str, ...]:
        """What stands before a piece: the rest of its clause, then the clauses before, nearest first."""
        index = self.clauses.index_at(piece.start)
        clause = self.clauses.spans[index]
        head = self.text[clause.start : piece.start]
        earlier = [self.clauses.at(place) for place in range(index - 1, -1, -1)]
        return tuple(text for text in (head, *earlier) if text.strip())

    def condition(self, start: int) -> str:
        """The nearest clause before ``start`` that says when or for whom something holds; empty where none does.

        新厂投产后，年产纸8万吨: not yet, and only then. It holds for every clause up to the next ；or colon.
        """
        for place in range(self.clauses.index_at(start) - 1, -1, -1):
            clause = self.clauses.spans[place]
            if self.text[clause.end - 1 : clause.end + 1].strip("，, ")[-1:] in _PARTS:
                break
            text = self.clauses.at(place).strip(_MARKS)
            if _is_condition(text):
                return text
        return ""

    def _mood(self, piece: Span, own: str, before: tuple[str, ...]) -> tuple[Mood, str]:
        """A plan holds for the clauses after it until one tells that something was done, or is of a time gone by.

        What is denied is so in its own clause alone: 增长4.6%，没有达到预期；新增就业5460人 has 5460 new jobs.
        """
        for place, text in enumerate((own, *before)):
            mood, word = mood_of(text)
            # 计划打井120眼已打成73眼，出水61眼; in 计划完成造林 the 完成 is what is planned.
            is_fulfilled = place > 0 and tells_a_fact(text[text.find(word) + len(word) + 1 :])
            if mood != "fact" and not is_fulfilled and (mood not in _OWN_MOODS or place == 0):
                return mood, word
            if tells_a_fact(text) or (place == 0 and self._is_past(piece)):
                break
        return "fact", ""

    def _is_past(self, piece: Span) -> bool:
        """Whether a clause names a time that was over when the paper was printed: 计划种树9万棵，前5个月种树4万棵."""
        clause = self.clauses.spans[self.clauses.index_at(piece.start)]
        own = [item for item in self.times if clause.start <= item.start < clause.end]
        return self.published is not None and bool(own) and own[-1].last < self.published

    def _told_day(self, figure: Figure | None) -> Period | None:
        """The time that a figure itself is, where it is one: 通车时间由7月调整为9月 tells of two."""
        if figure is None or figure.kind != "date":
            return None
        own = next((item for item in self.times if item.start <= figure.start and figure.end <= item.end), None)
        return None if own is None else self._as_period(own)

    def _is_ahead(self, period: Period | None) -> bool:
        """Whether a time begins after the paper was printed: 10月投产, told in January."""
        known = period is not None and self.published is not None and period.year_said
        return known and (period.first - self.published).days > 1  # type: ignore[union-attr,operator]

    def _is_to_come(self, period: Period | None) -> bool:
        """Whether most of a time still lay ahead when the paper was printed: 2022年新建20所, told in its January."""
        if period is None or self.published is None or not period.year_said or period.is_end:
            return False
        length = (period.last - period.first).days
        return length >= _LONG and (period.last - self.published).days > _AHEAD * length

    def _period(self, piece: Span, start: int) -> Period | None:
        for mention, figure in self.bases:
            if figure.start == start:
                return self._as_period(mention)
        index = self.clauses.index_at(piece.start)
        for place in range(index, -1, -1):
            clause = self.clauses.spans[place]
            inside = [item for item in self.times if clause.start <= item.start < clause.end]
            if place == index:
                inside = [item for item in inside if item.end <= start] or [i for i in inside if i.start < piece.end]
            if place < index and len(inside) > 1 and inside[0].start - clause.start <= _OPENING:
                inside = inside[:1]  # 2024年度缴费期为9月至12月，标准380元: what the sentence opens with goes on
            if inside and not (_is_day(inside[-1]) and self._is_of_the_telling(place, inside[-1])):
                return self._as_period(inside[-1])
        return self.carried

    def _is_of_the_telling(self, place: int, day: TimeMention) -> bool:
        """Whether the clause of a day, or of a day that is all of its clause the next one, tells who said it."""
        if _REPORTED.search(self.clauses.at(place)):
            return True
        alone = self.clauses.at(place).strip() == day.text and place + 1 < len(self.clauses.spans)
        return alone and _TOLD.search(self.clauses.at(place + 1)) is not None

    def _as_period(self, mention: TimeMention) -> Period:
        carried = self.carried
        if carried is not None and self.published is not None and mention is self._mentions[0] and _is_same(mention):
            # The time that the sentences before tell of, in another year.
            years = mention.last.year - self.published.year
            first, last = shift_year(carried.first, years), shift_year(carried.last, years)
            return Period(first, last, mention.text, True)
        said = self.published is not None or _YEAR_SAID.search(mention.text) is not None
        return Period(mention.first, mention.last, mention.text, said, self._is_end(mention))

    def _is_end(self, mention: TimeMention) -> bool:
        """Whether a time is the end of what is counted: 截至9月底, and 去年同期 after it."""
        before = [item for item in self._mentions if item.end <= mention.start][-1:]
        return (before[0] if _is_same(mention) and before else mention).text.startswith("截")


def _is_condition(clause: str) -> bool:
    """Whether a clause that tells an act or a measure ends as conditions do (后, 时, 的, 者), or begins with 如果.

    These are words of their own: 记者, 随后 and 如皋 are others, and 上午9时 is a time.
    """
    parts = [(word, tag) for word, tag, _ in tagged(clause)]
    if not parts:
        return False
    if parts[0][0] in _OPENINGS:
        return True
    (last, _), told = parts[-1], parts[:-1]
    if last not in _ENDINGS or (told and last == "时" and told[-1][0][-1].isdigit()):
        return False
    return any(tag[:1] == "v" or any(map(str.isdigit, word)) for word, tag in told)


def _happened(text: str) -> bool:
    return tells_a_fact(text) or _DONE.search(text) is not None


def _is_same(mention: TimeMention) -> bool:
    """Whether a time is that of another, a year or more before: 去年同期."""
    return mention.text.endswith("同期")


def _is_day(mention: TimeMention) -> bool:
    return mention.first == mention.last


def _names_something(own: str, figure: Figure | None) -> bool:
    """Whether a piece has a noun of its own: 增长8% has none, and goes on about what was named before."""
    text = own if figure is None else own.replace(figure.text, "　", 1)
    return any(tag[:1] in _SUBJECT_TAGS and len(word) > 1 and tag != "t" for word, tag, _ in tagged(text))


def _act(own: str) -> str:
    """The first verb of a piece of two characters and more; empty where there is none."""
    return next((word for word, tag, _ in tagged(own) if tag in ("v", "vn") and len(word) > 1), "")


def _measure(figure: Figure | None, before: str) -> Measure:
    if figure is None:
        return "level"
    if figure.direction in ("up", "down"):
        return "rise" if figure.direction == "up" else "fall"
    if figure.kind == "ordinal":
        return "rank"
    return "share" if figure.kind == "share" and re.search(r"占|比重|比例|[率度]", before[-12:]) else "level"


def read_claims(article: Article) -> tuple[Claim, ...]:
    """Every claim of an article's text, in order; offsets are into ``article.text``.

    A period that opens a sentence holds for the sentences after it in the same paragraph that name none, and the last
    of one that ends in ； for what follows in its list.
    """
    found: list[Claim] = []
    carried = following = None
    previous_end = 0
    for span in split_sentences(article.text):
        if "\n" in article.text[previous_end : span.start]:
            carried = following = None
        reading = SentenceReading(article.text[span.start : span.end], article.date, following)
        found += [
            replace(
                claim,
                start=claim.start + span.start,
                end=claim.end + span.start,
                clause_start=claim.clause_start + span.start,
                clause_end=claim.clause_end + span.start,
            )
            for claim in reading.claims()
        ]
        carried, following = _carried_after(reading, carried)
        previous_end = span.end
    return tuple(found)


_OPENING = 8
"""Up to so many characters may stand before a period that holds for the sentences after it: 会议通报，一季度…"""


def reading_in(article: Article, start: int, end: int) -> SentenceReading:
    """The sentence ``article.text[start:end]`` with the period that those before it in its paragraph set."""
    paragraph = article.text[article.text.rfind("\n", 0, start) + 1 : start]
    return _read_after(paragraph, article.text[start:end], article.date)


@lru_cache(maxsize=4096)
def _read_after(paragraph: str, text: str, published: dt.date | None) -> SentenceReading:
    """``text`` read after ``paragraph``; kept, for one question looks at a sentence many times."""
    carried = following = None
    for span in split_sentences(paragraph):
        reading = SentenceReading(paragraph[span.start : span.end], published, following)
        carried, following = _carried_after(reading, carried)
    return SentenceReading(text, published, following)


def _carried_after(reading: SentenceReading, carried: Period | None) -> tuple[Period | None, Period | None]:
    """The period that holds for the rest of the paragraph after a sentence, and the one for the very next."""
    period = opening_period(reading) or carried
    return period, (_period_of_list(reading) if reading.text.endswith("；") else None) or period


def _period_of_list(reading: SentenceReading) -> Period | None:
    """The period of the last figure of a sentence, but for those of times that it compares with."""
    compared = {figure.start for _, figure in reading.bases}
    told = [
        claim
        for claim in reading.claims()
        if claim.figure is not None and claim.figure.kind != "date" and claim.start not in compared
    ]
    return told[-1].period if told else None


def opening_period(reading: SentenceReading) -> Period | None:
    """The period with which a sentence begins, and which holds for what follows; a single day holds for nothing.

    Clauses that only say who tells it, and those before the first figure, come before the beginning:
    记者1月22日从发布会上获悉，2023年…; 报告说，初步核算，2023年全市…
    """
    spans, counted = reading.clauses.spans, [item.start for item in reading.figures if item.kind != "date"]
    begins = [
        0,
        next((span.start for span in spans if not _REPORTED.search(reading.text[span.start : span.end])), 0),
        next((span.start for span in spans if any(span.start <= start < span.end for start in counted)), 0),
    ]
    near = [item for item in reading.times if any(begin <= item.start < begin + _OPENING for begin in begins)]
    opening = [item for item in near if not _is_day(item)]
    return reading._as_period(opening[-1]) if opening else None
