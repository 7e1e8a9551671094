"""A newspaper page as a PDF, in our own words, whose lines stand at known places."""

from __future__ import annotations

from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

WIDTH, HEIGHT, SIZE, LEFT = 600.0, 800.0, 14.0, 60.0
TITLE = "榆林坪水库大坝封顶"
LINES = (
    "　　本报讯（记者乔木）昨日，榆林坪水库大坝顺利封顶。",
    "榆林坪水库总库容2.4亿立方米，可灌溉农田31万亩。",
    "　　施工单位介绍，工程将于明年六月下闸蓄水。",
)
BASELINES = (200.0, 230.0, 260.0)
"""Of the lines, in points from the top of the page."""


def write_page(path: Path, shift: float = 0.0) -> Path:
    """Write the page, all of it ``shift`` points further down."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    canvas = Canvas(str(path), pagesize=(WIDTH, HEIGHT))
    canvas.setFont("STSong-Light", 26)
    canvas.drawString(LEFT, HEIGHT - 150 - shift, TITLE)
    canvas.setFont("STSong-Light", SIZE)
    for baseline, line in zip(BASELINES, LINES, strict=True):
        canvas.drawString(LEFT, HEIGHT - baseline - shift, line)
    canvas.save()
    return path
