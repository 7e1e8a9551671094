from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.chinese.figures import find_figures, same_figure
from rag.chinese.numerals import fold_width, read_number

_DIGITS = "零一二三四五六七八九"


def write_section(number: int) -> str:
    """1–9999 in Chinese."""
    written, zero = "", False
    for scale, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // scale % 10
        if digit:
            written += ("零" if zero and written else "") + _DIGITS[digit] + name
            zero = False
        else:
            zero = True
    return written


def write_chinese(number: int) -> str:
    """1–10**12 in Chinese, the long way."""
    parts = []
    high, middle, low = number // 10**8, number // 10**4 % 10**4, number % 10**4
    if high:
        parts.append(write_section(high) + "亿")
    if middle:
        parts.append(("零" if high and middle < 1000 else "") + write_section(middle) + "万")
    if low:
        parts.append(("零" if (high or middle) and (low < 1000 or not middle) else "") + write_section(low))
    return "".join(parts)


@settings(deadline=None)
@given(st.integers(1, 10**12 - 1))
def test_chinese_numerals_read_back(number: int) -> None:
    assert read_number(write_chinese(number)) == number


@settings(deadline=None)
@given(st.integers(1, 10**12 - 1))
def test_one_number_in_several_writings_is_one_figure(number: int) -> None:
    full_width = str(number).translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    writings = [f"{number}元", f"{number:,}元", f"{full_width}元", f"{Decimal(number) / 10000:f}万元"]
    writings.append(f"{Decimal(number) / 10**8:f}亿元")
    if number >= 100:
        writings.append(f"{write_chinese(number)}元")
    first, *others = [find_figures(f"共计{writing}。") for writing in writings]
    assert first[0].value == number
    for found in others:
        assert len(found) == 1
        assert same_figure(first[0], found[0])


@settings(deadline=None)
@given(st.integers(1, 10**9), st.integers(1, 10**9))
def test_other_numbers_are_other_figures(first: int, second: int) -> None:
    left, right = find_figures(f"{first}家")[0], find_figures(f"{second}家")[0]
    assert same_figure(left, right) == (first == second)


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_read_with_true_offsets(text: str) -> None:
    for figure in find_figures(text):
        assert text[figure.start : figure.end] == figure.text


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(list("第一二两十百千万亿点分之几多余半年月日时个家％%元.,-—至约近成翻番前10３2[]“”")),
        max_size=20,
    )
)
def test_any_row_of_numerals_is_read_with_true_offsets(characters: list[str]) -> None:
    text = "".join(characters)
    previous = 0
    for figure in find_figures(text):
        assert text[figure.start : figure.end] == figure.text
        assert figure.start >= previous
        previous = figure.end


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,234.5", "1234.5"),
        ("3.5万", "35000"),
        ("3亿5000万", "350000000"),
        ("1万2千", "12000"),
        ("二〇二〇", "2020"),
        ("三万五", "35000"),
        ("一千二", "1200"),
        ("十二", "12"),
        ("三点五亿", "350000000"),
        ("一万亿", "1000000000000"),
        ("一亿零三", "100000003"),
    ],
)
def test_writings(text: str, value: str) -> None:
    assert read_number(text) == Decimal(value)


@pytest.mark.parametrize("text", ["十四五", "千方", "三四", "百千", "1千2万", "万亿万"])
def test_no_number(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_number(text)


def test_folding_keeps_the_length() -> None:
    text = "１，２３４．５％，共３家"
    assert fold_width(text) == "1,234.5%，共3家"
    assert len(fold_width(text)) == len(text)
