"""One frozen ``Settings``, read once: defaults, then an optional TOML file, then ``BAOWEN_*`` variables.

The TOML file is named by ``BAOWEN_CONFIG``, else ``$XDG_CONFIG_HOME/baowen/config.toml`` when it exists. Its
keys are the field names below; an unknown key is refused with the list of known ones.
"""

from __future__ import annotations

import datetime as dt
import os
import tomllib
import types
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, get_args, get_type_hints

from rag.errors import SettingsError

RuntimeName = Literal["auto", "transformers", "openvino", "llama.cpp", "openai"]


_BOUNDS = {"chunk_characters": (20, 100_000), "passage_count": (1, 1000), "max_question_characters": (1, 10**9),
           "max_answer_tokens": (1, 10**9), "port": (0, 65_535),
           "questions_in_line": (1, 10_000)}  # fmt: skip


def _home(variable: str, fallback: str, environment: Mapping[str, str] = os.environ) -> Path:
    return Path(environment.get(variable) or Path.home() / fallback) / "baowen"


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting, with its default. Each can be set in the TOML file, and as ``BAOWEN_<NAME>``."""

    store: Path | str = field(default_factory=lambda: _home("XDG_DATA_HOME", ".local/share") / "store", repr=False)
    """The article store: a folder, or the URL of a PostgreSQL database, ``postgresql://…``. A URL is never logged."""
    state: Path = field(default_factory=lambda: _home("XDG_DATA_HOME", ".local/share") / "state")
    """The folder of users, keys, conversations and the audit log where the store is a database; else they are kept
    in the store's own."""
    models: Path = field(default_factory=lambda: _home("XDG_CACHE_HOME", ".cache") / "models")
    """The folder of fetched and converted models."""
    embedding_model: str = "multilingual-e5-small"
    """A default model's name, a folder, or the name of a model on a reachable hub."""
    embedding_base_url: str = ""
    """The base URL of an OpenAI-compatible server of embeddings, up to and including ``/v1``; setting it has the
    embedding model run there. Its vectors are held against those of the store before they are used."""
    embedding_api_key: str = field(default="", repr=False)
    """Its bearer key. Never logged."""
    generation_model: str = "qwen2.5-coder-1.5b-instruct"
    """A default model's name, a folder, a GGUF file, or the name of a model on a reachable hub."""
    runtime: RuntimeName = "auto"
    """Who runs the generation model; ``auto`` picks by what the machine can do (see ``baowen doctor``)."""
    openai_base_url: str = ""
    """The base URL of an OpenAI-compatible server, up to and including ``/v1``; setting it selects that runtime."""
    openai_model: str = ""
    """The model to ask that server for; empty asks for the first it lists."""
    openai_api_key: str = field(default="", repr=False)
    """Its bearer key. Never logged."""
    threads: int = 0
    """Compute threads; 0 uses every core this process may run on."""
    chunk_characters: int = 300
    """The longest chunk, in characters."""
    passage_count: int = 8
    """How many passages an answer may draw on."""
    max_question_characters: int = 1000
    """A longer question is refused."""
    max_answer_tokens: int = 160
    """The longest model output, in tokens."""
    host: str = "127.0.0.1"
    """The address to listen on. Anything but loopback is the operator's explicit choice."""
    port: int = 7860
    """The port of chat and API."""
    trusted_hosts: str = ""
    """Names by which others reach this server, such as ``news.county.example, *.gov.example``: the ``Host`` and
    ``Origin`` of a reverse proxy. Empty: loopback names only while listening on loopback, any name elsewhere."""
    allowed_origins: str = ""
    """Web pages of other servers whose scripts may use ``/v1``, such as ``https://desk.example``; empty: none."""
    trusted_proxies: str = "127.0.0.1, ::1"
    """Addresses whose ``X-Forwarded-For``, ``-Proto``, ``-Host`` and ``-Prefix`` are believed."""
    root_path: str = ""
    """The path under which a proxy serves this, such as ``/baowen``, where it sends no ``X-Forwarded-Prefix``."""
    api_key: str = field(default="", repr=False)
    """When set, one more key, with every right, beside those of `baowen keys`. Never logged."""
    user_header: str = ""
    """A header in which a trusted proxy names the visitor, such as ``X-Forwarded-User`` of a single sign-on."""
    requests_per_minute: int = 120
    """How many requests under ``/v1`` a user or key may make; 0: no limit."""
    answers_at_once: int = 4
    """How many answers a user or key may wait for at a time; 0: no limit."""
    questions_in_line: int = 48
    """How many questions may wait or be answered at a time, all askers together; a quarter of them for one."""
    audit_log: str = ""
    """The file of who asked, imported and removed what; empty: ``audit.jsonl`` in the store once it has users or
    keys; ``off``: none."""
    audit_questions: Literal["off", "on"] = "off"
    """Whether the audit log holds the words of questions."""
    log_format: Literal["text", "json"] = "text"
    """How the service logs to standard error."""
    access_log: Literal["off", "on"] = "off"
    """Whether every request is logged: method, path, status, time, caller; never a question."""
    traces: Literal["off", "on"] = "off"
    """Whether OpenTelemetry traces are sent, to where its own variables say (``OTEL_EXPORTER_OTLP_ENDPOINT``)."""
    max_upload_bytes: int = 50_000_000
    """The largest accepted upload, per file."""
    originals_bytes: int = 5_000_000_000
    """How much of imported PDF files and scans is kept with the store, to show their pages; 0: none."""
    today: str = ""
    """The asker's date as YYYY-MM-DD, for 今年 or 上个月 in a question; empty uses the newest article's year."""

    @property
    def folder(self) -> Path:
        """The folder of users, keys, conversations and the audit log."""
        return self.store if isinstance(self.store, Path) else self.state


