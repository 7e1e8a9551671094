"""The words on the pages of ``random_pages`` that no story gives: names, offices, headings, lists, credits."""

from __future__ import annotations

from random_families import SIGNS
from random_habits import Dice

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


class Wording:
    """Draws the words of one page."""

    def __init__(self, dice: Dice) -> None:
        self.dice = dice

    def name(self) -> str:
        """A surname and a given name."""
        return self.dice.choice(SURNAMES) + "".join(self.dice.sample(GIVEN, self.dice.choice((1, 2, 2))))

    def office(self) -> str:
        """A public body of a place."""
        return self.dice.choice(TOWNS) + self.dice.choice(BODIES)

    def heading(self) -> list[str]:
        """The lines of the page header."""
        day, month, page = self.dice.randint(1, 28), self.dice.randint(1, 12), self.dice.randint(1, 8)
        date = f"20{self.dice.randint(10, 25)}年{month}月{day}日"
        paper, section = self.dice.choice(PAPERS), self.dice.choice(SECTIONS)
        weekday = "星期" + self.dice.choice(DAYS)
        return self.dice.choice(
            (
                [f"{paper} {date} {weekday} 第{page}版"],
                [f"{page}", section, f"{date} {weekday}", f"责编：{self.name()} 校对：{self.name()}"],
                [f"0{page} {section}", f"{date} {weekday} 编辑 {self.name()}"],
                [paper, f"{date}", f"第{page}版"],
            )
        )

    def _clause(self) -> str:
        return self.dice.choice(("我市 我区 我县 市区 全区").split())

    def _dateline(self) -> str:
        return f"{self.dice.choice(TOWNS)}{self.dice.randint(1, 12)}月{self.dice.randint(1, 28)}日"

    def names(self, sign: str) -> tuple[str, str, str, str]:
        """The byline as opening, on its own line, at the end of the text, in the last line; all but one empty."""
        one, other = self.name(), self.name()
        if sign == "any":
            sign = self.dice.choice(SIGNS[:-2])
        elif self.dice.draw(0.1):
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

    def entries(self) -> list[str]:
        """The lines of a list at the end of an article."""
        count = self.dice.randint(4, 9)
        form = self.dice.randrange(4)
        telephone = lambda: f"0{self.dice.randint(310, 999)}-{self.dice.randint(2000000, 8999999)}"  # noqa: E731
        if form == 0:
            return [f"{self.office()}：{telephone()}" for _ in range(count)]
        if form == 1:
            return [f"{self.name()} {self.dice.choice(TOWNS)}村{self.dice.randint(1, 40)}号" for _ in range(count)]
        if form == 2:
            return [f"{number}.{self.office()}" for number in range(1, count + 1)]
        return [f"{self.dice.choice(TOWNS)}镇 {telephone()} {self.name()}" for _ in range(count)]

    def _numbers(self) -> list[str]:
        return [f"{self.office()} {self.dice.randint(2000000, 8999999)}" for _ in range(self.dice.randint(3, 7))]

    def credit(self) -> list[str]:
        """The lines that say who took a photograph."""
        name = self.name()
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

    def box(self) -> list[str]:
        """Telephone numbers, weather, an advertisement, a notice of the paper."""
        low = self.dice.randint(-9, 20)
        return self.dice.choice(
            (
                [self.dice.choice(("便民电话", "监督电话", "常用电话", "应急值守电话")), *self._numbers()],
                ["明日天气", f"{low}℃～{low + 8}℃ 晴间多云 南风2到3级"],
                [
                    "广告",
                    f"{self.dice.choice(TOWNS)}家园现房热销",
                    f"热线：0{self.dice.randint(310, 999)}-6{self.dice.randint(100000, 999999)}",
                ],
                ["更多精彩内容请扫码", "关注本报微信公众号"],
                self._numbers(),
            )
        )

    def kicker(self, office: str) -> str:
        """A line above a headline."""
        return self.dice.choice(
            (
                office + self.dice.choice(("", "：")),
                office,
                office + "：",
                self.dice.choice(COLUMNS),
                self._clause(),
            )
        )

    def lede(self, office: str, *, named: bool) -> str:
        """How an article of a local paper begins; ``named``: its headline has the office already."""
        day = f"{self.dice.randint(1, 12)}月{self.dice.randint(1, 28)}日"
        return self.dice.choice(
            (
                *((f"{day}，{office}介绍，", f"近日，{office}消息，", f"今年以来，{office}发现，") if named else ()),
                *(("近日，", "日前，", f"{day}，") if not named else ()),
                *(f"记者从{office}获悉，", f"{day}，记者从{office}了解到，"),
            )
        )
