"""What stands around the exchanges of a conversation as HTML: the beginning, the tools, the earlier ones; pure."""

from __future__ import annotations

from collections.abc import Sequence

from ui.answer_html import exchange_html, export_link_html
from ui.conversation import Conversation
from ui.messages import Texts
from ui.render import action_html, attribute, escape


def thread_html(conversation: Conversation, count: int, texts: Texts) -> str:
    """The first ``count`` exchanges."""
    shown = conversation.exchanges[:count]
    return "".join(exchange_html(conversation.id, item, turn, texts) for turn, item in enumerate(shown, start=1))


def beginning_html(examples: Sequence[str] | None, *, is_empty: bool, texts: Texts) -> str:
    """What a new conversation shows; ``examples`` None means that they are still being looked for."""
    if is_empty:
        button = action_html("tab", texts.go_import, tab="import")
        return f'<div class="bw-empty"><p>{escape(texts.archive_empty_ask)}</p>{button}</div>'
    return f'<div class="bw-empty"><p>{escape(texts.empty_chat)}</p>{examples_html(examples, texts)}</div>'


def examples_html(examples: Sequence[str] | None, texts: Texts) -> str:
    """Questions that the archive answers well; a click asks one."""
    if examples is None:
        return f'<p class="bw-soft">{escape(texts.examples_pending)}</p>'
    if not examples:
        return ""
    return f'<p class="bw-soft" id="bw-examples-name">{escape(texts.examples)}</p>{_questions_html(examples)}'


def further_html(questions: Sequence[str], texts: Texts) -> str:
    """Questions to ask after an answer; a click asks one. Nothing where there are none."""
    if not questions:
        return ""
    name = escape(texts.further)
    head = f'<section class="bw-further" aria-label="{name}"><p class="bw-soft">{name}</p>'
    return f"{head}{_questions_html(questions)}</section>"


def _questions_html(questions: Sequence[str]) -> str:
    rows = "".join(
        f'<li><button type="button" class="bw-action bw-example" data-action="ask" data-text="{attribute(text)}">'
        f"{escape(text)}</button></li>"
        for text in questions
    )
    return f'<ul class="bw-examples">{rows}</ul>'


def tools_html(conversation: Conversation | None, texts: Texts) -> str:
    """New conversation, and what can be done with the whole of this one; it names the conversation to the page."""
    identifier = conversation.id if conversation else ""
    links = ""
    if conversation and any(item.answer for item in conversation.exchanges):
        links = (
            f'<span class="bw-soft">{escape(texts.save_whole)}</span>'
            + export_link_html(identifier, "docx", texts.save_word, texts)
            + export_link_html(identifier, "md", texts.save_markdown, texts)
            + action_html("print", texts.print)
        )
    new = action_html("new", texts.new_conversation)
    return (
        f'<div class="bw-tools" id="bw-conversation" data-conversation="{attribute(identifier)}">{new}{links}</div>'
    )


def conversations_html(conversations: Sequence[Conversation], current: str, texts: Texts) -> str:
    """The earlier conversations, each to open, rename and remove; a box finds among their titles."""
    if not conversations:
        return f'<p class="bw-soft">{escape(texts.conversations_none)}</p>'
    find = (
        f'<input type="search" class="bw-find" aria-label="{attribute(texts.conversations_find)}" '
        f'placeholder="{attribute(texts.conversations_find)}">'
    )
    rows = "".join(_row_html(item, item.id == current, texts) for item in conversations)
    return f'{find}<ul class="bw-list bw-conversations">{rows}</ul>'


def _row_html(item: Conversation, is_current: bool, texts: Texts) -> str:
    day = item.updated[:10]
    here = ' aria-current="true"' if is_current else ""
    rename = (
        f'<button type="button" class="bw-action bw-rename" data-title="{attribute(item.title)}" '
        f'data-label="{attribute(texts.conversation_title)}" data-keep="{attribute(texts.keep)}" '
        f'data-cancel="{attribute(texts.cancel)}" aria-label="{attribute(texts.conversation_rename)}：'
        f'{attribute(item.title)}">{escape(texts.conversation_rename)}</button>'
    )
    remove = (
        f'<button type="button" class="bw-action bw-sure" data-action="remove" data-id="{attribute(item.id)}" '
        f'data-sure="{attribute(texts.conversation_remove_sure)}" '
        f'aria-label="{attribute(texts.conversation_remove)}：{attribute(item.title)}">{escape(texts.conversation_remove)}</button>'
    )
    return (
        f'<li data-id="{attribute(item.id)}"><a class="bw-open" href="?c={attribute(item.id)}"{here}>'
        f"{escape(item.title)}</a>"
        f'<span class="place">{escape(day)}</span><span class="bw-row-tools">{rename}{remove}</span></li>'
    )
