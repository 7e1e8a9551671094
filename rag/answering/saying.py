"""What an answer must say of its claim: the paper's period, mood, place and kind wherever the question's differ.

A model that is asked 今年新建了几所 writes 5所 of 今年争取新建5所. Whatever the sentence says of its figure, and
neither question nor statement does, would be lost; then the paper's own clauses are the answer in place of the
model's words. They need no list of what may be lost: every word about the figure counts.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.answering.answer_form import has_answer_form
from rag.answering.citations import CitationList
from rag.answering.evidence import Sentence
from rag.answering.statements import with_markers, without_markers
from rag.answering.totals import answering_figure
from rag.chinese.figures import find_figures, supports
from rag.chinese.lexicon import words
from rag.chinese.names import check_names
from rag.chinese.question_kind import is_chinese
from rag.chinese.sentences import split_sentences
from rag.chinese.terms import fold, tagged
from rag.claims.comparing import Verdict, compare, difference, other_members
from rag.claims.question import Question
from rag.claims.reading import PLANNED, SentenceReading, content_words, reading_in
from rag.claims.record import Claim, Period
from rag.claims.slots import members_in
from rag.claims.standing import withdrawn_in

_A_YEAR = 350
SUMMED = ("count", "money", "percentage")
"""Kinds of answers that add up over a year."""
WHOLE_SENTENCE = 70
"""Up to so many characters a sentence is quoted whole."""
_YEAR = re.compile(r"(?:19|20)\d\d年")
_YEARS_AWAY = {"前年": -2, "去年": -1, "明年": 1, "后年": 2}
_COUNTED_YEAR = re.compile(
    r"(?<![比较与和同])(?P<year>[前去明后]年)(?!同期)"
    r"(?P<part>\d{1,2}月(?:底|初|中旬|[上下]旬|\d{1,2}日)?|[一二三四]季度|[上下]半年|年?[初底])?"
)
_MOST_YEARS = 2
_YEARS_BACK = 2
_STANDS = re.compile(r"目前|现[在有已任]|至今|[每按][一-鿿]{1,3}(?:每[一-鿿])?\d|标准|认为|应[当在]|电话")
"""With these words a sentence tells what holds, and not what was in the time of the sentence before."""
_OWN_TIME = re.compile(r"今年|本[月周季届次]|[今近]日|(?<!\d)\d{1,2}月\d{1,2}日|日前|目前")
"""With these words a sentence tells of its paper's own time."""
_OF_THE_SAME = re.compile("其中|当[年时月天]|同[年期]|其余|那[年时]")
_NAMED = ("date", "person", "place")
"""Kinds of answer that no figure is: of such a question the claim stands where the reader's answer does."""
_DAY_LEAD = re.compile(r"据\d{4}年\d{1,2}月\d{1,2}日报道(?:（[^）]*）)?，")
_GOES_ON = re.compile(r"但|而不|然而|不过|可是|却|而非|仅|应为|实为|更正为")
_TOLD = ("n", "v", "b", "a", "j", "l", "i", "s", "z", "f")
_EMPTY = frozenset(words("stop_words", "statement"))
_TELLING = "不未没每各"
"""With these begin words that tell something, whatever the dictionary takes them for: 不早于, 每天."""
_SIGNS = " ，,。；;：:、"


@dataclass(frozen=True, slots=True)
class Said:
    """One place of a sentence where it says what the statement says, as a claim, with its verdicts."""

    sentence: Sentence
    claim: Claim
    verdicts: tuple[Verdict, ...]

    @property
    def difference(self) -> Verdict | None:
        """The first slot in which the claim is not what is asked for; None where it may be the answer."""
        return next((verdict for verdict in self.verdicts if verdict.relation == "different"), None)

    @property
    def last_year(self) -> int | None:
        """The year of the claim, else of its paper; None where neither is known."""
        day = self.claim.period.last if self.claim.period else self.sentence.article.date
        return day.year if day else None


def read(sentence: Sentence) -> SentenceReading:
    """The sentence as the claim grammar reads it."""
    return reading_in(sentence.article, sentence.start, sentence.end)


