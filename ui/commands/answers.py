"""``ask`` and ``evaluate``."""

from __future__ import annotations

import argparse
import sys
from contextlib import closing

from rag.answering.events import AnswerReady, EvidenceFound, TextDelta
from rag.answering.inquiry import checked_question
from rag.evaluation.runner import evaluate_file
from rag.settings import Settings
from rag.workspace import Workspace
from ui.commands.output import ProgressLine, write_json, write_line
from ui.filters import make_filter
from ui.serialisation import answer_json
from ui.terminal import after_answer_text, clean


def run_ask(settings: Settings, options: argparse.Namespace) -> int:
    """Answer one question; a refusal is an answer, so the exit status is 0."""
    search_filter = make_filter(options.date_from, options.date_to, options.source)
    checked_question(options.question, settings.max_question_characters)  # before gigabytes are loaded for it
    with closing(Workspace(settings)) as workspace:
        _ = workspace.store  # a missing store is told at once
        if options.prose:
            workspace.warm_up()  # else what it takes is loaded when it is first used, and the language model never
        if options.json:
            answer = workspace.assistant.answer(options.question, search_filter=search_filter, prose=options.prose)
            write_json(answer_json(answer))
            return 0
        events = workspace.assistant.stream(options.question, search_filter=search_filter, prose=options.prose)
        for event in events:
            match event:
                case EvidenceFound():
                    sys.stderr.write(
                        f"找到 {len(event.passages)} 段报道，正在作答…… / {len(event.passages)} passages\n"
                    )
                    if event.sentence is not None and event.answers:
                        sys.stderr.write(
                            f"报上的原句，尚未核对 / the paper says, not yet checked: {clean(event.sentence.quote)}\n"
                        )
                case TextDelta():
                    sys.stdout.write(clean(event.text))
                    sys.stdout.flush()
                case AnswerReady():
                    write_line("\n\n" + after_answer_text(event.answer) if after_answer_text(event.answer) else "")
    return 0


def run_evaluate(settings: Settings, options: argparse.Namespace) -> int:
    """Measure over gold questions; prints the table."""
    line = ProgressLine()

    def show(done: int, total: int) -> None:
        line.show(f"评测 {done}/{total}")

    with closing(Workspace(settings)) as workspace:
        report = evaluate_file(
            workspace,
            options.file,
            format=options.format,
            noise=options.noise,
            limit=options.limit,
            on_progress=show,
        )
    line.end()
    if options.json:
        write_json(report.to_json())
    else:
        write_line(report.to_text())
    return 0
