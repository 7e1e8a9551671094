"""Real articles to fill pages with, cut to the room there is."""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path

NO_LINE_START = "，。、；：？！”’）》】%"
SENTENCE_ENDS = "。！？"


class Texts:
    """Real articles, handed out in random order and cut to the room there is."""

    def __init__(self, path: Path, rng: random.Random) -> None:
        opener = gzip.open if path.suffix == ".gz" else open
        with opener(path, "rt", encoding="utf-8") as file:
            records = [json.loads(line) for _, line in zip(range(6000), file, strict=False)]
        self.records = [
            (clean(record["title"]), [clean(part) for part in record["text"].split("\n") if is_prose(clean(part))])
            for record in records
        ]
        self.records = [(t, p) for t, p in self.records if 6 <= len(t) <= 26 and sum(map(len, p)) > 150]
        self.records.sort(key=lambda record: sum(map(len, record[1])))
        self.rng = rng

    def take(self, characters: float) -> tuple[str, list[str]]:
        """A title and whole sentences of at most about ``characters``."""
        long_enough = [record for record in self.records if sum(map(len, record[1])) >= characters]
        title, paragraphs = self.rng.choice(long_enough or self.records[-20:])
        kept: list[str] = []
        left = characters
        opening = (
            f"本报讯（记者{self.rng.choice('陈吴郑何')}小{self.rng.choice('禾舟川')}） "
            if self.rng.random() < 0.6
            else ""
        )
        for paragraph in paragraphs:
            if len(paragraph) > left:
                end = max(paragraph.rfind(mark, 0, int(left)) for mark in SENTENCE_ENDS) + 1
                if end > 10:
                    kept.append(paragraph[:end])
                break
            kept.append(paragraph)
            left -= len(paragraph)
        if not kept:
            kept = [paragraphs[0][: int(characters)]]
        kept[0] = opening + kept[0]
        return title, kept


def is_prose(text: str) -> bool:
    """Whether a paragraph is text and no link."""
    return len(text) > 8 and "http" not in text


def clean(text: str) -> str:
    """Text without what the fonts here cannot draw."""
    text = "".join(text.split()).replace("—", "—")
    return "".join(c for c in text if c.isascii() or "\u4e00" <= c <= "\u9fa5" or c in NO_LINE_START + "“‘（《【·—…")