def claims_said(question: Question, statement: str, quoted: Sequence[Sentence]) -> tuple[Said, ...]:
    """The claims of the quotes that the statement repeats: its figures, its days, else its names.

    What the question itself says is no answer. Nothing for a statement of neither figures nor names.
    """
    found: list[Said] = []
    for sentence in quoted:
        reading = read(sentence)
        for start, end in _places(question, statement, sentence, reading):
            figure = next((item for item in reading.figures if item.start == start and item.end == end), None)
            found.append(said_of(question, sentence, reading.claim(start, end, figure)))
    return tuple(found)


def said_of(question: Question, sentence: Sentence, claim: Claim) -> Said:
    """A claim with its verdicts; what a paper tells without a time happened before it was printed."""
    verdicts = compare(question, claim)
    day, asked = sentence.article.date, question.period
    if claim.period is None and claim.mood == "fact" and day and asked and asked.year_said and day < asked.first:
        verdicts = (Verdict("period", "different", f"{day.year}年"), *verdicts[1:])
    if _is_withdrawn(read(sentence), claim):
        verdicts = (*verdicts, Verdict("mood", "different", "更正前的说法"))
    return Said(sentence, claim, verdicts)


def _is_withdrawn(reading: SentenceReading, claim: Claim) -> bool:
    """Whether a notice of correction tells a claim as what was wrong: 12 of “甲12家”应为“甲15家”."""
    spans = withdrawn_in(reading.text, reading.claims())
    return any(begin <= claim.start and claim.end <= end for begin, end in spans)


def _places(
    question: Question, statement: str, sentence: Sentence, reading: SentenceReading
) -> list[tuple[int, int]]:
    wanted_dates = question.kind.kind == "date"
    said = [
        figure
        for figure in find_figures(statement)
        if (figure.kind == "date") is wanted_dates and figure.text not in question.text
    ]
    places = [
        (printed.start, printed.end)
        for printed in reading.figures
        if any(printed.kind == figure.kind and supports(printed, figure) for figure in said)
    ]
    if places or said:
        return places
    names = [name.text for name in check_names(statement, statement) if name.text not in question.text]
    if not names and sentence.answer and sentence.answer in statement:
        names = [sentence.answer]
    body = statement.strip(_SIGNS)
    if not names and len(body) <= 12 and body in sentence.text:
        names = [body]
    if not names and question.kind.kind != "other":  # no dictionary knows every name: the words that are new
        names = [word for word in content_words(statement) if len(word) > 1 and word not in fold(question.text)]
    found = [(place, place + len(name)) for name in names if (place := sentence.text.find(name)) >= 0]
    return found[:3]


def excluded_whole(question: Question, quoted: Sequence[Sentence]) -> Verdict | None:
    """The same where it is not known which of their claims would answer, as where a heading asks (全区去年生产总值).

    一期 in each of the sentences where 二期 is asked about, or another time in all that each of them tells.
    """
    others = [other_members(question.members, members_in(sentence.text)) for sentence in quoted]
    if others and all(others):
        return Verdict("member", "different", others[0])
    times = [of_another_time(question, sentence) for sentence in quoted]
    return times[0] if times and all(times) else None


def of_another_time(question: Question, sentence: Sentence) -> Verdict | None:
    """The verdict on the time of a sentence, all of whose claims are of another than the question's."""
    return _all_differ(question, sentence, "period")


def of_another_place(question: Question, sentence: Sentence) -> Verdict | None:
    """The same of its place: a district's figures alone, where 全市 is asked about."""
    return _all_differ(question, sentence, "place")


def _all_differ(question: Question, sentence: Sentence, slot: str) -> Verdict | None:
    claims = [said_of(question, sentence, claim) for claim in read(sentence).claims()]
    verdicts = [verdict for item in claims for verdict in item.verdicts if verdict.slot == slot]
    return verdicts[0] if verdicts and all(item.relation == "different" for item in verdicts) else None


def excluded(said: Sequence[Said]) -> Verdict | None:
    """The slot in which every claim that the statement repeats is not what is asked for; None where one fits."""
    verdicts = [item.difference for item in said]
    return verdicts[0] if verdicts and all(verdicts) else None


