"""Which lines of a page are headline and which body: one Viterbi pass over the lines, scored by their shape.

Knows lines, widths and punctuation; which headline belongs to which article is decided elsewhere. Scores are
log-odds by judgement, checked against generated pages (benchmarks/segmentation_pages.py).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from typing import NamedTuple

from rag.corpus.line_shapes import USUAL_ECHO, MarkedLine
from rag.corpus.topic_shifts import REPORT_START

_DATE_END = re.compile("年[0-9一二三四五六七八九十]{1,3}月[0-9一二三四五六七八九十]{1,3}日$")
FUNCTION_WORDS = re.compile("[的了着是也还就都]|已经|以及|据了解|此次|其中")
_MID_DATE = re.compile("[0-9年月至到从于在自—、，-]$")
_BARE_DAY = re.compile("[0-9]{1,2}日")
_BEGINS = 1.5
_TOLD_NEXT = 4.0
_NO_FIRST_LINE = 1.5
"""A full line behind a paragraph's end: text would begin with a shorter one."""
_UNFINISHED_PAGE = -3.0
_OTHER_COLUMN = 3.0
"""Em by which columns differ at least."""


def headline_margins(lines: Sequence[MarkedLine]) -> list[float]:
    """For each line, how much better the best reading of the page with it as headline is than with it as body.

    Above zero: headline. The size is the certainty, in log-odds: max-marginals, forwards and backwards.
    """
    if not lines:
        return []
    emitted = [_headline_score(line) for line in lines]
    steps = [_step(before, line) for before, line in itertools.pairwise(lines)]
    ahead = _best_scores(emitted, steps, 0.0)
    turned = [step.turned() for step in reversed(steps)]
    back = _best_scores(emitted[::-1], turned, 0.0 if lines[-1].ends_thought else _UNFINISHED_PAGE)[::-1]
    return [
        before_headline + after_headline - own - before_body - after_body
        for (before_headline, before_body), (after_headline, after_body), own in zip(
            ahead, back, emitted, strict=True
        )
    ]


class _Step(NamedTuple):
    """The scores of the four ways from one line to the next."""

    headline_on: float
    headline_to_body: float
    body_to_headline: float
    body_on: float

    def turned(self) -> _Step:
        """The same ways walked backwards."""
        return _Step(self.headline_on, self.body_to_headline, self.headline_to_body, self.body_on)


def _best_scores(emitted: Sequence[float], steps: Sequence[_Step], body_start: float) -> list[tuple[float, float]]:
    """The best score of a path that reaches each line as headline, and as body, its own score included."""
    headline, body = emitted[0], body_start
    best = [(headline, body)]
    for own, step in zip(emitted[1:], steps, strict=True):
        headline, body = (
            own + max(headline + step.headline_on, body + step.body_to_headline),
            max(headline + step.headline_to_body, body + step.body_on),
        )
        best.append((headline, body))
    return best


def _headline_score(line: MarkedLine) -> float:
    """How much more the line looks like a headline than like body text."""
    text = line.text
    if line.mark != "none" or not re.search(r"\w", text) or (line.ends_thought and not line.line.closed):
        return -12.0
    score = _punctuation_score(text) + _wording_score(text) + _width_score(line) + _echo_score(line.echo)
    score += 5.0 if line.bridged else 0.0
    score += _TOLD_NEXT * max(0.0, line.told_next - 0.4)
    if line.block_size == 1:
        score += 2.5 if line.after_end else 0.5
    elif line.block_size <= 4 and not line.block_closed:
        score += 1.3
    return score


def _echo_score(echo: float) -> float:
    return max(-0.8, min(2.0, 5.0 * (echo - USUAL_ECHO)))


def _wording_score(text: str) -> float:
    """Headlines do without most function words, and do not begin as reports do, with the time or the source."""
    score = -0.7 * min(3, len(FUNCTION_WORDS.findall(text)))
    if REPORT_START.match(text):
        score -= 2.0
    if text[0] in "的了和与等是着也还就都及" or text[-1] in "的了和与在对为将从向把被及由":
        score -= 1.0
    return score


def _punctuation_score(text: str) -> float:
    score = -1.0 * min(3, text.count("，"))
    if text[-1] in "，、；,;":
        score -= 5.0
    elif re.search(r"[。][”’」』）)】\]]*$", text):
        score -= 7.0
    elif text[-1] in "！？!?…":
        score -= 1.0
    if re.search("[。；]", text[:-1]):
        score -= 5.0
    if text[0] in "，。、；：）”！？%":
        score -= 5.0
    if any(text.count(pair[0]) > text.count(pair[1]) for pair in ("《》", "（）", "“”")):
        score -= 2.5
    if _DATE_END.search(text):
        score -= 8.0
    if text.startswith(("——", "【")):
        score += 3.0
    return score - (5.0 if len(text) > 48 else 0.0)


def _width_score(line: MarkedLine) -> float:
    columns = [width for width in (line.above, line.below) if width]
    if not columns:
        return 0.5
    if line.line.width > max(columns) + 2.5:
        return 2.5
    if line.fits_full:
        return -1.5
    if line.fits_first:
        return -0.5
    return 2.0


def _step(before: MarkedLine, line: MarkedLine) -> _Step:
    cost, gap = line.split_cost, line.line.gap > 0
    begin = (0.0 if before.ends_thought else -3.5) - (0.0 if gap else 0.7)
    begin += _NO_FIRST_LINE if before.ends_paragraph and line.firstness < 0 and not line.indented_page else 0.0
    return _Step(
        (-0.4 if gap else 0.0) - cost,
        _headline_to_body(before, line) - cost,
        begin - cost,
        0.0 if before.ends_thought else _continuation(before, line),
    )


def _continuation(before: MarkedLine, line: MarkedLine) -> float:
    """How likely a sentence goes on from one line to the next, both body text."""
    if line.mark != "none":
        return {"opening": -8.0, "byline": -6.0}.get(line.mark, -2.0)
    score = (2.0 if not line.starts_caption else -3.0) - 1.5 * line.firstness
    score -= _BEGINS if _begins_report(before, line) else 0.0
    if before.breaks_column or _changes_column(before, line):
        score -= 3.0
    return score if line.line.closed or line.fits_full else score - 1.5


def _changes_column(before: MarkedLine, line: MarkedLine) -> bool:
    """Whether two lines of one sentence would stand in columns of different widths."""
    wider = line.line.tight_width - before.line.loose_width
    narrower = before.line.tight_width - line.line.loose_width
    return wider > _OTHER_COLUMN or (narrower > _OTHER_COLUMN and not line.ends_thought)


def _begins_report(before: MarkedLine, line: MarkedLine) -> bool:
    """Whether a line begins as reports do, not in the middle of a date, nor with the day behind who did it."""
    if _BARE_DAY.match(line.text) and not before.ends_thought:
        return False
    return bool(REPORT_START.match(line.text)) and not _MID_DATE.search(before.text)


def _headline_to_body(before: MarkedLine, line: MarkedLine) -> float:
    if line.starts_article:
        return 2.0
    if line.mark != "none":
        return -2.0
    begins = _BEGINS if _begins_report(before, line) else 0.0
    return (0.6 if line.line.gap else -0.6) + 1.2 * line.firstness + begins
