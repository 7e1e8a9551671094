"""The forms that mend an article: correct what it says of itself, divide it, join it to another, remove it; pure."""

from __future__ import annotations

from collections.abc import Sequence

from rag.records import Article
from ui.messages import Texts
from ui.render import action_html, attribute, escape
from ui.serialisation import date_text

_SHOWN_CHARACTERS = 40
_LONGEST_HEADLINE = 40
_SENTENCE_ENDS = ("。", "！", "？", "；", "：", "，")


def mending_html(article: Article, neighbours: Sequence[Article], texts: Texts) -> str:
    """All that can be mended in an article; ``neighbours`` are those that may be its continuation."""
    parts = (
        (texts.correct, _correction_form(article, texts)),
        (texts.divide, _division_form(article, texts)),
        (texts.join, _joining_form(article, neighbours, texts)),
    )
    shown = "".join(
        f"<details><summary>{escape(summary)}</summary>{form}</details>" for summary, form in parts if form
    )
    return (
        f'<div class="bw-tools bw-mending">{shown}{action_html("remove", texts.remove_article, id=article.id)}</div>'
    )


def _form(event: str, article: Article, fields: str, label: str) -> str:
    return (
        f'<form class="bw-correct" data-event="{event}" data-id="{attribute(article.id)}">{fields}'
        f'<button type="submit" class="bw-action">{escape(label)}</button></form>'
    )


def _field(name: str, label: str, value: str) -> str:
    return f'<label>{escape(label)}<input name="{name}" value="{attribute(value)}" maxlength="300"></label>'


def _correction_form(article: Article, texts: Texts) -> str:
    fields = (
        ("title", texts.correct_title, article.title),
        ("date", texts.correct_date, date_text(article.date) or ""),
        ("source", texts.source, article.source),
        ("page", texts.correct_page, article.page),
    )
    return _form("correct", article, "".join(_field(*field) for field in fields), texts.keep)


def _division_form(article: Article, texts: Texts) -> str:
    lines = [(number, line) for number, line in enumerate(article.text.split("\n"), 1) if number > 1 and line.strip()]
    if not lines:
        return ""
    options = "".join(
        f'<option value="{number}" data-title="{attribute(_headline(line))}">{number} {escape(_short(line))}</option>'
        for number, line in lines
    )
    choice = f'<label>{escape(texts.divide_line)}<select name="line">{options}</select></label>'
    title = _field("title", texts.divide_title, _headline(lines[0][1]))
    return _form("divide", article, choice + title, texts.divide_do)


def _joining_form(article: Article, neighbours: Sequence[Article], texts: Texts) -> str:
    if not neighbours:
        return ""
    options = "".join(
        f'<option value="{attribute(item.id)}">{escape(item.title or texts.untitled + _short(item.text))}</option>'
        for item in neighbours
    )
    choice = f'<label>{escape(texts.join_next)}<select name="next">{options}</select></label>'
    return _form("join", article, choice, texts.join_do)


def _headline(line: str) -> str:
    """The line where it may be a headline that stands in the text; else nothing."""
    plain = " ".join(line.split())
    return plain if len(plain) <= _LONGEST_HEADLINE and not plain.endswith(_SENTENCE_ENDS) else ""


def _short(line: str) -> str:
    plain = " ".join(line.split())
    return plain if len(plain) <= _SHOWN_CHARACTERS else plain[:_SHOWN_CHARACTERS] + "…"
