"""The embedding model's tokenizer, for several threads at once, and with the words that a newspaper needs.

A tokenizer of ``transformers`` keeps the length to which it cuts in one place for all of its callers, so the
encoder's 512 and the reader's 192 tokens would, now and then, each be the other's: here one call follows the other.
Of a vocabulary for a hundred languages, 290 MB in memory, a Chinese paper uses a third, and all pieces of a text
without any other script are found in that third: with it the tokens are the same. The whole one is read again from
its file for the first text that has another script.
"""

from __future__ import annotations

import json
import threading
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_NEVER = "\ue000"
"""Stands for a word that is left out, so that all others keep their number; a text that has it wants the whole."""
_HAN = ((0x3400, 0x4DC0), (0x4E00, 0xA000))
_COMMON = frozenset("PSNZ")
"""Unicode's categories of punctuation, symbols, numbers and spaces."""


class SharedTokenizer:
    """Guards ``tokenizer``, of which every call is answered here from now on; may be used by many threads.

    ``path`` is the ``tokenizer.json`` that it was loaded from, None where its words have to stay in memory.
    """

    def __init__(self, tokenizer: Any, path: Path | None = None) -> None:
        self._tokenizer, self._path = tokenizer, path
        self._encode = tokenizer._encode_plus
        self._lock = threading.Lock()
        self._light: _LightTokenizer | None = None
        tokenizer._encode_plus = self._encode_alone

    def rest(self) -> None:
        """Nobody asks now: leave the words of other scripts in the file, at first and after each use of them."""
        with self._lock:
            path, self._path = self._path, None
        # Outside the lock, for it takes two seconds, once, and somebody may ask meanwhile.
        light = self._light if path is None else _without_other_scripts(self._tokenizer._tokenizer, path)
        with self._lock:
            self._light = light or self._light
            if self._light is not None:
                self._tokenizer._tokenizer = self._light.backend

    def _encode_alone(self, text: Any, text_pair: Any = None, *arguments: Any, **options: Any) -> Any:
        with self._lock:
            light = self._light
            is_light = light is not None and self._tokenizer._tokenizer is light.backend
            if light is not None and is_light and not light.is_enough_for(text, text_pair):
                self._tokenizer._tokenizer = light.whole()
            return self._encode(text, text_pair, *arguments, **options)


@dataclass(frozen=True, eq=False)
class _LightTokenizer:
    """``backend`` without the words that have one of ``left_out``; ``description`` is its own without any word."""

    backend: Any
    left_out: frozenset[str]
    description: dict[str, Any]
    path: Path

    def is_enough_for(self, *texts: Any) -> bool:
        """Whether all words of these texts are in it."""
        normalizer = self.backend.normalizer
        normalised = (normalizer.normalize_str(text) if normalizer else text for text in _strings(texts))
        return all(self.left_out.isdisjoint(text) for text in normalised)

    def whole(self) -> Any:
        """The tokenizer with all of its words."""
        return _described({**self.description, "model": _model_in(self.path)})


def _strings(texts: Any) -> Iterator[str]:
    """All strings of lists in lists."""
    if isinstance(texts, str):
        yield texts
    elif texts is not None:
        for text in texts:
            yield from _strings(text)


def _described(description: dict[str, Any]) -> Any:
    from tokenizers import Tokenizer

    return Tokenizer.from_str(json.dumps(description, ensure_ascii=False))


def _model_in(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))["model"]


def _without_other_scripts(backend: Any, path: Path) -> _LightTokenizer | None:
    """The same tokenizer without the words that have a sign of another script.

    None where the vocabulary is of another kind than Unigram, whose pieces are chosen among those in the text
    alone, or the file has another.
    """
    description = json.loads(backend.to_str())
    try:
        model = _model_in(path)
    except (OSError, ValueError, KeyError):
        return None
    if model.get("type") != "Unigram" or model.get("byte_fallback"):
        return None
    # Their scores lose the last digit each time ``tokenizers`` reads them.
    if [word for word, _score in model["vocab"]] != [word for word, _score in description["model"]["vocab"]]:
        return None
    signs = {sign for word, _score in model["vocab"] for sign in word}
    left_out = frozenset(filter(_is_of_another_script, signs))
    words = [[word if left_out.isdisjoint(word) else _NEVER, score] for word, score in model["vocab"]]
    light = _described({**description, "model": {**model, "vocab": words}})
    return _LightTokenizer(light, left_out | {_NEVER}, {**description, "model": None}, path)


def _is_of_another_script(sign: str) -> bool:
    """Whether a sign is neither ASCII nor Chinese, nor such as stand between words of any language."""
    code = ord(sign)
    is_common = code < 128 or any(begin <= code < end for begin, end in _HAN)
    return not is_common and unicodedata.category(sign)[0] not in _COMMON
