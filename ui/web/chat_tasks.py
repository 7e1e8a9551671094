"""What chat programs ask behind the user's back: a title, follow-up questions, tags, search words, a summary.

Such a prompt speaks about the conversation and not about the news, so it is answered from the conversation, and for
follow-up questions from a search, without the model. It is known by three things together: a word for the
conversation, a word for what is wanted, and an instruction on form; and by having a conversation to work on, either
in the messages before it or written out below it. The words are data: ``ui/static/chat_tasks.json``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.chinese.question_kind import is_chinese
from rag.records import Turn
from ui.static_files import read_static

_ROLE_LINE = re.compile(
    r"(?im)^[\s>*#-]*(?P<role>user|human|用户|assistant|ai|bot|助手|助理)\**\s*[:：]\**[ \t]*(?P<text>.*)$"
)
_ROLE_JSON = re.compile(r'"role"\s*:\s*"(?P<role>user|assistant)"\s*,\s*"content"\s*:\s*(?P<text>"(?:[^"\\]|\\.)*")')
_TAGGED = re.compile(
    r"<(?P<tag>chat_history|conversation|chat|history|messages|content)>(?P<text>.*?)</(?P=tag)>", re.DOTALL
)
_BELOW = re.compile(
    r"(?i)(?:conversation|chat history|messages|对话|会话|聊天记录|内容)[^\n:：]{0,20}[:：]\s*\n(?P<text>.+)\Z",
    re.DOTALL,
)
_WANTED_JSON = re.compile(r'\{\s*"(?P<key>\w+)"\s*:\s*(?P<opening>[\["])')
_END_MARKS = " \t\r\n？?。.！!，,；;：:…“”\"'「」`"
_TITLE_CHARACTERS = 20
_TITLE_LETTERS = 48
_SUMMARY_CHARACTERS = 200
_SUGGESTIONS = 3

Suggest = Callable[[str], Sequence[str]]
"""Questions that may follow a question; asked for only when wanted."""


@dataclass(frozen=True, slots=True)
class ChatTask:
    """A wish about a conversation: ``kind`` is title, follow_ups, queries, completion, tags or summary.

    ``key`` and ``as_list`` are the JSON object that the prompt asks for; an empty key means plain text.
    """

    kind: str
    turns: tuple[Turn, ...]
    key: str = ""
    as_list: bool = False


def read_task(instructions: str, prompt: str, history: Sequence[Turn]) -> ChatTask | None:
    """The task that ``prompt`` (the last message) is, or None for a question to the papers.

    ``instructions`` are the system's words: they make a task only of a prompt that is nothing but a conversation.
    """
    transcript, turns = _transcript(prompt)
    told = prompt.replace(transcript, "\n") if transcript else prompt
    kind = _kind(told) if turns or history else None
    if kind is None and turns and not told.strip(_END_MARKS + "[]{}"):
        told = instructions
        kind = _kind(told)
    if kind is None:
        return None
    wanted = _WANTED_JSON.search(told)
    key, opening = (wanted["key"], wanted["opening"]) if wanted else ("", "")
    return ChatTask(kind, turns or tuple(history), key, opening == "[")


def task_reply(task: ChatTask, suggest: Suggest) -> str:
    """The content of the reply, in the form that was asked for."""
    found = _result(task, suggest)
    if not task.key:
        return "\n".join(found)
    value = found if task.as_list else "\n".join(found)
    return json.dumps({task.key: value}, ensure_ascii=False)


def _result(task: ChatTask, suggest: Suggest) -> list[str]:
    asked = [turn.question.strip() for turn in task.turns if turn.question.strip()]
    match task.kind:
        case "title":
            return [_title(asked[0])] if asked else []
        case "follow_ups":
            return list(suggest(asked[-1]))[:_SUGGESTIONS] if asked else []
        case "queries":
            return asked[-1:]
        case "summary":
            return [_summary(task.turns)]
        case _:
            # Tags and the user's next words are guesses, and this program makes none.
            return []


def _title(question: str) -> str:
    line = " ".join(question.split()).strip(_END_MARKS)
    limit = _TITLE_CHARACTERS if is_chinese(line) else _TITLE_LETTERS
    if len(line) <= limit:
        return line
    cut = line[:limit] if is_chinese(line) else line[:limit].rpartition(" ")[0] or line[:limit]
    return cut.rstrip(_END_MARKS) + "…"


def _summary(turns: Sequence[Turn]) -> str:
    """The newest exchanges word for word, as many as have room: a shortened answer could say something else."""
    kept: list[str] = []
    for turn in reversed(turns):
        line = f"{turn.question.strip()} {turn.answer.strip()}".strip()
        if sum(map(len, kept)) + len(line) > _SUMMARY_CHARACTERS:
            line = turn.question.strip()
        if sum(map(len, kept)) + len(line) > _SUMMARY_CHARACTERS:
            break
        kept.insert(0, line)
    return "\n".join(kept)


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], tuple[tuple[str, re.Pattern[str]], ...]]:
    words = json.loads(read_static("chat_tasks.json"))

    def one_of(items: Sequence[str]) -> re.Pattern[str]:
        return re.compile("|".join(items), re.IGNORECASE)

    products = tuple((kind, one_of(items)) for kind, items in words["products"])
    return one_of(words["conversation"]), one_of(words["instruction"]), products


def _kind(told: str) -> str | None:
    conversation, instruction, products = _patterns()
    if not (conversation.search(told) and instruction.search(told)):
        return None
    # The list goes from the particular to the general: "summarise the conversation as a title" wants a title.
    return next((kind for kind, pattern in products if pattern.search(told)), None)


def _transcript(prompt: str) -> tuple[str, tuple[Turn, ...]]:
    """The conversation written out in ``prompt``: its text as it stands there, and its exchanges."""
    tagged = _TAGGED.search(prompt)
    text = tagged["text"] if tagged else prompt
    lines = list(_ROLE_LINE.finditer(text))
    if lines:
        block = text if tagged else text[lines[0].start() :]
        return block, _turns([(line["role"], _spoken(text, lines, n)) for n, line in enumerate(lines)])
    if records := list(_ROLE_JSON.finditer(text)):
        block = text if tagged else text[records[0].start() : records[-1].end()]
        return block, _turns([(record["role"], json.loads(record["text"], strict=False)) for record in records])
    if below := tagged or _BELOW.search(prompt):
        parts = [part.strip() for part in re.split(r"(?m)^(?:-{3,}|```\w*)\s*$", below["text"]) if part.strip()]
        roles = ("user", "assistant")
        return below["text"], _turns([(roles[n % 2], part) for n, part in enumerate(parts)])
    return "", ()


def _spoken(text: str, lines: Sequence[re.Match[str]], number: int) -> str:
    end = lines[number + 1].start() if number + 1 < len(lines) else len(text)
    return text[lines[number].start("text") : end].strip()


def _turns(said: Sequence[tuple[str, str]]) -> tuple[Turn, ...]:
    turns: list[Turn] = []
    for role, text in said:
        if role.lower() in ("user", "human", "用户"):
            turns.append(Turn(text, ""))
        elif turns and not turns[-1].answer:
            turns[-1] = Turn(turns[-1].question, text)
    return tuple(turns)
