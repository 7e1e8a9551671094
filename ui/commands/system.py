"""``models`` and ``doctor``."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from rag.settings import Settings
from ui.commands.output import write_json, write_line

if TYPE_CHECKING:
    from embeddings.model_store import ModelStatus

_STATES = {"ok": "✓", "warning": "!", "problem": "✗"}


def run_doctor(settings: Settings, options: argparse.Namespace) -> int:
    """Say what is installed, used and sound; exit status 1 when something is not."""
    from rag.diagnosis import diagnose

    mended = []
    if options.fix:
        from rag.mending import mend

        mended = mend(settings)
    diagnosis = diagnose(settings)
    if options.json:
        document = diagnosis.to_json()
        if options.fix:
            document["mended"] = [asdict(item) for item in mended]
        write_json(document)
    else:
        for item in [*mended, *diagnosis.items]:
            write_line(f"{_STATES.get(item.state, '?')} {item.name}: {item.detail}")
    return 0 if diagnosis.sound else 1


def run_models_fetch(settings: Settings, options: argparse.Namespace) -> int:
    """Bring, verify and convert the default models; what is ready is left alone."""
    from embeddings.fetch_progress import BarProgress
    from embeddings.model_store import fetch_models
    from rag.generation.machine import detect_machine
    from rag.generation.runtime import choose_runtime

    # The 3 GB that transformers reads are only made where transformers will run, or on request.
    wanted = options.for_transformers or choose_runtime(settings, detect_machine()).runtime == "transformers"
    statuses = fetch_models(settings.models, for_transformers=wanted, progress=BarProgress())
    _write_statuses(settings, statuses, as_json=options.json)
    return 0


def run_models_list(settings: Settings, options: argparse.Namespace) -> int:
    """Say which default models are there."""
    from embeddings.model_store import model_statuses

    _write_statuses(settings, model_statuses(settings.models), as_json=options.json)
    return 0


def _write_statuses(settings: Settings, statuses: Sequence[ModelStatus], *, as_json: bool) -> None:
    if as_json:
        models = [
            {
                "name": status.name,
                "purpose": status.purpose,
                "state": status.state,
                "path": str(status.path),
                "bytes": status.bytes,
                "licence": status.licence,
                "detail": status.detail,
            }
            for status in statuses
        ]
        write_json({"directory": str(settings.models), "models": models})
        return
    for status in statuses:
        size = f"{status.bytes / 1e6:.0f} MB" if status.bytes else "-"
        write_line(
            f"{status.name}  {status.purpose}  {status.state}  {size}  {status.licence}  {status.detail}".rstrip()
        )
