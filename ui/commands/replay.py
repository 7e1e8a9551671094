"""``replay``: whether a saved answer still holds."""

from __future__ import annotations

import argparse
from contextlib import closing

from rag.settings import Settings
from rag.workspace import Workspace
from ui.commands.output import write_json, write_line
from ui.packets import MAX_BYTES, read_packet
from ui.replaying import Replay, replayed, with_answer
from ui.terminal import clean

_STATES = {
    "same": "仍然成立 · still holds",
    "changed": "有变化 · changed",
    "gone": "报道已不在 · an article is gone",
}


def run_replay(settings: Settings, options: argparse.Namespace) -> int:
    """Hold a packet against the store; with ``--ask`` ask again, too. The exit status is 0 whatever is found."""
    with options.file.open("rb") as file:
        packet = read_packet(file.read(MAX_BYTES + 1))
    with closing(Workspace(settings)) as workspace:
        found = replayed(packet, workspace.store)
        if options.ask:
            answer = workspace.assistant.answer(
                packet.question, search_filter=packet.search_filter, prose=packet.prose
            )
            found = with_answer(found, answer)
    write_json(found.to_json()) if options.json else write_line(_text(found))
    return 0


def _text(found: Replay) -> str:
    lines = [_STATES[found.state]]
    for item in found.quotes:
        changes = f"（{'、'.join(item.changes)}）" if item.changes else ""
        lines.append(f"[{item.citation.marker}] 《{item.citation.title}》 {_STATES[item.state]}{changes}")
    if found.answer is not None:
        lines.append(f"重新作答 · asked again: {found.answer.answer}")
        lines.append("、".join(found.answer_changes) or "答案相同 · the same answer")
    return clean("\n".join(lines))
