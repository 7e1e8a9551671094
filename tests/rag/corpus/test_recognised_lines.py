"""Lines of a scan: their type sizes, and lines read over the gutter between two columns."""

from __future__ import annotations

import math

import pytest

from rag.corpus.recognised_lines import RecognisedLine, levelled, part_at_gutters, text_size, tilt, type_sizes

SIZE = 30.0
TEXT = "渡口的木船今年换上了新桨船工"


def line(
    text: str, left: float, top: float, *, right: float, height: float = 36.0, tilt: float = 0.0
) -> RecognisedLine:
    """A line from ``left`` to ``right``, sinking by ``tilt`` pixels a pixel."""
    fall = tilt * (right - left)
    corners = (left, top), (right, top + fall), (right, top + fall + height), (left, top + height)
    return RecognisedLine(corners, text, 0.9)


def column(left: float, first: int, count: int, *, tilt: float = 0.0) -> list[RecognisedLine]:
    """Full lines of fourteen characters, under each other from row ``first``."""
    right = left + 14 * SIZE
    return [line(TEXT, left, (first + row) * 44.0 + tilt * left, right=right, tilt=tilt) for row in range(count)]


def test_a_line_that_lost_its_quotation_marks_is_no_headline() -> None:
    body = column(100, 0, 6)
    torn = line("新桨”和老船工", 100, 6 * 44.0, right=100 + 9 * SIZE)
    headline = line("木船换新桨", 100, -90.0, right=100 + 5 * 58, height=70)
    sizes = type_sizes([headline, *body, torn])
    assert torn.seeming_size >= 1.2 * SIZE
    assert sizes == pytest.approx([58.0, *[SIZE] * 7])


def test_a_last_character_in_a_box_too_large_is_text() -> None:
    last = line("成", 100, 6 * 44.0, right=149, height=46)
    assert type_sizes([*column(100, 0, 6), last])[-1] == pytest.approx(SIZE)


def test_a_subtitle_of_larger_type_keeps_its_size() -> None:
    subtitle = line("九名学徒学会刨板", 100, -60.0, right=100 + 8 * 38, height=48)
    assert type_sizes([subtitle, *column(100, 0, 6)])[0] == pytest.approx(38.0)


def test_a_tilted_line_is_measured_along_its_edges() -> None:
    tilted = column(100, 0, 4, tilt=math.tan(math.radians(1.5)))
    assert text_size(tilted) == pytest.approx(SIZE, rel=0.01)
    assert tilted[0].thickness == pytest.approx(36.0, rel=0.01)


def test_a_line_read_over_the_gutter_is_two_lines() -> None:
    end = 100 + 14 * SIZE
    over = line("孩子们在渡口等着看新桨下水|了。", 100, 0.0, right=end + 36 + 2 * SIZE)
    parted = part_at_gutters([over, *column(100, 1, 4)])
    assert [piece.text for piece in parted[:2]] == ["孩子们在渡口等着看新桨下水", "了。"]
    assert parted[0].right == pytest.approx(end)
    assert parted[1].left == pytest.approx(end + 36)
    assert [piece.text for piece in parted[2:]] == [TEXT] * 4


@pytest.mark.parametrize("text", ["本报记者何影通讯员孙立一起从渡口发回", "孩子们等着看新桨下水的孩子们等着看了"])
def test_a_line_that_only_is_longer_than_the_column_stays_one(text: str) -> None:
    longer = line(text, 100, 0.0, right=100 + 18 * SIZE)
    assert part_at_gutters([longer, *column(100, 1, 4)])[0] == longer


def test_a_line_among_wider_ones_stays_one() -> None:
    over = line("孩子们在渡口等着看新桨下水了。", 100, 0.0, right=100 + 17.5 * SIZE)
    wide = line(TEXT + "渡口船工新桨", 100, -44.0, right=100 + 20 * SIZE)
    assert part_at_gutters([wide, over, *column(100, 1, 4)])[1] == over


def test_nothing_is_parted_where_nothing_tells_the_size() -> None:
    lines = [line("新桨", 100, 0.0, right=160.0), line("渡口", 100, 44.0, right=160.0)]
    assert part_at_gutters(lines) == lines
    assert text_size(lines) == 0.0
    assert type_sizes(lines) == pytest.approx([30.0, 30.0])


@pytest.mark.parametrize("degrees", [1.4, -0.8])
def test_a_page_askew_is_levelled(degrees: float) -> None:
    lines = column(100, 0, 5, tilt=math.tan(math.radians(degrees)))
    assert tilt(lines) == pytest.approx(degrees, abs=0.01)
    level = levelled(lines, degrees, (500.0, 700.0))
    assert tilt(level) == 0.0
    assert [one.corners[0][1] - one.corners[1][1] for one in level] == pytest.approx([0.0] * 5, abs=0.01)
    assert [one.length for one in level] == pytest.approx([one.length for one in lines])


def test_two_lines_tell_no_tilt() -> None:
    assert tilt(column(100, 0, 2, tilt=0.1)) == 0.0
