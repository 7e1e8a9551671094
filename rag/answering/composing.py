"""Answers that the program puts together: totals, answers part by part, and who holds an office.

The model never adds. Each part is asked, written and checked like a question of its own; the figures that answer
are added here, and the equation is shown.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.answering.citations import CitationList
from rag.answering.compared import Comparison, comparison, outcome
from rag.answering.evidence import Sentence
from rag.answering.gathering import GATHERED_PASSAGES, CountedQuestion, counted_question, gather, item_statement
from rag.answering.inquiry import Asked, Findings
from rag.answering.listed_events import MOST, asks_for_events, held_events, listed
from rag.answering.office_holders import (
    current,
    holder_statement,
    holders,
    on_both_sides,
    one_of_each_article,
    several_holders,
)
from rag.answering.parts import ASKS_TOTAL, QuestionParts, asked_clauses, coordinated_parts, leans, question_parts
from rag.answering.refusal import NEAR_PRESENCE, Refusal
from rag.answering.saying import without_day_lead
from rag.answering.series import asks_for_series, series, told
from rag.answering.statements import cited_in, is_told, without_markers
from rag.answering.summary import asks_for_summary, summary, summary_of_one
from rag.answering.superlative import asks_for_leader, leader, leader_statement
from rag.answering.times import names_other_years
from rag.answering.totals import Total, added, answering_figure, total_of
from rag.answering.unanswered import asks_the_same, unanswered_clauses
from rag.answering.whose_office import asked_of_somebody, latest_office, office_statement
from rag.answering.writing import Writer
from rag.chinese.figures import find_figures
from rag.chinese.offices import Office, asked_office, asked_offices, joined_offices, office_of_several
from rag.chinese.question_kind import is_chinese, question_kind
from rag.chinese.times.question_times import QuestionTime
from rag.claims.question import read_question
from rag.records import Article

ANSWERED_BESIDE = 1.2
"""Log-odds by which the paper is likelier to answer a part of a question where it answers another."""
_NEAR = dt.timedelta(days=400)
"""How far from the time asked about two reports on one holder may be."""
_MARKER = re.compile(r"\[\d+\]")
_YEAR = re.compile(r"(?:19|20)\d\d年")
_COMPARES = re.compile(r"^(?:[比较]|[跟和与同][^，。？]{0,8}比)")
_COMPARED = re.compile(r"[比较]|[去上]年|同期|[由从][^，。；]{1,20}(?:到|为|至)")
_UNREAD = -99.0
"""In the place of the presence of a sentence that no reader has read."""
_SEX = re.compile(r"[男女]")


@dataclass(frozen=True, slots=True)
class Composed:
    """Statements with their markers, and the one text among them whose figures the program computed, or nothing."""

    statements: tuple[str, ...]
    computed: str = ""


@dataclass(frozen=True, slots=True)
class Composer:
    """Answers by parts; ``find(question, passages)`` brings the evidence of one."""

    find: Callable[[Asked, int], Findings]
    writer: Writer
    passages: int
    find_within: Callable[[Asked, Sequence[Article]], Findings] | None = None
    """The evidence of one question in some articles alone; None where there is no store to read them from."""
    articles_about: Callable[[Asked, dt.timedelta], Sequence[Article]] | None = None
    """Whole articles on what is asked, the latest among them; the time is how long before and after one may be."""
    time_asked: QuestionTime | None = None
    """When the whole question asks about."""
    today: dt.date | None = None
    """The asker's day."""

    def compose(self, asked: Asked, cited: CitationList) -> Composed | Refusal | None:
        """The composed answer, a refusal where nothing is to be said, or None for a question on one thing."""
        for way in (self._series, self._events, self._summary):
            made = way(asked, cited)
            if made is not None:
                return made
        joined = joined_offices(asked.searched)
        if joined:
            held = self._office_holders(asked, cited, joined)
            if held is not None:
                return held
        leads = self._leader(asked, cited)
        if leads is not None:
            return leads
        compared = comparison(asked.searched)
        if compared is not None:
            return self._compared(asked, compared, cited)
        parts = question_parts(asked.searched)
        if parts is None and not asked.is_translated and not ASKS_TOTAL.search(asked.searched):
            parts = coordinated_parts(asked.searched)
        if parts is not None:
            return self._total(asked, parts, cited) if parts.operation == "sum" else self._each(asked, parts, cited)
        counted = counted_question(asked.searched)
        if counted is not None:
            return self._gathered(asked, counted, cited)
        return self._office_holders(asked, cited)

    def _series(self, asked: Asked, cited: CitationList) -> Composed | None:
        """A quantity over time, from all reports on it; None for any other question, and for fewer than two."""
        if self.articles_about is None or not asks_for_series(asked.searched) or not is_chinese(asked.question):
            return None
        question = read_question(asked.searched, self.today)
        points = series(question, self.articles_about(asked, dt.timedelta()))
        if not points:
            return None
        lines = [f"{told(point)}[{cited.marker(point.sentence)}]" for point in points]
        return Composed(("；".join(lines) + "。",))

    def _events(self, asked: Asked, cited: CitationList) -> Composed | None:
        """What was held of one kind, newest first; None for any other question, and where no report tells of one."""
        kind = asks_for_events(asked.searched)
        if not kind or self.articles_about is None or not is_chinese(asked.question):
            return None
        span = (self.time_asked.first, self.time_asked.last) if self.time_asked else None
        found = held_events(
            asked.searched, kind, self.articles_about(asked.part(f"召开{kind}"), dt.timedelta()), span
        )
        if not found:
            return None
        lines = "；".join(listed(event, cited.marker(event.sentence)) for event in found[:MOST])
        more = f"此外还有{len(found) - MOST}条报道。" if len(found) > MOST else ""
        return Composed((f"{lines}。", *([more] if more else [])))

    def _summary(self, asked: Asked, cited: CitationList) -> Composed | None:
        """What the papers tell of one matter; None for any other question, and where nothing is told of it."""
        matter = asks_for_summary(asked.searched)
        if not matter or not is_chinese(asked.question):
            return None
        question = read_question(matter, self.today)
        sentences = self.find(asked.part(matter), self.passages).sentences
        found = summary(question, sentences) or summary_of_one(question, sentences)
        if not found:
            return None
        return Composed(tuple(f"{_ended(item.text).rstrip('。')}[{cited.marker(item.sentence)}]。" for item in found))

    def rest(self, asked: Asked, said: Sequence[str], cited: CitationList) -> tuple[str, ...]:
        """What remains to be said to a question of several clauses (签约多少个？谁出席了会议？) after ``said``.

        Each clause that has got no answer is asked alone, first of the articles cited so far: 会议 is the one that
        they tell of. Where nothing is found, that is said. Nothing for any other question.
        """
        clauses = () if asked.is_translated else asked_clauses(asked.searched)
        texts = [_plain(text) for text in said]
        names = [clause for clause, _ in clauses]
        added: list[str] = []
        missing: dict[int, bool] = {}
        for place in unanswered_clauses(names, "".join(texts)) if clauses else ():
            clause, completed = clauses[place]
            tried = cited.copy()
            text = self._answered_alone(asked, clause, completed, tried)
            if (
                text
                and (leans(clause) or asks_the_same(clause))
                and _figure_texts(text) <= _figure_texts("".join(texts))
            ):
                missing[place] = True  # 前三季度呢 is not answered by the year's figure once more
            elif not text:
                missing[place] = False
            elif not _is_said_again(text, [*said, *added]) and not is_told(_plain(text), texts):
                cited.become(tried)
                added.append(_ended(text))
                texts.append(_plain(text))
        if not cited.sentences:
            return ()
        added += [
            self._lacking(asked, clauses[place], cited, is_seen=missing[place])
            for place in unanswered_clauses(names, "".join(texts))
            if place in missing and not _is_in_sight(names[place], cited)
        ]
        return tuple(text for text in added if text)

    def _lacking(self, asked: Asked, clause: tuple[str, str], cited: CitationList, *, is_seen: bool) -> str:
        """What is said of a clause, as typed and completed, that got no answer: what comes nearest, if anything does.

        Nothing where that is cited already, unless ``is_seen``: it was looked at, and says the same once more.
        """
        part = asked.part(clause[1])
        found = self.writer.read_again(part, self.find(part, self.passages)).sentences
        best = max(found, key=_presence, default=None)
        shown = {(item.article.id, item.start) for item in cited.sentences}
        if best is None or _presence(best) < NEAR_PRESENCE or not is_chinese(asked.question):
            return _not_found(asked, clause[0])
        if (best.article.id, best.start) in shown:
            return _not_found(asked, clause[0]) if is_seen else ""
        told = without_markers(best.text).strip().rstrip("。")
        return f"关于“{clause[0]}”没有查到直接的回答，最接近的是：“{told}”[{cited.marker(best)}]。"

    def _answered_alone(self, asked: Asked, clause: str, completed: str, cited: CitationList) -> str:
        articles = list({sentence.article.id: sentence.article for sentence in cited.sentences}.values())
        if articles and self.find_within is not None:
            # 谁出席了会议 is asked of what the article tells of; a figure belongs to the thing named before.
            part = asked.part(clause if question_kind(clause).kind in ("person", "place") else completed)
            text = "".join(self.writer.write(part, self.find_within(part, articles), cited))
            if text:
                return text
        part = asked.part(completed)
        return "".join(self.writer.write(part, self.find(part, self.passages), cited))

    def _written(
        self, asked: Asked, parts: QuestionParts, place: int, cited: CitationList, expected: float = 0.0
    ) -> str:
        """The answer to the part at ``place``; empty where there is none."""
        part = asked.part(parts.questions[place], parts.labels[place], parts.labels)
        office = asked_office(part.searched)
        held = "".join(self._holder(part, office, cited)) if office else ""
        if held:
            return held
        return "".join(self.writer.write(part, self.find(part, self.passages), cited, expected=expected))

    def _office_holders(self, asked: Asked, cited: CitationList, joined: Sequence[str] = ()) -> Composed | None:
        """Who holds the office or offices asked about; None for any other question, and where none is found."""
        somebodys = self._somebodys_office(asked, cited)
        if somebodys is not None:
            return somebodys
        several = office_of_several(asked.searched)
        if several is not None and self.articles_about is not None:
            listed = several_holders(several, self.articles_about(asked, dt.timedelta()))
            named = "、".join(f"{item.name}[{cited.marker(item.sentence)}]" for item in listed)
            return Composed((several_statement(asked, several, named),)) if listed else None
        clauses = [*joined] or [clause for clause, _ in asked_clauses(asked.searched)] or [asked.searched]
        held = [
            (clause, self._holder(asked.part(clause) if len(clauses) > 1 else asked, office, cited))
            for clause, office in zip(clauses, asked_offices(clauses), strict=False)
        ]
        if not any(statements for _, statements in held):
            return None
        return Composed(
            tuple(text for clause, statements in held for text in statements or (_not_found(asked, clause),))
        )

    def _somebodys_office(self, asked: Asked, cited: CitationList) -> Composed | None:
        """Whether somebody holds an office: his latest one, and who holds the one asked about."""
        found = asked_of_somebody(asked.searched) if is_chinese(asked.question) else None
        if found is None or self.articles_about is None:
            return None
        held = latest_office(found[0], self.articles_about(asked.part(found[0]), dt.timedelta()))
        if held is None:
            return None
        statements = [office_statement(held, cited.marker(held.sentence))]
        office = asked_office(f"{found[1]}是谁") if found[1] else None
        if office is not None and not held.office.endswith(found[1]):
            statements += self._holder(asked.part(f"{found[1]}是谁"), office, cited)
        return Composed(tuple(statements))

    def _holder(self, asked: Asked, office: Office, cited: CitationList) -> tuple[str, ...]:
        """Who holds the office, by the latest report, and who did before; empty where no report says it."""
        if self.articles_about is None:
            return ()
        named = holders(office, self.articles_about(asked, dt.timedelta()))
        now, earlier = current([item for item in named if not names_other_years(asked.searched, item.sentence.text)])
        both_sides = not now and self.time_asked is not None
        if both_sides and self.time_asked is not None:
            now = on_both_sides(holders(office, self.articles_about(asked, _NEAR)), self.time_asked)
        if not now:
            return ()
        chinese = is_chinese(asked.question)
        shown = [now, *([item] for item in earlier)]
        return tuple(
            holder_statement(
                office,
                items,
                "".join(dict.fromkeys(f"[{cited.marker(item.sentence)}]" for item in one_of_each_article(items))),
                chinese=chinese,
                before=place,
                both_sides=both_sides,
            )
            for place, items in enumerate(shown)
        )

    def _leader(self, asked: Asked, cited: CitationList) -> Composed | None:
        """Which of several places leads, by a report that lists them; None for any other question."""
        if not asks_for_leader(asked.searched) or not is_chinese(asked.question):
            return None
        found = leader(read_question(asked.searched, self.today), self.find(asked, self.passages).sentences)
        return None if found is None else Composed((leader_statement(found, cited.marker(found.sentence)),))

    def _compared(self, asked: Asked, compared: Comparison, cited: CitationList) -> Composed | None:
        """The figures of both, and which is more; None where one is not found, for another way to be tried."""
        tried = cited.copy()
        texts = [self._written(asked, compared.parts, place, tried, ANSWERED_BESIDE) for place in range(2)]
        if not all(texts):
            return None
        plain = [without_day_lead(_MARKER.sub("", text)) for text in texts]
        found = outcome(compared, (plain[0], plain[1]))
        if not found:
            return None
        cited.become(tried)
        labelled = [_labelled(label, text) for label, text in zip(compared.parts.labels, texts, strict=True)]
        markers = "".join(dict.fromkeys(_MARKER.findall("".join(texts))))
        return Composed((f"{found}{markers}。", *dict.fromkeys(labelled)))

    def _each(self, asked: Asked, parts: QuestionParts, cited: CitationList) -> Composed | Refusal:
        """Each part answered, and said of which there is nothing; a refusal where there is nothing at all."""
        texts = [self._written(asked, parts, place, cited) for place in range(len(parts.questions))]
        if not any(texts):
            return Refusal("missing part", parts.labels[0])
        texts = [
            text or self._written(asked, parts, place, cited, ANSWERED_BESIDE) for place, text in enumerate(texts)
        ]
        if not all(texts):
            whole = self._whole(asked, parts, "".join(texts), cited)
            if whole is not None:
                return whole
        twice = _answered_twice(parts.labels, list(zip(parts.questions, texts, strict=True)))
        if twice and len(set(texts)) > 1:
            if any(map(str.isdigit, twice)):
                return Refusal("missing part", twice)  # 2020年1850亩, 2021年1850亩, of one sentence
            texts = [max(texts, key=len)] * len(texts)
        texts = _of_their_own(parts.labels, texts, cited)
        if not any(texts):
            return Refusal("missing part", parts.labels[0])
        if len(set(texts)) == 1:
            return Composed((_ended(texts[0]),))
        told = "".join(texts)
        labels = [pair for pair in zip(parts.labels, texts, strict=True) if pair[1] or pair[0] not in told]
        return Composed(tuple(_labelled(label, text) if text else _not_found(asked, label) for label, text in labels))

    def _whole(self, asked: Asked, parts: QuestionParts, divided: str, cited: CitationList) -> Composed | None:
        """The question answered undivided, where that names every part and tells more than ``divided``."""
        own = CitationList()
        statements = tuple(self.writer.write(asked, self.find(asked, self.passages), own))
        said = "".join(statements)
        names_all = all(_core(label) in said for label in parts.labels)
        if not names_all or _figures_in(said) < max(len(parts.labels), _figures_in(divided) + 1):
            return None
        cited.become(own)  # what was cited for the parts is not in this answer
        return Composed(statements)

    def _total(self, asked: Asked, parts: QuestionParts, cited: CitationList) -> Composed | Refusal:
        written: list[tuple[str, str]] = []
        for place, label in enumerate(parts.labels):
            text = self._written(asked, parts, place, cited)
            if not text:
                return Refusal("missing part", label)
            written.append((parts.questions[place], text))
        labelled = [_labelled(label, text) for label, (_, text) in zip(parts.labels, written, strict=True)]
        statements = tuple(dict.fromkeys(labelled))
        twice = _answered_twice(parts.labels, written)
        if twice:
            return Refusal("missing part", twice)
        total = total_of(asked.question, written)
        return Refusal("no total") if total is None else _with_total(asked, total, statements, cited)

    def _gathered(self, asked: Asked, counted: CountedQuestion, cited: CitationList) -> Composed | Refusal | None:
        """The figures of as many events as the question says, and their total; None where none of them is told."""
        found = self.find(asked.part(counted.single), GATHERED_PASSAGES)
        items = gather(counted.single, found.sentences)
        if not items:
            return None
        total = added(asked.question, [item.figure for item in items]) if len(items) == counted.number else None
        if total is None:
            return Refusal("other number", str(len(items)))
        shown = "；".join(item_statement(item, cited.marker(item.sentence)) for item in items)
        return _with_total(asked, total, (f"{shown}。",), cited)


