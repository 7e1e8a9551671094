"""Where 为什么 is asked, a sentence that gives no reason is told with the one beside it that does."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from rag.answering.evidence import Sentence
from rag.chinese.lexicon import alternation
from rag.chinese.sentences import split_sentences


def with_reason(sentence: Sentence) -> Sentence:
    """The sentence, with the one after or before it in its paragraph where only that gives a reason."""
    if _causes().search(sentence.text):
        return sentence
    text = sentence.article.text
    begin = text.rfind("\n", 0, sentence.start) + 1
    stop = text.find("\n", sentence.end)
    spans = split_sentences(text[begin : stop if stop >= 0 else len(text)])
    after = next((span for span in spans if begin + span.start >= sentence.end), None)
    before = next((span for span in reversed(spans) if begin + span.end <= sentence.start), None)
    for span in (after, before):
        if span is not None and _causes().search(text, begin + span.start, begin + span.end):
            start, end = min(sentence.start, begin + span.start), max(sentence.end, begin + span.end)
            return replace(sentence, start=start, end=end, text=text[start:end])
    return sentence


@lru_cache(maxsize=1)
def _causes() -> re.Pattern[str]:
    return re.compile(alternation("causes", "cause"))
