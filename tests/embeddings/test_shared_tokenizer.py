from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import PreTrainedTokenizerFast

from embeddings.shared_tokenizer import SharedTokenizer

PIECES = ["▁", "桥", "长", "大桥", "▁m", "m", "ост", "о", "с", "т", "▁мост", "，", "1", "2", "é", "caf", "▁caf", "ま"]
CHINESE = ["大桥长12m，", "大桥", "桥" * 400, "cafe 12", ""]
OTHERS = ["мост", "大桥 мост 12", "café", "cafe\u0301", "まま"]


def small_tokenizer(folder: Path, model: Any = None) -> tuple[PreTrainedTokenizerFast, Path]:
    """A tokenizer in several scripts, loaded from its file."""
    vocabulary = [("<s>", 0.0), ("</s>", 0.0), ("<unk>", 0.0)]
    vocabulary += [(piece, -3.0 - number / 7 - len(piece) / 3) for number, piece in enumerate(PIECES)]
    backend = Tokenizer(model or models.Unigram(vocabulary, unk_id=2))
    backend.normalizer = normalizers.NFKC()
    backend.pre_tokenizer = pre_tokenizers.Metaspace()
    backend.post_processor = processors.TemplateProcessing("<s> $A </s>", None, [("<s>", 0), ("</s>", 1)])
    path = folder / "tokenizer.json"
    backend.save(str(path))
    return PreTrainedTokenizerFast(tokenizer_file=str(path), pad_token="</s>", unk_token="<unk>"), path


def tokens_of(tokenizer: PreTrainedTokenizerFast, texts: list[str]) -> list[list[int]]:
    found: list[list[int]] = tokenizer(texts, truncation=True, max_length=512)["input_ids"]
    return found


def words_in(tokenizer: PreTrainedTokenizerFast) -> set[str]:
    return {word for word, _ in json.loads(tokenizer._tokenizer.to_str())["model"]["vocab"]}


def test_tokens_are_the_same_without_the_words_of_other_scripts(tmp_path: Path) -> None:
    tokenizer, path = small_tokenizer(tmp_path)
    expected = tokens_of(tokenizer, CHINESE), tokens_of(tokenizer, OTHERS)
    shared = SharedTokenizer(tokenizer, path)
    assert "▁мост" in words_in(tokenizer)
    shared.rest()
    assert words_in(tokenizer).isdisjoint({"▁мост", "о", "é", "ま"})
    assert words_in(tokenizer) >= {"大桥", "▁caf", "，", "1"}
    assert tokens_of(tokenizer, CHINESE) == expected[0]
    assert "▁мост" not in words_in(tokenizer)
    for text, tokens in zip(OTHERS, expected[1], strict=True):
        shared.rest()
        assert tokens_of(tokenizer, ["大桥", text])[1] == tokens
        assert "▁мост" in words_in(tokenizer)
    shared.rest()
    assert "▁мост" not in words_in(tokenizer)
    paired = tokenizer(["大桥"], ["мост"])["input_ids"][0]
    assert expected[1][0][1] in paired


def test_the_sign_that_stands_for_a_word_is_no_word(tmp_path: Path) -> None:
    tokenizer, path = small_tokenizer(tmp_path)
    text = ["大桥\ue000长"]
    expected = tokens_of(tokenizer, text)
    SharedTokenizer(tokenizer, path).rest()
    assert tokens_of(tokenizer, text) == expected


@pytest.mark.parametrize("change", ["file", "kind", "gone"])
def test_all_words_stay_where_they_could_not_be_read_again(tmp_path: Path, change: str) -> None:
    kind = models.WordLevel({"<s>": 0, "</s>": 1, "<unk>": 2, "▁мост": 3}, "<unk>") if change == "kind" else None
    tokenizer, path = small_tokenizer(tmp_path, kind)
    expected = tokens_of(tokenizer, [*CHINESE, *OTHERS])
    if change == "file":
        path.write_text(path.read_text(encoding="utf-8").replace("大桥", "小桥"), encoding="utf-8")
    elif change == "gone":
        path.unlink()
    shared = SharedTokenizer(tokenizer, path)
    before = tokenizer._tokenizer
    shared.rest()
    assert tokenizer._tokenizer is before
    assert tokens_of(tokenizer, [*CHINESE, *OTHERS]) == expected


def test_callers_with_limits_of_their_own_do_not_get_each_others(tmp_path: Path) -> None:
    tokenizer, path = small_tokenizer(tmp_path)
    SharedTokenizer(tokenizer, path)
    text = "大桥长，" * 200

    def lengths(limit: int) -> set[int]:
        return {len(tokenizer([text] * 4, truncation=True, max_length=limit)["input_ids"][3]) for _ in range(400)}

    with ThreadPoolExecutor(2) as threads:
        assert list(threads.map(lengths, (192, 512))) == [{192}, {512}]
