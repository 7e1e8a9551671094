"""Corrections: what they say, and which stored article and words they are tied to."""

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import pytest
from fakes import HashEncoder

from rag.chinese.sentences import Span
from rag.corpus.correction_links import StoredCorrection, corrections_of, link_corrections
from rag.corpus.corrections import Replacement, likeness, places_of, read_correction
from rag.corpus.embedded.store import EmbeddedStore
from rag.corpus.ingest_records import IngestOptions
from rag.corpus.ingestion import ingest

DAY = dt.date(2022, 3, 8)


@pytest.mark.parametrize(
    ("text", "wrong", "right"),
    [
        ("本报3月5日《渡口复航》中，“日运客900人次”应为“日运客600人次”。", "日运客900人次", "日运客600人次"),
        ("3月5日刊发的《渡口复航》将“货船3艘”误写为“货船8艘”，特此更正并致歉。", "货船8艘", "货船3艘"),
        ("3月5日《渡口复航》中“货船8艘”系“货船3艘”之误。", "货船8艘", "货船3艘"),
        ("本报昨日三版《渡口复航》误将“货船3艘”排成“货船8艘”。", "货船8艘", "货船3艘"),
        ("3月5日本报《渡口复航》中误为“货船8艘”，应为“货船3艘”。", "货船8艘", "货船3艘"),
        ("3月5日本报《渡口复航》一稿，客运量900人次有误，应为600人次。", "900人次", "600人次"),
        ("3月5日本报《渡口复航》一稿，投资应为2.6亿元，而非26亿元。", "26亿元", "2.6亿元"),
        ("3月5日本报《渡口复航》中\"队长王小川\"更正为\"队长汪小川\"。", "队长王小川", "队长汪小川"),
    ],
)  # fmt: skip
def test_what_replaces_what(text: str, wrong: str, right: str) -> None:
    found = read_correction("更正", text, DAY)
    assert found is not None
    assert found.titles == ("渡口复航",)
    assert found.replacements == (Replacement(wrong, right),)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("3月5日", dt.date(2022, 3, 5)),
        ("12月30日", dt.date(2021, 12, 30)),
        ("2020年3月9日", dt.date(2020, 3, 9)),
        ("本报昨日", dt.date(2022, 3, 7)),
        ("本报近日", None),
    ],
)
def test_the_day_of_the_corrected_paper(words: str, day: dt.date | None) -> None:
    found = read_correction("更正", f"{words}二版《渡口复航》“8艘”应为“3艘”。", DAY)
    assert found is not None
    assert found.date == day


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("渡口复航", "渡口复航，日运客900人次。"),
        ("县政府就物价作出说明", "县政府新闻发言人表示，物价总体平稳。"),
        ("全区更正地名牌40块", "雁门区更换地名牌，街名一律规范。"),
        ("规划有误应当改", "专家认为，旧规划有误。"),
    ],
)
def test_what_corrects_nothing(title: str, text: str) -> None:
    assert read_correction(title, text, DAY) is None


def test_words_that_differ_a_little_are_found_by_their_figure() -> None:
    text = "渡口昨日复航，每天运送旅客达900人次。另有货船。"
    (place,) = places_of(Replacement("每天运送旅客900人次", "每天运送旅客600人次"), "渡口复航", text)
    assert text[place.start : place.end] == "900"
    assert places_of(Replacement("全年产茶900斤", "全年产茶600斤"), "渡口复航", text) == ()


def test_wrong_words_are_corrected_wherever_they_stand_and_not_inside_a_number() -> None:
    text = "补贴8万元。全镇领到补贴8万元的有18万元户。"
    places = places_of(Replacement("8万元", "6万元"), "发补贴", text)
    assert [(place.start, place.end) for place in places] == [(2, 5), (12, 15)]


@pytest.mark.parametrize(
    ("text", "wrong", "right"),
    [
        ("票价表述有误。经核实，成人票价为每人26元，其中保险1元，不是“62元”。", "62元", "26元"),
        ("有误。堤坝全长4.7公里，而非“7.4公里”。", "7.4公里", "4.7公里"),
        ("有误，复航的日子是4月9日，不是“9月4日”。", "9月4日", "4月9日"),
        ("中“亩产610斤”系笔误，经农技站核对，亩产为160斤。", "亩产610斤", "亩产160斤"),
        ("有误，到场的有53家，并非35家。", "35家", "53家"),
    ],
)
def test_a_figure_that_is_denied_is_replaced_by_the_one_of_its_form(text: str, wrong: str, right: str) -> None:
    found = read_correction("更正", f"本报3月5日《渡口复航》{text}", DAY)
    assert found is not None
    assert found.replacements == (Replacement(wrong, right),)


def test_of_a_bare_number_that_is_denied_nobody_knows_which_was_meant() -> None:
    found = read_correction("更正", "本报3月5日《渡口复航》有误，渡船12条，客位40个，不是“62”。", DAY)
    assert found is not None
    assert found.replacements == ()


def test_a_headline_that_was_not_set_apart_names_the_article_whose_text_holds_it() -> None:
    found = read_correction("更正", "本报3月5日《石滩渡口今起恢复通航》中“8艘”应为“3艘”。", DAY)
    assert found is not None
    text = "船票涨价的事有了说法。\n石滩渡口今起恢复通航\n渡口有船8艘。"
    assert likeness(found, "船票怎么涨", text, dt.date(2022, 3, 5)) > 0.9
    assert likeness(found, "船票怎么涨", "渡口有船8艘。", dt.date(2022, 3, 5)) == 0.0


