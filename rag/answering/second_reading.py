"""Evidence read a second time, by the generation model: whether each sentence answers, from what the model holds.

The reader (``verification``) is small and quick, and finds the sentences that may answer among all of a search. Which
of those few does, the generation model knows better, if its state is read and not its word (``state_probe``). They
are read in one pass, each as ``reading_message`` puts it: its day and headline, the sentence, today, the question.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from rag.answering.evidence import Sentence
from rag.answering.inquiry import Findings, is_of_another_member
from rag.answering.saying import of_another_place, of_another_time
from rag.answering.self_check import understood
from rag.answering.state_probe import StateProbe, probe_of
from rag.answering.times import without_year
from rag.errors import GenerationError
from rag.generation.generator import Generator, Message
from rag.generation.prompts import EvidenceLine, reading_message

MOST_SENTENCES = 5
"""So many sentences, the surest by the reader, are read again: each costs a fifth of a second on two cores. Of 192
questions of strangers the one that answers was the reader's first for 151, and among its first five for 188."""
FAR, SURE = 3.0, 1.5
"""Those whose logit by the reader is so far below the first one's are read only where none of the others is found to
answer so surely. Of 191 questions of strangers' seen half that read 65 of 100 sentences, and missed no right one."""
READER_WEIGHT = 0.35
"""What the reader's logit counts beside the log-odds of the state: it saw what stands before a sentence, and tells
two sentences of one matter and different days apart where the state holds both for an answer."""
MOST_CHARACTERS = 300
"""A sentence is read so far: what has no full stop for longer is a table or a list, and would hold up all others."""
_WHOLE_PLACE = re.compile(r"^(?:(?:全|我们?|咱们?|本)[省市区县州镇乡村](?![场域政委长民里外道]))的?")
_ABBREVIATED = re.compile(r"（[A-Za-z]+）")
"""What ``as_printed`` puts after a word for what was typed: 生产总值（GDP）."""
_FEWEST_CHARACTERS = 4
_BELOW_THE_LEAST = 1.0
"""How far below the least of what was read again all others stay at least."""
_SKIPPED_BELOW = 8.0
"""And how far below the best, where some were not read for being far: read, they lie 8.5 below it in the median."""
_MAY_ANSWER = -2.0
"""From these log-odds on, one chance in eight, what answers best is evidence, too, where it was crowded out."""


def read_again(generator: Generator, question: str, found: Findings) -> Findings:
    """The findings with the log-odds of both readings as their sentences' ``presence``.

    They stay as they are where the runtime tells no state, the probe is another model's, or nothing has a headline.
    The year of a question, and 全市 of a city's paper, are the slots' matter: a sentence that they do not find to be
    of another time or place is asked whether it answers the question without them, for a paper names neither.
    """
    chosen = read_first(found)
    # Of passages without any headline the model's yes or no tells more: the probe has learnt of few.
    probe = probe_of(generator) if any(item.article.title for item in chosen) else None
    if probe is None:
        return found
    near = [item for item in chosen if (item.presence or 0.0) > (chosen[0].presence or 0.0) - FAR]
    read = partial(_log_odds, generator, probe, question, found)
    values = read(near)
    if len(near) < len(chosen) and max(values.values(), default=SURE) < SURE:
        values |= read(chosen[len(near) :])
    if not values:
        return found
    least = min(values.values()) - _BELOW_THE_LEAST
    if len(values) < len(chosen):
        least = min(least, max(values.values()) - _SKIPPED_BELOW)

    def again(item: Sentence) -> Sentence:
        if item.presence is None:
            return item
        again = values.get(_place(item), min(item.presence, least))
        return replace(item, presence=again, first_presence=item.presence)

    sentences, evidence = tuple(map(again, found.sentences)), tuple(map(again, found.evidence))
    best = max(sentences, key=lambda item: values.get(_place(item), least))
    shown = _place(best) in map(_place, evidence) or is_of_another_member(found.question, best)
    if values[_place(best)] >= _MAY_ANSWER and not shown:
        evidence = (*evidence, best)
    return replace(
        found,
        sentences=sentences,
        evidence=evidence,
        support=replace(found.support, presence=max(values.values())),
        read_again=True,
    )


def read_first(found: Findings) -> list[Sentence]:
    """The sentences that are read again, the reader's surest first."""
    read = [item for item in found.sentences if item.presence is not None]
    return sorted(read, key=lambda item: item.presence or 0.0, reverse=True)[:MOST_SENTENCES]


def _log_odds(
    generator: Generator, probe: StateProbe, question: str, found: Findings, sentences: Sequence[Sentence]
) -> dict[tuple[str, int], float]:
    """The log-odds of both readings, by place; empty where the runtime tells no state."""
    try:
        states = generator.hidden_states(
            [(message_of(as_put(question, found, item), item, found.today),) for item in sentences]
        )
    except GenerationError:
        return {}
    if states is None:
        return {}
    return {
        _place(item): probe.log_odds(state) + READER_WEIGHT * (item.presence or 0.0)
        for item, state in zip(sentences, states, strict=True)
    }


def as_put(question: str, found: Findings, sentence: Sentence) -> str:
    """The question as it is put of this sentence: without what the slots tell, unless they tell of another."""
    plain = _without_what_slots_tell(question, found)
    return question if plain == question or _is_of_another(found, sentence) else plain


def question_without_year(question: str, found: Findings) -> str:
    """The question as a sentence can answer it: a paper of 2020 says 一季度, and by its day that is 去年一季度."""
    if found.time_asked is None or any(item.article.date is None for item in found.evidence):
        return question
    return without_year(question, found.time_asked) or question


def _without_what_slots_tell(question: str, found: Findings) -> str:
    """The question without its year, 全年, and the whole of a place at its beginning."""
    asked = found.time_asked
    plain = question_without_year(question, found)
    if asked is not None and "全年" in asked.text:
        plain = plain.replace("全年", "", 1)
    plain = _WHOLE_PLACE.sub("", _ABBREVIATED.sub("", plain)).lstrip("，,、的 ")
    return plain if len(plain) >= _FEWEST_CHARACTERS else question


def _is_of_another(found: Findings, sentence: Sentence) -> bool:
    """Whether all that a sentence tells is, by its slots, of another time or place than the question's."""
    asked = found.question
    return of_another_time(asked, sentence) is not None or of_another_place(asked, sentence) is not None


def message_of(question: str, sentence: Sentence, today: dt.date | None) -> Message:
    """How a sentence is put to the model."""
    line = EvidenceLine(sentence.article.title, understood(sentence)[:MOST_CHARACTERS])
    return reading_message(question, line, sentence.article.date, today)


def _place(sentence: Sentence) -> tuple[str, int]:
    return sentence.article.id, sentence.start
