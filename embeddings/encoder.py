"""Text to unit vectors; the only import of sentence_transformers.

A query and a passage are encoded differently where the model asks for prefixes (the e5 family does). Bulk work is
sorted by token count and cut into batches of about equal cost, so that little is spent on padding and a query never
waits for more than one batch.
"""

from __future__ import annotations

import functools
import logging
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from embeddings.errors import ModelDamagedError, ModelFetchError
from embeddings.fingerprint import model_name_with_fingerprint
from embeddings.gathered_calls import GatheredCalls
from embeddings.hub import cached_snapshot, require_reachable
from embeddings.mapped_files import give_back_mapped_pages
from embeddings.model_store import ModelLocation, resolve_embedding_model
from embeddings.precision import Precision, best_precision
from embeddings.prompts import prompts_of_family
from embeddings.shared_tokenizer import SharedTokenizer

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = NDArray[np.float32]

_BATCH_TOKENS = 2048
_WEIGHTS_NAME = "model.safetensors"
_QUERIES_TOGETHER = 16
_KERNELS_KEPT = {"ONEDNN_PRIMITIVE_CACHE_CAPACITY": "192", "LRU_CACHE_CAPACITY": "16"}
"""torch compiles a kernel for each shape of input and keeps 1,024 of them twice, once for each thread that computes.
Batches come in ever new shapes: a service grew by 1 GB. 300 lengths in bfloat16: 795 MB more, this way 127, and a
question of 12 to 40 tokens is no slower (its kernels are in the first cache)."""


class Encoder(Protocol):
    """Turns texts into unit vectors. May be used by many threads at once."""

    @property
    def name(self) -> str:
        """The model and a short hash of its files: two encoders of one name give comparable vectors."""

    @property
    def dimension(self) -> int:
        """The length of a vector."""

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """``(len(texts), dimension)`` float32, unit rows, for questions such as ``["签约了多少个项目？"]``."""

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """``(len(texts), dimension)`` float32, unit rows, for pieces of articles."""


