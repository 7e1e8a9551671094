"""The time of a question against the time of a sentence: 今年 in an article of 2020 is 2020.

Weights, not walls: a sentence of another time is pushed down, because a yearly report of January speaks of the
year before. What the reader is told is how the question's own words were read.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.chinese.figures import find_figures
from rag.chinese.question_kind import is_chinese
from rag.chinese.times.dates import TimeMention, find_times
from rag.chinese.times.question_times import QuestionTime, question_interval
from rag.records import Article

SAME_TIME = 0.2
"""What a sentence that names a time inside the question's is lifted by."""
WHOLE_TIME = 0.4
"""The same for a sentence on all of it: of 2020 the figure for 全年 is asked for, not that for 上半年."""
SAME_PUBLICATION = 0.1
OTHER_TIME = -0.3
EXCLUDED = -1.0
"""The same where the question asks about less than a year: such a sentence is no answer (``is_of_other_time``)."""
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?=\s?年)")
_ANY_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_COMPARED_YEAR = re.compile(r"[较比](?:19|20)\d\d年")
_WORK = re.compile(r"《[^》]*》")
"""2021年 in the title of a work says nothing of when the sentence is about."""
_NAMED_YEAR = re.compile(r"(?:(?:19|20)\d\d|[一二三四五六七八九零〇]{4})年(?:底|末|初)?|今年|去年|前年|本年度?|上年")
_ANOTHER_YEAR = re.compile(rf"(?<![比较跟同与])(?:{_NAMED_YEAR.pattern})|前年")
_BEFORE_YEAR = re.compile(r"(?:截至|截止|直到|到|在|从)$")
_GOAL = re.compile(r"的?(?:预期|工作)?(?:任务|目标|计划|预算|基数|水平)")
UNDER_A_YEAR = 350
PERIOD_DAYS = 27
"""The least length of a time that holds for the sentences after it: a month."""
_WITHOUT_YEAR = re.compile(r"第?[一二三四1-4]季度|[上下]半年|前?(?:\d{1,2}|[一二两三四五六七八九十]+)个?月")
_AS_OF = re.compile(r"^截|[底末]$")
_OPENS = re.compile(r"(?:^|[。！？；，：])[^。！？；，：]{0,4}$")
_LONGER = dt.timedelta(days=45)
"""How far beyond the time asked for a figure's may reach: that of 1至9月 is none of 一季度."""
NAMED_TIME = 0.3
"""Further, where it is the very time asked for, in the same words."""
LATEST = 0.05
"""What the newest article is lifted by over the oldest, where the question names no time."""


@dataclass(frozen=True, slots=True)
class TimeWeights:
    """How well sentences fit the time asked for; made once a question."""

    question: str
    asked: QuestionTime | None
    first: dt.date | None
    last: dt.date | None

    def weight(self, article: Article, text: str) -> float:
        """What to add to the score of a sentence of ``article``."""
        if article.date is None:
            return OTHER_TIME if names_other_years(self.question, text) else 0.0
        if self.asked is None:
            return LATEST * self._recency(article.date)
        asked = self.asked
        mentions = own_times(text, article.date, 0.5)
        if is_of_other_time(asked, article, text):
            return EXCLUDED
        if any(_overlaps(mention, asked) for mention in mentions):
            whole = any(mention.first <= asked.first and mention.last >= asked.last for mention in mentions)
            told = (
                NAMED_TIME
                if any(mention.last == asked.last and _same_words(mention, asked) for mention in mentions)
                else 0.0
            )
            return told + (WHOLE_TIME if whole else SAME_TIME) + LATEST * self._recency(article.date)
        if mentions:
            return OTHER_TIME
        carried = _carried_time(article, text)
        if carried is not None:
            return (SAME_TIME if _overlaps(carried, asked) else OTHER_TIME) + LATEST * self._recency(article.date)
        inside = asked.first <= article.date <= asked.last
        return (SAME_PUBLICATION if inside else OTHER_TIME / 2) + LATEST * self._recency(article.date)

    def _recency(self, date: dt.date) -> float:
        """0 for the oldest article of the evidence, 1 for the newest."""
        if self.first is None or self.last is None or self.first == self.last:
            return 0.0
        return (date - self.first).days / (self.last - self.first).days


