"""Units and measure words: how they are written, what they measure, and which convert exactly into which."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Kind = Literal[
    "count", "money", "area", "length", "weight", "share", "change", "rank", "ordinal", "date",
    "time_span", "time_of_day", "other",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit under its normal name; ``value * factor`` is the value in ``base``, exactly."""

    name: str
    kind: Kind
    base: str
    factor: Decimal = Decimal(1)


# Counted things that need no context: the measure words of newspapers, and nouns used as such after Arabic digits.
_COUNTERS = (
    "个 名 人 位 家 户 项 件 次 起 例 条 台 辆 架 艘 套 座 所 处 栋 幢 间 张 份 篇 部 本 册 集 场 批 只 头 匹 "
    "棵 株 枚 "
    "颗 粒 块 片 支 枝 根 把 口 对 双 组 队 班 种 类 款 门 层 轮 趟 遍 回 顿 餐 杯 瓶 袋 箱 包 盒 列 节 宗 笔 "
    "单 票 桩 员 "
    "尊 幅 首 段 句 字 页 行 副 顶 扇 盏 道 眼 孔 井 尾 羽 盘 针 剂 剂次 朵 束 排 车 班次 人次 车次 架次 场次 "
    "户次 件次 "
    "批次 频次 班列 人份 艘次 标箱 标准箱 床 床位 车位 席 枪 发 章 卷 辑 版 站 桌 筐 捆 垛 堆 款次 届次 死 伤 "
    "岁 周岁 "
    "步 格 连 代 线 环 跳 响 炮 声 强"
).split()
# Nouns that Arabic digits count directly; a Chinese numeral before them is usually a name (三国, 两委).
_NOUN_COUNTERS = (
    "省 市 县 区 乡 镇 村 国 州 校 省份 省市 城市 国家 企业 项目 学生 "
    "员工 社区 街道 乡镇 分 级 号 度 期 届 年代 路 点 手 大类 档 棒 位数"
).split()

_CURRENCIES = (
    "美元 欧元 英镑 日元 港元 卢布 韩元 卢比 澳元 加元 新元 台币 新台币 新加坡元 澳大利亚元 加拿大元 瑞士法郎 "
    "法郎 泰铢 比索 "
    "里亚尔 林吉特 越南盾 印尼盾 兰特 雷亚尔 里拉 第纳尔 迪拉姆 克朗 比特币"
).split()

_CONVERTED: tuple[tuple[Kind, str, tuple[tuple[str, str], ...]], ...] = (
    # kind, base, (factor, written forms: the first is the normal name)
    ("money", "元", (("1", "元 元人民币 块钱 人民币元 元钱 圆"), ("0.1", "角 毛钱"))),
    ("length", "米", (("1", "米"), ("1000", "公里 千米 km"), ("500", "里 华里"), ("0.01", "厘米 公分 cm"),
    ("0.001", "毫米 mm"),
                      ("0.000001", "微米"), ("0.000000001", "纳米 nm"))),
    ("area", "平方米", (("1", "平方米 平米 ㎡ m²"), ("1000000", "平方公里 平方千米 km²"), ("10000", "公顷"),
    ("0.0001", "平方厘米"))),
    ("weight", "公斤", (("1", "公斤 千克 kg"), ("1000", "吨 公吨"), ("0.5", "斤 市斤"), ("0.001", "克"),
    ("0.000001", "毫克 mg"))),
    ("share", "%", (("1", "%"), ("0.1", "‰"), ("10", "成"))),
    ("share", "百分点", (("1", "百分点 个百分点"),)),
    ("time_span", "分钟", (("1", "分钟"), ("60", "小时 个小时 个钟头 钟头"))),
    ("time_span", "秒", (("1", "秒 秒钟"), ("0.001", "毫秒"))),
    ("time_span", "天", (("1", "天"), ("7", "周 星期 个星期 礼拜"))),
    ("time_span", "个月", (("1", "个月"),)),
    ("time_span", "年", (("1", "年 周年 载"),)),
    ("other", "升", (("1", "升"), ("0.001", "毫升 ml"))),
    ("other", "立方米", (("1", "立方米 立方 m³ 方"), ("1000000000", "立方公里 立方千米"))),
    ("other", "千瓦", (("1", "千瓦 kW"), ("0.001", "瓦"), ("1000", "兆瓦 MW"), ("1000000", "吉瓦 GW"))),
    ("other", "千瓦时", (("1", "千瓦时 度电 kWh"),)),
    ("other", "摄氏度", (("1", "摄氏度 ℃ °C"),)),
)  # fmt: skip
_PLAIN: tuple[tuple[Kind, str], ...] = (
    ("area", "亩 英亩 平方英里 平方英尺"),
    ("length", "海里 英里 英尺 英寸 光年 尺 丈"),
    ("weight", "磅 盎司 克拉 担 载重吨 标准煤吨"),
    ("change", "倍 番"),
    ("time_span", "个季度 个年头 个工作日 工作日 日 昼夜 世纪 个世纪 个半月 学时 课时 个学期 学期"),
    ("other",
    "标方 桶 加仑 伏 千伏 安 赫兹 帕 百帕 兆 字节 比特 像素 时速 公里/小时 米/秒 米每秒 公里每小时 迈 分贝 大卡 千卡 "
              "瓦时 焦耳 GB TB MB 折 码 马力 节"),
    ("money", " ".join(_CURRENCIES)),
)  # fmt: skip
_ALIASES = {
    "美金": "美元",
    "港币": "港元",
    "欧": "欧元",
    "$": "美元",
    "￥": "元",
    "¥": "元",
    "€": "欧元",
    "£": "英镑",
    "人民币": "元",
}


