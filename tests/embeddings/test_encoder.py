from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fakes import HashEncoder

from embeddings.deferred_encoder import DeferredEncoder
from embeddings.encoder import SentenceTransformerEncoder, keep_few_kernels, load_encoder, token_batches
from embeddings.errors import ModelDamagedError, ModelFetchError, ModelNotFetchedError
from embeddings.fingerprint import fingerprint_folder
from embeddings.model_store import resolve_embedding_model
from embeddings.precision import choose_precision, cpu_flags


def models_directory() -> Path:
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(os.environ.get("BAOWEN_MODELS") or cache / "baowen" / "models")


class CountingModel:
    """A stand-in for a loaded model: a text's vector is (its length, 1), not yet of unit length."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []

    def tokenizer(self, texts: list[str], **options: Any) -> dict[str, list[list[int]]]:
        return {"input_ids": [[0] * len(text) for text in texts]}

    def encode(self, texts: str | list[str], **options: Any) -> Any:
        if isinstance(texts, str):
            return np.zeros(2, np.float32)
        self.batches.append(texts)
        return np.array([[len(text), 1.0] for text in texts])


def counting_encoder() -> tuple[SentenceTransformerEncoder, CountingModel]:
    model = CountingModel()
    return SentenceTransformerEncoder(model, "counting", ("query: ", "passage: ")), model  # type: ignore[arg-type]


def test_batches_hold_every_text_once_within_the_budget() -> None:
    counts = [5, 300, 20, 7, 7, 900, 60, 0]
    batches = list(token_batches(counts, 600))
    assert batches == [[5], [1, 6], [2, 3, 4, 0, 7]]
    for batch in batches:
        assert len(batch) == 1 or max(counts[index] for index in batch) * len(batch) <= 600
    assert list(token_batches([])) == []


def test_rows_come_in_the_order_of_the_texts_whatever_the_batches() -> None:
    encoder, model = counting_encoder()
    texts = ["字" * length for length in (700, 3, 1500, 40, 3)]
    rows = encoder.encode_passages(texts)
    expected = np.array([[len("passage: ") + len(text), 1.0] for text in texts])
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    np.testing.assert_allclose(rows, expected, rtol=1e-6)
    assert rows.dtype == np.float32
    assert len(model.batches) > 1


def test_queries_and_passages_get_their_prefixes() -> None:
    encoder, model = counting_encoder()
    encoder.encode_queries(["多少？"])
    encoder.encode_passages(["十个。"])
    assert model.batches == [["query: 多少？"], ["passage: 十个。"]]


def test_no_texts_give_no_rows() -> None:
    encoder, model = counting_encoder()
    assert encoder.encode_passages([]).shape == (0, 2)
    assert encoder.encode_queries(()).dtype == np.float32
    assert model.batches == []


def test_values_that_are_no_numbers_are_damage() -> None:
    encoder, model = counting_encoder()
    model.encode = lambda texts, **options: np.full((len(texts), 2), np.nan)  # type: ignore[method-assign]
    with pytest.raises(ModelDamagedError, match="no numbers"):
        encoder.encode_queries(["多少？"])


@pytest.mark.parametrize(
    ("flags", "has_cuda", "expected"),
    [
        (frozenset({"avx2"}), False, ("cpu", False, True, 2048)),
        (frozenset({"avx2", "avx512_bf16"}), False, ("cpu", True, False, 2048)),
        (frozenset({"amx_bf16", "avx512_bf16"}), False, ("cpu", True, True, 4096)),
        (frozenset(), True, ("cuda", True, True, 2048)),
    ],
)
def test_precision_follows_the_machine(
    flags: frozenset[str], has_cuda: bool, expected: tuple[str, bool, bool, int]
) -> None:
    found = choose_precision(flags, has_cuda=has_cuda)
    assert (found.device, found.bfloat16, found.fused_attention, found.batch_tokens) == expected


def test_flags_are_read_as_the_kernel_writes_them(tmp_path: Path) -> None:
    (tmp_path / "cpuinfo").write_text("processor\t: 0\nflags\t\t: fpu avx2 amx_bf16\n")
    assert cpu_flags(tmp_path / "cpuinfo") == {"fpu", "avx2", "amx_bf16"}
    assert cpu_flags(tmp_path / "none") == frozenset()


def test_a_fingerprint_follows_the_weights_and_not_the_manifest(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    weights = bytearray(20 << 20)
    (tmp_path / "model.safetensors").write_bytes(weights)
    first = fingerprint_folder(tmp_path)
    (tmp_path / "manifest.json").write_text("{}")
    (tmp_path / "README.md").write_text("x")
    assert fingerprint_folder(tmp_path) == first
    weights[-1] = 1
    (tmp_path / "model.safetensors").write_bytes(weights)
    second = fingerprint_folder(tmp_path)
    (tmp_path / "config.json").write_text("{ }")
    assert len({first, second, fingerprint_folder(tmp_path)}) == 3
    assert len(first) == 12


def test_a_path_that_is_not_there_is_not_fetched(tmp_path: Path) -> None:
    with pytest.raises(ModelNotFetchedError, match="no model at"):
        load_encoder(tmp_path / "none")


def test_a_folder_without_a_model_is_damaged(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(ModelDamagedError, match="is not a usable embedding model") as caught:
        load_encoder(tmp_path)
    assert "\n" not in str(caught.value)


def test_an_unreachable_hub_is_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **options: object) -> None:
        raise OSError("Network is unreachable")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    with pytest.raises(
        ModelFetchError, match=r"cannot get the model owner/none from its hub \(.+\); check"
    ) as caught:
        load_encoder("owner/none")
    assert "\n" not in str(caught.value)


@pytest.fixture(scope="module")
def encoder() -> SentenceTransformerEncoder:
    return load_encoder(resolve_embedding_model("multilingual-e5-small", models_directory()))


@pytest.mark.models
def test_the_real_model_gives_unit_rows_and_puts_the_right_passage_first(encoder: SentenceTransformerEncoder) -> None:
    passages = [
        "今年以来，全市集中签约招商项目八十六个，总投资突破五百亿元。",
        "气象台预计，周末有中雨，气温下降四到六摄氏度。",
        "城南小学的孩子们在操场上放飞了自己做的风筝。",
        "市医院新增三条夜间就诊通道，方便上班族看病。",
    ]
    questions = ["签约了多少个项目？", "周末会下雨吗？", "学生放风筝在哪里？", "晚上怎么去医院看病？"]
    vectors, queries = encoder.encode_passages(passages), encoder.encode_queries(questions)
    assert vectors.shape == (4, encoder.dimension) == (4, 384)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-4)
    scores = queries @ vectors.T
    assert scores.argmax(axis=1).tolist() == [0, 1, 2, 3]
    others = scores[~np.eye(4, dtype=bool)]
    assert scores.diagonal().min() > 0.84
    assert scores.diagonal().mean() - others.mean() > 0.05


@pytest.mark.models
def test_the_real_model_does_not_depend_on_the_batch(encoder: SentenceTransformerEncoder) -> None:
    texts = ["桥长三百二十米。", "新桥通车后，两岸往来只要五分钟，比原来少了近半小时，沿线居民都说方便。" * 3, ""]
    together = encoder.encode_passages(texts)
    alone = np.concatenate([encoder.encode_passages([text]) for text in texts])
    assert (together * alone).sum(axis=1).min() > 0.999
    assert encoder.name.startswith("multilingual-e5-small@")


@pytest.mark.models
def test_the_real_model_loads_and_works_without_any_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **options: object) -> None:
        raise AssertionError("a network was touched")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    loaded = load_encoder(resolve_embedding_model("multilingual-e5-small", models_directory()))
    assert loaded.encode_queries(["今天"]).shape == (1, 384)


@pytest.mark.models
def test_many_threads_get_the_vectors_of_their_own_texts(encoder: SentenceTransformerEncoder) -> None:
    texts = [f"第{number}号公告：供水暂停{number}小时。" for number in range(8)]
    expected = encoder.encode_passages(texts)
    found: dict[int, Any] = {}
    threads = [
        threading.Thread(target=lambda n=number: found.update({n: encoder.encode_passages([texts[n]])[0]}))
        for number in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number in range(8):
        assert float(found[number] @ expected[number]) > 0.999


@pytest.mark.models
@pytest.mark.models
def test_a_rest_changes_no_vector(encoder: SentenceTransformerEncoder) -> None:
    texts = ["全区签约项目41个，总投资136亿元。", "Signed in 2021: 41 projects", "Подписано 41", "ქალაქი", "桥" * 700]
    before, question = encoder.encode_passages(texts), encoder.encode_queries(["签约了多少个项目？"])
    for _ in range(2):
        encoder.rest()
        assert np.array_equal(encoder.encode_queries(["签约了多少个项目？"]), question)
        assert np.array_equal(encoder.encode_passages(texts), before)


def test_a_single_query_is_encoded_on_one_core_and_all_else_on_those_asked_for() -> None:
    import torch

    loaded = load_encoder(resolve_embedding_model("multilingual-e5-small", models_directory()), threads=2)
    seen: list[int] = []
    loaded.transformer()[0].embeddings.register_forward_hook(lambda *_: seen.append(torch.get_num_threads()))
    alone = loaded.encode_queries(["签约了多少个项目？"])
    together = loaded.encode_queries(["签约了多少个项目？", "总投资多少？"])
    loaded.encode_passages(["今年共签约102个项目。"])
    elsewhere: list[int] = []
    thread = threading.Thread(target=lambda: elsewhere.append(torch.get_num_threads()))
    thread.start()
    thread.join()
    assert seen == [1, 2, 2]
    assert elsewhere == [2]
    assert float(alone[0] @ together[0]) > 0.999


def test_a_deferred_encoder_loads_once_and_only_when_something_is_encoded() -> None:
    loaded: list[str] = []

    def load() -> HashEncoder:
        loaded.append("once")
        return HashEncoder()

    deferred = DeferredEncoder("fake@1", load)
    assert (deferred.name, deferred.is_loaded, loaded) == ("fake@1", False, [])
    np.testing.assert_array_equal(deferred.encode_passages(["甲"]), HashEncoder().encode_passages(["甲"]))
    np.testing.assert_array_equal(deferred.encode_queries(["甲"]), HashEncoder().encode_queries(["甲"]))
    assert (deferred.dimension, deferred.is_loaded, loaded) == (HashEncoder().dimension, True, ["once"])


GROWTH = """
from embeddings.encoder import keep_few_kernels
keep_few_kernels()
import torch
def resident_mb():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) / 1000 for line in status if line.startswith("VmRSS"))
torch.set_num_threads(1)
wide, narrow = torch.randn(1536, 384).bfloat16(), torch.randn(384, 1536).bfloat16()
def compute(tokens):
    rows = torch.randn(1, tokens, 384).bfloat16()
    return torch.nn.functional.linear(torch.nn.functional.linear(rows, wide), narrow)
with torch.inference_mode():
    compute(400)
    before = resident_mb()
    for tokens in range(5, 405):
        compute(tokens)
print(resident_mb() - before)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the system does not say how much memory is held")
def test_texts_of_ever_new_lengths_pile_no_kernels_up() -> None:
    environment = {name: value for name, value in os.environ.items() if not name.endswith("CACHE_CAPACITY")}
    done = subprocess.run(
        [sys.executable, "-c", GROWTH],
        env=environment,
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    assert float(done.stdout) < 200  # 434 without


def test_an_operators_number_of_kernels_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LRU_CACHE_CAPACITY", "7")
    monkeypatch.delenv("ONEDNN_PRIMITIVE_CACHE_CAPACITY", raising=False)
    keep_few_kernels()
    assert (os.environ["LRU_CACHE_CAPACITY"], os.environ["ONEDNN_PRIMITIVE_CACHE_CAPACITY"]) == ("7", "192")
