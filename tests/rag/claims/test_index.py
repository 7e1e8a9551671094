import datetime as dt

import pytest
from claim_fakes import article, open_store, put, store_of

from rag.chinese.figures import find_figures
from rag.claims import index
from rag.claims.finding import ClaimQuery, claims_of_day, claims_of_value, find_claims, offices_of_title
from rag.claims.index import bring_up_to_date, keep_claims
from rag.corpus.open_store import StoreLocation

HARBOUR = article(
    "harbour",
    "本报讯 5月8日，海棠县港务局局长温如海介绍，一季度全县港口吞吐量为320万吨，同比增长6.5%；"
    "集装箱4.2万标箱。今年计划新建泊位3个，总投资2.6亿元。",
    title="海棠县港口一季度开门红",
)
SCHOOL = article("school", "去年，石矶镇新建小学2所，新增学位1260个。", "2022-03-02", "石矶镇添新校")


def values(store: object, **query: object) -> list[str]:
    return [found.text for found in find_claims(store, ClaimQuery(**query)).claims]  # type: ignore[arg-type]


def test_claims_come_back_slot_by_slot_with_their_sentence(location: StoreLocation) -> None:
    with store_of(location, [HARBOUR, SCHOOL]) as store:
        (found,) = find_claims(store, ClaimQuery("港口吞吐量", unit="吨")).claims
        assert found.text == "320万吨"
        assert found.quote == HARBOUR.text[found.sentence.start : found.sentence.end]
        assert HARBOUR.text[found.claim.start : found.claim.end] == "320万吨"
        assert found.claim.period is not None
        assert (found.claim.period.first, found.claim.period.last) == (dt.date(2022, 1, 1), dt.date(2022, 3, 31))
        assert (found.claim.mood, found.claim.measure, found.place) == ("fact", "level", "海棠县")
        assert found.claim.figure == next(f for f in store_figures(HARBOUR.text) if f.text == "320万吨")
        assert (found.title, found.date, found.source, found.page) == (HARBOUR.title, HARBOUR.date, "海棠日报", "2")


def store_figures(text: str) -> tuple[object, ...]:
    from rag.claims.reading import read_claims

    return tuple(claim.figure for claim in read_claims(article("x", text)))


def test_queries_are_narrowed_by_mood_place_period_and_unit(location: StoreLocation) -> None:
    with store_of(location, [HARBOUR, SCHOOL]) as store:
        assert values(store, mood="plan") == ["3个", "2.6亿元"]
        assert values(store, subject="石矶镇") == ["2所", "1260个"]
        assert values(store, words="投资", unit="万元") == ["2.6亿元"]
        assert set(values(store, last=dt.date(2021, 12, 31))) == {"2所", "1260个"}
        assert values(store, words="无此词语") == []


def test_equal_values_are_found_in_other_units(location: StoreLocation) -> None:
    with store_of(location, [HARBOUR]) as store:
        (asked,) = find_figures("26000万元")
        assert [found.text for found in claims_of_value(store, asked)] == ["2.6亿元"]
        (asked,) = find_figures("26001万元")
        assert claims_of_value(store, asked) == []


def test_days_and_holders_are_kept_too(location: StoreLocation) -> None:
    with store_of(location, [HARBOUR]) as store:
        (day,) = claims_of_day(store, dt.date(2022, 5, 8))
        assert (day.text, day.sort) == ("5月8日", "day")
        (holder,) = offices_of_title(store, "局长")
        assert (holder.text, holder.claim.thing) == ("温如海", "海棠县港务局")


def test_an_article_takes_its_claims_with_it(location: StoreLocation) -> None:
    with store_of(location, [HARBOUR, SCHOOL]) as store:
        store.remove(["harbour"])
        assert set(values(store)) == {"2所", "1260个"}
        put(store, article("school", "石矶镇新建小学5所。", "2022-03-02"))
        assert values(store) == ["5所"]


def test_a_failed_write_leaves_no_claim(location: StoreLocation) -> None:
    with store_of(location, [SCHOOL]) as store:
        with pytest.raises(ZeroDivisionError), store.writing() as writer:
            _ = writer.remove_article("school") / 0
        assert set(values(store)) == {"2所", "1260个"}


def test_articles_without_claims_are_read_later_and_those_of_an_older_reading_again(
    location: StoreLocation, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_store(location) as store:
        put(store, HARBOUR, SCHOOL)
        monkeypatch.setattr(index, "_BATCH_ARTICLES", 1)
        told: list[tuple[int, int]] = []
        assert keep_claims(store, on_progress=lambda done, whole: told.append((done, whole))) == 2
        assert told == [(1, 2), (2, 2)]
        kept = values(store)
        assert len(kept) == 7
        assert bring_up_to_date(store) == 0
        monkeypatch.setattr(index, "READING_VERSION", index.READING_VERSION + 1)
        assert bring_up_to_date(store) == 2
        assert values(store) == kept
        assert store.check() == []