def read_question_time(question: str, today: dt.date | None) -> QuestionTime | None:
    """The time the question names, read on ``today``; None for an undated archive or a question without time."""
    return None if today is None else question_interval(question, today)


def without_year(question: str, asked: QuestionTime) -> str:
    """The question without the year that ``asked`` was read from: 2020年上半年财政收入 is 上半年财政收入.

    As it is where it asks of several years; 比去年 is none that it asks of.
    """
    place = question.find(asked.text)
    if place < 0:
        return question
    rest = _NAMED_YEAR.sub("", asked.text, count=1)
    left = f"{_BEFORE_YEAR.sub('', question[:place])}{rest}{question[place + len(asked.text) :]}".lstrip("，,、的 ")
    return question if _ANOTHER_YEAR.search(left) else left


def names_other_years(question: str, text: str) -> bool:
    """Whether the question names a year (2021年) and the text only others."""
    asked, said = set(_YEAR.findall(question)), set(_YEAR.findall(_WORK.sub("", _COMPARED_YEAR.sub("", text))))
    return bool(asked and said and not asked & said)


def time_weights(question: str, asked: QuestionTime | None, articles: list[Article]) -> TimeWeights:
    """The weights for these articles."""
    dates = [article.date for article in articles if article.date is not None]
    return TimeWeights(question, asked, min(dates, default=None), max(dates, default=None))


def is_of_other_time(asked: QuestionTime | None, article: Article, text: str) -> bool:
    """Whether the question asks about less than a year and a sentence speaks of other days only.

    ``截至9月底，签约85个`` says nothing of the year's end. 近日 and the like are too vague to count. A sentence
    without a time has that of the sentences before it, and an article that names none reports nothing that
    happened after it was printed.
    """
    if asked is None or article.date is None:
        return False
    # 今年 of the asker may be meant as the paper's own.
    named = any(character.isdigit() for character in asked.text)
    mentions = own_times(text, article.date, 0.5)
    if not mentions:
        carried = _carried_time(article, text)
        if carried is None:
            return named and article.date < asked.first
        mentions = [carried]
    if any(_is_same_of_another_year(mention, asked) for mention in mentions):
        return False
    if named and article.date < asked.first and not any(_overlaps(mention, asked) for mention in mentions):
        return any(mention.certainty >= 0.8 for mention in mentions)
    if (asked.last - asked.first).days > UNDER_A_YEAR:
        return False
    if any(_overlaps(mention, asked) and not _is_another_span(mention, asked) for mention in mentions):
        return False
    return any(mention.certainty >= 0.8 for mention in mentions)


def _carried_time(article: Article, text: str) -> TimeMention | None:
    """The period of ``总投资350亿元`` where an earlier sentence of the paragraph opens with one, ``2020年``."""
    place = article.text.find(text)
    if place <= 0 or article.date is None or all(figure.kind == "date" for figure in find_figures(text)):
        return None  # a meeting is not of the half-year it looked back on; a figure is
    before = article.text[article.text.rfind("\n", 0, place) + 1 : place]
    periods = [
        mention
        for mention in find_times(before, article.date)
        if mention.certainty >= 0.8
        and (mention.last - mention.first).days >= PERIOD_DAYS
        and _OPENS.search(before[: mention.start])
    ]
    return periods[-1] if periods else None


def _is_same_of_another_year(mention: TimeMention, asked: QuestionTime) -> bool:
    """Whether a question that says no year (第三季度) asks about the same part of a year as a sentence names.

    That it is the asker's year is a guess; ``other_time_note`` tells the reader where it was another.
    """
    ends = [(time.first.month, time.first.day, time.last.month, time.last.day) for time in (mention, asked)]
    return ends[0] == ends[1] and _WITHOUT_YEAR.match(asked.text) is not None


