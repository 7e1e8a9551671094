"""Newspaper pages of layouts drawn at random from a wide space, every line labelled: to train on and to measure by.

A family is where headlines stand, how the page is torn and how its articles are signed (``FAMILIES``, 392 of them);
all else is drawn anew for each page: widths, kickers, subtitles, briefs, captions, lists, boxes, spaces, furniture.
``is_left_out`` says by a hash of its name which families no model may be trained on. Written apart from
``newspaper_pages`` and ``other_newspaper_pages``, which stay for measuring only. Deterministic for a seed.
"""

from __future__ import annotations

import hashlib
import itertools
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from gold_pages import FURNITURE, GoldArticle, GoldPage, Story
from torn_pages import break_anywhere, brief_of, table_lines
from typesetting import HALF, break_lines, divide_words

from rag.corpus.line_model import LineLabel, LineState

PLACES = ("above", "below", "mostly above", "in pairs", "any", "above or none", "below or none", "inside")
TEARS = ("whole", "columns", "torn", "no blanks", "scattered", "paragraphs", "every line")
SIGNS = ("opening", "own line", "signed", "last line", "none", "any", "agency")
LEFT_OUT = 12
"""One family in so many is left out of training."""
SURNAMES = "赵钱孙李周吴郑王冯陈蒋沈韩杨朱秦许何吕张孔曹严金魏陶姜谢邹苏潘葛范彭"
GIVEN = "明华建国志强晓东丽娟海涛文静立新雪梅宏伟春燕子涵一鸣思远佳怡长青秀兰德胜"
TOWNS = "石桥 柳泉 双河 云台 青山 黄龙 东关 西岭 平安 白鹤 枣林 清溪 望江 南屏 桃源 金沙".split()
BODIES = "镇 街道 乡 村 区教育局 区卫健委 市场监管局 市水利局 供电公司 交警大队 团区委 区妇联".split()
COLUMNS = "【聚焦乡村振兴】 【文明创建】 【简讯】 【百姓身边事】 【回音壁】 【一线见闻】".split()
SUBHEADS = (
    "抓重点带全局 让群众少跑腿 一张网管到底 产业强起来 日子红火起来 把好事办好 练好内功 补齐短板 账本里的变化 "
    "从一棵苗做起 谁来管怎么管 老办法新用处"
).split()
RELATED = "相关链接 新闻链接 延伸阅读 名词解释 新闻背景 记者手记".split()
SECTIONS = "要闻 综合 民生 县区 经济 科教 城事".split()
PAPERS = "南屏日报 望江晚报 金沙时报 清溪新闻".split()
DAYS = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class Family:
    """The three properties of a page that are never drawn anew."""

    place: str
    tear: str
    sign: str

    @property
    def name(self) -> str:
        """One word of each, ``"below/torn/opening"``."""
        return f"{self.place}/{self.tear}/{self.sign}"


FAMILIES = tuple(itertools.starmap(Family, itertools.product(PLACES, TEARS, SIGNS)))


def bucket(name: str, buckets: int) -> int:
    """Which of so many buckets a name falls into, the same on every machine."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big") % buckets


def is_left_out(family: Family) -> bool:
    """Whether a family must not be trained on."""
    return bucket(family.name, LEFT_OUT) == 0


@dataclass(frozen=True, slots=True)
class LabelledPage(GoldPage):
    """A page with the state of each printed line, by the line's number in the text (blank ones counted)."""

    states: dict[int, LineState] = field(default_factory=dict)
    subtitles: frozenset[int] = frozenset()
    """Numbers of the lines that are subtitle."""


@dataclass(slots=True)
class Row:
    """A line to print; ``label`` None for a blank one."""

    text: str
    label: LineLabel | None
    owner: int = FURNITURE
    body: bool = False
    first: bool = False
    subtitle: bool = False
    inside: int = FURNITURE
    """The article it stands in if it is not of it, as a jump line."""


BLANK = Row("", None)


