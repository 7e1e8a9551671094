"""The whole error tree, so that one ``except BaowenError`` is enough at the edge.

    BaowenError                     (embeddings.errors)
    ├── ModelError, VectorIndexError (embeddings.errors)
    ├── SettingsError               an unknown or unusable setting
    ├── SourceError                 a file cannot be read as a newspaper
    ├── StoreError                  the store is damaged, locked or of another kind
    │   ├── StoreLockedError
    │   ├── StoreMismatchError      made with another embedding model or layout version
    │   ├── ArticleNotFoundError
    │   ├── ArticleChangedError     somebody changed it since it was read
    │   └── MendError               a cut that cannot be mended so
    ├── QuestionError               empty, too long, or with an impossible filter
    ├── GenerationError             the model runtime failed or is unreachable
    └── GoldFileError               an evaluation file does not have the expected shape

A refusal to answer and an unsupported figure are results, not errors: they are part of an ``Answer``.
"""

from embeddings.errors import (
    BaowenError,
    ModelDamagedError,
    ModelError,
    ModelFetchError,
    ModelNotFetchedError,
    ModelServerError,
    VectorIndexError,
)

__all__ = [
    "ArticleChangedError",
    "ArticleNotFoundError",
    "BaowenError",
    "GenerationError",
    "GoldFileError",
    "MendError",
    "ModelDamagedError",
    "ModelError",
    "ModelFetchError",
    "ModelNotFetchedError",
    "ModelServerError",
    "QuestionError",
    "SettingsError",
    "SourceError",
    "StoreError",
    "StoreLockedError",
    "StoreMismatchError",
    "VectorIndexError",
]


class SettingsError(BaowenError):
    """A setting is unknown or has an unusable value."""


class SourceError(BaowenError):
    """A file cannot be read as articles."""


class StoreError(BaowenError):
    """The article store cannot be used."""


class StoreLockedError(StoreError):
    """Another process is writing to the store."""


class StoreMismatchError(StoreError):
    """The store was made with another embedding model or another layout version."""


class ArticleNotFoundError(StoreError):
    """No article has that id."""


class ArticleChangedError(StoreError):
    """An article is not the one that was read before; nothing was changed."""


class MendError(StoreError):
    """An article cannot be divided or joined in this way; nothing was changed."""


class QuestionError(BaowenError):
    """A question is empty, too long, or carries an impossible filter."""


class GenerationError(BaowenError):
    """The generation runtime failed or cannot be reached."""


class GoldFileError(BaowenError):
    """An evaluation file does not have the expected shape."""
