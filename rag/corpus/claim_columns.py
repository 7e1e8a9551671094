"""The columns of a stored claim, in order: what the claim index writes and every store keeps."""

from __future__ import annotations

CLAIM_COLUMNS = (
    ("article_id", "text"),
    ("sort", "text"),  # figure, day, office
    ("start", "integer"),
    ("end", "integer"),
    ("clause_start", "integer"),
    ("clause_end", "integer"),
    ("sentence_start", "integer"),
    ("sentence_end", "integer"),
    ("standing", "text"),
    ("place", "text"),
    ("thing", "text"),
    ("act", "text"),
    ("measure", "text"),
    ("base_unit", "text"),
    ("base_value", "text"),
    ("figure", "text"),  # as JSON; '' where there is none
    ("period_first", "text or null"),
    ("period_last", "text or null"),
    ("period_text", "text or null"),
    ("period_year_said", "integer or null"),
    ("period_is_end", "integer or null"),
    ("mood", "text"),
    ("mood_word", "text"),
    ("places", "text"),
    ("members", "text"),
    ("is_part", "integer"),
    ("words", "text"),
)
"""Name and kind of each column but for the row's own number."""

CLAIM_COLUMN_NAMES = tuple(name for name, _ in CLAIM_COLUMNS)