def is_of_another_year(question: Question, verdict: Verdict, said: Sequence[Said]) -> bool:
    """Whether 今年 is asked and only the year differs: the asker may mean the paper's own, so it may be told.

    The half-year's figure is none of 今年前三季度, and is not told for it.
    """
    if not question.is_own_year or verdict.slot != "period" or question.period is None:
        return False
    if any(other.relation == "different" and other.slot != "period" for item in said for other in item.verdicts):
        return False  # of another year and another place it is no answer at all
    years = {item.last_year for item in said}
    return bool(years) and None not in years and question.period.last.year not in years


def days_covered(question: Question, said: Sequence[Said]) -> int:
    """How many days of the time asked about the claims cover, the longest counts; 0 where no time is asked."""
    if question.period is None:
        return 0
    asked = question.period
    spans = [
        (min(item.claim.period.last, asked.last) - max(item.claim.period.first, asked.first)).days + 1
        for item in said
        if item.claim.period is not None
    ]
    return max([0, *spans])


def is_of_a_part(question: Question, said: Sequence[Said]) -> bool:
    """Whether a whole year that is over is asked about, and every claim is of a part of it.

    What happened on one day of the year happened in it; only how much there was on a day is not the year's.
    """
    asked = question.period
    if asked is None or question.is_own_year or not said or (asked.last - asked.first).days < _A_YEAR:
        return False
    if question.kind.kind not in SUMMED and all(item.claim.period and _is_a_day(item.claim.period) for item in said):
        return False
    times = [verdict for item in said for verdict in item.verdicts if verdict.slot == "period"]
    return bool(times) and all(verdict.relation == "narrower" for verdict in times)


def _is_a_day(period: Period) -> bool:
    return (period.last - period.first).days <= 1


def says_all(question: Question, statement: str, said: Sequence[Said]) -> bool:
    """Whether question and statement together say all that the paper says of what is answered."""
    known = fold(f"{question.text}\n{statement}")
    return all(not _unsaid(item, statement, known) for item in said)


def _unsaid(item: Said, statement: str, known: str) -> list[str]:
    """The words of a claim that nobody repeats."""
    missing = [
        verdict.said
        for verdict in item.verdicts
        if verdict.slot in ("period", "mood") and verdict.relation != "same" and verdict.said
    ]
    missing = [word for word in missing if fold(word) not in fold(statement)]
    if item.claim.is_part and "其中" not in known:
        missing.append("其中")
    own = item.claim.text if item.claim.figure is None else item.claim.text.replace(item.claim.figure.text, "　", 1)
    told = item.sentence.text[item.claim.start : item.claim.end]
    for word, tag, _ in tagged(own.replace(told, "　")):
        if (tag[:1] in _TOLD or word[0] in _TELLING) and word not in _EMPTY and not _repeated(word, tag, known):
            missing.append(word)
    for word, tag, _ in tagged(_condition(item.sentence, item.claim)):
        if len(word) > 1 and tag[:1] in _TOLD and not _repeated(word, tag, known):
            missing.append(word)
    return missing


def _condition(sentence: Sentence, claim: Claim) -> str:
    """When or for whom a figure holds, by a clause before its own: 建成后, 满15年的."""
    return "" if claim.figure is None else read(sentence).condition(claim.start)


def _repeated(word: str, tag: str, known: str) -> bool:
    """Whether a word is said; of a verb its first character is enough (签约 and 签订), of a noun all of it."""
    if word in known:
        return True
    return tag[:1] == "v" and word[0] in known


def excerpt(sentence: Sentence, claims: Sequence[Claim]) -> str:
    """The clauses of the sentence that tell these claims, with those that they go on from: the paper's own words."""
    if len(sentence.text) <= WHOLE_SENTENCE or not claims:
        return sentence.text
    reading = read(sentence)
    spans = reading.clauses.spans
    first = reading.clauses.index_at(min(claim.start for claim in claims))
    last = reading.clauses.index_at(max(claim.end - 1 for claim in claims))
    begin = _governing(reading, first, claims)
    while last + 1 < len(spans) and _GOES_ON.match(reading.clauses.at(last + 1).strip(_SIGNS)):
        last += 1
    if begin > 1 and _scopes(reading.clauses.at(0)):
        head = reading.clauses.at(0).strip(_SIGNS)
        return f"{head}，…{sentence.text[spans[begin].start : spans[last].end]}"
    return sentence.text[spans[begin].start : spans[last].end]


