"""Date, paper and page out of file names."""

import datetime as dt
from pathlib import Path

import pytest

from rag.corpus.file_names import FileNameFacts, parse_date, parse_file_name

DAY = dt.date(2021, 3, 7)


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        ("青桐日报_20210307_03.pdf", FileNameFacts(DAY, "青桐日报", "03")),
        ("2021-03-07 青桐日报 第3版.txt", FileNameFacts(DAY, "青桐日报", "03")),
        ("20210307-03.txt", FileNameFacts(DAY, "", "03")),
        ("青桐晚报（2021.3.7）A2版.txt", FileNameFacts(DAY, "青桐晚报", "A02")),
        ("青桐日报2021年3月7日第12版.pdf", FileNameFacts(DAY, "青桐日报", "12")),
        ("qtrb2021030703.pdf", FileNameFacts(DAY, "", "03")),
        ("青桐日报/2021-03-07/03.txt", FileNameFacts(DAY, "青桐日报", "")),
        ("青桐日报/20210307/第03版.txt", FileNameFacts(DAY, "青桐日报", "03")),
        ("articles_20210307.jsonl.gz", FileNameFacts(DAY, "", "")),
        ("2020-13-45.txt", FileNameFacts()),
        ("20210230.txt", FileNameFacts()),
        ("20210307143055.txt", FileNameFacts()),
        ("1234567890123.txt", FileNameFacts()),
        ("科创局情况通报.txt", FileNameFacts()),
        ("2021-03-07 215个车位投用.txt", FileNameFacts(DAY)),
        ("20210307 12村通水.txt", FileNameFacts(DAY)),
        ("2021-03-07_3200亩造林.txt", FileNameFacts(DAY)),
        ("20210307_03要闻.txt", FileNameFacts(DAY, "", "03")),
        ("20210307-04-16.txt", FileNameFacts(DAY, "", "04")),
        ("青桐日报（20210307）（3）.txt", FileNameFacts(DAY, "青桐日报")),
        ("青桐日报202103073.txt", FileNameFacts(DAY, "青桐日报")),
        ("青桐日报_20210307_12 (1).pdf", FileNameFacts(DAY, "青桐日报", "12")),
        ("青桐日报 2021-03-07 第3版 - 副本.pdf", FileNameFacts(DAY, "青桐日报", "03")),
        ("青桐日报A03.pdf", FileNameFacts(None, "青桐日报", "A03")),
        ("青桐日报_B05_20210307.pdf", FileNameFacts(DAY, "青桐日报", "B05")),
        ("20210307 6版画展.txt", FileNameFacts(DAY)),
        ("20210307至20210313一周要闻.txt", FileNameFacts()),
        ("html/2021-03/07/content_215.htm", FileNameFacts(DAY)),
        ("青桐日报/2021/03/07/02版.txt", FileNameFacts(DAY, "青桐日报", "02")),
        ("newspaper_page.txt", FileNameFacts()),
    ],
)
def test_file_name(name: str, facts: FileNameFacts) -> None:
    assert parse_file_name(Path(name)) == facts


def test_dates_in_running_text() -> None:
    assert parse_date("发布于 2021-03-07 08:15") == DAY
    assert parse_date("2021/13/40，改为2021年3月7日") == DAY
    assert parse_date("3月7日") is None
