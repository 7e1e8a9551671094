"""Without prose, on the real encoder and reader and the sample pages: quoted or refused, no language model asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from rag.answering.events import EvidenceFound
from rag.generation.generator import DEFAULT_OPTIONS, GenerationOptions, Message, TextStream
from rag.settings import load_settings
from rag.workspace import Workspace

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
pytestmark = [pytest.mark.models, pytest.mark.slow]


class NeverAsked:
    """A language model that nobody may ask."""

    name, runtime = "never asked", "none"

    def stream(self, messages: Sequence[Message], options: GenerationOptions = DEFAULT_OPTIONS) -> TextStream:
        raise AssertionError(f"the model was asked to write: {messages[-1].content}")

    def candidate_probabilities(self, messages: Sequence[Message], candidates: Sequence[str]) -> Mapping[str, float]:
        raise AssertionError(f"the model was asked for {candidates}")

    def hidden_states(self, prompts: Sequence[Sequence[Message]]) -> None:
        raise AssertionError(f"the model was asked to read {prompts}")

    def warm_up(self, prefix_messages: Sequence[Message] = ()) -> None:
        raise AssertionError("the model was warmed up")

    def close(self) -> None:
        """Nothing to give back."""


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    settings = load_settings(store=tmp_path_factory.mktemp("sample") / "store")
    made = Workspace(settings, generator=NeverAsked())
    assert made.ingest([SAMPLE]).added > 50
    yield made
    made.close()


@pytest.mark.parametrize(
    ("question", "figure", "quoted"),
    [
        ("“阳光玫瑰”每斤卖到多少元？", ("18元", 18, "元"), "阳光玫瑰每斤卖到18元"),
        ("绿源生物科技有限公司的项目可提供多少个就业岗位？", ("近600个", 600, "个"), "可提供就业岗位近600个"),
    ],
)
def test_a_sentence_of_the_paper_answers(
    workspace: Workspace, question: str, figure: tuple[str, float, str], quoted: str
) -> None:
    answer = workspace.assistant.answer(question, prose=False)
    assert not answer.refused
    assert figure in {(item.text, item.value, item.unit) for item in answer.figures if item.supported}
    assert all(item.supported for item in answer.figures)
    (citation,) = answer.citations
    assert quoted in citation.quote
    assert workspace.store.article(citation.article_id).text[citation.start : citation.end] == citation.quote
    assert answer.answer.endswith("[1]") or answer.answer.endswith("[1]。")


@pytest.mark.parametrize("question", ["澄溪机场哪年通航？", "桃林村今年种了多少亩水稻？"])
def test_what_the_papers_do_not_say_is_refused(workspace: Workspace, question: str) -> None:
    answer = workspace.assistant.answer(question, prose=False)
    assert (answer.refused, answer.citations, answer.figures) == (True, (), ())
    assert answer.refusal_reason
    assert answer.passages


@pytest.mark.parametrize(
    ("question", "answers", "quoted"),
    [
        ("“阳光玫瑰”每斤卖到多少元？", True, "阳光玫瑰每斤卖到18元"),
        ("绿源生物科技的项目能提供多少个岗位", True, "可提供就业岗位近600个"),
        ("桃林村今年种了多少亩水稻？", False, ""),
    ],
)
def test_the_papers_sentence_is_there_before_the_model_is_asked(
    workspace: Workspace, question: str, *, answers: bool, quoted: str
) -> None:
    event = next(workspace.assistant.stream(question))
    assert isinstance(event, EvidenceFound)
    assert event.sentence is not None
    assert (event.answers, event.sentence.marker) == (answers, 0)
    assert quoted in event.sentence.quote
    text = workspace.store.article(event.sentence.article_id).text
    assert text[event.sentence.start : event.sentence.end] == event.sentence.quote
