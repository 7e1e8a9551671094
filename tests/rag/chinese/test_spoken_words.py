import pytest

from rag.chinese.spoken_words import as_printed


@pytest.mark.parametrize(
    ("question", "printed"),
    [
        ("签了多少个项目？", "签约了多少个项目？"),
        ("今年GDP增长多少？", "今年生产总值（GDP）增长多少？"),
        ("国内生产总值（GDP）增长多少？", "国内生产总值（GDP）增长多少？"),
        ("人均GDPX是多少", "人均GDPX是多少"),
        ("今年全县签下几个项目？", "今年全县签约了几个项目？"),
        ("石岭镇种了多少亩花生？", "石岭镇种植了多少亩花生？"),
        ("修路投了多少钱？", "修路投资了多少钱？"),
        ("签约了多少个项目？", "签约了多少个项目？"),
        ("谁签了字？", "谁签了字？"),
        ("渡口哪天通的航？", "渡口哪天通航的？"),
        ("窑厂几月投的产", "窑厂几月投产的"),
        ("戏园在哪封的顶，谁讲话", "戏园在哪封顶的，谁讲话"),
        ("新开通的车站在哪", "新开通的车站在哪"),
        ("谁签的约", "谁签约的"),
        ("开的工厂有几家", "开的工厂有几家"),
        ("播种了多少亩小麦？", "播种了多少亩小麦？"),
        ("有多少种花？", "有多少种花？"),
        ("渡口为啥停了", "渡口为什么停了"),
        ("咋报名", "怎么报名"),
        ("啥时候开园", "什么时候开园"),
        ("How many projects were signed?", "How many projects were signed?"),
    ],
)
def test_as_printed(question: str, printed: str) -> None:
    assert as_printed(question) == printed
