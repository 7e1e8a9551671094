"""A question in another language, in Chinese: for searching, and shown to the reader as what was searched."""

from __future__ import annotations

from rag.generation.generator import GenerationOptions, Generator, joined_reply
from rag.generation.prompts import translation_messages
from rag.retrieval.question_kind import is_chinese

_MAX_TOKENS = 60
_OPTIONS = GenerationOptions(max_tokens=_MAX_TOKENS, stop=("\n",))


def searched_question(question: str, generator: Generator) -> str:
    """The question in Chinese; itself where it is Chinese already or the model gives no Chinese."""
    if is_chinese(question):
        return question
    reply = joined_reply(generator.stream(translation_messages(question), _OPTIONS)).strip()
    return reply if is_chinese(reply) and 2 <= len(reply) <= 4 * len(question) else question
