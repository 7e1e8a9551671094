"""The asking tab's Gradio components, laid out and not yet wired: the conversation left, the paper itself right."""

from __future__ import annotations

from dataclasses import dataclass

import gradio as gr

from ui.conversation_html import tools_html
from ui.gradio_events import bridge
from ui.messages import Texts
from ui.render import escape

_EXAMPLES_SECONDS = 2.0
"""How often an open page asks whether the examples are found; each time anew, so that a closed page holds nothing."""


@dataclass(frozen=True, slots=True)
class AskComponents:
    """What the tab's events read and change."""

    conversation: gr.State
    """The id of the conversation that is shown; empty for none."""
    beginning: gr.HTML
    thread: gr.HTML
    current: gr.HTML
    further: gr.HTML
    question: gr.Textbox
    notice: gr.HTML
    tools: gr.HTML
    date_from: gr.Textbox
    date_to: gr.Textbox
    source: gr.Dropdown
    earlier: gr.HTML
    evidence: gr.HTML
    further_clock: gr.Timer
    clock: gr.Timer

    @property
    def shown(self) -> list[gr.components.Component]:
        """What shows a conversation, in the order in which events give its new values."""
        return [
            self.thread,
            self.current,
            self.evidence,
            self.tools,
            self.notice,
            self.conversation,
            self.further,
            self.further_clock,
        ]

    @property
    def everything(self) -> list[gr.components.Component]:
        """What an event that asks or opens may change: ``shown``, the question box, the list of conversations."""
        return [*self.shown, self.question, self.earlier]


def lay_out(texts: Texts, no_evidence: str) -> AskComponents:
    """The components, in the block that is being laid out; ``no_evidence`` stands where evidence will."""
    conversation = gr.State("")
    with gr.Row(equal_height=False, elem_id="bw-desk"):
        with gr.Column(scale=6, min_width=320):
            beginning, thread, current, further = _chat()
            question = _question_box(texts)
            notice = gr.HTML("", elem_id="bw-notice", padding=False, js_on_load=bridge("ask"))
            tools = gr.HTML(tools_html(None, texts), elem_id="bw-tools", padding=False, js_on_load=bridge("new"))
            date_from, date_to, source = _limits(texts)
            with gr.Accordion(texts.conversations, open=False, elem_id="bw-earlier"):
                earlier = gr.HTML(
                    "", elem_id="bw-conversations", padding=False, js_on_load=bridge("open", "rename", "remove")
                )
        with gr.Column(scale=5, min_width=320, elem_id="bw-side"):
            gr.HTML(f'<h2 class="bw-heading">{escape(texts.evidence)}</h2>', padding=False)
            evidence = gr.HTML(no_evidence, elem_id="bw-evidence", padding=False)
    return AskComponents(
        conversation=conversation,
        beginning=beginning,
        thread=thread,
        current=current,
        further=further,
        question=question,
        notice=notice,
        tools=tools,
        date_from=date_from,
        date_to=date_to,
        source=source,
        earlier=earlier,
        evidence=evidence,
        further_clock=gr.Timer(_EXAMPLES_SECONDS, active=False),
        clock=gr.Timer(_EXAMPLES_SECONDS, active=False),
    )


def _chat() -> tuple[gr.HTML, gr.HTML, gr.HTML, gr.HTML]:
    """What a page begins with, the exchanges but the last, the last one, and what to ask further."""
    answered = bridge("ask", "feedback", "turn")
    with gr.Column(elem_id="bw-chat"):
        beginning = gr.HTML("", elem_id="bw-beginning", padding=False, js_on_load=bridge("ask"))
        thread = gr.HTML("", elem_id="bw-thread", padding=False, js_on_load=answered)
        with gr.Column(elem_id="bw-now"):
            current = gr.HTML("", elem_id="bw-current", padding=False, js_on_load=answered)
            further = gr.HTML("", elem_id="bw-further", padding=False, js_on_load=bridge("ask"))
    return beginning, thread, current, further


def _question_box(texts: Texts) -> gr.Textbox:
    return gr.Textbox(
        placeholder=texts.question_placeholder,
        label=texts.question_label,
        show_label=False,
        container=False,
        lines=1,
        max_lines=6,
        submit_btn=True,
        stop_btn=False,
        autofocus=True,
        elem_id="bw-question",
    )


def _limits(texts: Texts) -> tuple[gr.Textbox, gr.Textbox, gr.Dropdown]:
    """First day, last day and paper that a question is held to."""
    with gr.Accordion(texts.filters, open=False, elem_id="bw-filters"), gr.Row():
        hint = texts.date_hint
        date_from = gr.Textbox(label=texts.date_from, placeholder=hint, max_length=40, min_width=140)
        date_to = gr.Textbox(label=texts.date_to, placeholder=hint, max_length=40, min_width=140)
        source = gr.Dropdown([(texts.any_source, "")], value="", label=texts.source, min_width=140)
    return date_from, date_to, source
