"""Everything one process needs over one store, made when first used: store, encoder, model, assistant."""

from __future__ import annotations

import datetime as dt
import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from rag.corpus.open_store import open_store, store_exists
from rag.corpus.store import ArticleStore
from rag.errors import ModelError, SettingsError, StoreError
from rag.interruption import raise_if_stopped
from rag.records import Article, Passage, SearchFilter, SearchResult
from rag.settings import Settings

if TYPE_CHECKING:
    from embeddings.encoder import Encoder, Vectors
    from embeddings.server_encoder import ServerEncoder
    from rag.answering.assistant import Assistant
    from rag.answering.inquiry import AssistantSources
    from rag.answering.verification import SentenceReader
    from rag.corpus.article_edits import Correction, StoredArticle
    from rag.corpus.article_joins import ArticleMender, Mend
    from rag.corpus.correction_links import StoredCorrection
    from rag.corpus.ingest_records import IngestProgress, IngestReport
    from rag.corpus.originals import Originals
    from rag.corpus.vertical_pages import TextDirection
    from rag.generation.generator import Generator
    from rag.retrieval.retriever import Retriever

_NO_FILTER = SearchFilter()
_log = logging.getLogger(__name__)


class Workspace:
    """One store with its models. ``encoder`` and ``generator`` may be given, for tests or for sharing."""

    def __init__(
        self, settings: Settings, *, encoder: Encoder | None = None, generator: Generator | None = None
    ) -> None:
        self.settings = settings
        self._encoder, self._generator = encoder, generator
        self._store: ArticleStore | None = None
        self._retriever: Retriever | None = None
        self._assistant: Assistant | None = None
        self._lock = threading.RLock()
        # The language model loads beside the encoder, each under a lock of its own.
        self._generator_lock = threading.RLock()
        # Of its own, so that articles can be listed and shown while the models still load.
        self._store_lock = threading.RLock()
        self._claims_lock = threading.RLock()
        self._ready = False
        self._claims_kept = False

    @property
    def store(self) -> ArticleStore:
        """The store, for listing and removing; its embedding model is checked once the encoder is loaded.

        Raises:
            StoreError: there is none yet.
        """
        with self._store_lock:
            if self._store is None:
                self._store = open_store(self.settings.store)
            return self._store

    @property
    def claims(self) -> ArticleStore:
        """The store with the claims of all its articles, which are read first where they are missing.

        Raises:
            StoreError: there is none yet, or it cannot be written to.
        """
        store = self.store
        with self._claims_lock:
            if not self._claims_kept:
                from rag.claims.index import keep_claims

                keep_claims(store)
                self._claims_kept = True
        return store

    @property
    def encoder(self) -> Encoder:
        """The embedding model.

        Raises:
            ModelError: it is not fetched, or damaged.
        """
        with self._lock:
            if self._encoder is None:
                self._encoder = self._server_encoder() or self._local_encoder()
            return self._encoder

    def _server_encoder(self) -> ServerEncoder | None:
        """The embedding model on a server, where the settings name one."""
        if not self.settings.embedding_base_url:
            return None
        from embeddings.server_encoder import ServerEncoder

        return ServerEncoder(
            self.settings.embedding_base_url,
            model=self.settings.embedding_model,
            api_key=self.settings.embedding_api_key,
        )

    def _local_encoder(self) -> Encoder:
        from embeddings.encoder import load_encoder
        from embeddings.model_store import resolve_embedding_model

        source = resolve_embedding_model(self.settings.embedding_model, self.settings.models)
        return load_encoder(source, threads=self.settings.threads)

    def _deferred_encoder(self) -> Encoder:
        """The embedding model by its name, loaded when there is something to encode.

        Raises:
            ModelError: it is not fetched.
        """
        from embeddings.deferred_encoder import DeferredEncoder
        from embeddings.encoder import encoder_name
        from embeddings.model_store import resolve_embedding_model

        if self.settings.embedding_base_url:
            return self.encoder
        source = resolve_embedding_model(self.settings.embedding_model, self.settings.models)
        return DeferredEncoder(encoder_name(source), lambda: self.encoder)

    def _require_comparable(self, encoder: Encoder) -> None:
        """Refuse an encoder whose vectors are not those of the store; one on a server is put to the test."""
        if self.settings.embedding_base_url:
            from rag.corpus.vector_probe import require_comparable

            require_comparable(self.store, encoder)
        else:
            self.store.require_model(encoder.name)

    @property
    def generator(self) -> Generator:
        """The generation model in the runtime that suits the machine.

        Raises:
            ModelError: it is not fetched, or damaged.
            GenerationError: its runtime cannot start.
        """
        with self._generator_lock:
            if self._generator is None:
                from rag.generation.runtime import load_generator

                self._generator = load_generator(self.settings)
            return self._generator

    @property
    def generator_name(self) -> str:
        """What the generation model is called; it is not loaded for that, nor waited for while it loads."""
        from rag.generation.runtime import generator_name

        loaded = self._generator
        return generator_name(self.settings) if loaded is None else loaded.name

    @property
    def retriever(self) -> Retriever:
        """The search over the store."""
        with self._lock:
            if self._retriever is None:
                from rag.retrieval.retriever import Retriever

                encoder = self.encoder
                self._require_comparable(encoder)
                self._retriever = Retriever(self.store, encoder)
            return self._retriever

    @property
    def assistant(self) -> Assistant:
        """The one path from question to answer; the language model is loaded when it first writes."""
        with self._lock:
            if self._assistant is None:
                self._assistant = self._make_assistant()
            return self._assistant

    def _make_assistant(self) -> Assistant:
        from rag.answering.assistant import Assistant, AssistantLimits
        from rag.answering.evidence import SentenceEncoder
        from rag.generation.turns import TurnTakingGenerator

        encoder = self.encoder
        limits = AssistantLimits(
            passages=self.settings.passage_count,
            question_characters=self.settings.max_question_characters,
            answer_tokens=self.settings.max_answer_tokens,
        )

        def encode(texts: Sequence[str]) -> Vectors:
            raise_if_stopped()
            return encoder.encode_passages(texts)

        sentence_encoder = SentenceEncoder(question=lambda text: encoder.encode_queries([text])[0], sentences=encode)
        reader = _sentence_reader(encoder) or self._reader_beside_a_server()
        generator = TurnTakingGenerator(lambda: self.generator, lambda: self.generator_name)
        return Assistant(self._sources(), generator, encoder=sentence_encoder, reader=reader, limits=limits)

    def _reader_beside_a_server(self) -> SentenceReader | None:
        """The reader reads with the embedding model's own weights: here, where they are fetched, else not at all."""
        if not self.settings.embedding_base_url:
            return None
        try:
            return _sentence_reader(self._local_encoder())
        except ModelError as error:
            _log.warning("answers are given without the reader, whose model is not on this machine: %s", error)
            return None

    def _sources(self) -> AssistantSources:
        from rag.answering.inquiry import AssistantSources

        return AssistantSources(
            search=self._search,
            articles=self._articles,
            generation=self._generation,
            today=self.today,
            corrections=self._corrections,
            papers=lambda: list(self.store.counts().sources),
        )

    def _search(
        self, question: str, count: int, search_filter: SearchFilter, interval: tuple[dt.date, dt.date] | None
    ) -> list[Passage]:
        raise_if_stopped()
        return self.retriever.search(question, count=count, search_filter=search_filter, question_time=interval)

    def today(self) -> dt.date | None:
        """The day by which 今年 in a question is read: the setting, else that of the newest article."""
        if self.settings.today:
            try:
                return dt.date.fromisoformat(self.settings.today)
            except ValueError:
                raise SettingsError(f"setting today is {self.settings.today!r}; expected YYYY-MM-DD") from None
        return self.store.counts().last_date

    def _articles(self, article_ids: Sequence[str]) -> Mapping[str, Article]:
        raise_if_stopped()
        return self.store.articles_by_id(article_ids)

    def _corrections(self, article_ids: Sequence[str]) -> Sequence[StoredCorrection]:
        from rag.corpus.correction_links import corrections_of

        return corrections_of(self.store, article_ids)

    def _generation(self) -> int:
        return self.store.generation

    def require_reachable(self) -> None:
        """Do nothing where the servers that answers need can be reached now; a workspace without any always can.

        Raises:
            StoreError: the database server is away.
            ModelServerError: the embedding server is away.
            GenerationError: the generation server is away.
        """
        if not isinstance(self.settings.store, Path):
            if self._store is not None:
                self._store.require_reachable()
            else:
                store_exists(self.settings.store)
        for model in (self._encoder, self._generator):
            check = getattr(model, "require_reachable", None)
            if check is not None:
                check()

    @property
    def ready(self) -> bool:
        """Whether the models are loaded and warm."""
        return self._ready

    def warm_up(self) -> None:
        """Load both models, side by side, and read the prompt's fixed part, so that the first question is quick.

        Raises:
            ModelError: a model is not fetched, or damaged.
            GenerationError: the generation runtime cannot start.
        """
        with ThreadPoolExecutor(max_workers=1, thread_name_prefix="load") as pool:
            written = pool.submit(self._warm_generator)
            self.encoder.encode_queries(["今年签约引进了多少个项目？"])
            written.result()
        _ = self.assistant
        self._ready = True
        try:
            if store_exists(self.settings.store):
                _ = self.claims
        except StoreError as error:
            # A database server that is away now: the models are warm, and claims are read at their first use.
            _log.warning("the store cannot be used yet: %s", error)

    def rest(self) -> None:
        """Nobody asks now: give back what can be read again from the models' files, where there are models."""
        for model in (self._encoder, self._generator):
            rest = getattr(model, "rest", None)
            if rest is not None:
                rest()

    def _warm_generator(self) -> None:
        from rag.generation.prompts import prefix_messages

        self.generator.warm_up(prefix_messages())

    def search(
        self,
        question: str,
        count: int | None = None,
        search_filter: SearchFilter = _NO_FILTER,
        *,
        translate: bool = True,
    ) -> SearchResult:
        """Passages for a question, best first, searched as its answer would be, but always in all papers.

        The generation model is used, and loaded, only by a question in another language; ``translate`` off does
        without it.
        """
        from rag.answering.passage_search import PassageSearch

        search = PassageSearch(
            self._sources(), lambda: self.generator, question_characters=self.settings.max_question_characters
        )
        count = count or self.settings.passage_count
        return search.search(question, count=count, search_filter=search_filter, translate=translate)

    def ingest(
        self,
        paths: Sequence[Path],
        *,
        date: dt.date | None = None,
        source: str | None = None,
        labels: Mapping[Path, str] | None = None,
        direction: TextDirection = "auto",
        on_progress: Callable[[IngestProgress], None] | None = None,
    ) -> IngestReport:
        """Bring files into the store, which is made if there is none; ``labels`` name uploaded files.

        ``direction`` ``vertical`` insists that pages are set from top to bottom.
        """
        from rag.corpus.ingest_records import IngestOptions
        from rag.corpus.ingestion import ingest

        encoder = self._encoder or self._deferred_encoder()
        with self._store_lock:
            if self._store is None:
                self._store = open_store(
                    self.settings.store,
                    embedding_model=None if store_exists(self.settings.store) else encoder.name,
                    dimension=lambda: encoder.dimension,
                    create=True,
                )
        self._require_comparable(encoder)
        options = IngestOptions(
            date=date,
            source=source,
            chunk_characters=self.settings.chunk_characters,
            labels=dict(labels or {}),
            direction=direction,
            originals=self.originals,
        )
        return ingest(self.claims, encoder, paths, options, on_progress=on_progress)

    @property
    def originals(self) -> Originals:
        """The imported files whose pages can be looked at."""
        from rag.corpus.originals import Originals

        return Originals(self.settings.folder, self.settings.originals_bytes)

    def correct_article(self, article_id: str, correction: Correction) -> StoredArticle:
        """Correct an article's title, date, paper or page; gives what it was, for ``put_article_back``.

        Raises:
            ArticleNotFoundError: there is none with this id.
        """
        from rag.corpus.article_edits import correct_article

        encoder = self._encoder or self._deferred_encoder()
        return correct_article(self.store, article_id, correction, encoder.encode_passages)

    def take_article_out(self, article_id: str) -> StoredArticle:
        """Remove an article; gives what it was, for ``put_article_back``.

        Raises:
            ArticleNotFoundError: there is none with this id.
        """
        from rag.corpus.article_edits import stored_article

        kept = stored_article(self.store, article_id)
        self.store.remove([article_id])
        return kept

    def put_article_back(self, kept: StoredArticle) -> None:
        """Undo a removal or a correction."""
        from rag.corpus.article_edits import put_back

        put_back(self.store, kept)

    @property
    def mender(self) -> ArticleMender:
        """What divides and joins articles; claims are kept of what it makes."""
        from rag.corpus.article_joins import ArticleMender

        encoder = self._encoder or self._deferred_encoder()
        return ArticleMender(self.claims, encoder.encode_passages, self.settings.chunk_characters)

    def undo_mend(self, mend: Mend) -> None:
        """Make articles again what they were before they were divided or joined.

        Raises:
            ArticleChangedError: they were changed since.
        """
        from rag.corpus.article_joins import undo_mend

        undo_mend(self.claims, mend)

    def article_neighbours(self, article_id: str) -> list[Article]:
        """The other articles of the same file, those that follow first.

        Raises:
            ArticleNotFoundError: there is none with this id.
        """
        from rag.corpus.article_joins import neighbours

        return neighbours(self.store, article_id)

    def close(self) -> None:
        """Close the store and give back the model's memory."""
        with self._lock, self._generator_lock:
            if self._generator is not None:
                self._generator.close()
            if self._store is not None:
                self._store.close()
            self._ready = False


def _sentence_reader(encoder: Encoder) -> SentenceReader | None:
    """The reader over the encoder's own weights; None for an embedding model that none was trained for."""
    from embeddings.encoder import SentenceTransformerEncoder
    from embeddings.reader import load_reader, reads_with

    if not isinstance(encoder, SentenceTransformerEncoder) or not reads_with(encoder.name):
        return None
    return load_reader(encoder).read
