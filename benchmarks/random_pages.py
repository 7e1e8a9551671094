"""Newspaper pages of layouts drawn at random from a wide space, every line labelled: to train on and to measure by.

A page's family (``random_families``) is where headlines stand, how the page is torn and how its articles are signed;
all else is drawn anew for each page: widths, kickers, subtitles, briefs, captions, lists, boxes, spaces, furniture.
Written apart from ``newspaper_pages`` and ``other_newspaper_pages``, which stay for measuring only. Deterministic for
a seed.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

from gold_pages import FURNITURE, GoldArticle, Story
from labelled_rows import BLANK, LabelledPage, Row, states_of
from random_families import Family
from random_habits import Habits
from random_tearing import Tearing
from random_wording import RELATED, SUBHEADS, Wording
from torn_pages import break_anywhere, brief_of, table_lines
from typesetting import break_lines, divide_words

from rag.corpus.line_model import LineLabel


class Press:
    """Sets one page: its articles in order, with photographs, boxes and related pieces between them."""

    def __init__(self, family: Family, stories: Sequence[Story], seed: int, *, wider: bool = False) -> None:
        self.family, self.stories = family, stories
        self.habits = Habits(seed, wider=wider)
        self.dice, self.more = self.habits.dice, self.habits.more
        self.wording = Wording(self.dice)
        self.tearing = Tearing(family.tear, self.habits)
        self.articles: list[GoldArticle] = []

    def page(self) -> LabelledPage:
        """The page with its owners and labels."""
        rows: list[Row] = []
        heading = [Row(text, "other") for text in self.wording.heading()]
        where = self.dice.choice(("none", "top", "top", "bottom"))
        if where == "top":
            rows += [*heading, BLANK]
        for number, story in enumerate(self.stories):
            rows += self._article(story, number)
            if self.dice.draw(self.habits.between) and self.family.tear != "no blanks":
                rows.append(BLANK)
            if self.dice.draw(self.habits.photos) and not self.dice.draw(self.habits.photo_inside):
                shown = self.dice.choice(self.stories) if self.dice.draw(0.4) else story
                rows += [BLANK, *self._photo(shown, may_be_headed=True), BLANK]
            if self.dice.draw(self.habits.boxes):
                rows += [BLANK, *self._box(), BLANK]
        if where == "bottom":
            rows += [BLANK, *heading]
        return self._print(self.tearing.torn(rows))

    def _side(self, number: int) -> str:
        draw = self.dice.random()
        match self.family.place:
            case "mostly above":
                return "above" if draw < 0.75 else "below" if draw < 0.9 else "none"
            case "in pairs":
                return "none" if draw < 0.08 else "below" if number % 2 == 0 else "above"
            case "any":
                return self.dice.choice(("above", "below", "above", "below", "none"))
            case "above or none":
                return "none" if draw < self.habits.unheaded else "above"
            case "below or none":
                return "none" if draw < self.habits.unheaded else "below"
            case "inside":
                return "inset" if draw < 0.6 else "below" if draw < 0.8 else "above"
            case place:
                return place

    def _article(self, story: Story, number: int) -> list[Row]:
        owner = len(self.articles)
        side = self._side(number)
        office = self.wording.office()
        stack, title, subtitle = self._stack(story, owner, side, office)
        if side == "none":
            stack, title, subtitle = [], "", ""
        unsigned = side == "none" and self.dice.draw(self.habits.unsigned)
        opening, own, signed, last = ("", "", "", "") if unsigned else self.wording.names(self.family.sign)
        text = self._text(story, office, title.startswith(office))
        self.articles.append(GoldArticle(title, subtitle, opening or own or signed or last, text))
        body = self._body(opening, text, signed, owner)
        if last:
            body.append(Row(last, "text", owner, True))
        if own:
            body[0].label = "text"
            body = [Row(own, "start", owner), *([BLANK] if self.dice.draw(0.3) else []), *body]
        jump = self.dice.draw(0.04)
        if jump and self.dice.draw(0.5):
            body[0].label = "text"
            form = self.dice.choice(("（上接第{}版）", "上接{}版", "◀上接第{}版"))
            form = form.format(self.dice.randint(1, 8))
            if form[0] == "（" and self.dice.draw(0.4):
                body[0].text, body[0].label = form + body[0].text, "start"
            else:
                body.insert(0, Row(form, "start", inside=owner))
        elif jump:
            form = self.dice.choice(("（下转第{}版）", "下转{}版", "▶下转第{}版"))
            body.append(Row(form.format(self.dice.randint(1, 8)), "text", inside=owner))
        rows = self._together(side, stack, body, story)
        if self.dice.draw(self.habits.related) and len(text) > 200:
            rows += [BLANK, *self._related()]
        return rows

    def _together(self, side: str, stack: list[Row], body: list[Row], story: Story) -> list[Row]:
        if len(body) > 14 and self.dice.draw(self.habits.photos * self.habits.photo_inside):
            middle = self.dice.randint(5, len(body) - 5)
            body[middle:middle] = [BLANK, *self._photo(story), BLANK]
        blank = [BLANK] if self.dice.draw(self.habits.after_headline) and self.family.tear != "no blanks" else []
        if side == "above" and self.dice.draw(0.1 * self.habits.photos):
            return [*stack, BLANK, *self._photo(story, may_be_headed=False), BLANK, *body]
        if side == "above":
            return [*stack, *blank, *body]
        if side == "below":
            return [*body, *blank, *stack]
        if side == "inset" and len(body) > 8:
            middle = self.dice.randint(3, len(body) - 4)
            near = body[middle - 1 : middle + 1]
            if all(row.label == "text" for row in near):
                return [*body[:middle], BLANK, *stack, BLANK, *body[middle:]]
        for row in stack:
            row.label = row.label and "below"
        return [*body, *blank, *stack]

    def _stack(self, story: Story, owner: int, side: str, office: str) -> tuple[list[Row], str, str]:
        printed = story.title
        lines = re.split("(?<=】)| |(?<=：)", printed) if self.dice.draw(0.5) else [printed]
        if self.dice.draw(0.3):
            lines = [line.replace(" ", "") for line in lines]
        broken: list[str] = []
        for line in filter(None, lines):
            count = self.dice.randint(1, self.habits.most_lines)
            while len(line) / count > 24:
                count += 1
            broken += divide_words(line, count) if len(line) > 9 and count > 1 else [line]
        if self.dice.draw(self.habits.kicker):
            broken.insert(0, self.wording.kicker(office))
        title = "".join(broken)
        subtitle = story.subtitle if self.dice.draw(0.5) else ""
        clauses = [clause for clause in re.split("[。！？，；\n]", story.text) if 10 <= len(clause) <= 26]
        if not subtitle and clauses and self.dice.draw(self.habits.dash):
            subtitle = "——" + self.dice.choice(clauses)
        elif not subtitle and self.dice.draw(self.habits.clause):
            sentence = re.split("[。！？\n]", story.text)[0]
            subtitle = sentence if 14 <= len(sentence) <= 40 else ""
        subtitle = subtitle.replace(" ", "")
        label: LineLabel = {"above": "above", "below": "below", "inset": "inset"}.get(side, "below")  # type: ignore[assignment]
        rows = [Row(line.strip(), label, owner) for line in broken]
        if subtitle:
            lines = divide_words(subtitle, 2) if len(subtitle) > 22 and self.dice.draw(0.5) else [subtitle]
            rows += [Row(line, label, owner, subtitle=True) for line in lines]
        for place in range(len(rows) - 1, 0, -1):
            if self.dice.draw(self.habits.stack_blanks):
                rows.insert(place, BLANK)
        return rows, title, subtitle

    def _text(self, story: Story, office: str, named: bool) -> str:
        """The story, cut to a brief sometimes, with a lede of local papers sometimes; ``named``: with the office."""
        paragraphs = story.text.split("\n")
        draw = self.dice.random()
        if draw < 0.1:
            sentences = re.split("(?<=。)", paragraphs[0])
            paragraphs = ["".join(sentences[: self.dice.randint(1, 2)])]
        elif draw < 0.2:
            paragraphs = paragraphs[:1]
        elif draw < 0.4:
            paragraphs = paragraphs[: self.dice.randint(2, 5)]
        if self.habits.briefs:
            paragraphs = [brief_of(paragraphs[0], self.more)]
        if (named and self.dice.draw(0.8)) or (
            self.dice.draw(self.habits.lede) and not re.match("近日|日前|今天|记者|据|[0-9“]|当地时间", paragraphs[0])
        ):
            paragraphs[0] = self.wording.lede(office, named=named) + paragraphs[0]
        return "\n".join(paragraphs)

    def _break(self, paragraph: str, width: int) -> list[str]:
        if self.habits.broken_anywhere:
            return break_anywhere(paragraph, width, self.habits.hanging)
        if not self.habits.hanging:
            return self._flush(paragraph, width)
        if not self.habits.uneven:
            return break_lines(paragraph, width)
        rows: list[str] = []
        rest = paragraph
        while rest:
            room = width + (self.dice.choice((-1, 1)) if self.dice.draw(self.habits.uneven) else 0)
            line = (
                break_lines("　　" + rest, room + 2)[0].removeprefix("　　") if rows else break_lines(rest, room)[0]
            )
            rows.append(line)
            rest = rest[len(line) :].lstrip()
        return rows

    def _flush(self, text: str, width: int) -> list[str]:
        """Lines of a paragraph's rest: the first is as long as the others."""
        return [line.removeprefix("　　") for line in break_lines("　　" + text, width + 2)]

    def _body(self, opening: str, text: str, signed: str, owner: int) -> list[Row]:
        width = self.habits.width if self.habits.one_width else self.dice.randint(9, 32)
        paragraphs = text.split("\n")
        paragraphs[0] = opening + paragraphs[0]
        paragraphs[-1] += signed
        rows: list[Row] = []
        for number, paragraph in enumerate(paragraphs):
            if 2 <= number < len(paragraphs) - 1 and self.dice.draw(self.habits.subheads):
                mark = self.dice.choice(("", "", "一、", "（二）", "3."))
                rows.append(Row(mark + self.dice.choice(SUBHEADS), "subhead", owner, True, True))
            lines = self._break(paragraph, width)
            if (len(rows) > 16 or number == len(paragraphs) - 1) and self.dice.draw(self.habits.widens):
                wider = self.dice.choice((width * 2 + 1, max(8, width // 2), width + self.dice.randint(-6, 12)))
                width = max(8, min(46, wider))
                cut = self.dice.choice((0, 0, len(lines) // 2))
                if rows and self.dice.draw(0.5):
                    rows.append(BLANK)
                rest = "".join(lines[cut:])
                broken = self._break(rest, width) if cut == 0 else self._flush(rest, width)
                lines = [*lines[:cut], *broken]
            rows += [Row(line, "text", owner, True, place == 0) for place, line in enumerate(lines)]
        rows[0].label = "start"
        if self.dice.draw(self.habits.lists):
            rows += [Row(line, "text", owner, True, True) for line in self.wording.entries()]
        if self.habits.tables and self.more.random() < self.habits.tables:
            rows += [Row(line, "text", owner, True, True) for line in table_lines(self.more)]
        return rows

    def _related(self) -> list[Row]:
        owner = len(self.articles)
        story = self.dice.choice(self.stories)
        text = story.text.split("\n")[-1]
        if len(text) < 40 or len(self.stories) < 2:
            return []
        title = self.dice.choice(RELATED)
        self.articles.append(GoldArticle(title, "", "", text))
        width = self.habits.width if self.habits.one_width else self.dice.randint(10, 30)
        rows = [Row(line, "text", owner, True, place == 0) for place, line in enumerate(self._break(text, width))]
        rows[0].label = "start"
        return [Row(title, "above", owner), *([BLANK] if self.dice.draw(0.5) else []), *rows]

    def _box(self) -> list[Row]:
        return [Row(line, "other") for line in self.wording.box()]

    def _photo(self, story: Story, *, may_be_headed: bool = False) -> list[Row]:
        owner = len(self.articles)
        sentences = re.split("(?<=。)", story.text.replace("\n", ""))[:-1] or [story.text + "。"]
        chosen = self.dice.choice(sentences)[-self.dice.randint(30, 110) :].lstrip("，、。；：”）")
        day = f"{self.dice.randint(1, 12)}月{self.dice.randint(1, 28)}日，"
        start = self.dice.choice(("图为", "这是", day, day, "近日，", "上图："))
        text = start + (chosen if chosen.endswith("。") else chosen + "。")
        if self.dice.draw(0.3):
            text += "\n" + self.dice.choice(sentences)[-self.dice.randint(30, 90) :].lstrip("，、。；：”）")
        clauses = [clause for clause in re.split("[。！？，；：\n]", story.text) if 5 <= len(clause) <= 16]
        headed = may_be_headed and bool(clauses) and self.dice.draw(self.habits.headed_photos)
        headline = self.dice.choice(clauses) if headed else ""
        credit = self.wording.credit()
        name = "".join(credit).replace("   ", "")
        self.articles.append(GoldArticle(headline, "", name, text, photo=True))
        width = self.dice.choice((5, 6, 7, 7, 8, 10, 13, 18, 24, self.habits.width, self.habits.width))
        rows: list[Row] = []
        for paragraph in text.split("\n"):
            if rows and self.dice.draw(0.5):
                rows.append(BLANK)
            lines = break_lines(paragraph, width)
            rows += [Row(line, "caption", owner, True, place == 0) for place, line in enumerate(lines)]
        rows[0].label = "caption start"
        if self.dice.draw(0.15) and len(rows) > 4:
            rows.insert(self.dice.randint(2, len(rows) - 1), BLANK)
        if self.dice.draw(0.12):
            rows[-1].text += "".join(credit)
            credit = []
        title = [Row(headline, "above", owner), BLANK] if headed else []
        gap = [BLANK] if credit and self.dice.draw(0.4) else []
        return [*title, *rows, *gap, *(Row(line, "caption", owner) for line in credit)]

    def _print(self, rows: Sequence[Row]) -> LabelledPage:
        pieces: list[str] = []
        states = states_of(rows)
        subtitles: set[int] = set()
        length, furniture = 0, set[int]()
        for number, row in enumerate(rows):
            text = self.tearing.spaced(row)
            places = {length + index for index, character in enumerate(text) if not character.isspace()}
            if row.subtitle:
                subtitles.add(number)
            if row.owner == FURNITURE:
                furniture |= places
            else:
                self.articles[row.owner].owned |= places
                if row.body:
                    self.articles[row.owner].text_owned |= places
            pieces.append(text + "\n")
            length += len(text) + 1
        text = "".join(pieces)
        return LabelledPage(
            self.family.name, text, tuple(self.articles), frozenset(furniture), states, frozenset(subtitles)
        )


def choose_stories(stories: Sequence[Story], dice: random.Random) -> list[Story]:
    """The stories of one page, mostly five to ten."""
    return dice.sample(stories, dice.choice((1, 2, 3, 4, 5, 6, 6, 7, 7, 8, 8, 9, 10)))


def set_page(family: Family, stories: Sequence[Story], seed: int, *, wider: bool = False) -> LabelledPage:
    """One page of these stories; ``wider``: with numbers torn at line ends and tables too, by draws of its own."""
    return Press(family, stories, seed, wider=wider).page()