def several_statement(asked: Asked, office: Office, named: str) -> str:
    """Those named in an office of several, and that others may hold it whom no report names."""
    name = office.body + office.title
    if not is_chinese(asked.question):
        return f"{name}: {named} (named in the reports of the last year; there may be others)."
    return f"{name}：{named}（近一年报道中点名的，可能不全）。"


def _of_their_own(labels: Sequence[str], texts: Sequence[str], cited: CitationList) -> list[str]:
    """The texts of parts that differ by year or sex, without those that say of one what the paper says of another.

    One film cannot have won 2022年 and 2023年 by a sentence that names neither, nor one skater 女子 and 男子.
    """
    keys = [_contrast(label) for label in labels]
    if not all(keys) or len(set(keys)) < len(keys):
        return list(texts)
    plain = [_MARKER.sub("", text) for text in texts]
    kept = [
        text if plain.count(said) < 2 or _is_named(key, text, cited) else ""
        for key, text, said in zip(keys, texts, plain, strict=True)
    ]
    return list(texts) if kept == list(texts) else cited.renumbered(kept)


def _contrast(label: str) -> str:
    """What sets a part apart from the others where that is a year or a sex: 2022, 女; else empty."""
    if _YEAR.fullmatch(label):
        return label.removesuffix("年")
    sexes = set(_SEX.findall(label))
    return sexes.pop() if len(sexes) == 1 else ""


