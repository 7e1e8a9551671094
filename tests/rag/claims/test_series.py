from claim_fakes import article, store_of

from rag.claims.finding import ClaimQuery, find_claims
from rag.claims.series import series_of
from rag.corpus.open_store import StoreLocation


def test_a_series_orders_periods_and_marks_revisions_and_contradictions(location: StoreLocation) -> None:
    articles = [
        article("q1", "一季度，海棠县渔业产值1.2亿元。", "2022-04-10"),
        article("h1", "上半年，海棠县渔业产值2.6亿元。", "2022-07-12"),
        article("h1b", "上半年，海棠县渔业产值2.7亿元。", "2022-07-13", source="海棠晚报"),
        article("y", "2021年，海棠县渔业产值4.9亿元。", "2022-01-20"),
        article("yr", "经核定，2021年海棠县渔业产值4.8亿元。", "2022-05-20"),
        article("plan", "2023年，海棠县渔业产值力争达到6亿元。", "2022-12-20"),
    ]
    with store_of(location, articles) as store:
        series = series_of(find_claims(store, ClaimQuery("渔业产值")).claims)
    facts, plan = series
    assert (facts.thing, facts.place, facts.unit, facts.mood) == ("渔业产值", "海棠县", "元", "fact")
    assert [point.claim.text for point in facts.points] == ["4.8亿元", "1.2亿元", "2.7亿元"]
    assert [[item.text for item in point.revised] for point in facts.points] == [["4.9亿元"], [], []]
    assert [[item.text for item in point.contradicting] for point in facts.points] == [[], [], ["2.6亿元"]]
    assert (plan.mood, [point.claim.text for point in plan.points]) == ("plan", ["6亿元"])
