"""Articles made up for the load test: each asker has a town of his own, and its figures stand nowhere else."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

_FIRST = "岚杉溯棠汐桦栖澜岫苇"
_SECOND = "口塬湾沟泽坝洲坪桥渡"
# What is reported, what is counted of it, in which unit, and how it is asked for.
_MATTERS = (
    ("文化站", "藏书", "册", "多少册"),
    ("养老院", "床位", "张", "多少张"),
    ("水厂", "日供水", "吨", "多少吨"),
    ("茶园", "采茶面积", "亩", "多少亩"),
    ("鱼塘", "放养鱼苗", "万尾", "多少万尾"),
    ("粮库", "收购小麦", "吨", "多少吨"),
    ("客运站", "发送旅客", "人次", "多少人次"),
    ("卫生院", "接诊病人", "人次", "多少人次"),
    ("小学", "在校学生", "名", "多少名"),
    ("苗圃", "培育树苗", "株", "多少株"),
    ("菜市场", "摊位", "个", "多少个"),
    ("广场", "铺设地砖", "平方米", "多少平方米"),
    ("泵站", "更换水泵", "台", "多少台"),
    ("果园", "采摘脐橙", "吨", "多少吨"),
    ("车间", "生产轴承", "万套", "多少万套"),
    ("步道", "安装路灯", "盏", "多少盏"),
)
MATTERS = len(_MATTERS)
MONTHS = ("一月", "三月", "五月", "七月", "九月", "十一月")


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure of one town: ``question`` asks for it, ``text`` is how an answer writes it."""

    town: str
    question: str
    text: str


@dataclass(frozen=True, slots=True)
class MadeUpArticle:
    """A title, a text of a few sentences, and the fact that only it holds."""

    title: str
    text: str
    fact: Fact


def made_up(town: str, month_number: int, matter_number: int, value: int) -> MadeUpArticle:
    """The article that says how many there were: ``value`` of a matter, in a month, in a town."""
    place, counted, unit, how_many = _MATTERS[matter_number]
    month, figure = MONTHS[month_number], f"{value}{unit}"
    text = (
        f"本报讯　记者从{town}了解到，今年{month}，{town}{place}{counted}{figure}。"
        f"镇里有关负责人介绍，{place}的管理人员每天早上六点到岗，遇到困难随时上报。"
        f"下一步，{town}将继续听取群众意见，把{place}的事情办好。"
    )
    fact = Fact(town, f"{month}{town}{place}{counted}{how_many}？", figure)
    return MadeUpArticle(f"{town}{place}{month}情况公布", text, fact)


def town_name(asker: int) -> str:
    """``岚口镇``: one of a hundred names, for askers from 0."""
    return f"{_FIRST[asker % 10]}{_SECOND[asker // 10 % 10]}镇"


def articles_of(asker: int) -> Iterator[MadeUpArticle]:
    """The articles on an asker's town: every matter in every month, each figure given once among all askers."""
    chance = random.Random(asker)
    for month in range(len(MONTHS)):
        for matter in range(MATTERS):
            # The last four digits tell asker, month and matter apart; the first one is chance.
            value = chance.randint(1, 8) * 10_000 + asker * 96 + month * MATTERS + matter + 111
            yield made_up(town_name(asker), month, matter, value)
