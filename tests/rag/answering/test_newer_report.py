"""Where what is now is asked for, the newest report that answers as surely takes an older one's place."""

import datetime as dt

import pytest

from rag.answering.corroborating import newer
from rag.answering.drafts import sentence_draft
from rag.answering.evidence import Sentence
from rag.answering.inquiry import Findings
from rag.answering.support import Support
from rag.claims.question import read_question
from rag.records import Article

TODAY = dt.date(2019, 10, 8)
OLD, NEW = dt.date(2019, 3, 2), dt.date(2019, 9, 30)


def sentence(text: str, day: dt.date, presence: float) -> Sentence:
    return Sentence(Article(str(day), "", text, date=day), 0, len(text), text, 0, 1.0, 1.0, presence)


def chosen(question: str, old: str, new: str, presence: float) -> str:
    """The sentence that is told in the place of ``old``, which is read with a presence of 4; else nothing."""
    first = sentence(old, OLD, 4.0)
    evidence = (first, sentence(new, NEW, presence))
    read = read_question(question, TODAY)
    found = Findings((), evidence, evidence, Support(1.0, (), 4.0), (), 1, 0.0, None, True, read, today=TODAY)
    later = newer(found, sentence_draft(found, first))
    return "" if later is None else later.text


@pytest.mark.parametrize(
    ("question", "old", "new", "presence", "is_newer"),
    [
        ("渡口还剩几处没修", "渡口还有5处没修。", "渡口还有2处没修。", 1.0, True),
        ("渡口还剩几处没修", "渡口还有5处没修。", "渡口还有2处没修。", 0.0, False),  # hardly of the matter
        ("渡口还剩几处没修", "渡口还有5处没修。", "渡口来了2船沙。", 1.0, False),  # another kind of figure
        ("渡口去年还剩几处没修", "渡口还有5处没修。", "渡口还有2处没修。", 1.0, False),  # of another time
        ("渡口修了几处", "渡口修了5处。", "渡口修了2处。", 1.0, False),  # not of now
        ("灯塔还有哪些没修", "灯塔没修的是东面。", "灯塔没修的是顶层。", 3.0, True),
        ("灯塔还有哪些没修", "灯塔没修的是东面。", "灯塔来了工人。", 1.0, False),  # far less sure
    ],
)
def test_the_newest_report_is_told_of_what_is_left(
    question: str, old: str, new: str, presence: float, is_newer: bool
) -> None:
    assert chosen(question, old, new, presence) == (new if is_newer else "")
