"""Generation through llama.cpp's prebuilt wheel: a quantised model on ordinary processors.

The only importer of ``xllamacpp``. It does not know which model to run or when to prefer it: ``runtime`` does.

llama.cpp runs inside this process. Its engine keeps the state of the last prompt, so a request that begins like
the one before reads only what is new; states of other beginnings wait in a small memory beside it. The engine
also opens a port on the loopback address and cannot be told not to: it is closed to everyone without a key that
never leaves this process.
"""

from __future__ import annotations

import ctypes
import importlib
import importlib.metadata
import importlib.util
import math
import secrets
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import httpx

from embeddings.mapped_files import give_back_mapped_pages
from rag.errors import GenerationError
from rag.generation.generator import DEFAULT_OPTIONS, GenerationOptions, Message, TextStream
from rag.generation.machine import quiet_waiting_threads
from rag.generation.prompt_state import PromptStateFiles, model_identity
from rag.generation.reply_worker import Reply, stream_reply
from rag.interruption import raise_if_stopped, stop_event

_REPORTED_TOKENS = 200
"""How many of the most probable tokens ``candidate_probabilities`` looks through."""


@dataclass(frozen=True, slots=True)
class LlamaCppConfig:
    """The engine's settings; the defaults are the fastest measured on two cores with AVX2.

    ``context_tokens`` holds prompt and reply together. ``batch_tokens`` are read in one step, and a closed
    stream stops between steps. ``cached_prompts_mebibytes`` bounds the memory of other prompts' states (28 KiB a
    token for the default model); 0 keeps only the latest. ``threads`` must not exceed the cores that this process
    may use: the engine's threads wait for each other by spinning. ``state_folder`` is where the state after a
    prompt's fixed beginning is kept between processes (see ``prompt_state``); None keeps none.
    """

    threads: int = 1
    context_tokens: int = 4096
    batch_tokens: int = 256
    cached_prompts_mebibytes: int = 256
    state_folder: Path | None = None


class LlamaCppGenerator:
    """A GGUF model, loaded once.

    Raises:
        GenerationError: the wheel is not installed, or llama.cpp cannot read the file.
    """

    runtime = "llama.cpp"

    def __init__(self, path: Path, *, name: str = "", config: LlamaCppConfig | None = None) -> None:
        self.name = name or path.stem
        self._path = path
        self._config = config or LlamaCppConfig()
        self._key = secrets.token_urlsafe(32)
        self._lock = threading.Lock()
        self._first_tokens: dict[str, int] = {}
        self._asked = False
        self._states = _state_files(path, self._config)
        self._server: Any = _start_server(path, self._config, self._key, self._states)

    def stream(self, messages: Sequence[Message], options: GenerationOptions = DEFAULT_OPTIONS) -> TextStream:
        """See ``Generator.stream``."""
        body = {
            **_request(messages),
            "stream": True,
            # Progress reports give a closed stream the chance to stop while the prompt is still being read.
            "return_progress": True,
            "max_tokens": options.max_tokens,
            "temperature": options.temperature,
            "seed": options.seed,
            "stop": list(options.stop),
        }
        return stream_reply(partial(self._write, body), self._lock)

    def _write(self, body: dict[str, Any], reply: Reply) -> None:
        refusals: list[str] = []
        raise_if_stopped()

        def receive(event: dict[str, Any]) -> bool:  # True asks the engine to stop
            if "choices" not in event:
                refusals.append(_error_text(event))
            for choice in event.get("choices", ()):
                reply.put((choice.get("delta") or {}).get("content") or "")
            return bool(refusals) or reply.cancelled.is_set()

        self._running_server().handle_chat_completions(body, receive)
        if refusals:
            raise GenerationError(f"llama.cpp refused the request: {refusals[0]}")

    def candidate_probabilities(self, messages: Sequence[Message], candidates: Sequence[str]) -> Mapping[str, float]:
        """See ``Generator.candidate_probabilities``; looks through the 200 most probable tokens."""
        body = {**_request(messages), "max_tokens": 1, "logprobs": True, "top_logprobs": _REPORTED_TOKENS}
        with self._lock:
            raise_if_stopped()
            self._running_server()
            first_tokens = {candidate: self._first_token(candidate) for candidate in candidates}
            positions = self._first_positions(body)
        probability = {entry["id"]: math.exp(entry["logprob"]) for entry in positions[0]["top_logprobs"]}
        return {candidate: min(1.0, probability.get(token, 0.0)) for candidate, token in first_tokens.items()}

    def _first_positions(self, body: dict[str, Any]) -> list[dict[str, Any]]:
        """What the engine reports of the reply's first tokens; it is told to stop where the asker is gone.

        Raises:
            GenerationError: it reports nothing.
            WorkStopped: the work was stopped while the prompt was read.
        """
        stop = stop_event()
        positions: list[dict[str, Any]] = []
        refusals: list[str] = []

        def receive(event: dict[str, Any]) -> bool:  # True asks the engine to stop
            if "choices" not in event:
                refusals.append(_error_text(event))
            for choice in event.get("choices", ()):
                positions.extend((choice.get("logprobs") or {}).get("content") or [])
            return stop is not None and stop.is_set()

        self._running_server().handle_chat_completions({**body, "stream": True, "return_progress": True}, receive)
        raise_if_stopped()
        if not positions:
            raise GenerationError(f"llama.cpp reported no probabilities: {'; '.join(refusals) or 'an empty reply'}")
        return positions

    def _first_token(self, candidate: str) -> int:
        if candidate not in self._first_tokens:
            response = self._post("tokenize", {"content": candidate, "add_special": False, "parse_special": False})
            tokens = response.json().get("tokens") if response.is_success else None
            if not tokens:
                raise GenerationError(f"llama.cpp found no token in {candidate!r}; expected candidates with text")
            self._first_tokens[candidate] = int(tokens[0])
        return self._first_tokens[candidate]

    def _post(self, path: str, body: dict[str, Any]) -> httpx.Response:
        return httpx.post(
            f"{self._server.listening_address}/{path}",
            json=body,
            headers={"Authorization": f"Bearer {self._key}"},
            timeout=60.0,
            trust_env=False,
        )

    def hidden_states(self, prompts: Sequence[Sequence[Message]]) -> None:
        """See ``Generator.hidden_states``: none is told."""

    def warm_up(self, prefix_messages: Sequence[Message] = ()) -> None:
        """See ``Generator.warm_up``; a beginning read before on this machine is not read again."""
        self._read_beginning(prefix_messages)
        self.rest()

    def rest(self) -> None:
        """Nobody asks now: give the file's pages back, 1.1 GB after loading, for as long as none is read.

        The engine has laid two thirds of the weights out anew; mapping the other third again, at the next request,
        takes some 30 ms.
        """
        give_back_mapped_pages(self._path)

    def _read_beginning(self, prefix_messages: Sequence[Message]) -> None:
        with self._lock:
            self._running_server()
            if self._states is not None and self._states.restore(prefix_messages, self._slot_action):
                return
        messages = list(prefix_messages) or [Message("system", "")]
        if messages[-1].role != "user":
            messages.append(Message("user", ""))
        for _ in self.stream(messages, GenerationOptions(max_tokens=1)):
            pass
        with self._lock:
            if self._states is not None and self._server is not None:
                self._states.save(prefix_messages, self._slot_action)

    def _slot_action(self, action: str, file_name: str) -> bool:
        try:
            return self._post(f"slots/0?action={action}", {"filename": file_name}).is_success
        except httpx.HTTPError:
            return False

    def close(self) -> None:
        """See ``Generator.close``; waits for a running reply."""
        with self._lock:
            if self._server is not None and not self._asked:
                # An engine closed before its first request waits for its own loop for ever.
                self._server.handle_completions({"prompt": " ", "n_predict": 1})
            self._server = None

    def _running_server(self) -> Any:
        if self._server is None:
            raise GenerationError(f"the model {self.name} was closed; load it again")
        self._asked = True
        return self._server


