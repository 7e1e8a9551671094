"""Pairs that the reader is trained and measured on differ in what they are counted under, and halves are apart."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

from reader_examples import Example
from slot_examples import NARROWER, SlotExamples
from slot_half import Half
from slot_words import Vocabulary, is_kept_back, mine
from word_exchange import WordExchange

NOUNS = "茶园 果园 苗圃 鱼塘 粮仓 水渠 凉亭 泵站 驿站 书屋 球场 食堂 诊所 集市 码头 道班".split()
VERBS = "平整 兴修 承包 清点 走访 转让 丈量 查封 租用 挂牌 抽检 拍卖 描画 巡护 登记 移交".split()
MODIFIERS = "老旧 智慧 共享 民办 临时 集体 露天 标准化 示范 便民 防汛 乡村 口袋 红色 季节性 无人".split()
OFFICES = "镇长 局长 校长 院长 站长 社长 会长 秘书长 书记 主任 经理 团长 队长 馆长".split()
PLACES = "青禾 柳泉 桐坪 云岫 石桥 枫林 白鹭 桑园 竹溪 银杏".split()
PERSONS = "沈知秋 陆明远 顾思齐 韩若梅 唐晓峰 许文澜 崔立言 邓雨禾".split()


@pytest.fixture(scope="module")
def words() -> Vocabulary:
    every = dict.fromkeys(NOUNS, VERBS)
    return Vocabulary(
        verbs_of=every,
        units_of={noun: ["个", "处"] for noun in NOUNS},
        modifiers_of=dict.fromkeys(NOUNS, MODIFIERS),
        counting=VERBS,
        near_verbs={"出席": VERBS, "主持": VERBS[::-1]},
        indicators=[("", noun, "万元") for noun in NOUNS],
        harms="丧生 受伤 失联 获救 被困 重伤 撤离".split(),
        accidents="山洪 车祸 雪崩 塌方 沉船 地震 火灾 溃坝 泥石流 龙卷风".split(),
        offices=OFFICES,
        role_verbs=dict.fromkeys("年会 茶会 庙会 书展 灯展 花节 棋赛 画展 发布会 读书节".split(), VERBS),
        adverbs=["接连"],
        moods=[("plan", word) for word in "拟 打算 力争 有望 谋划 筹备 预定 设想 争取 意向".split()],
        prizes=[["金奖", "银奖", "铜奖", "冠军", "亚军", "季军", "一等奖", "二等奖", "特等奖"]],
        groups=[["城镇", "农村", "公路", "水路", "老年", "青年", "春季", "秋季", "国有", "民营"]],
        places=PLACES,
        persons=PERSONS,
        organisations=["青禾合作社", "柳泉医院"],
        periods=["春节期间", "汛期期间"],
        titles=["柳泉办起读书会"],
        clauses=["当天下了一场小雨。"],
    )


def pairs(words: Vocabulary, *, kept_back: bool, count: int = 300) -> list[Example]:
    return list(SlotExamples(Half(words, kept_back=kept_back, seed=5), plain=True).make(count))


@pytest.mark.parametrize("kept_back", [False, True])
def test_an_answer_stands_in_its_passage_and_a_pair_that_differs_has_none(words: Vocabulary, kept_back: bool) -> None:
    made = pairs(words, kept_back=kept_back)
    answered = [pair for pair in made if pair.target == 1.0]
    assert len(answered) == 300
    assert all(re.search(r"\d|[\u4e00-\u9fff]{2}", pair.passage[pair.start : pair.end]) for pair in answered)
    assert all((pair.start, pair.end) == (0, 0) for pair in made if pair.target < 1.0)
    assert {pair.target for pair in made} == {1.0, 0.0, NARROWER}
    assert not any(mark in pair.passage + pair.question for pair in made for mark in "\x01\x02{}")


def test_a_pair_differs_in_what_it_is_counted_under(words: Vocabulary) -> None:
    made = pairs(words, kept_back=False, count=600)
    years = [pair for pair in made if pair.group == "year"]
    assert len(years) > 20
    for pair in years:
        asked, said = (re.findall(r"\d{4}(?=年)", text) for text in (pair.question, pair.passage))
        assert asked != said
    moods = [word for _, word in words.moods]
    added = [pair for pair in made if pair.group == "mood added"]
    assert len(added) > 20
    for pair in added:
        assert any(word in pair.passage and word not in pair.question for word in moods)
    narrower = [pair for pair in made if pair.group == "modifier added"]
    assert narrower
    assert all(any(word in pair.passage and word not in pair.question for word in MODIFIERS) for pair in narrower)


def test_what_is_measured_with_was_never_trained_with(words: Vocabulary) -> None:
    for group in (VERBS, MODIFIERS):
        seen, unseen = (
            {word for pair in pairs(words, kept_back=kept) for word in group if word in pair.question + pair.passage}
            for kept in (False, True)
        )
        assert seen
        assert unseen
        assert not seen & unseen
        assert all(is_kept_back(word) for word in unseen)


def test_a_shared_word_is_exchanged_on_one_side_only(words: Vocabulary) -> None:
    exchange = WordExchange(Half(words, kept_back=False, seed=1))
    passage = "2016年柳泉医院接诊830人。"
    (pair,) = exchange.exchanged("2016年柳泉医院接诊多少人？", passage, "830人")
    assert (pair.question == "2016年柳泉医院接诊多少人？") != (pair.passage == passage)
    assert "830人" in pair.passage
    assert pair.target == 0.0


def test_a_news_sentence_is_asked_for_its_number(words: Vocabulary) -> None:
    exchange = WordExchange(Half(words, kept_back=False, seed=1))
    sentence = "去年，青禾合作社兴修水渠18处。"
    asked = next(exchange.from_news([sentence, "这里没有数。"]))
    assert sentence[asked.start : asked.end] == "18处"
    assert "多少" in asked.question
    assert "18" not in asked.question


def test_classes_are_counted_in_a_corpus(tmp_path: Path) -> None:
    import gzip
    import json

    lines = [f"今年{place}镇修建桥梁{n}座。" for n, place in enumerate(PLACES, 2)]
    lines += [f"今年{place}镇拆除桥梁{n}座。" for n, place in enumerate(PLACES, 2)]
    path = tmp_path / "news.jsonl.gz"
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps({"title": "简讯", "text": line}) + "\n" for line in lines)
    found = mine(path)
    assert found.titles == ["简讯"]
    assert found.numbers_of["座"][0] in {"2", "3", "4", "5", "6", "7", "8", "9", "10", "11"}
    assert found.near_verbs["修建"] == ["拆除"]