def _governing(reading: SentenceReading, first: int, claims: Sequence[Claim]) -> int:
    """The clause from which the claims' subject, time and mood are told, at most four before."""
    needed = [word for claim in claims for word in (*claim.words[:6], *claim.places[:1], claim.mood_word) if word]
    needed += [claim.period.text for claim in claims if claim.period]
    needed += [condition for claim in claims if claim.figure and (condition := reading.condition(claim.start))]
    for index in range(max(0, first - 4), first):
        text = fold(reading.clauses.at(index))
        if any(fold(word) in text for word in needed if fold(word) not in fold(reading.clauses.at(first))):
            return index
    return first


def _scopes(clause: str) -> bool:
    """Whether a clause sets time or place for what follows."""
    return len(clause) <= 16 and (any(item.kind == "date" for item in find_figures(clause)) or "全" in clause)


def day_lead(sentence: Sentence, text: str, claims: Sequence[Claim] = ()) -> str:
    """``据2021年6月8日报道，`` where the words name no year and the paper's day is known; else nothing.

    A period that an earlier sentence sets is told with it, and that it was yet to come:
    ``据2021年1月8日报道（全年计划），``. Years that the words count from the paper's are said as such:
    ``据2022年7月22日报道（明年3月即2023年3月），``.
    """
    day = sentence.article.date
    if not is_chinese(text):
        return ""
    carried = next(
        (
            claim.period.text
            for claim in claims
            if claim.period and _is_of_carried(claim, text, day) and not _was_aside(sentence, claim.period)
        ),
        "",
    )
    planned = next((c.mood_word for c in claims if c.mood_word == PLANNED and PLANNED not in text), "")
    if day is None or (_YEAR.search(text) and not planned):
        return f"{carried}，" if carried else ""
    told = "；".join(part for part in (carried + planned, *years_meant(text, day)) if part)
    return f"据{day.year}年{day.month}月{day.day}日报道{f'（{told}）' if told else ''}，"


def _is_of_carried(claim: Claim, text: str, day: dt.date | None) -> bool:
    """Whether a claim is of a time that only a sentence before names.

    A figure that measures goes on from there; not what stands now (目前), a price or a rule (每吨2.4元), or a name,
    nor anything from a year long over (公园建于2003年).
    """
    if claim.period is None or claim.period.text in text or _STANDS.search(text):
        return False
    if day is not None and claim.period.last.year < day.year - _YEARS_BACK:
        return False
    return claim.figure is not None and claim.figure.kind not in ("date", "time_of_day", "time_span", "ordinal")


def _was_aside(sentence: Sentence, time: Period) -> bool:
    """Whether an article that had told figures of its own year named an earlier one in passing.

    本届进场6200人。去年只来了4000人。岗位里普工占58%: that is of this year again. After 去年，全县产粮6万吨 as the
    first thing told, and with 其中, it is of that time.
    """
    day = sentence.article.date
    if day is None or time.last.year >= day.year:
        return False
    before = split_sentences(sentence.article.text[: sentence.start])
    texts = [sentence.article.text[span.start : span.end] for span in before]
    named = max((place for place, text in enumerate(texts) if time.text in text), default=0)
    own = any(
        _OWN_TIME.search(text) and any(item.kind != "date" for item in find_figures(text)) for text in texts[:named]
    )
    return own and _OF_THE_SAME.match(sentence.text.strip()) is None


def years_meant(text: str, day: dt.date) -> list[str]:
    """``明年3月即2023年3月`` for times that a paper of ``day`` counts from its own year, two at most."""
    found = dict.fromkeys(
        f"{match.group()}即{day.year + _YEARS_AWAY[match['year']]}年{match['part'] or ''}"
        for match in _COUNTED_YEAR.finditer(text)
    )
    return list(found)[:_MOST_YEARS]


def without_day_lead(text: str) -> str:
    """An answer without ``据2021年6月8日报道，``: the paper's day answers no question of when something was."""
    return _DAY_LEAD.sub("", text)


def without_lead_said(text: str, said: Sequence[str]) -> str:
    """``text`` without its ``据2021年6月8日报道，`` where one of ``said`` begins with the same."""
    lead = _DAY_LEAD.match(text)
    if lead is None or not any(other.lstrip().startswith(lead.group()) for other in said):
        return text
    return text[lead.end() :]