def _build_units() -> dict[str, Unit]:
    units: dict[str, Unit] = {}
    for name in (*_COUNTERS, *_NOUN_COUNTERS):
        units[name] = Unit(name, "count", name)
    for kind, names in _PLAIN:
        for name in names.split():
            units.setdefault(name, Unit(name, kind, name))
    for kind, base, rows in _CONVERTED:
        for factor, forms in rows:
            first = forms.split()[0]
            for form in forms.split():
                units[form] = Unit(first, kind, base, Decimal(factor))
    for alias, name in _ALIASES.items():
        units[alias] = units[name]
    units["岁"] = units["周岁"] = Unit("岁", "other", "岁")
    units["人份"] = Unit("人份", "count", "人份")
    for name in ("死", "伤"):
        units[name] = Unit(name, "count", name)
    return units


UNITS: dict[str, Unit] = _build_units()
UNITLESS = Unit("", "other", "")
ORDINAL_UNITS = frozenset("届 期 号 级 年代 路".split())
"""With these a number says which, not how many: 十九届, 12号."""

# A Chinese numeral counts only with these, and not where the next character makes another word: 两部门.
_CHINESE_COUNTERS = {
    "个": "性别体", "名": "称单义誉牌额", "人": "民均才工文类心格", "位": "于置一数", "家": "庭长乡门",
    "户": "籍外口型", "项": "",
    "件": "", "次": "日数要级元", "例": "如外行会证题子", "条": "件例", "台": "湾风阶", "辆": "", "架": "构",
    "艘": "", "套": "路",
    "座": "谈席", "所": "有以在谓需得属", "处": "于理置罚分长级", "栋": "", "幢": "", "间": "接隔断",
    "张": "贴力家", "份": "额量",
    "篇": "", "部": "门队署委长分", "本": "报次市地身区县省国级土来科质着", "册": "", "场": "所景馆地面域",
    "只": "有是要能", "头": "部脑等",
    "匹": "配", "棵": "", "株": "洲", "枚": "", "颗": "", "粒": "", "块": "", "片": "区段面",
    "支": "持付出撑部援", "对": "于接比象策外照话待应",
    "组": "织成建合委", "队": "伍员长", "班": "子级", "种": "植子养粮", "类": "似", "款": "项式", "门": "槛票诊",
    "层": "次面", "轮": "换流岗",
    "届": "时", "期": "间望待限货", "岁": "月", "起": "来到草初点诉源步", "批": "准发复评", "口": "岸号罩感",
    "人次": "", "枪": "支击手", "位数": "", "大类": "", "班次": "", "死": "", "伤": "",
}  # fmt: skip
_NOT_BEFORE = {
    "年": "轻级代龄货终初底末薪报会画", "天": "然气津空下地", "周": "边围期转末",
    "成": "立功本长果员绩份效就品为型不熟因套行败都交分", "里": "程面约",
    "米": "饭粉兰", "克": "服里", "斤": "", "元": "旦宵首", "度": "过假", "两": "", "角": "度色落", "折": "叠射",
    "方": "面向式法案针位",
    "日": "报本前益常", "升": "级至温", "番": "茄", "吨": "", "亩": "均", "丈": "夫", "尺": "度",
}  # fmt: skip
_CHINESE_REFUSED = frozenset("人民币 方 折 升 码 担 兆 安 伏 帕 节 迈 桶 角 圆 日 丈 尺 寸 里 欧".split())
_SYMBOLS = frozenset("$ ￥ ¥ € £ 欧".split())


def _alternation(names: dict[str, str]) -> str:
    return "|".join(
        re.escape(name) + (f"(?![{names[name]}])" if names[name] else "")
        for name in sorted(names, key=lambda name: (-len(name), name))
    )


_MEASURED = {name for name, unit in UNITS.items() if unit.kind not in {"count"} and name not in _SYMBOLS}
CHINESE_UNIT = _alternation(
    _CHINESE_COUNTERS | {name: _NOT_BEFORE.get(name, "") for name in _MEASURED - _CHINESE_REFUSED}
)
"""Regular expression of what a Chinese numeral may count."""
ANY_UNIT = _alternation(
    {name: "" for name in UNITS if name not in _SYMBOLS}
    | {"年": "级代", "期": "间", "分": "之", "人": "民", "成": "立"}
)
"""Regular expression of every unit, for Arabic digits, which leave little doubt that something is counted."""
