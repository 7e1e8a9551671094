"""Questions for the last of several events: 最近一次常务会议研究了什么, 县长最近会见了谁.

The sentence most like such a question may be of any of them. Which one is the last is told by the days of the
papers: of the articles that have the event's words in one sentence, the newest answers.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence

import rjieba

from rag.chinese.lexicon import words as lexicon_words
from rag.chinese.names import PERSON, check_names
from rag.chinese.question_kind import is_chinese
from rag.chinese.sentences import Span, split_sentences
from rag.chinese.terms import fold, strip_question_words
from rag.chinese.times.dates import find_times
from rag.records import Article

LATEST_ARTICLES = 2
"""How many of the newest articles are read: the paper of the day after may tell more of the same event."""
_SAME_EVENT = dt.timedelta(days=2)
_NEWS, _CERTAIN = dt.timedelta(days=20), 0.8
"""How old an event may be in a report on it, and how certain a time that tells."""
_OPENING = 4
"""In how many of its first sentences an article says what it is about."""
_LAST = re.compile("(?:最近|最新|上|最后|最近的|最新的)一(?:次|场|届|期|轮|批|回)的?")
_LATELY = re.compile("(?:最近|近日|近期|日前)(?![一二两三四五六七八九十几\\d])")
_DID = re.compile("什么活动|活动是什么|哪些活动|干了?什么|做了?什么|忙[些了着]?什么|在忙|动态|去了?哪|行程")
_KIND_ASKED = re.compile("谁|哪|什么|何时|几[号日月]")
_WHEN = frozenset("时候 时间 召开 举行 举办 进行 内容 情况 事情 地方".split())
"""Words of a question that its event's reports need not have."""
_RARE = "".join(lexicon_words("surnames", "rare"))
_RARELY = rf"[{_RARE}](?![省市县区镇乡村国])[一-鿿]{{1,2}}?"
_PERSON_LATELY = re.compile(rf"(?P<name>{PERSON}|{_RARELY})(?=(?:现在|目前)?(?:{_LATELY.pattern}|{_LAST.pattern}))")
PERSON_ALONE = re.compile(PERSON + "?")
_RARELY_CALLED = re.compile(_RARELY.rstrip("?"))
_CONTENT = re.compile("n|v|vn|nr|ns|nt|nz|j|b|i|l|s")


def latest_question(question: str) -> str | None:
    """The question without the words for last (最近一次); None where it asks for no last event."""
    if _LAST.search(question):
        return _LAST.sub("", question, count=1)
    if _LATELY.search(question) and _KIND_ASKED.search(question):
        return _LATELY.sub("", question, count=1)
    return None


def event_words(question: str, typed: str = "") -> tuple[str, ...]:
    """What the event is called, in words of two characters or more: 国务院, 常务, 会议 and 研究.

    Of a person (沈墨川最近参加了什么活动) the name alone: a report need not say 参加 or 活动. ``typed`` is
    the question with its 最近, before which the name ends.
    """
    before = _PERSON_LATELY.match(typed)
    if before is not None and not rjieba.has_word(before["name"]):
        return (before["name"],)
    words = rjieba.tag(strip_question_words(fold(question)))
    people = [name.text for name in check_names(question, question) if name.kind == "person"]
    people += [word for word, tag in words if tag == "nr" and len(word) > 2]
    if people:
        return tuple(dict.fromkeys(people))
    return tuple(
        dict.fromkeys(word for word, tag in words if len(word) > 1 and _CONTENT.match(tag) and word not in _WHEN)
    )


def latest_articles(words: Sequence[str], articles: Iterable[Article]) -> list[Article]:
    """The newest article that tells of the event at its beginning, and others of the same days; none if none does."""
    dated = [item for item in articles if item.date is not None and _tells_of(words, item)]
    dated.sort(key=lambda item: (item.date or dt.date.min, _day_told(words, item), item.id), reverse=True)
    newest = dated[0].date if dated else None
    if newest is None:
        return []
    return [item for item in dated if item.date and newest - item.date <= _SAME_EVENT][:LATEST_ARTICLES]


def _day_told(words: Sequence[str], article: Article) -> dt.date:
    """The day of the event in its article, by the last day told beside its words: 11日 of a paper of 12日."""
    day = article.date or dt.date.min
    for span in split_sentences(article.text):
        text = article.text[span.start : span.end]
        if any(word in fold(text) for word in words):
            days = [
                item.first
                for item in find_times(text, day)
                if item.first == item.last <= day and item.certainty >= _CERTAIN and day - item.first <= _NEWS
            ]
            if days:
                return max(days)
    return dt.date.min


def _tells_of(words: Sequence[str], article: Article) -> bool:
    if all(_is_called_so(word) for word in words):
        return all(word in fold(article.text) for word in words)  # a person may be named anywhere
    spans = split_sentences(article.text)[:_OPENING]
    own = [article.text[span.start : span.end] for span in spans]
    texts = [article.title, *(text for text in own if not _looks_back(text, article))]
    return any(all(word in fold(text) for word in words) for text in texts)


def _looks_back(text: str, article: Article) -> bool:
    """Whether a sentence tells of a time well before its paper only: 去年10月发射成功 is no news."""
    if article.date is None:
        return False
    times = [mention for mention in find_times(text, article.date) if mention.certainty >= _CERTAIN]
    return bool(times) and all(mention.last < article.date - _NEWS for mention in times)


def latest_note(question: str, article: Article) -> str:
    """What was taken for the last event, for the reader."""
    day = article.date
    if not is_chinese(question) or day is None:
        return f"“latest” was read as the newest report in the store, of {day}"
    return f"“最近”按库中最新的一次报道理解：{day.year}年{day.month}月{day.day}日"


def asks_what_someone_did(question: str, words: Sequence[str]) -> bool:
    """Whether a question wants to know what one person did of late: 参加了什么活动, 有哪些活动, 去了哪."""
    return bool(words) and all(map(_is_called_so, words)) and _DID.search(question) is not None


def _is_called_so(word: str) -> bool:
    """Whether a word has the form of a person's name; of a rare surname only where it is no word itself."""
    if PERSON_ALONE.fullmatch(word):
        return True
    return _RARELY_CALLED.fullmatch(word) is not None and not rjieba.has_word(word)


def what_someone_did(words: Sequence[str], article: Article) -> tuple[Span, ...]:
    """The sentence with which the report begins and the first that names the person; one where they are the same."""
    spans = split_sentences(article.text)
    named = next((span for span in spans if all(word in article.text[span.start : span.end] for word in words)), None)
    return tuple(dict.fromkeys([spans[0], named])) if named is not None else ()
