from __future__ import annotations

import pytest

from rag.corpus.bylines import closing_length, line_mark, opening_length
from rag.corpus.normalisation import normalise_line


@pytest.mark.parametrize(
    ("line", "mark"),
    [
        ("本报讯（记者王明） 昨日，", "opening"),
        ("本报讯 （记者 王明 通讯员 李芳） 近", "opening"),
        ("新华社上海 3 月 5 日电（记者王明、", "opening"),
        ("本报北京12月5日电（记者王明）今天", "opening"),
        ("本报记者 王明", "byline"),
        ("□本报记者 王明 通讯员 李芳", "byline"),
        ("本 报 记 者", "byline"),
        ("李芳 摄", "credit"),
        ("（本报记者 李芳 摄）", "credit"),
        ("通讯员 李芳 摄影报道", "credit"),
        ("（记者 王明）", "signature"),
        ("（下转第3版）", "jump out"),
        ("推动全区发展。（下转第二版）", "jump out"),
        ("（上接第1版）", "jump in"),
        ("全区共有5家单位获批，", "none"),
        ("记者从区科协获悉，", "none"),
        ("会议室里坐满了人（见图）", "none"),
    ],
)
def test_line_mark(line: str, mark: str) -> None:
    assert line_mark(line) == mark


@pytest.mark.parametrize(
    ("paragraph", "byline"),
    [
        ("本报讯（记者王明） 昨日，河水上涨。", "本报讯（记者王明）"),
        ("本报讯 记者王明 通讯员李芳报道：昨日，", "本报讯记者王明通讯员李芳报道："),
        ("新华社上海3月5日电（记者王明）今天，", "新华社上海3月5日电（记者王明）"),
        ("本报讯 记者从区科协获悉，", "本报讯"),
        ("本报记者 王明 今年以来，", "本报记者王明"),
        ("记者从区科协获悉，", ""),
    ],
)
def test_opening_byline(paragraph: str, byline: str) -> None:
    text = normalise_line(paragraph)
    assert text.text[: opening_length(text, paragraph)] == byline


@pytest.mark.parametrize(
    ("paragraph", "byline"),
    [
        ("村里修通了水泥路。（王明）", "（王明）"),
        ("村里修通了水泥路。（王明 李芳）", "（王明李芳）"),
        ("村里修通了水泥路。（据新华社电）", "（据新华社电）"),
        ("村里修通了水泥路。本报记者 王明 摄", "本报记者王明摄"),
        ("村里修通了水泥路（完）", ""),
        ("条例自发布之日起施行。（试行）", ""),
        ("村里修通了水泥路。", ""),
    ],
)
def test_closing_byline(paragraph: str, byline: str) -> None:
    text = normalise_line(paragraph)
    length = closing_length(text, paragraph)
    assert text.text[len(text) - length :] == byline