def other_time_note(
    question: str, asked: QuestionTime | None, quoted: Sequence[tuple[Article, str]]
) -> tuple[str, ...]:
    """A warning where a question says no year and nothing ``quoted``, sentences with their articles, is of its time.

    今年 of a question may be the paper's or the asker's: whoever repeats the figure must know which year it is of.
    """
    dates = [article.date for article, _ in quoted if article.date is not None]
    if asked is None or not dates or len(dates) < len(quoted) or _ANY_YEAR.search(question):
        return ()
    if any(is_told_of(asked, article, text) for article, text in quoted):
        return ()
    newest = max(dates)
    if is_chinese(question):
        printed = f"{newest.year}年{newest.month}月{newest.day}日"
        return (f"注意：引用的报道刊于{printed}，没有说是{asked.label.split('（')[0]}的情况",)
    return (f"Beware: the report quoted is of {newest} and does not speak of {asked.first} to {asked.last}",)


def is_told_of(asked: QuestionTime, article: Article, text: str) -> bool:
    """Whether a sentence, or the day its article was printed, is of the time asked about."""
    if article.date is None:
        return False
    carried = _carried_time(article, text)
    mentions = [*own_times(text, article.date, 0.5), *([carried] if carried else [])]
    inside = asked.first <= article.date <= asked.last + _LONGER
    return inside or any(_overlaps(mention, asked) for mention in mentions)


def _is_another_span(mention: TimeMention, asked: QuestionTime) -> bool:
    """Whether a time reaches well beyond that asked for, or begins with it and ends well before: 上半年 of 1至9月."""
    if mention.last > asked.last + _LONGER:
        return True
    if _AS_OF.search(asked.text) and (asked.last - asked.first).days < PERIOD_DAYS:
        # What was signed in the third quarter is not what had been signed by its end; what was since January is.
        return (mention.last - mention.first).days >= PERIOD_DAYS and (mention.first.month, mention.first.day) != (
            1,
            1,
        )
    begins = mention.first == asked.first and (mention.last - mention.first).days >= PERIOD_DAYS
    if begins and min((mention.last - mention.first).days, (asked.last - asked.first).days) > 2 * PERIOD_DAYS - 1:
        return mention.last != asked.last  # 前四个月 is not 前五个月
    return begins and mention.last + _LONGER < asked.last


def _overlaps(mention: TimeMention, asked: QuestionTime) -> bool:
    return mention.first <= asked.last and mention.last >= asked.first


def _same_words(mention: TimeMention, asked: QuestionTime) -> bool:
    """Whether a sentence names the time as the question does, but for the year: 9月底, and not 第三季度."""
    words = _NAMED_YEAR.sub("", asked.text)
    return bool(words) and words in mention.text


def own_times(text: str, published: dt.date, certainty: float) -> list[TimeMention]:
    """The times that a sentence speaks of: 全年102个，比9月底增加17个 is of the year.

    Those it compares with are none (上年基数), nor is that of a goal: 完成全年任务的52.2%.
    """
    return [
        mention
        for mention in find_times(text, published)
        if mention.certainty >= certainty
        and not text[: mention.start].rstrip().endswith(("比", "较"))
        and not mention.text.endswith("同期")
        and not _GOAL.match(text, mention.end)
    ]


def time_note(question: str, asked: QuestionTime | None, today: dt.date | None) -> tuple[str, ...]:
    """How the question's time word was read, for the reader; nothing for a time named outright.

    ``asked`` may come from a translation of ``question``: the word is told in the reader's language where it can be.
    """
    if asked is None or any(character.isdigit() for character in asked.text):
        return ()
    typed = read_question_time(question, today)
    if typed and (typed.first, typed.last) == (asked.first, asked.last):
        asked = typed
    if is_chinese(question):
        return (f"“{asked.text}”按{asked.label.split('（')[0]}理解",)
    return (f"“{asked.text}” was read as {asked.first} to {asked.last}",)
