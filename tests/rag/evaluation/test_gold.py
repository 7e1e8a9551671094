import gzip
import json
from pathlib import Path

import pytest

from rag.errors import GoldFileError
from rag.evaluation.gold import read_gold
from rag.records import Turn

RGB = {
    "id": 7, "query": "石岭镇收粮多少吨？", "answer": ["6万吨"],
    "positive": [f"正{n}" for n in range(6)], "negative": [f"负{n}" for n in range(6)],
}  # fmt: skip


def write(path: Path, *rows: object) -> Path:
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    return path


def test_the_projects_own_form(tmp_path: Path) -> None:
    row = {
        "id": "g1", "question": "签约多少？", "answers": [["102个", "102"], ["350亿元"]], "article_ids": ["a"],
        "articles": ["推进会"], "tags": ["number"], "history": [{"question": "问", "answer": "答"}],
    }  # fmt: skip
    (first, second) = read_gold(write(tmp_path / "g.jsonl", row, {**row, "answerable": False, "answers": []}))
    assert first.answers == (("102个", "102"), ("350亿元",))
    assert (first.id, first.answerable, first.tags, first.titles) == ("g1", True, ("number",), ("推进会",))
    assert (first.article_ids, first.history, first.passages) == (("a",), (Turn("问", "答"),), None)
    assert (second.answerable, second.answers) == (False, ())


def test_noise_takes_so_many_negatives_and_the_same_each_time(tmp_path: Path) -> None:
    path = write(tmp_path / "r.jsonl", RGB)
    for noise, negatives in ((0.0, 0), (0.2, 1), (0.4, 2), (0.5, 3), (0.8, 4), (1.0, 5)):
        (question,) = read_gold(path, "rgb", noise=noise)
        (again,) = read_gold(path, "rgb", noise=noise)
        assert question == again
        assert question.passages is not None
        texts = [passage.text for passage in question.passages]
        assert (len(texts), len(set(texts)), sum(text.startswith("负") for text in texts)) == (5, 5, negatives)
        assert question.answerable is (noise < 1)
        assert len({passage.article_id for passage in question.passages}) == 5
        assert question.answers == (("6万吨",),)


def test_integration_takes_a_passage_of_each_part(tmp_path: Path) -> None:
    row = {**RGB, "answer": [["甲"], ["乙", "乙镇"]], "positive": [["正甲1", "正甲2"], ["正乙1", "正乙2"]]}
    (question,) = read_gold(write(tmp_path / "r.jsonl", row), "rgb", noise=0.6)
    assert question.answers == (("甲",), ("乙", "乙镇"))
    assert question.tags == ("integration",)
    assert question.passages is not None
    assert {passage.text[:2] for passage in question.passages if passage.text.startswith("正")} == {"正甲", "正乙"}


def test_the_counterfactual_set_reads_the_altered_passages(tmp_path: Path) -> None:
    row = {**RGB, "fakeanswer": "9万吨", "positive_wrong": [f"错{n}" for n in range(6)]}
    (question,) = read_gold(write(tmp_path / "r.jsonl", row), "rgb")
    assert (question.tags, question.fake_answers) == (("counterfactual",), ("9万吨",))
    assert question.passages is not None
    assert all(passage.text.startswith("错") for passage in question.passages)


def test_number_questions_that_need_their_article_at_hand_are_left_out(tmp_path: Path) -> None:
    row = {"id": 1, "question": "收粮多少？", "answers": ["6万吨", "6"], "title": "丰收"}
    path = write(
        tmp_path / "n.jsonl", row, {**row, "question": "文中说收粮多少？"}, {**row, "question": "本文主题？"}
    )
    (question,) = read_gold(path, "numbers")
    assert (question.answers, question.titles, question.tags) == ((("6万吨", "6"),), ("丰收",), ("number",))


def test_number_questions_are_met_by_their_figures(tmp_path: Path) -> None:
    row = {"id": 1, "question": "伤亡多少？", "answers": ["至少4人死亡，10人受伤"], "title": "丰收"}
    path = write(tmp_path / "n.jsonl", row, {**row, "answers": ["至少有22名警员受伤"]})
    both, one = read_gold(path, "numbers")
    assert both.answers == (("至少4人死亡，10人受伤", "至少4人"), ("至少4人死亡，10人受伤", "10人"))
    assert one.answers[0][0] == "至少有22名警员受伤"
    assert "22名" in one.answers[0][-1]


def test_gzip_a_byte_order_mark_and_blank_lines_are_read(tmp_path: Path) -> None:
    text = json.dumps({"id": 1, "question": "问", "answers": [["答"]]}) + "\n\n"
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(text.encode()))
    (tmp_path / "b.jsonl").write_text(text, encoding="utf-8-sig")
    assert read_gold(tmp_path / "a.jsonl.gz") == read_gold(tmp_path / "b.jsonl")


@pytest.mark.parametrize(
    ("content", "form", "message"),
    [
        (b"", "native", "holds no native question"),
        (b"{", "native", "line 1: not valid JSON"),
        (b'{"id": 1, "question": "q", "answers": []}\n{"id"', "native", "line 2: not valid JSON"),
        (b"[1]", "native", "line 1: found list; expected an object"),
        (b'{"id": 1}', "native", "line 1, is not a native question .*'question'.*found the keys id: give another"),
        (b'{"id": 1, "question": "q", "answers": ["102"]}', "native", "found the answer '102', expected a list"),
        (b'{"id": 1, "question": "q", "answers": "102", "title": "t"}', "numbers", "expected a list of strings"),
        (b'{"id": 1, "query": "q", "answer": ["a"], "positive": [], "negative": []}', "rgb", "is not a rgb question"),
        (b"\xff\xfe\x00", "native", "cannot be read as JSON lines"),
    ],
)
def test_a_file_of_another_shape_is_refused_by_line(tmp_path: Path, content: bytes, form: str, message: str) -> None:
    path = tmp_path / "g.jsonl"
    path.write_bytes(content)
    with pytest.raises(GoldFileError, match=message):
        read_gold(path, form)  # type: ignore[arg-type]


def test_missing_and_cut_off_files_and_impossible_noise(tmp_path: Path) -> None:
    with pytest.raises(GoldFileError, match="there is no file"):
        read_gold(tmp_path / "none.jsonl")
    cut = tmp_path / "a.jsonl.gz"
    cut.write_bytes(gzip.compress(b'{"id": 1}' * 500)[:-12])
    with pytest.raises(GoldFileError, match="cannot be read as JSON lines"):
        read_gold(cut)
    for noise in (-0.1, 1.1, float("nan")):
        with pytest.raises(GoldFileError, match="expected a number from 0 to 1"):
            read_gold(cut, "rgb", noise=noise)
