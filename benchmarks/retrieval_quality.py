"""How often the right article comes first: each part of the search alone, a naive fusion, and the ranking in use.

    python benchmarks/retrieval_quality.py FOLDER --output data/results/retrieval.json

Article level, 60 chunks deep; articles that say nearly the same count as one. ``news fitted`` is the half of
news_numbers that the weights were fitted on, ``news held out`` the other, and so with ``named``, which only
``--store`` measures. Held out from fitting only: the features were chosen with some of both halves in sight, and so
were the weights for other languages (no English question was fitted on), so new questions may fare a little worse.
``answer@1`` asks more: the first passage is of the right article and holds the answer's own words. Encoding takes
some minutes the first time.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from retrieval_data import (
    CachedEncoder,
    Corpus,
    Question,
    fill_store,
    joined,
    of_store,
    read_named,
    read_news,
    read_wiki,
    reprints,
)

from embeddings.encoder import load_encoder
from rag.answering.translation import searched_question
from rag.chinese.terms import query_terms, question_terms
from rag.corpus.embedded.lexical import search_terms, term_frequencies
from rag.corpus.embedded.store import EmbeddedStore
from rag.corpus.postings import select_terms
from rag.generation.runtime import load_generator
from rag.retrieval.retriever import Retriever
from rag.settings import load_settings

DEPTH = 60


def measure(ranks: Sequence[int]) -> dict[str, float]:
    """hit@1, hit@5 and mean reciprocal rank of 1-based ranks; 0 is not found."""
    values = np.array(ranks)
    reciprocal = np.where(values > 0, 1 / np.maximum(values, 1), 0.0)
    return {
        "hit@1": round(float((values == 1).mean()), 4),
        "hit@5": round(float(((values > 0) & (values <= 5)).mean()), 4),
        "MRR": round(float(reciprocal.mean()), 4),
    }


def rank_of(articles: Sequence[str], wanted: str) -> int:
    """The 1-based place of ``wanted`` among distinct articles; 0 if it is not there."""
    distinct = list(dict.fromkeys(articles))
    return distinct.index(wanted) + 1 if wanted in distinct else 0


def searches(store: EmbeddedStore, encoder: CachedEncoder) -> dict[str, Callable[[str], list[str]]]:
    """Each way to search, as a function from a question to article ids, best first."""
    owner = dict(store.connection().execute("SELECT id, article_id FROM chunks").fetchall())

    def lexical(terms: Sequence[str]) -> list[int]:
        chosen = select_terms(term_frequencies(store.connection(), terms))
        return [hit.chunk_id for hit in search_terms(store.connection(), chosen, DEPTH, total=len(owner))]

    def by_vector(question: str) -> list[int]:
        hits = store.vector_index.search(encoder.encode_queries([question]), DEPTH)
        return [int(chunk_id) for chunk_id in hits.ids[0] if chunk_id >= 0]

    def naive(question: str) -> list[int]:
        scores: dict[int, float] = {}
        for ranking in (lexical(query_terms(question)), by_vector(question)):
            for place, chunk_id in enumerate(ranking, 1):
                scores[chunk_id] = scores.get(chunk_id, 0.0) + 1 / (60 + place)
        return sorted(scores, key=lambda chunk_id: -scores[chunk_id])

    def words(question: str) -> list[int]:
        terms = question_terms(question)
        return lexical([*terms.words, *terms.exacts])

    def bigrams(question: str) -> list[int]:
        terms = question_terms(question)
        return lexical([*terms.bigrams, *terms.exacts])

    def owners(search: Callable[[str], list[int]]) -> Callable[[str], list[str]]:
        return lambda question: [owner[chunk_id] for chunk_id in search(question)]

    retriever = Retriever(store, encoder)
    return {
        "words": owners(words),
        "bigrams": owners(bigrams),
        "vectors": owners(by_vector),
        "naive fusion": owners(naive),
        "baowen": lambda question: [passage.article_id for passage in retriever.search(question, count=DEPTH)],
    }


def answer_share(
    store: EmbeddedStore, encoder: CachedEncoder, questions: Sequence[Question], same: Mapping[str, str]
) -> dict[str, float]:
    """How often the first, or one of the first five passages holds the answer and is of the right article."""
    retriever = Retriever(store, encoder)
    first = five = 0
    for question in questions:
        passages = retriever.search(question.text, count=5)
        wanted = same.get(question.article_id, question.article_id)
        good = [
            same.get(passage.article_id, passage.article_id) == wanted
            and any(answer in passage.text for answer in question.answers)
            for passage in passages
        ]
        first += good[:1] == [True]
        five += any(good)
    return {"answer@1": round(first / len(questions), 4), "answer@5": round(five / len(questions), 4)}


def measure_store(
    store: EmbeddedStore, encoder: CachedEncoder, corpus: Corpus, *, halved: Sequence[str] = ("news", "english")
) -> dict[str, Any]:
    """Every way to search ``store`` on every set of the corpus' questions."""
    encoder.encode_queries([question.text for question in corpus.questions])
    counts = store.counts()
    result: dict[str, Any] = {"articles": counts.articles, "chunks": counts.chunks}
    ways, same = searches(store, encoder), reprints(corpus)
    for title, questions in question_sets(corpus.questions, halved).items():
        rows = {
            way: measure(
                [
                    rank_of([same.get(found, found) for found in search(question.text)], same.get(wanted, wanted))
                    for question in questions
                    for wanted in [question.article_id]
                ]
            )
            for way, search in ways.items()
        }
        rows["baowen"] |= answer_share(store, encoder, questions, same)
        result[title] = {"questions": len(questions), **rows}
        for way, figures in rows.items():
            print(f"{title:18} {way:14} {figures}", flush=True)
    return result


