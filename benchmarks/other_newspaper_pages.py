"""A second generator of newspaper pages, of other habits than the first, to see what was learnt and what was fitted.

Written apart from ``newspaper_pages``: rows are set first, with their owners, and torn afterwards. The habits
are those of ``other_newspaper_layouts``. Deterministic for a seed.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from gold_pages import FURNITURE, GoldArticle, GoldPage, Story
from other_newspaper_layouts import Habit
from typesetting import HALF, break_lines, divide_words

PEOPLE = "卫南星 顾长风 沈小满 易水寒 祝青禾 丁一鸣 宋晚晴 郑重 许诺 葛东篱 尹若水 裴松 于归 毕知秋".split()
KICKERS = ("清河街道", "区住建局：", "市场监管局", "云台镇", "“十四五”开新局", "我市", "深化改革在行动", "区人社局：")
BLANK = -2


@dataclass(slots=True)
class Row:
    """One line to print: who owns it (``BLANK`` for an empty one), whether it is running text."""

    text: str
    owner: int
    body: bool = False
    first: bool = False


class Compositor:
    """Sets the rows of one page."""

    def __init__(self, habit: Habit, stories: Sequence[Story], seed: int) -> None:
        self.habit, self.stories = habit, stories
        self.dice = random.Random(seed)
        self.articles: list[GoldArticle] = []
        self.rows: list[Row] = []
        self.width = self.dice.randint(*habit.widths)

    def page(self) -> GoldPage:
        """The page with its owners."""
        heading = [Row(text, FURNITURE) for text in self._heading()]
        if self.habit.header == "top":
            self.rows += [*heading, Row("", BLANK)]
        for story in self.stories:
            self._article(story)
            if self._draw(1 - 0.3 * (self.habit.blanks == "torn")):
                self.rows.append(Row("", BLANK))
            if self._draw(self.habit.photos) and not self.habit.photo_inside:
                self.rows += [*self._photo(story), Row("", BLANK)]
        if self.habit.header == "bottom":
            self.rows += heading
        return self._print()

    def _draw(self, probability: float) -> bool:
        return self.dice.random() < probability

    def _heading(self) -> list[str]:
        day, page = self.dice.randint(1, 28), self.dice.randint(2, 8)
        return self.dice.choice(
            (
                [f"{page} 综合新闻", f"2021年6月{day}日 星期二 责任编辑：裴松"],
                [f"2021年6月{day}日 星期二", f"第{page}版", "云溪晚报"],
                [f"云溪晚报 第0{page}版 民生 2021年6月{day}日"],
            )
        )

    def _article(self, story: Story) -> None:
        owner, habit = len(self.articles), self.habit
        stack, title, subtitle = self._stack(story)
        if self._draw(habit.unheaded):
            stack, title, subtitle = [], "", ""
        jump = self.dice.choice(("out", "in")) if self._draw(habit.jumps) else ""
        opening, own, signed, last = ("", "", "", "") if jump == "in" else self._names()
        self.articles.append(GoldArticle(title, subtitle, opening or own or signed or last, story.text))
        body = self._columns(opening + story.text + signed, owner)
        if jump:
            self._jump(body, jump)
        if last:
            body.append(Row(last, owner, True))
        if own:
            body.insert(0, Row(own, owner))
        headline = [Row(line, owner) for line in stack]
        for place in range(len(headline) - 1, 0, -1):
            if self._draw(habit.stack_blanks):
                headline.insert(place, Row("", BLANK))
        self._put_together(headline, body, story)

    def _put_together(self, headline: list[Row], body: list[Row], story: Story) -> None:
        blank = [Row("", BLANK)]
        if self._draw(self.habit.photos) and self.habit.photo_inside and len(body) > 12:
            middle = self.dice.randint(5, len(body) - 5)
            body[middle:middle] = [*blank, *self._photo(story), *blank]
        if not headline:
            self.rows += body
        elif self.habit.side == "above":
            self.rows += [*headline, *blank, *body]
        elif self.habit.side == "below":
            self.rows += [*body, *blank, *headline]
        else:
            middle = self.dice.randint(len(body) // 4, 3 * len(body) // 4)
            self.rows += [*body[:middle], *blank, *headline, *blank, *body[middle:]]

    def _stack(self, story: Story) -> tuple[list[str], str, str]:
        title = story.title.replace(" ", "")
        lines = divide_words(title, self.dice.randint(1, self.habit.lines)) if len(title) > 12 else [title]
        if self._draw(self.habit.kicker):
            kicker = self.dice.choice(KICKERS)
            lines, title = [kicker, *lines], kicker + title
        subtitle = story.subtitle
        clause = re.split("[。！？]", story.text)[0]
        if not subtitle and 16 <= len(clause) <= 36 and self._draw(self.habit.subtitle * 2):
            subtitle = ("——" if self._draw(0.5) else "") + clause
        elif not self._draw(self.habit.subtitle + 0.5):
            subtitle = ""
        return ([*lines, subtitle] if subtitle else lines), title, subtitle

    def _names(self) -> tuple[str, str, str, str]:
        one, other = self.dice.sample(PEOPLE, 2)
        byline = self.habit.byline
        if byline == "any":
            byline = self.dice.choice(("opening", "opening", "signed", "own line", "last line", "none"))
        if byline == "opening":
            forms = (
                f"本报讯（记者{one}） ",
                f"本报讯（记者{one} 通讯员{other}） ",
                f"本报讯 记者{one}报道：",
                "本报讯 ",
            )
            return self.dice.choices(forms, (6, 3, 0, 1))[0], "", "", ""
        if byline == "own line":
            return "", self.dice.choice((f"本报记者 {one}", f"本报记者 {one} {other}", f"记者 {one} 文/图")), "", ""
        if byline == "signed":
            return (
                "",
                "",
                self.dice.choice((f"（{one}）", f"（记者 {one} 通讯员 {other}）", f"（{one} {other}）")),
                "",
            )
        if byline == "last line":
            return "", "", "", self.dice.choice((f"（{one}）", f"本报记者 {one}", f"（记者 {one}）"))
        return "", "", "", ""

    def _columns(self, text: str, owner: int) -> list[Row]:
        habit = self.habit
        width = self.width if habit.one_width else self.dice.randint(*habit.widths)
        rows: list[Row] = []
        for paragraph in text.split("\n"):
            broken = self._uneven(paragraph, width) if habit.uneven else break_lines(paragraph, width)
            rows += [Row(line, owner, True, number == 0) for number, line in enumerate(broken)]
        if len(rows) > 24 and self._draw(habit.widens):
            rows = self._widen(rows, width * 2 + 1)
        if self._draw(habit.items):
            names = [f"{name}　{self.dice.randint(1, 9)}号楼{self.dice.randint(1, 30)}户" for name in PEOPLE]
            rows += [Row(line, owner, True, True) for line in names[: self.dice.randint(4, 8)]]
        return rows

    def _uneven(self, text: str, width: int) -> list[str]:
        rows: list[str] = []
        while text:
            room = width + (self.dice.choice((-1, 1)) if self._draw(self.habit.uneven) else 0)
            line = break_lines("　　" + text if rows else text, room + 2 if rows else room)[0].replace("　　", "")
            rows.append(line)
            text = text[len(line) :].lstrip()
        return rows

    def _widen(self, rows: list[Row], width: int) -> list[Row]:
        """The last paragraphs, or the rest of one, over two columns."""
        cut = self.dice.randint(len(rows) * 2 // 3, len(rows) - 4)
        rest, owner = rows[cut:], rows[0].owner
        paragraphs: list[str] = []
        for row in rest:
            if row.first or not paragraphs:
                paragraphs.append(row.text)
            else:
                paragraphs[-1] += row.text
        wide: list[Row] = []
        for number, paragraph in enumerate(paragraphs):
            opens = rest[0].first or number > 0
            broken = break_lines(paragraph, width) if opens else break_lines("　　" + paragraph, width + 2)
            wide += [Row(line.strip(), owner, True, opens and place == 0) for place, line in enumerate(broken)]
        return [*rows[:cut], Row("", BLANK), *wide]

    def _jump(self, body: list[Row], where: str) -> None:
        page = self.dice.randint(2, 8)
        if where == "out":
            forms = (f"（下转第{page}版）", f"▶下转第{page}版", f"下转 {page} 版")
            body.append(Row(self.dice.choice(forms), FURNITURE))
        else:
            forms = (f"（上接第{page}版）", f"上接第{page}版", f"◀上接{page}版")
            body.insert(0, Row(self.dice.choice(forms), FURNITURE))

    def _photo(self, story: Story) -> list[Row]:
        owner = len(self.articles)
        sentences = re.split("(?<=。)", story.text.replace("\n", ""))[:-1] or [story.text]
        chosen = self.dice.choice(sentences)[-90:]
        start = self.dice.choice(("图为", "这是", f"6月{self.dice.randint(1, 28)}日，", "近日，"))
        text = start + (chosen if chosen.endswith("。") else chosen + "。")
        name = self.dice.choice(PEOPLE)
        credit = self.dice.choice(
            (f"本报记者 {name} 摄", f"{name} 摄", f"本报记者 {name} 摄影报道", f"（{name} 摄）")
        )
        self.articles.append(GoldArticle("", "", credit, text, photo=True))
        width = self.dice.choice((6, 7, 9, 14, 24))
        rows = [Row(line, owner, True, number == 0) for number, line in enumerate(break_lines(text, width))]
        return [*rows, *([Row("", BLANK)] if self._draw(0.5) else []), Row(credit, owner)]

    def _print(self) -> GoldPage:
        pieces: list[str] = []
        length, furniture = 0, set[int]()
        for row in self._torn():
            text = self._spaced(row) if row.body else row.text
            places = {length + index for index, character in enumerate(text) if not character.isspace()}
            if row.owner == FURNITURE:
                furniture |= places
            elif row.owner != BLANK:
                self.articles[row.owner].owned |= places
                if row.body:
                    self.articles[row.owner].text_owned |= places
            pieces.append(text + "\n")
            length += len(text) + 1
        return GoldPage(self.habit.name, "".join(pieces), tuple(self.articles), frozenset(furniture))

    def _torn(self) -> list[Row]:
        """The rows with blank lines where the paper's PDF puts them."""
        habit, blank = self.habit, Row("", BLANK)
        torn: list[Row] = []
        left = self.dice.randint(*habit.column)
        for before, row in pairwise([blank, *self.rows]):
            inside = row.body and before.body and row.owner == before.owner
            left -= 1
            if row.owner == BLANK and habit.blanks in ("none", "every"):
                continue
            if inside and self._breaks(before, row, left):
                torn.append(blank)
            if left <= 0 and inside:
                left = self.dice.randint(*habit.column)
            torn.append(row)
            if habit.blanks == "every":
                torn.append(blank)
        return torn

    def _breaks(self, before: Row, row: Row, left: int) -> bool:
        habit = self.habit
        if habit.blanks in ("none", "every"):
            return False
        if habit.blanks == "torn" and (row.text[0] in "“（" or (before.first and self._draw(0.3))):
            return row.text[0] == "“" or before.first
        return left <= 0 or (habit.blanks == "scattered" and self._draw(0.25))

    def _spaced(self, row: Row) -> str:
        text = (self.habit.indent if row.first else "") + row.text
        if self.habit.half_width:
            text = text.translate(HALF)
        if self._draw(self.habit.spread):
            return " ".join(text)
        if self._draw(self.habit.digits_apart):
            text = re.sub("(?<=[\u4e00-\u9fff])(?=[0-9])|(?<=[0-9%])(?=[\u4e00-\u9fff])", " ", text)
        if self._draw(self.habit.gaps) and len(text) > 4:
            for _ in range(self.dice.randint(1, 2)):
                place = self.dice.randint(1, len(text) - 1)
                text = text[:place] + " " + text[place:]
        return text


def set_page(habit: Habit, stories: Sequence[Story], seed: int) -> GoldPage:
    """One page of these stories."""
    return Compositor(habit, stories, seed).page()
