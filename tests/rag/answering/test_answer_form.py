import pytest

from rag.answering.answer_form import has_answer_form
from rag.chinese.question_kind import question_kind


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("顾小满是谁", "女婿顾小满也回村帮忙。", True),
        ("谷雨生是什么人？", "镇长谷雨生说，苗圃明年再扩一倍。", True),
        ("谷雨生是什么人？", "镇长严明远说，苗圃明年再扩一倍。", False),
        ("镇长是谁", "镇长谷雨生说，苗圃明年再扩一倍。", True),
        ("谁出席了谷雨生主持的会议", "谷雨生主持会议。", False),
        ("苗圃扩到多少亩", "苗圃扩到六十亩。", True),
        ("苗圃扩到多少亩", "苗圃还要再扩。", False),
        ("问路打哪个电话", "咨询请打5126688。", True),
        ("渡口什么时候通航", "渡口通航推迟到元旦之后。", True),
        ("渡口什么时候通航", "渡口尚未通航。", False),
        ("渡口什么时候通航", "老乡说起开学的事。", False),
        ("河水是几类", "河水达到Ⅲ类标准。", True),
        ("渡船多久一班", "渡船每40分钟一班。", True),
        ("渡船多长时间开一趟", "头班船7：10，末班船18：30，票价3元。", False),
        ("渡船隔多久开一趟", "渡船5月1日复航。", False),
        ("水闸多久检修一次", "水闸每季检修。", True),
        ("渡口封多久", "渡口封到11月20日。", True),
        ("证多久能办下来？", "材料齐的当场办结。", True),
        ("证多久能办下来？", "办证费20元。", False),
        ("桥修了多长时间了", "桥修了一年半。", True),
        ("停渡多久 为什么停", "因水位上涨停渡。", True),
    ],
)
def test_a_text_has_the_form_of_an_answer(question: str, text: str, expected: bool) -> None:
    assert has_answer_form(question_kind(question), text, question) is expected
