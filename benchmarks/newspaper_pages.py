"""Generator of newspaper pages as a PDF gives them: text torn at columns, every character's owner known.

The layouts are those of ``newspaper_layouts``. Deterministic for a seed.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

import rjieba
from gold_pages import FURNITURE, GoldArticle, GoldPage, Story
from newspaper_layouts import Layout
from typesetting import break_lines

NAMES = "江一禾 温晓棠 骆迟 石坚 何照影 梅若雪 苏砚秋 方知行 程若谷 陆怀谦 白露 秦川 叶听澜 林夏 韩松".split()
SUBHEADS = "多措并举见实效 压实责任 强化保障抓落实 创新举措添动力 群众得实惠 下一步打算 换思路 开新局".split()


class PageSetter:
    """Sets one page; the random state decides, the layout weighs."""

    def __init__(self, layout: Layout, stories: Sequence[Story], seed: int) -> None:
        self.layout = layout
        self.random = random.Random(seed)
        self.stories = stories
        self.pieces: list[str] = []
        self.length = 0
        self.articles: list[GoldArticle] = []
        self.furniture: set[int] = set()
        self.width = self.random.randint(*layout.narrow)

    def set_page(self) -> GoldPage:
        """The page, its stories in order, with captions and boxes between them."""
        if self.layout.header:
            self._header()
        for number, story in enumerate(self.stories):
            if number and self._chance(self.layout.blank_between):
                self._blank()
            self._story(story)
            if self._chance(self.layout.caption / 3):
                self._blank()
                self._caption(self.random.choice(self.stories))
                self._blank()
            if self._chance(self.layout.boxes / 3):
                self._box()
        text = "".join(self.pieces)
        return GoldPage(self.layout.name, text, tuple(self.articles), frozenset(self.furniture))

    def _chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def _line(self, text: str, owner: int, *, body: bool = False) -> None:
        positions = {self.length + index for index, character in enumerate(text) if not character.isspace()}
        if owner == FURNITURE:
            self.furniture |= positions
        else:
            self.articles[owner].owned |= positions
            if body:
                self.articles[owner].text_owned |= positions
        self.pieces.append(text + "\n")
        self.length += len(text) + 1

    def _blank(self) -> None:
        if self.pieces and self.pieces[-1] != "\n":
            self.pieces.append("\n")
            self.length += 1

    def _header(self) -> None:
        day = self.random.randint(1, 28)
        page = self.random.randint(1, 8)
        lines = self.random.choice(
            (
                [f"云岭日报 2021年3月{day}日 星期三 第{page}版 责任编辑 白露"],
                [f"0{page} 要闻", f"2021年3月{day}日 星期三", "责编：林夏 版式：秦川"],
                ["澄溪新闻", f"2021年3月{day}日", f"第{page}版", "国内统一连续出版物号 CN 99-0001"],
                [f"{page}", "综合新闻", f"2021 年 3 月 {day} 日 编辑 韩松 校对 白露"],
            )
        )
        for line in lines:
            self._line(line, FURNITURE)
        self._blank()

    def _box(self) -> None:
        self._blank()
        if self._chance(0.5):
            low = self.random.randint(-8, 15)
            lines = ["今日天气", "多云转晴 西北风3到4级", f"最高气温{low + 9}℃ 最低气温{low}℃"]
        else:
            lines = self.random.choice(
                (
                    ["旺铺招租", "澄湖大道临街商铺两间，面积120平方米", "联系电话：13900000000 非诚勿扰"],
                    ["广告", "云膜家居春季惊喜特价", "全场满1000减200", "地址：桃林路8号 热线：0999-8880000"],
                    ["诚聘", "保安5名、保洁3名，月薪面议", "报名电话：8880001"],
                )
            )
        for line in lines:
            self._line(line, FURNITURE)
        self._blank()

    def _story(self, story: Story) -> None:
        layout = self.layout
        owner = len(self.articles)
        side = self.random.choice(("above", "below")) if layout.headline == "mixed" else layout.headline
        headed = not self._chance(layout.missing_headline)
        opening, standalone, signature = self._byline()
        subtitle = story.subtitle or (self._subtitle(story) if self._chance(layout.subtitle) else "")
        title = story.title if headed else ""
        gold = GoldArticle(title, subtitle if headed else "", opening or standalone or signature, story.text)
        self.articles.append(gold)
        lines = self._headline_lines(story, subtitle) if headed else []
        if side == "above" and lines:
            self._headline(lines, owner)
            if self._chance(layout.blank_after_headline):
                self._blank()
        if standalone:
            self._line(standalone, owner)
            if self._chance(0.5 * layout.blank_after_headline):
                self._blank()
        self._body(story.text, owner, opening, signature, lines if side == "beside" else [])
        if side == "below" and lines:
            if self._chance(layout.blank_after_headline):
                self._blank()
            self._headline(lines, owner)

    def _byline(self) -> tuple[str, str, str]:
        names = self.random.sample(NAMES, 2)
        place = self.random.choice(["北京", "郑州", "上海", ""])
        draw = self.random.random()
        layout = self.layout
        if draw < layout.opening:
            forms = (
                f"本报讯（记者{names[0]}） ",
                f"本报讯（记者{names[0]} 通讯员{names[1]}） ",
                f"本报讯 （记者 {names[0]}） ",
                f"新华社{place}3月5日电（记者{names[0]}、{names[1]}）",
                "本报讯 ",
            )
            return self.random.choices(forms, (4, 3, 1, 1, 0.5))[0], "", ""
        draw -= layout.opening
        if draw < layout.standalone_byline:
            forms = (f"本报记者 {names[0]}", f"本报记者 {names[0]} 通讯员 {names[1]}", f"□本报记者 {names[0]}")
            return "", self.random.choices(forms, (4, 2, 1))[0], ""
        if draw - layout.standalone_byline < layout.signature:
            return (
                "",
                "",
                self.random.choice((f"（{names[0]}）", f"（记者 {names[0]}）", f"（{names[0]} {names[1]}）")),
            )
        return "", "", ""

    def _subtitle(self, story: Story) -> str:
        clause = re.split("[。！？]", story.text)[0]
        return clause[:30] if 14 <= len(clause) <= 30 else ""

    def _headline_lines(self, story: Story, subtitle: str) -> list[str]:
        title = story.title
        lines = [title]
        cut = title.find(" ") if " " in title else title.find("：")
        balanced = (cut > 0 and 2 * (cut + 1) >= len(title) * 0.7) or title[cut : cut + 1] == "："
        if cut > 0 and balanced and self._chance(self.layout.kicker + self.layout.broken_headline):
            lines = [title[: cut + (title[cut] == "：")], title[cut + 1 :]]
        elif len(title) > 11 and self._chance(self.layout.broken_headline):
            ends = [end for _, _, end in rjieba.tokenize(title, "default")]
            ends = [
                end
                for end in ends
                if title[end - 1] not in "“《、（" and title[end : end + 1] not in {*"”》、），：—"}
            ]
            middle = min(ends, key=lambda end: abs(end - len(title) / 2))
            lines = [title[:middle], title[middle:]]
        return [*lines, subtitle] if subtitle else lines

    def _headline(self, lines: Sequence[str], owner: int) -> None:
        for number, line in enumerate(lines):
            if number and self._chance(0.3 * self.layout.blank_after_headline):
                self._blank()
            self._line(line, owner)

    def _body(self, text: str, owner: int, opening: str, signature: str, beside: Sequence[str]) -> None:
        layout = self.layout
        width = self.width if layout.same_width else self.random.randint(*layout.narrow)
        paragraphs = text.split("\n")
        rows: list[tuple[str, bool]] = []
        for number, paragraph in enumerate(paragraphs):
            if number and self._chance(layout.subheads) and 2 <= number < len(paragraphs) - 1:
                rows.append((self._subhead(), True))
            words = (
                (opening if number == 0 else "") + paragraph + (signature if number == len(paragraphs) - 1 else "")
            )
            broken = break_lines(words, width)
            rows += [(row, index == 0 and number > 0) for index, row in enumerate(broken)]
        until = self._column_height(rows)
        middle = len(rows) // 2
        for index, (row, first) in enumerate(rows):
            until -= 1
            if beside and index == middle:
                self._blank()
                self._headline(beside, owner)
                self._blank()
            elif (index and (until == 0 or (first and self._chance(layout.blank_paragraph)))) or (
                row.startswith("“") and self._chance(layout.blank_before_quote)
            ):
                self._blank()
            if until <= 0:
                until = self._column_height(rows)
            prefix = layout.indent if first or index == 0 else " " if index == 0 and self._chance(0.3) else ""
            self._line(prefix + self._loosen(row), owner, body=True)

    def _column_height(self, rows: Sequence[object]) -> int:
        height = self.layout.column_lines
        return self.random.randint(max(2, height // 2), height * 2) if height else len(rows) + 1

    def _subhead(self) -> str:
        number = self.random.choice(("", "", "一、", "（二）"))
        return number + self.random.choice(SUBHEADS)

    def _caption(self, story: Story) -> None:
        owner = len(self.articles)
        sentence = re.split("(?<=。)", story.text.replace("\n", ""))[1:3]
        text = ("图为" if self._chance(0.5) else f"3月{self.random.randint(1, 28)}日，") + "".join(sentence)[-110:]
        text = text if text.endswith("。") else text + "。"
        name = self.random.choice(NAMES)
        credit = self.random.choice(
            (f"本报记者 {name} 摄", f"{name} 摄", f"（{name} 摄）", f"通讯员 {name} 摄影报道")
        )
        self.articles.append(GoldArticle("", "", credit, text, photo=True))
        width = self.random.choice((6, 7, 8, 13)) if not self.layout.same_width else self.width
        for row in break_lines(text, width):
            self._line(self._loosen(row), owner, body=True)
        if self._chance(0.4):
            self._blank()
        self._line(credit, owner)

    def _loosen(self, row: str) -> str:
        layout = self.layout
        if self._chance(layout.letter_spaced) and len(row) > 4:
            return re.sub("(?<=[\u3000-\u9fff，。、；：]) *(?=[\u3000-\u9fff，。、；：])", " ", row)
        if self._chance(layout.loose_digits):
            row = re.sub(r"(?<=[\u4e00-\u9fff])(?=[0-9])|(?<=[0-9%])(?=[\u4e00-\u9fff])", " ", row)
        if self._chance(layout.loose_brackets):
            row = re.sub("(?=（)|(?<=）)", " ", row).strip()
        if self._chance(layout.full_width):
            row = re.sub("[0-9]", lambda match: chr(ord(match.group()) + 0xFEE0), row)
        return row
