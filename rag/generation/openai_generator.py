"""Generation by any server that speaks OpenAI's chat completions: vLLM, llama.cpp's server, Ollama, a cloud.

It knows HTTP and nothing of models. The bearer key goes into one header and into no message or log.
"""

from __future__ import annotations

import contextlib
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import httpx

from rag.errors import GenerationError
from rag.generation.generator import DEFAULT_OPTIONS, GenerationOptions, Message, TextStream

_READY_SECONDS = 3.0
_SERVER_FAULT = 500
_REPORTED_TOKENS = 20
"""The most that OpenAI's interface lets a client ask for."""


class OpenAiGenerator:
    """A model on a server. The server orders its requests, so calls run side by side.

    Parameters:
        base_url: up to and including ``/v1``.
        model: the model to ask for; when empty, the first that ``/models`` lists.
        api_key: the bearer key; none is sent when empty.
        timeout_seconds: the longest silence of the server, the reading of the prompt included.

    Raises:
        GenerationError: with an empty ``model``, the server is unreachable or lists none.
    """

    runtime = "openai"

    def __init__(self, base_url: str, *, model: str = "", api_key: str = "", timeout_seconds: float = 120.0) -> None:
        self._base_url = base_url.rstrip("/")
        try:
            self._client = httpx.Client(
                headers={b"Authorization": f"Bearer {api_key.strip()}".encode()} if api_key else None,
                timeout=httpx.Timeout(timeout_seconds, connect=10.0),
            )
        except (ImportError, ValueError, httpx.InvalidURL) as error:
            raise GenerationError(
                f"a proxy variable (ALL_PROXY, HTTP_PROXY, HTTPS_PROXY) cannot be used: {error}; "
                "expected http://HOST:PORT or socks5://HOST:PORT: mend or unset it"
            ) from error
        try:
            self.name = model or self._first_model()
        except GenerationError:
            self.close()
            raise

    def _first_model(self) -> str:
        with self._answered("GET", "/models") as response:
            listing = _parsed(response.read(), response.url)
        entries = listing.get("data") or []
        names = [str(entry["id"]) for entry in entries if isinstance(entry, Mapping) and entry.get("id")]
        if not names:
            raise GenerationError(f"{self._base_url}/models lists no model; load one there or set openai_model")
        return names[0]

    def stream(self, messages: Sequence[Message], options: GenerationOptions = DEFAULT_OPTIONS) -> TextStream:
        """See ``Generator.stream``. Closing it closes the connection, which tells the server to stop."""
        body = {
            **self._request(messages),
            "stream": True,
            "max_tokens": options.max_tokens,
            "temperature": options.temperature,
            "seed": options.seed,
        }
        if options.stop:
            body["stop"] = list(options.stop)
        with self._answered("POST", "/chat/completions", body) as response:
            yield from _content(self._events(response))

    def candidate_probabilities(self, messages: Sequence[Message], candidates: Sequence[str]) -> Mapping[str, float]:
        """See ``Generator.candidate_probabilities``.

        The server's tokens are known by their text alone: the candidate's first token is taken to be the longest
        of the 20 most probable ones that it begins with.
        """
        if not all(candidates):
            raise GenerationError("a candidate is empty; expected candidates with text")
        body = {
            **self._request(messages),
            "max_tokens": 1,
            "temperature": 0.0,
            "logprobs": True,
            "top_logprobs": _REPORTED_TOKENS,
        }
        with self._answered("POST", "/chat/completions", body) as response:
            reply = _parsed(response.read(), response.url)
        try:
            top = reply["choices"][0]["logprobs"]["content"][0]["top_logprobs"]
            reported = {str(entry["token"]): math.exp(float(entry["logprob"])) for entry in top}
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise GenerationError(
                f"{self._base_url} reported no token probabilities; expected a server that supports top_logprobs"
            ) from error
        return {candidate: _probability(candidate, reported) for candidate in candidates}

    def hidden_states(self, prompts: Sequence[Sequence[Message]]) -> None:
        """See ``Generator.hidden_states``: none is told."""

    def warm_up(self, prefix_messages: Sequence[Message] = ()) -> None:
        """See ``Generator.warm_up``; a server that caches beginnings does so after one short request."""
        messages = list(prefix_messages)
        if not messages or messages[-1].role != "user":
            messages.append(Message("user", "."))
        for _ in self.stream(messages, GenerationOptions(max_tokens=1)):
            pass

    def require_reachable(self) -> None:
        """Do nothing where the server answers now.

        Raises:
            GenerationError: it does not; the words say why.
        """
        try:
            status = self._client.get(f"{self._base_url}/models", timeout=_READY_SECONDS).status_code
        except (httpx.HTTPError, RuntimeError) as error:
            raise GenerationError(
                f"the model server {self._base_url} cannot be reached ({type(error).__name__}); "
                "start it or mend openai_base_url"
            ) from error
        if status in (401, 403) or status >= _SERVER_FAULT:
            raise GenerationError(f"the model server {self._base_url} answered HTTP {status}; check it and its key")

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _request(self, messages: Sequence[Message]) -> dict[str, Any]:
        return {
            "model": self.name,
            "messages": [{"role": message.role, "content": message.content} for message in messages],
        }

    @contextlib.contextmanager
    def _answered(self, method: str, path: str, body: dict[str, Any] | None = None) -> Iterator[httpx.Response]:
        """A successful response, still open; whatever else happens becomes a GenerationError."""
        url = f"{self._base_url}{path}"
        try:
            with self._client.stream(method, url, json=body) as response:
                if not response.is_success:
                    response.read()
                    raise GenerationError(_refusal(response, self._base_url, body))
                yield response
        except httpx.TimeoutException as error:
            raise GenerationError(
                f"the model server {self._base_url} did not answer in time; check its load, then ask again"
            ) from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise GenerationError(
                f"the model server {self._base_url} cannot be reached ({type(error).__name__}); "
                "start it or mend openai_base_url"
            ) from error
        except RuntimeError as error:  # httpx says so of a closed client
            raise GenerationError(
                f"the connection to {self._base_url} was closed; load the generator again"
            ) from error

    def _events(self, response: httpx.Response) -> Iterator[Mapping[str, Any]]:
        """The JSON events of a stream, up to its ``[DONE]``."""
        for line in response.iter_lines():
            if not line.startswith("data:"):
                continue  # an empty line, a comment that keeps the connection open, an event's name
            data = line.removeprefix("data:").strip()
            if data == "[DONE]":
                return
            event = _parsed(data.encode(), response.url)
            if "error" in event:
                raise GenerationError(f"the model server {self._base_url} failed: {_error_text(event)}")
            yield event
        raise GenerationError(f"the model server {self._base_url} broke off its reply; expected [DONE] at its end")


