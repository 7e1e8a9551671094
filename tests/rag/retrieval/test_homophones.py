import pytest

from rag.retrieval.homophones import as_articles_write

TEXTS = [
    "青螺湾大桥全长2.8公里，副市长栾晓岚介绍了情况。",
    "图书馆周一闭馆。财政收入增长。城东区、城西区开会。东院区位于学海路。城东区区长讲话。图书馆以北是大桥南段。",
]


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("清螺湾大桥多长", "青螺湾大桥多长"),
        ("青罗湾大桥通车了吧", "青螺湾大桥通车了吧"),
        ("栾小岚现在干什么", "栾晓岚现在干什么"),
        ("城东区去年开了几次会", "城东区去年开了几次会"),  # 区区 stands in no article, 去年 is a word
        ("图书馆一共多少本书", "图书馆一共多少本书"),
        ("青螺湾大桥哪段最长", "青螺湾大桥哪段最长"),
        ("财正收入多少", "财政收入多少"),
        ("青螺湾大桥多长", "青螺湾大桥多长"),
        ("城南区谁开会", "城南区谁开会"),  # another place sounds otherwise
        ("东院区为什么晚了", "东院区为什么晚了"),  # 为 is a word of its own
        ("How long is the bridge", "How long is the bridge"),
        ("", ""),
    ],
)
def test_what_is_typed_by_its_sound_is_read_as_the_articles_write_it(typed: str, read: str) -> None:
    found, slips = as_articles_write(typed, TEXTS)
    assert found == read
    assert bool(slips) is (typed != read)
    assert all(wrong in typed and right in read for wrong, right in slips)
