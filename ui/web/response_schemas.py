"""What OpenAI's clients send to ``/v1/responses``: the fields that are read, refused or ignored, as documented.

Fields that are not named here (temperature, top_p, max_output_tokens, reasoning, store, include …) are ignored, as
they are for chat completions; nothing is ever stored.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from rag.errors import QuestionError
from ui.web.chat_schemas import ChatMessage, ChatPart, ResponseFormat
from ui.web.field_types import Truth
from ui.web.schemas import Given


class InputItem(Given):
    """A message of the conversation, or what an earlier response put out."""

    type: str = "message"
    role: Literal["user", "assistant", "system", "developer"] = "user"
    content: str | list[ChatPart] = ""

    def to_message(self) -> ChatMessage:
        """The same as a message of a chat."""
        return ChatMessage(role=self.role, content=self.content)


class TextOptions(Given):
    """The form of the text: ``text``, or ``json_object`` for ``{"answer": …, "refused": …}``."""

    format: ResponseFormat = ResponseFormat()


class ResponsesRequest(Given):
    """An OpenAI request for a response; ``input`` is the question, or the conversation that ends with it."""

    model: str = Field("baowen", max_length=300)
    input: str | list[InputItem] = Field(max_length=20_000, examples=["今年签约引进多少个项目？"])
    instructions: str | list[InputItem] = Field("", description="Not followed: an answer holds what papers say.")
    stream: Truth = False
    background: Truth = False
    previous_response_id: str = Field("", max_length=300, description="Refused: send the conversation as input.")
    conversation: str | dict[str, Any] = ""
    prompt: dict[str, Any] = Field(default_factory=dict)
    text: TextOptions = TextOptions()
    tools: list[dict[str, Any]] = Field(default_factory=list, max_length=200, description="Never called.")
    tool_choice: str | dict[str, Any] = "auto"
    metadata: dict[str, str] = Field(default_factory=dict, max_length=16, description="Given back as it came.")
    baowen: dict[str, Any] = Field(
        default_factory=dict,
        description="Filters: `date_from`, `date_to`, `source`.",
        examples=[{"date_from": "2020-12-01"}],
    )

    def messages(self) -> list[ChatMessage]:
        """The conversation, the question last."""
        if isinstance(self.input, str):
            return [ChatMessage(role="user", content=self.input)]
        return [item.to_message() for item in self.input]

    def told(self) -> str:
        """The instructions, and those of system and developer messages."""
        given = self.instructions
        items = given if isinstance(given, list) else [InputItem(role="system", content=given)]
        said = [item.to_message() for item in items]
        said += [item for item in self.messages() if item.role in ("system", "developer")]
        return "\n".join(text for item in said if (text := item.text()))

    def require_supported(self) -> None:
        """Refuse what would be wrong to ignore.

        Raises:
            QuestionError: naming the field, what was found and what is served.
        """
        for name in ("previous_response_id", "conversation", "prompt"):
            if getattr(self, name):
                raise QuestionError(
                    f"{name} names something that was stored; expected the whole conversation in input: "
                    "no response is stored here"
                )
        if self.background:
            raise QuestionError(
                "background is true; expected false: a response comes to the request that asks for it"
            )
        if isinstance(self.tool_choice, dict) or self.tool_choice == "required":
            raise QuestionError(
                "tool_choice asks for a tool call; expected auto or none: tools are never called here"
            )
        if self.text.format.type not in ("text", "json_object"):
            raise QuestionError(
                f"text.format is {self.text.format.type[:40]!r}; expected text or json_object: "
                "answers in a schema of the caller's own are not made; POST /v1/answers gives figures as fields"
            )
        self._require_messages()

    def _require_messages(self) -> None:
        kinds = {item.type for item in self.input} - {"message"} if isinstance(self.input, list) else set()
        if kinds:
            raise QuestionError(f"input holds {', '.join(sorted(kinds))[:80]}; expected messages only")
        if not self.messages():
            raise QuestionError("input is an empty list; expected a user's question as its last message")
        if unread := self.messages()[-1].unread_parts():
            raise QuestionError(f"the last message holds {', '.join(unread)[:80]}; expected parts of input_text only")
