"""The root of Baowen's error tree, and the errors of models, vectors and their files.

    BaowenError
    ├── ModelError                  a model is absent, damaged or of the wrong kind
    │   ├── ModelNotFetchedError
    │   ├── ModelDamagedError       a hash or a layout is not the expected one
    │   ├── ModelFetchError         the mirror, the hub or the disk said no
    │   └── ModelServerError        the server that encodes is away, or sends no vectors
    ├── VectorIndexError            an index file is damaged or does not fit its store
    └── (continued in rag.errors)

Every message says what was found, what was expected and what to do next, in one line.
"""


class BaowenError(Exception):
    """Something the user can mend; ``str(error)`` is one clear line (exit status 1, HTTP 4xx or 503)."""

    def __str__(self) -> str:
        """One line, also where a file's own words stand in it."""
        return " ".join(super().__str__().split())


class ModelError(BaowenError):
    """A model cannot be used."""


class ModelNotFetchedError(ModelError):
    """The model is not in the cache yet."""


class ModelDamagedError(ModelError):
    """A model file is not what its hash or layout says it should be."""


class ModelFetchError(ModelError):
    """A model file could not be brought or written."""


class ModelServerError(ModelError):
    """The server of a model is away, or sends what is not a model's."""


class VectorIndexError(BaowenError):
    """A vector index cannot be read, or does not belong to the store beside it."""
