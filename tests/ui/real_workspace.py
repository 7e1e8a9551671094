"""A real workspace over a few articles, with small fakes in the place of the models."""

from __future__ import annotations

from pathlib import Path

from fakes import HashEncoder, ScriptedGenerator

from rag.settings import Settings
from rag.workspace import Workspace

PAGE = (
    '[{"title": "茶园扩种", "text": "雾岭县今年扩种茶园420亩。\\n渡口恢复通航\\n'
    '停航半年的石矶渡口8日恢复通航，首日运送旅客160人。", "date": "2022-04-09"},'
    '{"title": "夜校开班", "text": "县总工会夜校开设课程12门。", "date": "2022-04-09"},'
    '{"title": "", "text": "报名延续到月底。", "date": "2022-04-09"}]'
)
TORN = """雾岭日报 2022年4月9日 第2版

茶园扩种四百亩
本报讯（记者叶青） 雾岭县今年扩
种茶园420亩，农技员分片指导，力争
秋后成活率达到九成五。

渡口恢复通航
本报讯（记者叶青） 停航半年的石矶
渡口8日恢复通航，首日运送旅客160
人，渡口新增救生衣80件。
"""


def real_workspace(folder: Path, said: str = "雾岭县今年扩种茶园420亩。") -> Workspace:
    """A workspace over ``PAGE`` as a JSON file and ``TORN`` as a text file; close it."""
    settings = Settings(store=folder / "store", models=folder / "no models")
    workspace = Workspace(settings, encoder=HashEncoder(256), generator=ScriptedGenerator(said))
    (folder / "雾岭日报.json").write_text(PAGE, encoding="utf-8")
    (folder / "雾岭日报_2022-04-09_02.txt").write_text(TORN, encoding="utf-8")
    workspace.ingest([folder / "雾岭日报.json", folder / "雾岭日报_2022-04-09_02.txt"])
    return workspace
