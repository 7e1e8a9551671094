import numpy as np
import pytest
from fakes import HashEncoder, ScriptedGenerator

from rag.errors import GenerationError
from rag.generation.generator import GenerationOptions, Generator, Message, joined_reply

ASK = [Message("system", "只按资料回答。"), Message("user", "桥有多长？")]


def test_hash_encoder_rows_are_unit_float32_and_repeatable() -> None:
    rows = HashEncoder().encode_passages(["新桥全长三百二十米", "", "水"])
    assert rows.shape == (3, 64)
    assert rows.dtype == np.float32
    assert np.allclose(np.linalg.norm(rows, axis=1), 1.0)
    assert np.array_equal(rows, HashEncoder().encode_queries(["新桥全长三百二十米", "", "水"]))


def test_hash_encoder_puts_texts_that_share_words_nearer() -> None:
    query, near, far = HashEncoder().encode_queries(["新桥全长多少米", "新桥全长三百二十米", "早稻已经开镰收割"])
    assert query @ near > 0.3
    assert query @ far < query @ near - 0.3


def test_scripted_generator_is_a_generator_and_repeats_its_last_reply() -> None:
    generator = ScriptedGenerator(["一", "二"])
    assert isinstance(generator, Generator)
    assert [joined_reply(generator.stream(ASK)) for _ in range(3)] == ["一", "二", "二"]
    assert generator.last_prompt == "只按资料回答。\n桥有多长？"


def test_scripted_generator_honours_stop_and_max_tokens() -> None:
    generator = ScriptedGenerator("全长320米[1]。\n另起一行")
    assert joined_reply(generator.stream(ASK, GenerationOptions(stop=("\n",)))) == "全长320米[1]。"
    assert joined_reply(generator.stream(ASK, GenerationOptions(max_tokens=2))) == "全长"


def test_scripted_generator_counts_what_was_written_before_closing() -> None:
    generator = ScriptedGenerator("全长320米")
    stream = generator.stream(ASK)
    assert next(stream) == "全"
    stream.close()
    assert (generator.characters_written, generator.streams_closed_early) == (1, 1)


def test_scripted_generator_probabilities_and_errors() -> None:
    generator = ScriptedGenerator(
        probabilities=lambda messages: {"是": 0.75 if "桥" in messages[-1].content else 0.25}
    )
    assert generator.candidate_probabilities(ASK, ["是", "否"]) == {"是": 0.75, "否": 0.0}
    with pytest.raises(GenerationError, match="gone"):
        joined_reply(ScriptedGenerator(error=GenerationError("gone")).stream(ASK))
