from claim_fakes import article, store_of

from rag.claims.corrections import with_corrections
from rag.claims.finding import ClaimQuery, find_claims
from rag.corpus.open_store import StoreLocation

WRONG = article("wrong", "去年，石矶镇栽桑3400亩，新建蚕房26间。", "2022-03-02")
NOTICE = article("notice", "本报3月2日所刊“石矶镇栽桑3400亩”有误，应为“4300亩”。", "2022-03-09", "更正")
OTHER = article("other", "石矶镇流转土地3400亩。", "2022-03-01")


def test_a_corrected_figure_says_which_article_corrects_it(location: StoreLocation) -> None:
    with store_of(location, [WRONG, NOTICE, OTHER]) as store:
        found = with_corrections(store, find_claims(store, ClaimQuery(unit="亩")).claims)
    assert {(item.article_id, item.text): (item.standing, item.corrected_by) for item in found} == {
        ("wrong", "3400亩"): ("withdrawn", "notice"),
        ("notice", "3400亩"): ("withdrawn", "notice"),
        ("notice", "4300亩"): ("stands", ""),
        ("other", "3400亩"): ("stands", ""),
    }
