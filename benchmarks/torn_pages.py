"""What else PDF text holds, for ``random_pages``: lines broken anywhere, short news, tables as rows of cells."""

from __future__ import annotations

import random
import re

HEADS = {
    "线路 首班 末班 票价": "route time time n元",
    "车次 始发站 开车 终到": "train place time place",
    "乡镇 完成数 同比增长": "place n n",
    "名称 面积 产量 产值": "place n n n",
}
"""The head of a table by what its columns hold."""
PLACES = "石桥 柳泉 双河 云台 青山 黄龙 东关 西岭 平安 白鹤 枣林 清溪 望江 南屏 桃源 金沙".split()


def break_anywhere(paragraph: str, width: int, hanging: int) -> list[str]:
    """A paragraph's lines broken at their width and nowhere else, numbers torn too; the first one shorter."""
    rows: list[str] = []
    start = 0
    while start < len(paragraph):
        room, end = float(width - (0 if rows else hanging)), start
        while end < len(paragraph) and room > 0:
            room -= 0.5 if paragraph[end] < "\u2000" else 1
            end += 1
        rows.append(paragraph[start:end].strip())
        start = end
    return [row for row in rows if row]


def brief_of(paragraph: str, dice: random.Random) -> str:
    """The first sentences of a paragraph, 40 to 160 characters or what there is, as pages of short news have them."""
    wanted = dice.randint(40, 160)
    kept = ""
    for sentence in re.split("(?<=[。！？])", paragraph):
        if kept and len(kept) + len(sentence) > wanted:
            break
        kept += sentence
    return kept


def table_lines(dice: random.Random) -> list[str]:
    """A timetable or a table of figures as its lines, cells set apart by spaces, mostly with a head."""
    head = dice.choice(tuple(HEADS))

    def cell(kind: str) -> str:
        match kind:
            case "time":
                return f"{dice.randint(5, 22)}:{dice.randint(0, 59):02d}"
            case "train":
                return f"{dice.choice('DGKT')}{dice.randint(100, 9999)}"
            case "route":
                return f"{dice.randint(1, 399)}路"
            case "place":
                return dice.choice(PLACES) + dice.choice(("", "站", "镇", "乡"))
            case _:
                number = dice.choice((str(dice.randint(1, 9999)), f"{dice.uniform(0, 99):.1f}"))
                return number + kind[1:]

    gap = dice.choice((" ", "  ", "　"))
    rows = [gap.join(map(cell, HEADS[head].split())) for _ in range(dice.randint(3, 8))]
    return rows if dice.random() < 0.2 else [gap.join(head.split()), *rows]