def _is_named(key: str, text: str, cited: CitationList) -> bool:
    """Whether a sentence that the text cites, or its article's title or date, names ``key``."""
    said = {
        marker: f"{item.article.date}\n{item.article.title}\n{item.text}"
        for marker, item in enumerate(cited.sentences, 1)
    }
    return any(key in source for source in cited_in(text, said).values())


def _plain(text: str) -> str:
    """A statement without its markers, its day lead and its full stop."""
    return without_day_lead(_MARKER.sub("", text)).strip("。")


def _is_in_sight(clause: str, cited: CitationList) -> bool:
    """Whether a cited sentence shows what a clause leans on: 跟去年比呢 beside 由去年的15万元提高到20万元."""
    if asks_the_same(clause):
        return any(_figures_in(item.text) > 1 for item in cited.sentences)
    return _COMPARES.search(clause) is not None and any(_COMPARED.search(item.text) for item in cited.sentences)


def _is_said_again(text: str, said: Sequence[str]) -> bool:
    """Whether ``text`` cites nothing but what ``said`` cites, and has no figure that is not said there."""
    before = "".join(said)
    own, figures = set(_MARKER.findall(text)), _figure_texts(text)
    return bool(own) and own <= set(_MARKER.findall(before)) and bool(figures) and figures <= _figure_texts(before)


