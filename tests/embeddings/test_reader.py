from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from embeddings.encoder import SentenceTransformerEncoder, load_encoder
from embeddings.errors import ModelDamagedError, ModelError
from embeddings.model_store import resolve_embedding_model
from embeddings.precision import Precision
from embeddings.reader import READER_FILE, AnswerReader, _reading, load_reader, reads_with
from rag.settings import load_settings

QUESTION = "石岭镇今年收粮多少吨？"
ANSWER = "石岭镇喜获丰收：石岭镇今年收粮6万吨，比去年增加8%。"
OTHERS = ["县城多云转晴，最高气温28度。", "清溪大桥全长860米，总投资1.2亿元。", "会议要求各镇抓好秋收工作。"]


@pytest.fixture(scope="module", params=[False, True], ids=["float32", "bfloat16"])
def encoder(request: pytest.FixtureRequest) -> Iterator[SentenceTransformerEncoder]:
    """In both precisions: which one a user's machine takes depends on its processor."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("embeddings.encoder.best_precision", lambda: Precision("cpu", request.param, "asked for"))
        try:
            yield load_encoder(resolve_embedding_model("multilingual-e5-small", load_settings().models))
        except ModelError as error:
            pytest.skip(str(error))


@pytest.fixture(scope="module")
def reader(encoder: SentenceTransformerEncoder) -> AnswerReader:
    return load_reader(encoder)


@pytest.mark.models
def test_the_passage_that_answers_is_told_from_those_that_do_not(reader: AnswerReader) -> None:
    readings = reader.read(QUESTION, [*OTHERS, ANSWER])
    assert len(readings) == 4
    assert all(readings[-1].presence > other.presence + 1 for other in readings[:-1])
    best = readings[-1]
    assert "6万吨" in ANSWER[best.start : best.end]
    assert all(0 <= r.start <= r.end <= len(text) for r, text in zip(readings, [*OTHERS, ANSWER], strict=True))


@pytest.mark.models
def test_a_reading_does_not_depend_on_its_neighbours(reader: AnswerReader) -> None:
    together = reader.read(QUESTION, [*OTHERS, ANSWER, "长" * 600])
    alone = reader.read(QUESTION, [ANSWER])
    assert together[3].presence == pytest.approx(alone[0].presence, abs=0.05)
    assert (together[3].start, together[3].end) == (alone[0].start, alone[0].end)
    assert reader.read(QUESTION, []) == []


@pytest.mark.models
@pytest.mark.parametrize("question", ["", "多少" * 300, "𠮷\u200b?"])
def test_odd_questions_and_passages_are_read(reader: AnswerReader, question: str) -> None:
    for reading in reader.read(question, ["", ANSWER, "\n"]):
        assert np.isfinite(reading.presence)


@pytest.mark.models
def test_the_encoder_is_left_as_it_was(encoder: SentenceTransformerEncoder) -> None:
    before = encoder.encode_passages([ANSWER])
    load_reader(encoder).read(QUESTION, [ANSWER])
    np.testing.assert_array_equal(encoder.encode_passages([ANSWER]), before)


@pytest.mark.models
def test_adapters_that_are_not_there_or_of_another_model_are_refused(
    encoder: SentenceTransformerEncoder, tmp_path: Path
) -> None:
    with pytest.raises(ModelDamagedError, match="does not hold the reader's adapters"):
        load_reader(encoder, tmp_path / "absent.safetensors")
    (tmp_path / "cut.safetensors").write_bytes(READER_FILE.read_bytes()[:1000])
    with pytest.raises(ModelDamagedError, match="install the package again"):
        load_reader(encoder, tmp_path / "cut.safetensors")


def test_the_kept_adapters_are_of_one_model() -> None:
    assert reads_with("multilingual-e5-small@1f0c")
    assert reads_with("intfloat/multilingual-e5-small")
    assert not reads_with("multilingual-e5-base@1f0c")
    assert READER_FILE.stat().st_size < 8_000_000


def test_the_best_span_lies_in_the_passage_and_runs_forward() -> None:
    logits = np.array([[2.0, 2.0], [9.0, 9.0], [1.0, 0.0], [0.0, 3.0], [0.5, 0.5]], np.float32)
    offsets: list[Any] = [None, None, (0, 2), (2, 5), None]
    found = _reading(logits, 0.25, offsets)
    assert (found.presence, found.start, found.end, found.margin) == (0.25, 0, 5, 0.0)
    nothing = _reading(logits[:2], -1.0, offsets[:2])
    assert (nothing.start, nothing.end, nothing.margin) == (0, 0, -np.inf)
