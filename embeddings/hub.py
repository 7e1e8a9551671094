"""What is known of a model hub: whether a model is in its local cache, and whether the hub answers."""

from __future__ import annotations

from pathlib import Path

from embeddings.errors import ModelFetchError

_TIMEOUT_SECONDS = 10.0


def repository(name: str) -> str:
    """The hub's full name of a model: a bare name is one of sentence-transformers' own."""
    return name if "/" in name else f"sentence-transformers/{name}"


def cached_snapshot(name: str) -> Path | None:
    """The folder of the hub's local cache that holds the model, or None."""
    from huggingface_hub import try_to_load_from_cache

    found = try_to_load_from_cache(repository(name), "config.json")
    return Path(found).parent if isinstance(found, str) else None


def require_reachable(name: str) -> None:
    """Ask the hub once for the model, so that an absent network costs seconds and not minutes of retries.

    Raises:
        ModelFetchError: the hub cannot be reached, or has no such model.
    """
    from huggingface_hub import HfApi

    try:
        HfApi().model_info(repository(name), timeout=_TIMEOUT_SECONDS)
    except Exception as error:  # the client's own errors and those of the HTTP library below it
        reason = " ".join(str(error).split())[:160] or type(error).__name__
        raise ModelFetchError(
            f"cannot get the model {name} from its hub ({reason});"
            " check the name and the network, or use a default model or a folder"
        ) from error