def _content(events: Iterator[Mapping[str, Any]]) -> Iterator[str]:
    for event in events:
        for choice in event.get("choices") or ():
            piece = (choice.get("delta") or {}).get("content")
            if piece:
                yield str(piece)


def _probability(candidate: str, reported: Mapping[str, float]) -> float:
    first_tokens = [token for token in reported if token and candidate.startswith(token)]
    return min(1.0, reported[max(first_tokens, key=len)]) if first_tokens else 0.0


def _parsed(data: bytes, url: httpx.URL) -> Mapping[str, Any]:
    try:
        value = json.loads(data)
    except ValueError as error:
        raise GenerationError(f"{url} sent no valid JSON; expected an OpenAI-compatible server") from error
    if not isinstance(value, dict):
        raise GenerationError(f"{url} sent a JSON {type(value).__name__}; expected an OpenAI-compatible server")
    return value


def _refusal(response: httpx.Response, base_url: str, body: Mapping[str, Any] | None) -> str:
    """One line for a response that is not a success."""
    status = response.status_code
    if status in (401, 403):
        return f"the model server {base_url} refused the key (HTTP {status}); set openai_api_key"
    try:
        said = _error_text(json.loads(response.content))
    except ValueError:
        said = ""
    found = f"the model server {base_url} answered HTTP {status}" + (f": {said}" if said else "")
    if status == 404:
        asked = f"the model {body['model']!r}" if body else "its model list"
        return f"{found}, asked for {asked}; check openai_base_url (it ends in /v1) and openai_model"
    return f"{found}; check the server and its limits"


def _error_text(event: Any) -> str:
    error = event.get("error", event) if isinstance(event, Mapping) else event
    text = error.get("message", error) if isinstance(error, Mapping) else error
    return " ".join(str(text).split())[:300]