class Archive:
    """A store that takes records."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.encoder = folder, HashEncoder()
        self.store = EmbeddedStore.open(
            folder / "store", embedding_model=self.encoder.name, dimension=self.encoder.dimension, create=True
        )

    def add(self, title: str, text: str, date: str, source: str = "雁门晚报") -> str:
        path = self.folder / f"{len(list(self.folder.iterdir()))}.json"
        path.write_text(json.dumps({"title": title, "text": text, "date": date, "source": source}), encoding="utf-8")
        known = {article.id for article in self.store.articles()}
        ingest(self.store, self.encoder, [path], IngestOptions())
        return next(article.id for article in self.store.articles() if article.id not in known)


FERRY = "渡口复航，日运客900人次。另有货船3艘。"
NOTICE = "本报3月5日二版《渡口复航》中，“日运客900人次”应为“日运客600人次”。特此更正。"


@pytest.mark.parametrize("notice_first", [True, False])
def test_a_notice_is_tied_whichever_comes_first(tmp_path: Path, notice_first: bool) -> None:
    archive = Archive(tmp_path)
    added = {}
    for name in ("notice", "article") if notice_first else ("article", "notice"):
        title, text, date = ("更正", NOTICE, "2022-03-08") if name == "notice" else ("渡口复航", FERRY, "2022-03-05")
        added[name] = archive.add(title, text, date)
    archive.add("渡口复航", FERRY.replace("900", "700"), "2021-03-05")
    archive.add("渡口复航", FERRY, "2022-03-05", source="柳林报")
    start = FERRY.index("日运客900人次")
    assert corrections_of(archive.store, [a.id for a in archive.store.articles()]) == [
        StoredCorrection(added["notice"], added["article"], "日运客900人次", "日运客600人次", start, start + 8)
    ]
    archive.store.close()


def test_a_removed_notice_corrects_nothing_any_more(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    article = archive.add("渡口复航", FERRY, "2022-03-05")
    notice = archive.add("更正", NOTICE, "2022-03-08")
    assert [link.notice_id for link in corrections_of(archive.store, [article])] == [notice]
    with archive.store.writing() as writer:
        writer.remove_article(notice)
    assert corrections_of(archive.store, [article]) == []
    assert archive.store.check() == []
    archive.store.close()


def test_a_notice_that_fits_two_articles_is_tied_to_none(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    first = archive.add("渡口复航", FERRY, "2022-03-05")
    second = archive.add("渡口复航", f"{FERRY}渡口在城南。", "2022-03-05")
    archive.add("更正", NOTICE, "2022-03-08")
    assert corrections_of(archive.store, [first, second]) == []
    archive.store.close()


def test_of_headlines_that_differ_by_a_number_the_one_named_is_meant(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    articles = [archive.add(f"第{n}批种粮补贴发放", "本批发放86户，每户补贴240元。", "2022-03-05") for n in "三四五"]
    notice = archive.add("更正", "本报3月5日《第四批种粮补贴发放》中，“86户”应为“68户”。", "2022-03-08")
    assert [(link.article_id, link.notice_id) for link in corrections_of(archive.store, articles)] == [
        (articles[1], notice)
    ]
    archive.store.close()


def test_only_what_is_new_and_what_may_mean_it_is_looked_at(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    for number in range(6):
        archive.add("更正", f"本报2月{number + 1}日《河堤加固》中，“长{number}0米”应为“长9米”。", "2022-02-20")
    early = archive.add("河堤加固", "河堤昨日加固，长20米。", "2022-02-03")
    assert [link.wrong for link in corrections_of(archive.store, [early])] == ["长20米"]
    assert link_corrections(archive.store) == 0
    looked_at: list[str] = []
    with archive.store.reading() as reading:
        assert reading.last_untied() == 0
    with archive.store.writing() as writer:
        other = replace(archive.store.article(early), id="other", date=dt.date(2022, 2, 5), text="河堤长40米。")
        writer.put_article(other, 1, 0, [Span(0, 7)], archive.encoder.encode_passages(["河堤"]))
    with archive.store.reading() as reading:
        looked_at += [article.id for _, article in reading.notices_about_untied(reading.last_untied())]
    assert looked_at == ["other"]  # by the one notice of its day
    assert link_corrections(archive.store) == 1
    assert [link.wrong for link in corrections_of(archive.store, [early, "other"])] == ["长20米", "长40米"]
    archive.store.close()


def test_a_process_killed_before_it_tied_leaves_it_to_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = Archive(tmp_path)
    monkeypatch.setattr("rag.corpus.ingestion.link_corrections", lambda _: None)
    article = archive.add("渡口复航", FERRY, "2022-03-05")
    notice = archive.add("更正", NOTICE, "2022-03-08")
    assert corrections_of(archive.store, [article]) == []
    monkeypatch.undo()
    ingest(archive.store, archive.encoder, [], IngestOptions())
    assert [link.notice_id for link in corrections_of(archive.store, [article])] == [notice]
    archive.store.close()


def test_a_notice_of_two_equal_articles_means_the_other_once_one_is_removed(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    first = archive.add("渡口复航", FERRY, "2022-03-05")
    second = archive.add("渡口复航", f"{FERRY}渡口在城南。", "2022-03-05")
    notice = archive.add("更正", NOTICE, "2022-03-08")
    assert corrections_of(archive.store, [first, second]) == []
    archive.store.remove([second])
    link_corrections(archive.store)
    assert [link.notice_id for link in corrections_of(archive.store, [first])] == [notice]
    archive.store.close()
