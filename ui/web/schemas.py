"""What the API takes and gives, as typed and documented models; the examples appear in ``/docs``."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, model_validator

from rag.records import Passage, SearchFilter, Turn
from ui.filters import checked_filter
from ui.web.claim_schemas import ClaimSlotsDocument
from ui.web.field_types import DayText, Truth, Whole

Question = Annotated[
    str, Field(min_length=1, max_length=20_000, description="The question.", examples=["今年签约引进多少个项目？"])
]


Day = Annotated[DayText, Field(description="A day as YYYY-MM-DD, included.", examples=["2020-12-25"])]


def _say_nullable(schema: dict[str, Any]) -> None:
    """Say in the description that null may stand where a field may be absent."""
    required = schema.get("required", ())
    for name, found in schema.get("properties", {}).items():
        choices = found.get("anyOf", ())
        if name in required or {"type": "null"} in choices:
            continue
        words = {key: found.pop(key) for key in ("title", "description", "default", "examples") if key in found}
        inner = {"anyOf": [*choices, {"type": "null"}]} if choices else {"anyOf": [dict(found), {"type": "null"}]}
        found.clear()
        found.update(inner | words)


class Given(BaseModel):
    """What a caller sends; a field that is null is as if absent."""

    model_config = ConfigDict(json_schema_extra=_say_nullable)

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        return {name: value for name, value in given.items() if value is not None}


class Closed(Given):
    """What a caller sends; a field of another name is refused."""

    model_config = ConfigDict(extra="forbid")


class _Filtered(Closed):
    date_from: Day = Field(None, validation_alias=AliasChoices("date_from", "from"))
    date_to: Day = Field(None, validation_alias=AliasChoices("date_to", "to"))
    source: str | None = Field(None, max_length=200, description="The name of a paper: only its articles answer.")

    def search_filter(self) -> SearchFilter:
        """The filter these fields make. Raises QuestionError when the days are not in order."""
        return checked_filter(self.date_from, self.date_to, self.source)


class GivenPassage(Closed):
    """A passage that the caller brings; offsets in the answer then index its ``text``."""

    text: str = Field(min_length=1, max_length=50_000)
    title: str = Field("", max_length=1_000)
    date: DayText = None
    source: str = Field("", max_length=200)

    def to_passage(self, number: int) -> Passage:
        """The passage as a record; its article is known as ``passage-<number>``."""
        name = f"passage-{number}"
        return Passage(name, self.title, self.text, 0, len(self.text), 0.0, date=self.date, source=self.source)


class GivenTurn(Closed):
    """An earlier exchange, so that 「那去年呢？」 can be understood."""

    question: str = Field(max_length=20_000)
    answer: str = Field(max_length=50_000)

    def to_turn(self) -> Turn:
        """The turn as a record."""
        return Turn(self.question, self.answer)


class AnswerRequest(_Filtered):
    """A question for a cited answer."""

    question: Question
    history: list[GivenTurn] = Field(default_factory=list, max_length=50)
    passages: list[GivenPassage] | None = Field(
        None, max_length=100, description="Answer from these passages alone, without retrieval."
    )
    stream: Truth = Field(False, description="Server-sent events: evidence, then delta…, then answer (or error).")
    prose: Truth = Field(
        True,
        description="Whether the language model may write. False: a sentence of a paper, or what the program puts "
        "together from such, answers at once and waits for nobody, or the answer is refused.",
    )


class SearchRequest(_Filtered):
    """A question for passages only."""

    question: Question
    count: Whole | None = Field(None, ge=1, le=100, validation_alias=AliasChoices("count", "k"))
    translate: Truth = Field(
        True, description="Search a question in another language in the model's Chinese; false never waits for it."
    )


class PassageDocument(BaseModel):
    """A retrieved passage: ``article.text[start:end] == text``."""

    article_id: str
    title: str
    date: str | None
    source: str
    page: str
    text: str
    start: int
    end: int
    score: float
    signals: dict[str, float]


class PlaceDocument(BaseModel):
    """Where a question stands; ``ahead`` questions come to the model before it, as it looks now."""

    stage: Literal["in line", "finding", "writing", "done"]
    ahead: int


class QueueDocument(BaseModel):
    """The line in front of the model: all askers together, and the caller's own questions."""

    questions: int
    limit: int = Field(description="How many answers may be in the making at a time; a further question gets 429.")
    own_limit: int = Field(description="How many questions one asker may have there.")
    own: list[PlaceDocument]


class SearchDocument(BaseModel):
    """Passages, best first, of one generation of the store."""

    question: str
    standalone_question: str = Field(description="The question as searched, where that is not what was typed.")
    passages: list[PassageDocument]
    notes: list[str]
    generation: int


class CitationDocument(BaseModel):
    """A citation: ``article.text[start:end] == quote``."""

    marker: int
    article_id: str
    title: str
    date: str | None
    source: str
    page: str
    quote: str
    start: int
    end: int


class FigureDocument(BaseModel):
    """A figure of the answer; ``supported`` only if it stands in the quote of ``marker``."""

    text: str
    value: float
    unit: str
    subject: str
    marker: int | None
    supported: bool
    claim: ClaimSlotsDocument | None = None


class ReadingDocument(BaseModel):
    """Another figure that fits the question."""

    text: str
    value: float
    unit: str
    subject: str
    relation: str
    claim: ClaimSlotsDocument | None = None
    differs_in: list[str] = []
    citation: CitationDocument


class TimingsDocument(BaseModel):
    """Milliseconds since the question was taken up."""

    retrieve_ms: float
    first_token_ms: float
    total_ms: float


class AnswerDocument(BaseModel):
    """A checked answer."""

    question: str
    answer: str
    refused: bool
    refusal_reason: str | None
    citations: list[CitationDocument]
    figures: list[FigureDocument]
    other_readings: list[ReadingDocument]
    notes: list[str]
    standalone_question: str
    passages: list[PassageDocument]
    model: str
    generation: int
    timings: TimingsDocument


class ArticleSummary(BaseModel):
    """An article in a list."""

    id: str
    title: str
    subtitle: str
    byline: str
    date: str | None
    date_basis: str
    source: str
    page: str
    kind: str
    confidence: float
    characters: int


class OriginDocument(BaseModel):
    """The source: ``runs`` are [start, length, source_start, source_page]."""

    path: str
    sha256: str
    runs: list[list[int]]


class ArticleDocument(ArticleSummary):
    """One article, whole."""

    text: str
    origin: OriginDocument


class ArticleListDocument(BaseModel):
    """A page of a list, newest first; ``total`` counts all that pass the filter."""

    articles: list[ArticleSummary]
    total: int
    limit: int
    offset: int
    generation: int


class FailureDocument(BaseModel):
    """A file that gave no articles."""

    path: str
    reason: str


class IngestDocument(BaseModel):
    """What an upload did, counted in articles."""

    added: int
    updated: int
    unchanged: int
    removed: int
    failed: list[FailureDocument]
    warnings: list[str]
    chunks: int
    seconds: float
    generation: int


class RemovedDocument(BaseModel):
    """What a removal did."""

    removed: int
    id: str
    generation: int


class FeedbackRequest(Closed):
    """What a reader says of an answer."""

    question: Question
    answer: str = Field("", max_length=50_000)
    verdict: Literal["up", "down"]
    comment: str = Field("", max_length=2_000)
    model: str = Field("", max_length=200)
    generation: Whole | None = None


class FeedbackDocument(BaseModel):
    """The feedback is kept."""

    stored: bool = True
