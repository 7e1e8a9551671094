"""``models`` and ``doctor``."""

from __future__ import annotations

import argparse

from rag.settings import Settings
from ui.commands.output import write_json, write_line

_STATES = {"ok": "✓", "warning": "!", "problem": "✗"}


def run_doctor(settings: Settings, options: argparse.Namespace) -> int:
    """Say what is installed, used and sound; exit status 1 when something is not."""
    from rag.diagnosis import diagnose

    diagnosis = diagnose(settings)
    if options.json:
        write_json(diagnosis.to_json())
    else:
        for item in diagnosis.items:
            write_line(f"{_STATES.get(item.state, '?')} {item.name}: {item.detail}")
    return 0 if diagnosis.sound else 1