def measure_translated(store: EmbeddedStore, encoder: CachedEncoder, corpus: Corpus) -> dict[str, dict[str, float]]:
    """The English questions searched as typed, and as an answer searches them: in the model's Chinese."""
    retriever, generator, same = Retriever(store, encoder), load_generator(load_settings()), reprints(corpus)
    ranks: dict[str, list[int]] = {"as typed": [], "in Chinese": []}
    for question in corpus.questions:
        if question.kind != "english":
            continue
        texts = [f"{near.title}\n{near.text}" for near in retriever.search(question.text, count=8)]
        chinese = searched_question(question.text, generator, texts)
        for way, searched in zip(ranks, (question.text, chinese), strict=True):
            found = [same.get(item.article_id, item.article_id) for item in retriever.search(searched, count=DEPTH)]
            ranks[way].append(rank_of(found, same.get(question.article_id, question.article_id)))
    generator.close()
    return {way: measure(places) for way, places in ranks.items()}


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where the public datasets lie")
    parser.add_argument("--model", default=os.path.expanduser("~/.cache/baowen/models/multilingual-e5-small"))
    parser.add_argument("--vectors", type=Path, default=Path(tempfile.gettempdir()) / "baowen-vectors")
    parser.add_argument("--articles", type=int, default=450, help="how many articles of xwlb to mix in")
    parser.add_argument("--store", type=Path, help="search this store, which holds the news and all of xwlb")
    parser.add_argument("--translated", action="store_true", help="English questions alone, as typed and in Chinese")
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    encoder = CachedEncoder(load_encoder(Path(options.model)), options.vectors)
    result: dict[str, Any] = {"machine": f"{platform.machine()}, {os.cpu_count()} cores", "model": encoder.name}
    if options.store:
        corpus = joined(read_news(options.folder, options.articles), read_named(options.folder))
        with EmbeddedStore.open(options.store, embedding_model=encoder.name, dimension=encoder.dimension) as store:
            if options.translated:
                print(measure_translated(store, encoder, of_store(store, corpus)))
                return
            result["store"] = measure_store(store, encoder, of_store(store, corpus), halved=("named",))
    elif options.translated:
        corpus = read_news(options.folder, options.articles)
        with tempfile.TemporaryDirectory() as folder, fill_store(Path(folder), corpus, encoder) as store:
            print(measure_translated(store, encoder, corpus))
            return
    else:
        for name, corpus in (
            ("news", read_news(options.folder, options.articles)),
            ("wiki", read_wiki(options.folder, 100, 60)),
        ):
            with tempfile.TemporaryDirectory() as folder, fill_store(Path(folder), corpus, encoder) as store:
                result[name] = measure_store(store, encoder, corpus)
    if options.output:
        options.output.write_text(json.dumps(result, indent=1) + "\n")


def question_sets(questions: Sequence[Question], halved: Sequence[str]) -> dict[str, list[Question]]:
    """Questions by kind, those of the ``halved`` kinds also by half."""
    sets: dict[str, list[Question]] = {}
    for question in questions:
        half = f" {'held out' if question.half else 'fitted'}" if question.kind in halved else ""
        sets.setdefault(question.kind + half, []).append(question)
    return sets


if __name__ == "__main__":
    main()
