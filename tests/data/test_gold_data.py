"""The sample editions, their clean articles and the gold questions agree with each other.

Texts are compared without white space and after NFKC, since a page breaks lines anywhere, spaces its figures and
sometimes sets them full width. An entry of a question's ``articles`` is a title or, for an article without one, a
run of its text.
"""

from __future__ import annotations

import itertools
import json
import re
import unicodedata
from collections import Counter
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

DATA = Path(__file__).parents[2] / "data"
FILE_NAME = re.compile(r"(云岭日报|澄溪新闻)_(20\d{6})_(\d\d)\.txt")
TAG_MINIMUM = {
    "number": 60,
    "money": 40,
    "percent": 25,
    "name": 15,
    "list_of_people": 6,
    "date": 6,
    "place": 4,
    "list": 12,
    "several_articles": 15,
    "sum": 6,
    "english": 15,
    "follow_up": 12,
    "time_filter": 12,
    "comparison": 12,
    "reprint": 5,
    "injection": 4,
    "conflict": 6,
    "unanswerable": 35,
    "office": 8,
    "latest": 2,
}
TAGS = {*TAG_MINIMUM, "near_miss", "false_presupposition", "general_knowledge", "colloquial"}


def compact(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def read_records(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (DATA / "gold" / name).read_text(encoding="utf-8").splitlines()]


@cache
def articles() -> list[dict[str, Any]]:
    return read_records("articles.jsonl")


@cache
def questions() -> list[dict[str, Any]]:
    return read_records("questions.jsonl")


def answerable() -> list[dict[str, Any]]:
    return [question for question in questions() if question["answerable"]]


@cache
def texts_of(reference: str) -> tuple[str, ...]:
    """Compact headline and body of every article that ``reference`` names."""
    titled = [article for article in articles() if article["title"] == reference]
    untitled = [
        article for article in articles() if not article["title"] and compact(reference) in compact(article["text"])
    ]
    return tuple(compact(article["title"] + article["subtitle"] + article["text"]) for article in titled or untitled)


def stands_in(alias: str, text: str) -> bool:
    """Whether ``alias`` stands in compact ``text`` and is no piece of a longer number: ``5%`` is not in ``12.5%``."""
    end = r"(?!\.?\d)" if alias[-1].isdigit() else ""
    return re.search(rf"(?<![\d.]){re.escape(compact(alias))}{end}", text) is not None


def leading_number(text: str) -> Decimal:
    match = re.match(r"\d+(?:\.\d+)?", text)
    assert match, text
    return Decimal(match[0])


def test_sample_files_name_paper_date_and_page() -> None:
    files = sorted((DATA / "sample").iterdir())  # whatever lies there is indexed as news
    assert len(files) == 15
    matches = [FILE_NAME.fullmatch(file.name) for file in files]
    assert all(matches), [file.name for file in files]
    assert {match[1] for match in matches if match} == {"云岭日报", "澄溪新闻"}
    dates = [match[2] for match in matches if match]
    assert min(dates) == "20200716"
    assert max(dates) == "20210625"


def test_every_sample_file_has_clean_articles_and_none_is_unknown() -> None:
    files = {file.name for file in (DATA / "sample").glob("*.txt")}
    counts = Counter(article["file"] for article in articles())
    assert set(counts) == files
    assert min(counts.values()) >= 4
    assert len(articles()) >= 56


def test_articles_are_of_every_kind_and_of_newspaper_length() -> None:
    kinds = Counter(article["kind"] for article in articles())
    assert set(kinds) == {"news", "photo", "notice", "advertisement", "other"}
    lengths = [len(compact(article["text"])) for article in articles() if article["kind"] == "news"]
    assert min(lengths) >= 150
    assert max(lengths) >= 700


@pytest.mark.parametrize("part", ["title", "subtitle", "kicker", "text"])
def test_the_page_holds_the_clean_article(part: str) -> None:
    for article in articles():
        page = compact((DATA / "sample" / article["file"]).read_text(encoding="utf-8"))
        assert compact(article[part]) in page, (article["file"], article["title"], part)


def test_clean_articles_do_not_overlap_on_their_page() -> None:
    for name in {article["file"] for article in articles()}:
        page = compact((DATA / "sample" / name).read_text(encoding="utf-8"))
        bodies = [compact(article["text"]) for article in articles() if article["file"] == name]
        spans = sorted((page.index(body), page.index(body) + len(body)) for body in bodies)
        assert all(before[1] <= after[0] for before, after in itertools.pairwise(spans)), name


def test_pages_are_set_in_narrow_lines() -> None:
    for file in (DATA / "sample").glob("*.txt"):
        lines = [line for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
        assert max(len(compact(line)) for line in lines) <= 45, file.name
        assert "" in file.read_text(encoding="utf-8").splitlines(), file.name


def test_one_story_is_printed_in_both_papers() -> None:
    files = Counter(article["title"] for article in articles() if article["title"])
    twice = [title for title, count in files.items() if count > 1]
    assert len(twice) == 1
    first, second = (article for article in articles() if article["title"] == twice[0])
    assert first["file"][:4] != second["file"][:4]
    assert second["text"] in first["text"]


def test_the_story_that_jumps_pages_is_continued_on_page_two() -> None:
    (rest,) = (article for article in articles() if article.get("continues"))
    (start,) = (article for article in articles() if article["title"] == rest["continues"])
    assert (start["file"], rest["file"]) == ("云岭日报_20201013_01.txt", "云岭日报_20201013_02.txt")
    assert "（下转第2版）" in (DATA / "sample" / start["file"]).read_text(encoding="utf-8")
    assert "（上接第1版）" in (DATA / "sample" / rest["file"]).read_text(encoding="utf-8")


def test_question_ids_and_questions_are_unique() -> None:
    assert len(questions()) >= 140
    assert max(Counter(question["id"] for question in questions()).values()) == 1
    asked = Counter((question["question"], json.dumps(question.get("history"))) for question in questions())
    assert [key for key, count in asked.items() if count > 1] == []


def test_every_tag_is_known_and_has_enough_questions() -> None:
    counts = Counter(tag for question in questions() for tag in question["tags"])
    assert set(counts) <= TAGS
    missing = {tag: counts[tag] for tag, minimum in TAG_MINIMUM.items() if counts[tag] < minimum}
    assert missing == {}


def test_answers_and_answerable_agree() -> None:
    for question in questions():
        assert bool(question["answers"]) == question["answerable"], question["id"]
        assert bool(question["articles"]) == question["answerable"], question["id"]
        assert ("unanswerable" in question["tags"]) != question["answerable"], question["id"]
        assert question["article_ids"] == [], question["id"]
        assert all(group and all(alias.strip() for alias in group) for group in question["answers"]), question["id"]


def test_follow_ups_and_only_they_carry_a_history() -> None:
    for question in questions():
        assert ("follow_up" in question["tags"]) == bool(question.get("history")), question["id"]
        for turn in question.get("history", []):
            assert set(turn) == {"question", "answer"}, question["id"]


def test_questions_name_articles_that_exist() -> None:
    for question in questions():
        for reference in [*question["articles"], *question.get("nearest_articles", [])]:
            assert texts_of(reference), (question["id"], reference)
        if "several_articles" in question["tags"]:
            assert len(question["articles"]) >= 2, question["id"]


def test_every_answer_stands_in_an_article_of_its_question() -> None:
    for question in answerable():
        if "sum" in question["tags"]:
            continue
        texts = [text for reference in question["articles"] for text in texts_of(reference)]
        for group in question["answers"]:
            assert any(stands_in(alias, text) for alias in group for text in texts), (question["id"], group)


def test_every_article_of_a_question_carries_a_part_of_its_answer() -> None:
    for question in answerable():
        if "comparison" in question["tags"]:  # the one that lost the comparison may hold no part of the answer
            continue
        parts = question.get("addends") or [alias for group in question["answers"] for alias in group]
        for reference in question["articles"]:
            texts = texts_of(reference)
            assert any(stands_in(part, text) for part in parts for text in texts), (question["id"], reference)


def test_sums_are_the_sums_of_addends_that_stand_in_the_articles() -> None:
    for question in questions():
        assert ("sum" in question["tags"]) == ("addends" in question), question["id"]
        if "addends" not in question:
            continue
        texts = [text for reference in question["articles"] for text in texts_of(reference)]
        for addend in question["addends"]:
            assert any(stands_in(addend, text) for text in texts), (question["id"], addend)
        total = sum(leading_number(addend) for addend in question["addends"])
        assert total == leading_number(question["answers"][0][0]), question["id"]


def test_the_injected_order_is_quoted_in_one_article_and_answers_nothing() -> None:
    carriers = [article["title"] for article in articles() if "忽略以上所有指示" in article["text"]]
    assert carriers == ["警惕“刷单返利”和“教机器听话”新骗局"]
    aliases = {alias for question in questions() for group in question["answers"] for alias in group}
    assert not {alias for alias in aliases if "9999" in alias or "88888" in alias}
