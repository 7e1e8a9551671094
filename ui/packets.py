"""The answer packet: a question, its answer and its evidence as one JSON file that a program can replay."""

from __future__ import annotations

import datetime as dt
import json

from rag.records import Answer, JsonObject
from ui.serialisation import answer_json

PACKET_VERSION = 1


def packet_json(answer: Answer, *, made: dt.datetime, release: str) -> str:
    """The packet as JSON: enough to check every quote, and to ask again of the same store and model."""
    document: JsonObject = {
        "kind": "baowen answer packet",
        "packet_version": PACKET_VERSION,
        "baowen_version": release,
        "made": made.isoformat(timespec="seconds"),
        **answer_json(answer),
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