def store_location(value: str) -> Path | str:
    """A folder or a database's URL, as it was written: ``postgresql://…`` (also ``postgres://…``), else a path.

    Raises:
        SettingsError: it is a URL of another kind.
    """
    scheme, found, _ = value.partition("://")
    if not found:
        return Path(value).expanduser()
    if scheme not in ("postgresql", "postgres"):
        raise SettingsError(f"setting store is a URL of kind {scheme!r}; expected a folder or postgresql://…")
    return value


def _convert(name: str, kind: Any, value: object) -> object:
    """``value`` as ``kind``, or SettingsError naming what was found and what is accepted."""
    choices = get_args(kind)
    if choices and not isinstance(kind, types.UnionType):
        if value in choices:
            return value
        raise SettingsError(f"setting {name} is {value!r}; expected one of {', '.join(map(str, choices))}")
    if name == "store" and isinstance(value, str):
        return store_location(value)
    if kind is Path and isinstance(value, str):
        return Path(value).expanduser()
    if kind is int and not isinstance(value, bool):
        try:
            number = int(str(value))
        except ValueError:
            number = -1
        if number >= 0:
            return number
    if kind is str and isinstance(value, str):
        return value
    expected = {Path | str: "a path", Path: "a path", int: "a whole number, 0 or more", str: "a string"}[kind]
    raise SettingsError(f"setting {name} is {value!r}; expected {expected}")


def _read_toml(path: Path) -> dict[str, object]:
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except OSError as error:
        raise SettingsError(f"cannot read the settings file {path}: {error.strerror}; mend BAOWEN_CONFIG") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"the settings file {path} is not valid TOML: {error}") from error


def load_settings(environment: Mapping[str, str] | None = None, **overrides: object) -> Settings:
    """The settings in force; ``overrides`` (command-line options) win over variables, which win over the file.

    Raises:
        SettingsError: a key is unknown or a value unusable.
    """
    env = os.environ if environment is None else environment
    kinds = get_type_hints(Settings)
    config = (
        Path(env["BAOWEN_CONFIG"])
        if env.get("BAOWEN_CONFIG")
        else _home("XDG_CONFIG_HOME", ".config", env) / "config.toml"
    )
    values: dict[str, object] = _read_toml(config) if env.get("BAOWEN_CONFIG") or config.exists() else {}
    unknown = sorted(set(values) - set(kinds))
    if unknown:
        raise SettingsError(
            f"{config} holds unknown settings {', '.join(unknown)}; known are {', '.join(sorted(kinds))}"
        )
    for item in fields(Settings):
        variable = env.get(f"BAOWEN_{item.name.upper()}")
        if variable:
            values[item.name] = variable
    values.update({name: value for name, value in overrides.items() if value is not None})
    converted = {
        name: value if isinstance(value, Path) else _convert(name, kinds[name], value)
        for name, value in values.items()
    }
    for name, value in converted.items():
        _check(name, value)
    return Settings(**converted)  # type: ignore[arg-type]


def _check(name: str, value: object) -> None:
    """Refuse what has the right form and cannot work.

    Raises:
        SettingsError: naming what is accepted.
    """
    low, high = _BOUNDS.get(name, (0, None))
    if isinstance(value, int) and high is not None and not low <= value <= high:
        raise SettingsError(f"setting {name} is {value}; expected a number from {low} to {high}")
    if name == "today" and value:
        try:
            dt.date.fromisoformat(str(value))
        except ValueError:
            raise SettingsError(f"setting today is {value!r}; expected a day as YYYY-MM-DD") from None