def in_the_papers_words(question: Question, sentence: Sentence, claims: Sequence[Claim] = ()) -> str:
    """The paper's own words as an answer: the clauses that matter, after the day of the paper where none is said."""
    found = claims or answering_claims(question, sentence)
    # Where yes or no, a reason or a way is asked for, any clause of the sentence may be the answer.
    is_whole = question.is_choice or question.is_why or question.is_how
    shown = sentence.text if is_whole else excerpt(sentence, found)
    loses = sentence.answer not in shown and question.kind.kind not in ("count", "money", "percentage")
    loses |= any(name in sentence.text and name not in shown for name in _people(question.text))
    if loses or not has_answer_form(question.kind, shown, question.text):
        shown = sentence.text  # what answers stands in another clause
    text = without_markers(shown).strip()
    return f"{day_lead(sentence, text, found)}{text}"


def _people(question: str) -> list[str]:
    """Names of people in a question: what is told of one stands where he is named."""
    return [word for word, tag, _ in tagged(question) if tag.startswith("nr") and len(word) > 1]


def answering_claims(question: Question, sentence: Sentence) -> tuple[Claim, ...]:
    """The claim of a sentence that fits the question, else the one at what the reader would answer.

    Of several figures of the kind asked for, those that differ from the question in no slot come first, then the one
    whose words are most like the question's.
    """
    reading = read(sentence)
    figure = answering_figure(question.text, sentence.text)
    if figure is not None and question.kind.kind not in _NAMED:
        alike = [
            reading.claim(item.start, item.end, item)
            for item in reading.figures
            if item.kind == figure.kind and (item.unit == figure.unit or not question.kind.unit)
        ]
        alike = [claim for claim in alike if not _is_withdrawn(reading, claim)] or alike
        fitting = [claim for claim in alike if difference(question, claim) is None]
        fitting = fitting or [claim for claim in alike if claim.start == figure.start] or alike
        return (max(fitting, key=lambda claim: (_shared(question, claim), claim.start == figure.start)),)
    place = sentence.text.find(sentence.answer) if sentence.answer else -1
    read_there = reading.claim(place, place + len(sentence.answer)) if place >= 0 else None
    if read_there is not None and difference(question, read_there) is None:
        return (read_there,)
    # 二期 is asked about, and the reader's answer stands in the clause on 一期: the clause that names it counts.
    clauses = [reading.claim(span.start, span.end) for span in reading.clauses.spans]
    named = [claim for claim in clauses if claim.members & question.members]
    best = max(named, key=lambda claim: _shared(question, claim), default=read_there)
    return (best,) if best is not None else ()


def _shared(question: Question, claim: Claim) -> int:
    """How many characters of the question's words stand in the claim's own."""
    return sum(len(word) for word in question.words if word in fold(claim.text))


def say(question: Question, said: Sequence[Said], quoted: Sequence[Sentence], cited: CitationList) -> str:
    """The paper's clauses that tell what a draft tells, each with its marker, one after the other.

    Where 今年 is asked and only another year is told, that is said first.
    """
    by_sentence: dict[tuple[str, int], list[Said]] = {}
    for item in said:
        by_sentence.setdefault((item.sentence.article.id, item.sentence.start), []).append(item)
    markers: dict[str, list[int]] = {}
    texts: dict[str, str] = {}
    for items in by_sentence.values():
        text = in_the_papers_words(question, items[0].sentence, [item.claim for item in items])
        same = without_day_lead(text)  # one sentence in two papers is said once
        texts.setdefault(same, text)
        markers.setdefault(same, []).append(cited.marker(items[0].sentence))
    if not texts:
        return with_markers(in_the_papers_words(question, quoted[0]), [cited.marker(quoted[0])])
    parts = [with_markers(text, markers[same]) for same, text in texts.items()]
    return _other_year(question, said) + "".join(parts)


def _other_year(question: Question, said: Sequence[Said]) -> str:
    """``没有查到2021年的数字。`` where the asker's own year is asked and every claim is of another."""
    if not question.is_own_year or question.period is None or not said:
        return ""
    if is_of_another_year(question, Verdict("period", "different"), said):
        return f"没有查到{question.period.first.year}年的；"
    return ""