def token_batches(token_counts: Sequence[int], batch_tokens: int = _BATCH_TOKENS) -> Iterator[list[int]]:
    """Indices of ``token_counts``, longest first, in batches whose padded size is at most ``batch_tokens``.

    A single text longer than that is a batch of its own. Every index comes exactly once.
    """
    order = sorted(range(len(token_counts)), key=lambda index: -token_counts[index])
    begin = 0
    while begin < len(order):
        longest = max(1, token_counts[order[begin]])
        end = begin + max(1, batch_tokens // longest)
        yield order[begin:end]
        begin = end


class SentenceTransformerEncoder:
    """An encoder over a loaded sentence-transformers model.

    ``prompts`` are put before queries and passages; a batch holds at most ``batch_tokens``, padding included.
    A single query is encoded in ``query_thread``, where one is given: a thread that computes with one core. Two
    cores are no faster for so few tokens, and a search needs the other for the words meanwhile: 150,000 chunks are
    searched in 30 ms that way, in 40 with both (two cores, median of 100 questions). Queries of several callers that
    come while one is encoded are encoded together, at most ``queries_together``: eight take 4 to 5 ms of processor
    time each so, alone 13. 1 is for bfloat16, where a vector would depend, by a thousandth, on what else was asked.
    ``compiled`` gives what computes a network of ``transformers`` fastest here; without it torch does. ``tokenizer``
    guards the model's own, and ``file`` holds its weights.
    """

    def __init__(
        self,
        model: SentenceTransformer,
        name: str,
        prompts: tuple[str, str],
        batch_tokens: int = _BATCH_TOKENS,
        query_thread: ThreadPoolExecutor | None = None,
        queries_together: int = 1,
        compiled: Callable[..., Any] | None = None,
        tokenizer: SharedTokenizer | None = None,
        file: Path | None = None,
    ) -> None:
        self._model, self._batch_tokens = model, batch_tokens
        self._tokenizer, self._file = tokenizer, file
        self._name = name
        self._compiled = compiled
        self._networks: list[Any] = []
        if compiled is not None:
            self._network = model[0].model
            model[0].model = compiled(self._network, in_file=file is not None)
        self._query_prompt, self._passage_prompt = prompts
        self._dimension = len(model.encode("", show_progress_bar=False))
        self._query_thread = query_thread
        self._query_together = GatheredCalls(self._encode_in_query_thread, queries_together)
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """The model and a short hash of its files: ``"multilingual-e5-small@1f0c…"``."""
        return self._name

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        return self._dimension

    def rest(self) -> None:
        """Nobody asks now: give back what can be read again from the model's folder."""
        if self._tokenizer is not None:
            self._tokenizer.rest()
        for network in self._networks:
            network.layers.give_back()
        if self._file is not None:
            give_back_mapped_pages(self._file)

    def transformer(self) -> tuple[Any, Any]:
        """The model's own network and tokenizer, for what is trained on top of them; not to be changed."""
        network = self._model[0].auto_model if self._compiled is None else self._network
        return network, self._model.tokenizer

    def compiled(self, network: Any) -> Any:
        """``network``, of the kind that ``transformer`` gives, as this encoder computes its own."""
        if self._compiled is None:
            return network
        self._networks.append(self._compiled(network))
        return self._networks[-1]

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """``(len(texts), dimension)`` float32, unit rows."""
        queries = [self._query_prompt + text for text in texts]
        if self._query_thread is None or len(queries) != 1:
            return self._encode(queries)
        return self._query_together(queries[0])[np.newaxis].copy()

    def _encode_in_query_thread(self, queries: Sequence[str]) -> Sequence[Vectors]:
        if self._query_thread is None:
            return list(self._encode(list(queries)))
        return list(self._query_thread.submit(self._encode, list(queries)).result())

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """``(len(texts), dimension)`` float32, unit rows; a text beyond the model's length is cut off."""
        return self._encode([self._passage_prompt + text for text in texts])

    def _encode(self, texts: list[str]) -> Vectors:
        vectors = np.zeros((len(texts), self._dimension), dtype=np.float32)
        for batch in token_batches(self._token_counts(texts), self._batch_tokens):
            with self._lock:
                rows = self._model.encode(
                    [texts[index] for index in batch],
                    batch_size=len(batch),
                    show_progress_bar=False,
                )
            vectors[batch] = np.asarray(rows, dtype=np.float32)
        if not np.isfinite(vectors).all():
            raise ModelDamagedError(f"the model {self._name} gave values that are no numbers; fetch it again")
        # Here and not in the model: in bfloat16 a row's length comes out up to 0.5 % off, a quarter of what the
        # scores of good and bad passages differ by.
        vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), np.finfo(np.float32).tiny)
        return vectors

    def _token_counts(self, texts: list[str]) -> list[int]:
        if len(texts) < 2:
            return [1] * len(texts)
        with self._lock:
            encoded = self._model.tokenizer(texts, truncation=True, padding=False)["input_ids"]
        return [len(ids) for ids in encoded]


def load_encoder(source: ModelLocation | Path | str, *, threads: int = 0) -> SentenceTransformerEncoder:
    """Load the model at ``source`` (see ``resolve_embedding_model``), in the best precision of this machine.

    ``threads`` is the number of compute threads, 0 for every core this process may run on. A folder is loaded
    without any network; a name on a hub comes from its cache, else from the hub.

    Raises:
        ModelNotFetchedError: a path that is not there.
        ModelDamagedError: a folder that is not a model's, or is not whole.
        ModelFetchError: the hub cannot be reached, or has no such model.
    """
    location = source if isinstance(source, ModelLocation) else resolve_embedding_model(str(source), Path("."))
    # Compute threads that wait by spinning made a query 20 times slower (1,500 ms against 100) on two busy cores.
    # OpenMP and oneDNN read these once, when torch is first imported; an operator's own choice stands.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    keep_few_kernels()
    import torch

    query_thread = _one_core_thread()
    cores = threads or len(os.sched_getaffinity(0))
    torch.set_num_threads(cores)
    precision = best_precision()
    with _quiet_loading():
        model = _load(location, precision)
    model.eval()
    compiled = _compilation(model, precision, cores)
    if compiled is None and precision.bfloat16:
        model.bfloat16()
    if location.is_local:
        _leave_words_in_file(model, Path(location.location))
    prompts = _prompts(model, location.name)
    return SentenceTransformerEncoder(
        model,
        encoder_name(location),
        prompts,
        precision.batch_tokens,
        query_thread,
        queries_together=1 if precision.bfloat16 else _QUERIES_TOGETHER,
        compiled=compiled,
        tokenizer=_shared_tokenizer(model, location),
        file=Path(location.location) / _WEIGHTS_NAME if location.is_local else None,
    )


