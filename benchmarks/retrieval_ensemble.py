"""LangChain's ensemble of FAISS and BM25 over given chunks: what many put together first.

Needs ``langchain-community``, ``langchain-classic`` and ``rank-bm25``; nothing of the project depends on them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import rjieba
from numpy.typing import NDArray

from embeddings.encoder import Encoder


class LangChainSearch:
    """The ensemble with equal weights; BM25 on Chinese words, for its own default parts at white space only."""

    def __init__(self, texts: Sequence[str], vectors: NDArray[np.float32], encoder: Encoder, depth: int) -> None:
        from langchain_classic.retrievers import EnsembleRetriever
        from langchain_community.retrievers import BM25Retriever
        from langchain_community.vectorstores import FAISS
        from langchain_core.embeddings import Embeddings

        class Encoded(Embeddings):
            def embed_documents(self, texts: list[str]) -> list[list[float]]:
                return encoder.encode_passages(texts).tolist()  # type: ignore[no-any-return]

            def embed_query(self, text: str) -> list[float]:
                return encoder.encode_queries([text])[0].tolist()  # type: ignore[no-any-return]

        by_vector = FAISS.from_embeddings(list(zip(texts, vectors.tolist(), strict=True)), Encoded())
        by_words = BM25Retriever.from_texts(list(texts), preprocess_func=rjieba.cut, k=depth)
        self._ensemble: Any = EnsembleRetriever(
            retrievers=[by_words, by_vector.as_retriever(search_kwargs={"k": depth})], weights=[0.5, 0.5]
        )

    def search(self, question: str) -> list[str]:
        """The texts found, best first."""
        return [document.page_content for document in self._ensemble.invoke(question)]