def _request(messages: Sequence[Message]) -> dict[str, Any]:
    return {
        "messages": [{"role": message.role, "content": message.content} for message in messages],
        "temperature": 0.0,
        "cache_prompt": True,
    }


def _error_text(event: Mapping[str, Any]) -> str:
    error = event.get("error", event)
    text = error.get("message", error) if isinstance(error, Mapping) else error
    return " ".join(str(text).split())


def _state_files(path: Path, config: LlamaCppConfig) -> PromptStateFiles | None:
    """Where states are kept, or None where they are not wanted or the folder cannot be made."""
    if config.state_folder is None:
        return None
    try:
        config.state_folder.mkdir(parents=True, exist_ok=True)
        engine = importlib.metadata.version("xllamacpp")
        return PromptStateFiles(config.state_folder, model_identity(path, engine, config.context_tokens))
    except (OSError, importlib.metadata.PackageNotFoundError):
        return None


def _start_server(path: Path, config: LlamaCppConfig, key: str, states: PromptStateFiles | None) -> Any:
    xllamacpp = _import_engine()
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(path)
    parameters.n_gpu_layers = 0
    parameters.fit_params = False
    parameters.n_parallel = 1
    parameters.n_ctx = config.context_tokens
    parameters.n_batch = parameters.n_ubatch = config.batch_tokens
    parameters.cache_ram_mib = config.cached_prompts_mebibytes
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = config.threads
    parameters.verbosity = -1
    parameters.api_keys = [key]
    parameters.hostnames = ["127.0.0.1"]
    parameters.ui = parameters.endpoint_slots = False
    if states is not None:
        parameters.slot_save_path = f"{states.folder}/"
    try:
        return xllamacpp.Server(parameters)
    except (RuntimeError, ValueError) as error:
        raise GenerationError(
            f"llama.cpp cannot read {path}; a whole GGUF model file was expected: fetch or name another"
        ) from error


def _import_engine() -> Any:
    """The module ``xllamacpp``, its threads told to sleep rather than spin while they wait.

    The wheel needs the system's OpenMP library, which a slim container lacks; torch carries the same library.
    """
    quiet_waiting_threads()
    try:
        return importlib.import_module("xllamacpp")
    except ImportError as error:
        torch = importlib.util.find_spec("torch")
        library = Path(torch.origin or "").parent / "lib" / "libgomp.so.1" if torch else None
        if "libgomp" not in str(error) or library is None or not library.exists():
            raise GenerationError(
                f"llama.cpp cannot be loaded ({error}); pip install xllamacpp, or set another runtime"
            ) from error
        ctypes.CDLL(str(library), mode=ctypes.RTLD_GLOBAL)
        return importlib.import_module("xllamacpp")
