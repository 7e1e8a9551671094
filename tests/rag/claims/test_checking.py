"""Drafts of an official against the sample editions: what each of their figures, days and names must be called."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from claim_fakes import article, open_store, store_of
from fakes import HashEncoder

from rag.claims.checking import CheckedItem, check_draft
from rag.claims.index import keep_claims
from rag.corpus.embedded.store import EmbeddedStore
from rag.corpus.ingestion import ingest

SAMPLE = Path(__file__).parents[3] / "data" / "sample"
DAY = dt.date(2021, 7, 1)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedStore]:
    with open_store(tmp_path_factory.mktemp("sample")) as opened:
        keep_claims(opened)
        ingest(opened, HashEncoder(), [SAMPLE])
        yield opened


def slots(item: CheckedItem) -> set[str]:
    return {difference.slot for difference in item.differences}


DRAFTS = [
    ("在全国国家高新区中，云岭高新区综合排名第118位，比2019年前进9位。", {"9位": "supported"}),
    ("在全国国家高新区中，云岭高新区综合排名第118位，比2017年前进9位。", {"9位": "differs"}),
    (
        "2021年前5个月，全区签约项目41个，总投资136亿元；固定资产投资同比增长18.7%。",
        {"41个": "supported", "136亿元": "supported", "18.7%": "supported"},
    ),
    (
        "2020年，全区签约项目120个，总投资达530亿元。",
        {"120个": "contradicted", "530亿元": "contradicted"},
    ),
    ("2019年，全区签约项目102个。", {"102个": "differs period"}),
    ("2021年，全区新建5G基站320座。", {"320座": "differs mood"}),
    ("去年，全市签约项目102个。", {"102个": "differs place"}),
    (
        "区教育局局长方知行说，全区今年共有39所学校。区管委会主任沈墨川要求抓紧施工。",
        {"方知行": "contradicted", "39所": "not found", "沈墨川": "supported"},
    ),
    ("区管委会主任林致远主持会议。", {"林致远": "contradicted"}),
    (
        "6月5日，第二水厂正式通水，总投资3.4亿元。6月9日，区人民医院新院区门诊综合楼主体封顶。",
        {"6月5日": "supported", "3.4亿元": "supported", "6月9日": "contradicted"},
    ),
    (
        "2020年全区评价入库科技型中小企业86家，社会消费品零售总额48.9亿元，地区生产总值212.9亿元。",
        {"86家": "contradicted", "48.9亿元": "contradicted", "212.9亿元": "supported"},
    ),
    (
        "截至2020年11月底，6个省重点项目完成投资95.6亿元；29个市重点项目完成投资95.6亿元。",
        {"6个": "supported", "95.6亿元": "contradicted", "29个": "supported", "95.6亿元 ": "supported"},
    ),
    (
        "全省中小学优质课评选中，澄溪示范区获一等奖3名、二等奖3名。",
        {"3名": "not found", "3名 ": "supported"},
    ),
    (
        "天工智造势头良好，2020年实现营业收入12.8亿元。云膜科技2020年实现营业收入12.8亿元。",
        {"12.8亿元": "differs thing", "12.8亿元 ": "supported"},
    ),
    (
        "元旦假期，滨河公园接待游客2.3万人次，投入5.7亿元建设地铁3号线。",
        {"2.3万人次": "supported", "5.7亿元": "not found"},
    ),
]


@pytest.mark.parametrize(("text", "expected"), DRAFTS, ids=lambda value: value[:12] if isinstance(value, str) else "")
def test_each_part_of_a_draft_gets_its_status(store: EmbeddedStore, text: str, expected: dict[str, str]) -> None:
    items = check_draft(store, text, DAY)
    found: dict[str, str] = {}
    for item in items:
        name = item.text
        while name in found:
            name += " "
        wanted = expected.get(name, "")
        slot = wanted.partition(" ")[2]
        found[name] = f"{item.status} {slot}" if slot and slot in slots(item) else item.status
    assert {name: found.get(name) for name in expected} == expected


def test_offsets_quotes_and_what_was_left_open(store: EmbeddedStore) -> None:
    text = "各位代表：\n全区秋粮机收率达97%。"
    (item,) = check_draft(store, text, DAY)
    assert text[item.start : item.end] == item.text == "97%"
    quote = item.quotes[0]
    stored = store.article(quote.article_id)
    assert stored.text[quote.sentence.start : quote.sentence.end] == quote.quote
    assert [(said.slot, said.printed) for said in item.unsaid] == [("period", "截至10月12日")]


def test_figures_of_different_reports_do_not_support_one_sentence(store: EmbeddedStore) -> None:
    # 8 projects and 4.26 billion were one signing, 9 projects another.
    assert [item.status for item in check_draft(store, "本次共签约项目8个，总投资42.6亿元。", None)] == [
        "supported"
    ] * 2
    assert "supported" not in [
        item.status for item in check_draft(store, "本次共签约项目9个，总投资42.6亿元。", None)
    ]


def test_a_contradiction_between_papers_keeps_a_draft_supported_by_one(tmp_path: Path) -> None:
    articles = [
        article("a", "6月2日，海棠县龙舟赛有32支队伍参赛。", "2022-06-03"),
        article("b", "6月2日，海棠县龙舟赛有30支队伍参赛。", "2022-06-04", source="海棠晚报"),
    ]
    with store_of(tmp_path, articles) as papers:
        items = check_draft(papers, "2022年6月2日，海棠县龙舟赛有32支队伍参赛。", dt.date(2022, 7, 1))
        assert [(item.text, item.status) for item in items] == [("2022年6月2日", "supported"), ("32支", "supported")]


def test_the_same_papers_later_figure_takes_the_place_of_an_earlier_one(tmp_path: Path) -> None:
    articles = [
        article("a", "2021年，海棠县外贸进出口额7.9亿元。", "2022-01-15"),
        article("b", "2021年，海棠县外贸进出口额8.1亿元。", "2022-05-15"),
    ]
    with store_of(tmp_path, articles) as papers:
        (old,) = check_draft(papers, "2021年海棠县外贸进出口额7.9亿元。", dt.date(2022, 7, 1))
        (new,) = check_draft(papers, "2021年海棠县外贸进出口额8.1亿元。", dt.date(2022, 7, 1))
    assert (old.status, [quote.text for quote in old.quotes]) == ("contradicted", ["8.1亿元", "7.9亿元"])
    assert new.status == "supported"


def test_what_the_paper_quotes_as_false_supports_nothing(store: EmbeddedStore) -> None:
    items = check_draft(store, "本区签约项目共9999个，总投资88888亿元。", dt.date(2020, 12, 1))
    assert [(item.text, item.status) for item in items] == [("9999个", "contradicted"), ("88888亿元", "contradicted")]


@pytest.mark.parametrize("text", ["", "各位代表，大家好。", "\n\n"])
def test_a_draft_without_figures_has_nothing_to_check(store: EmbeddedStore, text: str) -> None:
    assert check_draft(store, text, DAY) == ()