def _figure_texts(text: str) -> set[str]:
    """The figures of a text, days apart; a text without one has none that is new."""
    return {item.text for item in find_figures(without_day_lead(_MARKER.sub("", text))) if item.kind != "date"}


def _figures_in(text: str) -> int:
    return len({figure.text for figure in find_figures(without_day_lead(_MARKER.sub("", text)))})


def _core(label: str) -> str:
    """The end of a label, by which it is known again: of 改造中电代煤, cut in the wrong place, 代煤."""
    return label[-2:]


def _labelled(label: str, text: str) -> str:
    """``第二水厂：3.4亿元[1]。`` where the statement itself does not say of what it speaks."""
    return _ended(text if label in text else f"{label}：{text}")


def _ended(text: str) -> str:
    return text if text.endswith(("。", "！", "？", ".", "!", "?")) else f"{text}。"


def _presence(sentence: Sentence) -> float:
    """The reader's logit; where none has read it, far below any."""
    return _UNREAD if sentence.presence is None else sentence.presence


def _not_found(asked: Asked, label: str) -> str:
    return f"关于“{label}”，资料中没有找到。" if is_chinese(asked.question) else f"Nothing was found on “{label}”."


def _answered_twice(labels: Sequence[str], written: Sequence[tuple[str, str]]) -> str:
    """The first part answered by a figure of a sentence that answered one before: one signing is not two."""
    seen: set[tuple[str, str]] = set()
    for label, (question, text) in zip(labels, written, strict=True):
        figure = answering_figure(question, text) if text else None
        if figure is None:
            continue
        key = (figure.text, "".join(_MARKER.findall(text)))
        if key in seen:
            return label
        seen.add(key)
    return ""


def _with_total(asked: Asked, total: Total, statements: Sequence[str], cited: CitationList) -> Composed:
    """The total first, with the markers of everything it was added from."""
    markers = "".join(f"[{marker}]" for marker in range(1, len(cited.sentences) + 1))
    end = "。" if is_chinese(asked.question) else "."
    return Composed((f"{total.statement}{markers}{end}", *statements), total.statement)