def _shared_tokenizer(model: SentenceTransformer, location: ModelLocation) -> SharedTokenizer | None:
    """The model's tokenizer made fit for several threads; None where it is not one of ``tokenizers``."""
    if not getattr(model.tokenizer, "is_fast", False):
        return None
    return SharedTokenizer(model.tokenizer, Path(location.location) / "tokenizer.json" if location.is_local else None)


def _compilation(model: SentenceTransformer, precision: Precision, cores: int) -> Callable[..., Any] | None:
    """What compiles a network of this kind; None where the kind, a card or the installation rules it out."""
    from embeddings.compiled_network import CompiledNetwork, can_be_compiled

    if precision.device != "cpu" or not can_be_compiled(model[0].auto_model):
        return None
    return functools.partial(CompiledNetwork, bfloat16=precision.bfloat16, threads=cores)


def keep_few_kernels() -> None:
    """Bound what torch keeps of the kernels it compiles; before torch is first imported. A set value stands."""
    for cache, capacity in _KERNELS_KEPT.items():
        os.environ.setdefault(cache, capacity)


def _one_core_thread() -> ThreadPoolExecutor:
    """A thread whose torch operations use one core.

    torch keeps the number for each thread, and one value for the threads to come: who calls this sets that anew.
    """
    import torch

    thread = ThreadPoolExecutor(1, "query-encoder", initializer=torch.set_num_threads, initargs=(1,))
    thread.submit(torch.get_num_threads).result()
    return thread


def encoder_name(location: ModelLocation) -> str:
    """The name of the encoder of ``location``, from its files alone: ``"multilingual-e5-small@1f0c…"``."""
    return model_name_with_fingerprint(location.name, location.location, is_local=location.is_local)


def _load(location: ModelLocation, precision: Precision) -> SentenceTransformer:
    if location.is_local:
        try:
            return _open_model(location.location, precision, without_network=True)
        except Exception as error:  # foreign libraries raise a dozen kinds here, and all mean the same
            raise ModelDamagedError(
                f"{location.location} is not a usable embedding model ({_reason(error)}); fetch it again"
            ) from error
    if cached_snapshot(location.location) is not None:
        try:
            return _open_model(location.location, precision, without_network=True)
        except Exception:  # the cache holds a part only: the hub has the rest
            logging.getLogger(__name__).info("the cached model %s is not whole", location.name)
    require_reachable(location.location)
    try:
        return _open_model(location.location, precision, without_network=False)
    except Exception as error:
        raise ModelFetchError(
            f"cannot load the model {location.name} from its hub ({_reason(error)});"
            " check the network, or set embedding_model to a folder"
        ) from error


def _open_model(name: str, precision: Precision, *, without_network: bool) -> SentenceTransformer:
    import torch
    from sentence_transformers import SentenceTransformer

    # On a processor the weights are compiled from float32, or made bfloat16 once it is known that they are not.
    on_card = precision.device != "cpu"
    options: dict[str, Any] = {"dtype": torch.bfloat16 if precision.bfloat16 and on_card else torch.float32}
    if not precision.fused_attention:
        options["attn_implementation"] = "eager"
    return SentenceTransformer(name, device=precision.device, local_files_only=without_network, model_kwargs=options)


def _leave_words_in_file(model: SentenceTransformer, folder: Path) -> None:
    from embeddings.word_table import leave_words_in_file

    leave_words_in_file(getattr(model[0], "auto_model", None), folder / _WEIGHTS_NAME)


def _reason(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__


def _prompts(model: SentenceTransformer, name: str) -> tuple[str, str]:
    """What the model wants before a query and a passage: by its own configuration, else by its family."""
    known = {key: value for key, value in model.prompts.items() if value}
    passage = known.get("passage") or known.get("document") or ""
    if known.get("query") or passage:
        return known.get("query", ""), passage
    return prompts_of_family(name)


@contextmanager
def _quiet_loading() -> Iterator[None]:
    """Keep loading bars and reports off the terminal for the time of loading."""
    from transformers.utils import logging as transformers_logging

    level = transformers_logging.get_verbosity()
    had_bar = transformers_logging.is_progress_bar_enabled()
    sentence_logger = logging.getLogger("sentence_transformers")
    sentence_level = sentence_logger.level
    transformers_logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    sentence_logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        transformers_logging.set_verbosity(level)
        sentence_logger.setLevel(sentence_level)
        if had_bar:
            transformers_logging.enable_progress_bar()  # type: ignore[no-untyped-call]
