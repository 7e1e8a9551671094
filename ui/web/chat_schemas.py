"""What OpenAI's clients send: the fields that are read, and those that are refused or ignored, as documented.

Fields that are not named here (temperature, top_p, seed, logprobs, user, metadata, store …) are ignored: an answer is
made of checked quotes and is the same whatever they say.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from rag.errors import QuestionError
from ui.web.field_types import Truth, Whole
from ui.web.schemas import Given


class ChatPart(Given):
    """A part of a message's content."""

    type: str
    text: str = ""


class ChatMessage(Given):
    """A message of an OpenAI chat; instructions of roles other than user and assistant are not followed."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[ChatPart] = ""

    def text(self) -> str:
        """The message's text."""
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content if part.text)
        return self.content

    def unread_parts(self) -> list[str]:
        """The kinds of content that cannot be read: images, sound, files."""
        parts = self.content if isinstance(self.content, list) else []
        return sorted({part.type for part in parts} - {"text", "input_text", "output_text", "refusal"})


class StreamOptions(Given):
    """OpenAI's options of a stream."""

    include_usage: Truth = False


class ResponseFormat(Given):
    """The form of the content: ``text``, or ``json_object`` for ``{"answer": …, "refused": …}``."""

    type: str = "text"


class ChatRequest(Given):
    """An OpenAI chat completion request.

    ``stop``, ``max_tokens``, ``max_completion_tokens`` and sampling options are accepted and ignored: a sentence cut
    short may say something that no paper says.
    """

    model: str = Field("baowen", max_length=300)
    messages: list[ChatMessage] = Field(min_length=1, max_length=200)
    stream: Truth = False
    stream_options: StreamOptions = StreamOptions()
    n: Whole = Field(1, ge=1, description="Only 1: there is one checked answer.")
    tools: list[dict[str, Any]] = Field(default_factory=list, max_length=200, description="Never called.")
    tool_choice: str | dict[str, Any] = "auto"
    response_format: ResponseFormat = ResponseFormat()
    baowen: dict[str, Any] = Field(
        default_factory=dict,
        description="Filters: `date_from`, `date_to`, `source`.",
        examples=[{"date_from": "2020-12-01"}],
    )

    def require_supported(self) -> None:
        """Refuse what would be wrong to ignore.

        Raises:
            QuestionError: naming the field, what was found and what is served.
        """
        if self.n > 1:
            raise QuestionError(f"n is {self.n}; expected 1: there is one checked answer to a question")
        if isinstance(self.tool_choice, dict) or self.tool_choice == "required":
            raise QuestionError(
                "tool_choice asks for a tool call; expected auto or none: tools are never called here"
            )
        if self.response_format.type not in ("text", "json_object"):
            raise QuestionError(
                f"response_format is {self.response_format.type[:40]!r}; expected text or json_object: "
                "answers in a schema of the caller's own are not made; POST /v1/answers gives figures as fields"
            )
        if unread := self.messages[-1].unread_parts():
            raise QuestionError(f"the last message holds {', '.join(unread)[:80]}; expected parts of type text only")


class EmbeddingsRequest(Given):
    """An OpenAI embeddings request."""

    model: str = Field("baowen", max_length=300)
    input: str | list[str] = Field(
        description="A text or up to 256; lists of token numbers are refused.", examples=["招商引资"]
    )
    encoding_format: Literal["float", "base64"] = "float"
    dimensions: Whole | None = Field(None, description="Only the model's own number.")
    input_type: Literal["query", "passage", "document"] = Field(
        "passage", description="What the texts are: questions to search with, or texts to be found."
    )
