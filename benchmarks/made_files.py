"""A file made for measuring, the articles that must be read out of it, and what is drawn at random for them.

Places, people and figures are invented; a file's text also names days that are not its day of publication.
"""

from __future__ import annotations

import datetime as dt
import io
import random
import zipfile
from dataclasses import dataclass, field

PLACES = [
    "檀溪县",
    "玉屏区",
    "白芷镇",
    "苍耳乡",
    "丹枫市",
    "雾灵县",
    "栖霞镇",
    "枕河街道",
    "碧落县",
    "松声镇",
    "芦荻乡",
]
WORKS = ["灌区改造", "粮库扩建", "河道清淤", "校舍加固", "公交换新", "茶园提质", "管网更新", "冷链仓储", "卫生院迁建"]
PAPERS = ["檀溪日报", "丹枫晚报", "雾灵日报", "碧落商报", "玉屏时报"]
NAMES = ["闻人越", "钟离安", "宋知微", "何青禾", "林沐阳", "陆远舟"]
UNITS = ["万元", "亩", "户", "吨", "公里", "平方米"]


@dataclass(frozen=True)
class Story:
    """One article as it must be read. ``said`` are rows of a table that must be said in a sentence."""

    title: str
    paragraphs: tuple[str, ...]
    deck: str = ""
    page: str = ""
    said: tuple[str, ...] = ()


@dataclass(frozen=True)
class MadeFile:
    """A file with what must be read of it; ``date`` None where nothing in it tells a day of publication."""

    kind: str
    name: str
    data: bytes
    stories: tuple[Story, ...]
    date: dt.date | None
    paper: str = ""
    foreign: tuple[str, ...] = ()
    """Words of the file that must stand in no article."""


@dataclass
class Draw:
    """Everything drawn at random for one file."""

    rng: random.Random
    day: dt.date = field(init=False)
    paper: str = field(init=False)
    page: str = field(init=False)

    def __post_init__(self) -> None:
        self.day = dt.date(2018, 1, 1) + dt.timedelta(days=self.rng.randrange(2200))
        self.paper = self.rng.choice(PAPERS)
        self.page = self.rng.choice(["01", "02", "03", "04", "07", "A02", "B05", "12"])

    def figure(self) -> str:
        """A figure with its unit."""
        number = self.rng.choice([str(self.rng.randrange(3, 9800)), f"{self.rng.uniform(0.5, 90):.1f}"])
        return number + self.rng.choice(UNITS)

    def story(self) -> Story:
        """An article whose text also names other days than that of its publication."""
        place, work = self.rng.choice(PLACES), self.rng.choice(WORKS)
        other = self.rng.choice(["2016年", "2015年8月3日", "2017年11月", "2014年3月9日"])
        paragraphs = [f"本报讯（记者{self.rng.choice(NAMES)}）{place}{work}工程近日完工，总投入{self.figure()}。"]
        paragraphs += [
            f"{self.rng.choice(PLACES)}{work}第{number + 1}期{other}动工，"
            f"惠及{self.figure()}，比计划多{self.figure()}。"
            f"负责人{self.rng.choice(NAMES)}说，下一步将再投入{self.figure()}。"
            for number in range(self.rng.randrange(2, 6))
        ]
        title = f"{place}{work}见成效{self.rng.choice(['', f'惠及{self.rng.randrange(20, 90)}村', '百姓得实惠'])}"
        return Story(title, tuple(paragraphs), page=self.page)

    def deck(self) -> str:
        """A kicker or a subtitle."""
        return self.rng.choice(["抓项目促发展", "真抓实干解民忧", "全年目标提前完成", "一线见闻"]) + self.rng.choice(
            PLACES
        )

    def stamp(self, style: str = "%Y年%m月%d日") -> str:
        """The day of publication in one of the ways of writing it, with or without leading zeros."""
        if self.rng.random() < 0.5 and style == "%Y年%m月%d日":
            return f"{self.day.year}年{self.day.month}月{self.day.day}日"
        return self.day.strftime(style)

    def weekday(self) -> str:
        """The weekday of the day of publication."""
        return "星期" + "一二三四五六日"[self.day.weekday()]


def zipped(members: dict[str, bytes]) -> bytes:
    """An archive of these members, in this order."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return stream.getvalue()