class Press:
    """Sets and tears one page; what is not the family's is drawn here."""

    def __init__(self, family: Family, stories: Sequence[Story], seed: int, *, wider: bool = False) -> None:
        self.family, self.stories = family, stories
        more = random.Random(f"wider {seed}")
        self.broken_anywhere = wider and more.random() < 0.4
        self.tables = more.choice((0.0, 0.1, 0.3)) if wider else 0.0
        self.briefs = wider and more.random() < 0.3
        self.more = more
        self.dice = dice = random.Random(seed)
        self.articles: list[GoldArticle] = []
        self.width = dice.randint(9, 32)
        self.one_width = dice.random() < 0.4
        self.indent = dice.choice(("", "", "", "　　", "  "))
        self.hanging = 2 if dice.random() < 0.85 else 0
        self.kicker = dice.choice((0.0, 0.1, 0.5))
        self.dash = dice.choice((0.0, 0.1, 0.5))
        self.clause = dice.choice((0.0, 0.1, 0.4))
        self.most_lines = dice.choice((1, 2, 2, 3))
        self.stack_blanks = dice.choice((0.0, 0.2, 0.7))
        self.after_headline = dice.choice((0.0, 0.5, 1.0, 1.0))
        self.between = dice.choice((0.4, 1.0, 1.0, 1.0))
        self.photos = dice.choice((0.0, 0.1, 0.3, 0.8))
        self.photo_inside = dice.choice((0.0, 0.0, 0.5, 1.0))
        self.subheads = dice.choice((0.0, 0.0, 0.15, 0.4))
        self.lists = dice.choice((0.0, 0.0, 0.0, 0.2))
        self.boxes = dice.choice((0.0, 0.0, 0.3))
        self.related = dice.choice((0.0, 0.0, 0.2))
        self.widens = dice.choice((0.0, 0.2, 0.5))
        self.spread = dice.choice((0.0, 0.02, 0.15))
        self.gaps = dice.choice((0.0, 0.0, 0.1, 0.4))
        self.digits_apart = dice.choice((0.0, 0.3, 0.9))
        self.brackets_apart = dice.choice((0.0, 0.3, 0.9))
        self.half_width = dice.random() < 0.1
        self.full_digits = dice.random() < 0.1
        self.uneven = dice.choice((0.0, 0.0, 0.15, 0.5))
        self.column = dice.choice(((5, 12), (8, 30), (15, 45)))
        self.quote_blanks = dice.choice((0.0, 0.3, 1.0))
        self.first_blanks = dice.choice((0.0, 0.2, 0.6))
        self.lede = dice.choice((0.0, 0.2, 0.6))
        self.opening_space = self.indent if dice.random() < 0.5 else dice.choice(("", "", " ", "　　"))
        self.paragraph_blanks = dice.choice((0.0, 0.0, 0.3, 0.6))
        self.unheaded = dice.choice((0.08, 0.2, 0.4))
        self.unsigned = dice.choice((0.0, 0.05, 0.4))
        self.headed_photos = dice.choice((0.0, 0.0, 0.0, 0.1))

    def page(self) -> LabelledPage:
        """The page with its owners and labels."""
        rows: list[Row] = []
        heading = [Row(text, "other") for text in self._heading()]
        where = self.dice.choice(("none", "top", "top", "bottom"))
        if where == "top":
            rows += [*heading, BLANK]
        for number, story in enumerate(self.stories):
            rows += self._article(story, number)
            if self._draw(self.between) and self.family.tear != "no blanks":
                rows.append(BLANK)
            if self._draw(self.photos) and not self._draw(self.photo_inside):
                shown = self.dice.choice(self.stories) if self._draw(0.4) else story
                rows += [BLANK, *self._photo(shown, may_be_headed=True), BLANK]
            if self._draw(self.boxes):
                rows += [BLANK, *self._box(), BLANK]
        if where == "bottom":
            rows += [BLANK, *heading]
        return self._print(self._torn(rows))

    def _draw(self, probability: float) -> bool:
        return self.dice.random() < probability

    def _name(self) -> str:
        return self.dice.choice(SURNAMES) + "".join(self.dice.sample(GIVEN, self.dice.choice((1, 2, 2))))

    def _office(self) -> str:
        return self.dice.choice(TOWNS) + self.dice.choice(BODIES)

    def _heading(self) -> list[str]:
        day, month, page = self.dice.randint(1, 28), self.dice.randint(1, 12), self.dice.randint(1, 8)
        date = f"20{self.dice.randint(10, 25)}年{month}月{day}日"
        paper, section = self.dice.choice(PAPERS), self.dice.choice(SECTIONS)
        weekday = "星期" + self.dice.choice(DAYS)
        return self.dice.choice(
            (
                [f"{paper} {date} {weekday} 第{page}版"],
                [f"{page}", section, f"{date} {weekday}", f"责编：{self._name()} 校对：{self._name()}"],
                [f"0{page} {section}", f"{date} {weekday} 编辑 {self._name()}"],
                [paper, f"{date}", f"第{page}版"],
            )
        )

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
                return "none" if draw < self.unheaded else "above"
            case "below or none":
                return "none" if draw < self.unheaded else "below"
            case "inside":
                return "inset" if draw < 0.6 else "below" if draw < 0.8 else "above"
            case place:
                return place

    def _article(self, story: Story, number: int) -> list[Row]:
        owner = len(self.articles)
        side = self._side(number)
        office = self._office()
        stack, title, subtitle = self._stack(story, owner, side, office)
        if side == "none":
            stack, title, subtitle = [], "", ""
        unsigned = side == "none" and self._draw(self.unsigned)
        opening, own, signed, last = ("", "", "", "") if unsigned else self._names()
        text = self._text(story, office, title.startswith(office))
        self.articles.append(GoldArticle(title, subtitle, opening or own or signed or last, text))
        body = self._body(opening, text, signed, owner)
        if last:
            body.append(Row(last, "text", owner, True))
        if own:
            body[0].label = "text"
            body = [Row(own, "start", owner), *([BLANK] if self._draw(0.3) else []), *body]
        jump = self._draw(0.04)
        if jump and self._draw(0.5):
            body[0].label = "text"
            form = self.dice.choice(("（上接第{}版）", "上接{}版", "◀上接第{}版"))
            form = form.format(self.dice.randint(1, 8))
            if form[0] == "（" and self._draw(0.4):
                body[0].text, body[0].label = form + body[0].text, "start"
            else:
                body.insert(0, Row(form, "start", inside=owner))
        elif jump:
            form = self.dice.choice(("（下转第{}版）", "下转{}版", "▶下转第{}版"))
            body.append(Row(form.format(self.dice.randint(1, 8)), "text", inside=owner))
        rows = self._together(side, stack, body, story)
        if self._draw(self.related) and len(text) > 200:
            rows += [BLANK, *self._related()]
        return rows

    def _together(self, side: str, stack: list[Row], body: list[Row], story: Story) -> list[Row]:
        if len(body) > 14 and self._draw(self.photos * self.photo_inside):
            middle = self.dice.randint(5, len(body) - 5)
            body[middle:middle] = [BLANK, *self._photo(story), BLANK]
        blank = [BLANK] if self._draw(self.after_headline) and self.family.tear != "no blanks" else []
        if side == "above" and self._draw(0.1 * self.photos):
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
        lines = re.split("(?<=】)| |(?<=：)", printed) if self._draw(0.5) else [printed]
        if self._draw(0.3):
            lines = [line.replace(" ", "") for line in lines]
        broken: list[str] = []
        for line in filter(None, lines):
            count = self.dice.randint(1, self.most_lines)
            while len(line) / count > 24:
                count += 1
            broken += divide_words(line, count) if len(line) > 9 and count > 1 else [line]
        if self._draw(self.kicker):
            kicker = self.dice.choice(
                (
                    office + self.dice.choice(("", "：")),
                    office,
                    office + "：",
                    self.dice.choice(COLUMNS),
                    self._clause(),
                )
            )
            broken.insert(0, kicker)
        title = "".join(broken)
        subtitle = story.subtitle if self._draw(0.5) else ""
        clauses = [clause for clause in re.split("[。！？，；\n]", story.text) if 10 <= len(clause) <= 26]
        if not subtitle and clauses and self._draw(self.dash):
            subtitle = "——" + self.dice.choice(clauses)
        elif not subtitle and self._draw(self.clause):
            sentence = re.split("[。！？\n]", story.text)[0]
            subtitle = sentence if 14 <= len(sentence) <= 40 else ""
        subtitle = subtitle.replace(" ", "")
        label: LineLabel = {"above": "above", "below": "below", "inset": "inset"}.get(side, "below")  # type: ignore[assignment]
        rows = [Row(line.strip(), label, owner) for line in broken]
        if subtitle:
            lines = divide_words(subtitle, 2) if len(subtitle) > 22 and self._draw(0.5) else [subtitle]
            rows += [Row(line, label, owner, subtitle=True) for line in lines]
        for place in range(len(rows) - 1, 0, -1):
            if self._draw(self.stack_blanks):
                rows.insert(place, BLANK)
        return rows, title, subtitle

    def _clause(self) -> str:
        return self.dice.choice(("我市 我区 我县 市区 全区").split())

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
        if self.briefs:
            paragraphs = [brief_of(paragraphs[0], self.more)]
        if (named and self._draw(0.8)) or (
            self._draw(self.lede) and not re.match("近日|日前|今天|记者|据|[0-9“]|当地时间", paragraphs[0])
        ):
            day = f"{self.dice.randint(1, 12)}月{self.dice.randint(1, 28)}日"
            lede = self.dice.choice(
                (
                    *(
                        (f"{day}，{office}介绍，", f"近日，{office}消息，", f"今年以来，{office}发现，")
                        if named
                        else ()
                    ),
                    *(("近日，", "日前，", f"{day}，") if not named else ()),
                    *(f"记者从{office}获悉，", f"{day}，记者从{office}了解到，"),
                )
            )
            paragraphs[0] = lede + paragraphs[0]
        return "\n".join(paragraphs)

    def _dateline(self) -> str:
        return f"{self.dice.choice(TOWNS)}{self.dice.randint(1, 12)}月{self.dice.randint(1, 28)}日"

    def _names(self) -> tuple[str, str, str, str]:
        one, other = self._name(), self._name()
        sign = self.family.sign
        if sign == "any":
            sign = self.dice.choice(SIGNS[:-2])
        elif self._draw(0.1):
            sign = "none"
        opening = (
            f"本报讯（记者{one}） ",
            f"本报讯 （记者 {one} 通讯员 {other}） ",
            f"本报讯（通讯员{one} {other}）",
            f"（记者{one}）",
            "本报讯 ",
            f"本报讯 记者{one}报道：",
        )
        agency = (
            f"新华社{self._dateline()}电（记者{one}、{other}）",
            f"据新华社电 记者{one} ",
            f"中新社{self._dateline()}电 ",
        )
        own = (
            f"本报记者 {one}",
            f"本报记者 {one} 通讯员 {other}",
            f"□本报记者 {one}",
            f"■ 记者 {one} {other}",
            f"记者 {one} 文/图",
            f"本报通讯员 {one}",
        )
        signed = (f"（{one}）", f"（记者 {one}）", f"（{one} {other}）", f"（通讯员 {one}）", "（据新华社）")
        last = (f"（{one}）", f"本报记者 {one}", f"（记者 {one}）", f"（{one} {other}）")
        match sign:
            case "opening":
                return self.dice.choices(opening, (5, 4, 3, 1, 1, 1))[0], "", "", ""
            case "agency":
                return self.dice.choice(agency), "", "", ""
            case "own line":
                return "", self.dice.choice(own), "", ""
            case "signed":
                return "", "", self.dice.choice(signed), ""
            case "last line":
                return "", "", "", self.dice.choice(last)
        return "", "", "", ""

    def _break(self, paragraph: str, width: int) -> list[str]:
        if self.broken_anywhere:
            return break_anywhere(paragraph, width, self.hanging)
        if not self.hanging:
            return self._flush(paragraph, width)
        if not self.uneven:
            return break_lines(paragraph, width)
        rows: list[str] = []
        rest = paragraph
        while rest:
            room = width + (self.dice.choice((-1, 1)) if self._draw(self.uneven) else 0)
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
        width = self.width if self.one_width else self.dice.randint(9, 32)
        paragraphs = text.split("\n")
        paragraphs[0] = opening + paragraphs[0]
        paragraphs[-1] += signed
        rows: list[Row] = []
        for number, paragraph in enumerate(paragraphs):
            if 2 <= number < len(paragraphs) - 1 and self._draw(self.subheads):
                mark = self.dice.choice(("", "", "一、", "（二）", "3."))
                rows.append(Row(mark + self.dice.choice(SUBHEADS), "subhead", owner, True, True))
            lines = self._break(paragraph, width)
            if (len(rows) > 16 or number == len(paragraphs) - 1) and self._draw(self.widens):
                wider = self.dice.choice((width * 2 + 1, max(8, width // 2), width + self.dice.randint(-6, 12)))
                width = max(8, min(46, wider))
                cut = self.dice.choice((0, 0, len(lines) // 2))
                if rows and self._draw(0.5):
                    rows.append(BLANK)
                rest = "".join(lines[cut:])
                broken = self._break(rest, width) if cut == 0 else self._flush(rest, width)
                lines = [*lines[:cut], *broken]
            rows += [Row(line, "text", owner, True, place == 0) for place, line in enumerate(lines)]
        rows[0].label = "start"
        if self._draw(self.lists):
            rows += [Row(line, "text", owner, True, True) for line in self._entries()]
        if self.tables and self.more.random() < self.tables:
            rows += [Row(line, "text", owner, True, True) for line in table_lines(self.more)]
        return rows

    def _entries(self) -> list[str]:
        count = self.dice.randint(4, 9)
        form = self.dice.randrange(4)
        telephone = lambda: f"0{self.dice.randint(310, 999)}-{self.dice.randint(2000000, 8999999)}"  # noqa: E731
        if form == 0:
            return [f"{self._office()}：{telephone()}" for _ in range(count)]
        if form == 1:
            return [f"{self._name()} {self.dice.choice(TOWNS)}村{self.dice.randint(1, 40)}号" for _ in range(count)]
        if form == 2:
            return [f"{number}.{self._office()}" for number in range(1, count + 1)]
        return [f"{self.dice.choice(TOWNS)}镇 {telephone()} {self._name()}" for _ in range(count)]

    def _related(self) -> list[Row]:
        owner = len(self.articles)
        story = self.dice.choice(self.stories)
        text = story.text.split("\n")[-1]
        if len(text) < 40 or len(self.stories) < 2:
            return []
        title = self.dice.choice(RELATED)
        self.articles.append(GoldArticle(title, "", "", text))
        width = self.width if self.one_width else self.dice.randint(10, 30)
        rows = [Row(line, "text", owner, True, place == 0) for place, line in enumerate(self._break(text, width))]
        rows[0].label = "start"
        return [Row(title, "above", owner), *([BLANK] if self._draw(0.5) else []), *rows]

    def _box(self) -> list[Row]:
        low = self.dice.randint(-9, 20)
        lines = self.dice.choice(
            (
                [self.dice.choice(("便民电话", "监督电话", "常用电话", "应急值守电话")), *self._entries_of_numbers()],
                ["明日天气", f"{low}℃～{low + 8}℃ 晴间多云 南风2到3级"],
                [
                    "广告",
                    f"{self.dice.choice(TOWNS)}家园现房热销",
                    f"热线：0{self.dice.randint(310, 999)}-6{self.dice.randint(100000, 999999)}",
                ],
                ["更多精彩内容请扫码", "关注本报微信公众号"],
                self._entries_of_numbers(),
            )
        )
        return [Row(line, "other") for line in lines]

    def _entries_of_numbers(self) -> list[str]:
        return [f"{self._office()} {self.dice.randint(2000000, 8999999)}" for _ in range(self.dice.randint(3, 7))]

    def _photo(self, story: Story, *, may_be_headed: bool = False) -> list[Row]:
        owner = len(self.articles)
        sentences = re.split("(?<=。)", story.text.replace("\n", ""))[:-1] or [story.text + "。"]
        chosen = self.dice.choice(sentences)[-self.dice.randint(30, 110) :].lstrip("，、。；：”）")
        day = f"{self.dice.randint(1, 12)}月{self.dice.randint(1, 28)}日，"
        start = self.dice.choice(("图为", "这是", day, day, "近日，", "上图："))
        text = start + (chosen if chosen.endswith("。") else chosen + "。")
        if self._draw(0.3):
            text += "\n" + self.dice.choice(sentences)[-self.dice.randint(30, 90) :].lstrip("，、。；：”）")
        clauses = [clause for clause in re.split("[。！？，；：\n]", story.text) if 5 <= len(clause) <= 16]
        headed = may_be_headed and bool(clauses) and self._draw(self.headed_photos)
        headline = self.dice.choice(clauses) if headed else ""
        credit = self._credit()
        name = "".join(credit).replace("   ", "")
        self.articles.append(GoldArticle(headline, "", name, text, photo=True))
        width = self.dice.choice((5, 6, 7, 7, 8, 10, 13, 18, 24, self.width, self.width))
        rows: list[Row] = []
        for paragraph in text.split("\n"):
            if rows and self._draw(0.5):
                rows.append(BLANK)
            lines = break_lines(paragraph, width)
            rows += [Row(line, "caption", owner, True, place == 0) for place, line in enumerate(lines)]
        rows[0].label = "caption start"
        if self._draw(0.15) and len(rows) > 4:
            rows.insert(self.dice.randint(2, len(rows) - 1), BLANK)
        if self._draw(0.12):
            rows[-1].text += "".join(credit)
            credit = []
        title = [Row(headline, "above", owner), BLANK] if headed else []
        gap = [BLANK] if credit and self._draw(0.4) else []
        return [*title, *rows, *gap, *(Row(line, "caption", owner) for line in credit)]

    def _credit(self) -> list[str]:
        name = self._name()
        return list(
            self.dice.choice(
                (
                    (f"本报记者 {name} 摄",),
                    ("本报记者", f"{name} 摄"),
                    ("本 报 记 者", f"{name}  摄"),
                    (f"{name} 摄",),
                    (f"本报记者 {name} 摄影报道",),
                    (f"（{name} 摄）",),
                    (f"通讯员 {name} 摄",),
                    (f"记者{name}/摄",),
                    (" ".join(f"{name}摄"),),
                    (),
                )
            )
        )

    def _torn(self, rows: list[Row]) -> list[Row]:
        tear = self.family.tear
        torn: list[Row] = []
        left = self.dice.randint(*self.column)
        for before, row in itertools.pairwise([BLANK, *rows]):
            if row.label is None:
                if torn and torn[-1].label is not None and tear not in ("every line", "no blanks"):
                    torn.append(row)
                continue
            inside = row.body and before.body and row.owner == before.owner
            left -= 1
            if inside and self._breaks(before, row, left):
                torn.append(BLANK)
            if left <= 0 and inside:
                left = self.dice.randint(*self.column)
            torn.append(row)
            if tear == "every line":
                torn.append(BLANK)
        return torn

    def _breaks(self, before: Row, row: Row, left: int) -> bool:
        tear = self.family.tear
        if tear in ("every line", "no blanks", "whole"):
            return False
        if tear == "paragraphs":
            return row.first and self._draw(0.8)
        if row.first and self._draw(self.paragraph_blanks):
            return True
        if tear == "scattered":
            return self._draw(0.2) or left <= 0
        if tear == "torn" and (
            (row.text[0] == "“" and self._draw(self.quote_blanks)) or (before.first and self._draw(self.first_blanks))
        ):
            return True
        return left <= 0

    def _print(self, rows: Sequence[Row]) -> LabelledPage:
        pieces: list[str] = []
        states = _states(rows)
        subtitles: set[int] = set()
        length, furniture = 0, set[int]()
        for number, row in enumerate(rows):
            text = self._spaced(row)
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

    def _spaced(self, row: Row) -> str:
        text = (self.opening_space if row.label == "start" else self.indent if row.first else "") + row.text
        if self.half_width:
            text = text.translate(HALF)
        if self.full_digits:
            text = re.sub("[0-9]", lambda match: chr(ord(match.group()) + 0xFEE0), text)
        if not row.body:
            return text
        if self._draw(self.spread) and len(text) > 4:
            return " ".join(text.strip())
        if self._draw(self.digits_apart):
            text = re.sub("(?<=[\u4e00-\u9fff])(?=[0-9])|(?<=[0-9%])(?=[\u4e00-\u9fff])", " ", text)
        if self._draw(self.brackets_apart):
            text = re.sub("(?<=[^\\s])(?=（)|(?<=）)(?=.)", " ", text)
        if self._draw(self.gaps) and len(text) > 4:
            place = self.dice.randint(2, len(text) - 1)
            text = text[:place] + " " * self.dice.randint(1, 2) + text[place:]
        return text


def _states(rows: Sequence[Row]) -> dict[int, LineState]:
    """By its number the state of each row that is not blank."""
    states: dict[int, LineState] = {}
    headed: set[int] = set()
    around = FURNITURE
    for number, row in enumerate(rows):
        if row.label is None:
            continue
        owner = row.owner if row.inside == FURNITURE else row.inside
        if row.label in ("above", "below", "inset"):
            headed.add(owner)
            states[number] = LineState(row.label, True)
        elif row.label == "other":
            states[number] = LineState(row.label, False)
        elif row.label in ("caption start", "caption"):
            states[number] = LineState(row.label, owner in headed or around in headed)
            continue
        else:
            states[number] = LineState(row.label, owner in headed)
        around = owner
    return states


def choose_stories(stories: Sequence[Story], dice: random.Random) -> list[Story]:
    """The stories of one page, mostly five to ten."""
    return dice.sample(stories, dice.choice((1, 2, 3, 4, 5, 6, 6, 7, 7, 8, 8, 9, 10)))


def set_page(family: Family, stories: Sequence[Story], seed: int, *, wider: bool = False) -> LabelledPage:
    """One page of these stories; ``wider``: with numbers torn at line ends and tables too, by draws of its own."""
    return Press(family, stories, seed, wider=wider).page()
