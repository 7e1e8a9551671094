import pytest

from rag.answering.official_terms import with_terms_in_chinese


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("Which enterprises above designated size grew?", "Which 规模以上企业 grew?"),
        ("How large is the HIGH TECH zone's economy?", "How large is the 高新区 economy?"),
        ("Who leads the county Party committees?", "Who leads the 县委?"),
        ("What did the Jiusan Society's fifth plenary session say?", "What did the 九三学社 五中全会 say?"),
        ("What is planned for the 15th Five-Year Plan period?", "What is planned for the “十五五”?"),
        ("What does the five-year plan say?", "What does the 五年规划 say?"),
        ("Who is deputy Party secretary of Anning City?", "Who is Anning 市委副书记?"),
        ("How much was spent under the trade-in programme?", "How much was spent under the 以旧换新?"),
        ("What did the fair for trade in services show?", "What did the 服贸会 show?"),
        ("How many treaties were signed?", "How many treaties were signed?"),
        ("How many projects has the city signed?", "How many projects has the city signed?"),
        ("Is the trade in wheat growing?", "Is the trade in wheat growing?"),
        ("", ""),
    ],
)  # fmt: skip
def test_terms_of_public_life_are_told_as_a_paper_prints_them(question: str, told: str) -> None:
    assert with_terms_in_chinese(question) == told
