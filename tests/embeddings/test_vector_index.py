from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from embeddings.errors import VectorIndexError
from embeddings.vector_index import VectorIndex


def unit_rows(count: int, dimension: int = 16, seed: int = 0) -> NDArray[np.float32]:
    rows = np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32)
    return np.ascontiguousarray(rows / np.linalg.norm(rows, axis=1, keepdims=True))


def clustered_rows(count: int, dimension: int = 32, seed: int = 0) -> NDArray[np.float32]:
    rng = np.random.default_rng(seed)
    centres = np.random.default_rng(99).normal(size=(40, dimension))
    rows = (centres[rng.integers(0, 40, count)] + 0.5 * rng.normal(size=(count, dimension))).astype(np.float32)
    return np.ascontiguousarray(rows / np.linalg.norm(rows, axis=1, keepdims=True))


IDS = np.arange(100, dtype=np.int64) * 7 + 3


def small_index(exact_limit: int = 1000) -> VectorIndex:
    return VectorIndex.build(IDS, unit_rows(100), exact_limit=exact_limit)


def test_search_is_the_largest_inner_products() -> None:
    vectors, queries = unit_rows(100), unit_rows(5, seed=1)
    hits = small_index().search(queries, 10)
    products = queries @ vectors.T
    order = np.argsort(-products, axis=1)[:, :10]
    np.testing.assert_array_equal(hits.ids, IDS[order])
    np.testing.assert_allclose(hits.scores, np.take_along_axis(products, order, axis=1), atol=1e-6)
    assert hits.ids.dtype == np.int64
    assert hits.scores.dtype == np.float32


def test_a_vector_finds_itself_at_one() -> None:
    hits = small_index().search(unit_rows(100)[[42]], 1)
    assert hits.ids[0, 0] == IDS[42]
    assert hits.scores[0, 0] == pytest.approx(1.0, abs=1e-6)


def test_equal_scores_come_by_ascending_id() -> None:
    row = unit_rows(1)
    index = VectorIndex.build(np.array([9, 2, 5]), np.repeat(row, 3, axis=0))
    assert index.search(row, 3).ids.tolist() == [[2, 5, 9]]


def test_fewer_vectors_than_asked_for_are_padded() -> None:
    index = VectorIndex.build(np.array([4, 8]), unit_rows(2))
    hits = index.search(unit_rows(1, seed=5), 4)
    assert set(hits.ids[0, :2].tolist()) == {4, 8}
    assert hits.ids[0, 2:].tolist() == [-1, -1]
    assert np.isneginf(hits.scores[0, 2:]).all()


def test_an_empty_index_finds_nothing() -> None:
    hits = VectorIndex.empty(16).search(unit_rows(2), 3)
    assert hits.ids.tolist() == [[-1, -1, -1]] * 2
    assert hits.scores.shape == (2, 3)


@pytest.mark.parametrize("exact_limit", [1000, 10], ids=["exact", "approximate"])
def test_a_removed_vector_is_never_found_again(exact_limit: int) -> None:
    index = small_index(exact_limit)
    assert index.is_exact is (exact_limit == 1000)
    assert index.remove(np.array([IDS[42], IDS[43], 999_999])) == 2
    assert len(index) == 98
    assert IDS[42] not in index.ids
    assert IDS[42] not in index.search(unit_rows(100), 100).ids
    assert index.remove(np.array([IDS[42]])) == 0


@pytest.mark.parametrize("exact_limit", [1000, 10], ids=["exact", "approximate"])
@pytest.mark.parametrize("share", [0.5, 0.03])
def test_only_allowed_ids_are_found(exact_limit: int, share: float) -> None:
    index, queries = small_index(exact_limit), unit_rows(6, seed=3)
    allowed = np.random.default_rng(5).random(int(IDS[-1]) + 1) < share
    allowed[IDS[50]] = True
    expected = [i for i in IDS.tolist() if allowed[i]]
    hits = index.search(queries, 100, allowed=allowed)
    for row in hits.ids.tolist():
        assert sorted(i for i in row if i >= 0) == expected
    best = index.search(queries, 1, allowed=allowed)
    kept = unit_rows(100)[[i in expected for i in IDS.tolist()]]
    if index.is_exact:
        np.testing.assert_allclose(best.scores[:, 0], (queries @ kept.T).max(axis=1), atol=1e-6)
    assert (index.search(queries, 4, allowed=np.zeros(0, bool)).ids == -1).all()
    assert (index.search(queries, 4, allowed=allowed[: IDS[3]]).ids < IDS[3]).all()


def test_filtered_recall_of_the_approximate_index() -> None:
    vectors, queries = clustered_rows(20_000), clustered_rows(100, seed=7)
    ids = np.arange(20_000, dtype=np.int64)
    exact, found = VectorIndex.build(ids, vectors), VectorIndex.build(ids, vectors, exact_limit=1000)
    for share in (0.6, 0.1, 0.01):
        allowed = np.random.default_rng(1).random(20_000) < share
        wanted = exact.search(queries, 10, allowed=allowed).ids.tolist()
        got = found.search(queries, 10, allowed=allowed).ids.tolist()
        recall = np.mean([len(set(a) & set(b)) / 10 for a, b in zip(wanted, got, strict=True)])
        assert recall >= 0.9, share


def test_a_prepared_index_filled_in_parts_finds_as_one_built_at_once() -> None:
    vectors, ids = clustered_rows(6000), np.arange(6000, dtype=np.int64)
    index = VectorIndex.prepare(vectors[::3], 6000, exact_limit=1000)
    assert (len(index), index.is_exact, index.last_id) == (0, False, 0)
    for begin in range(0, 6000, 700):
        index.add(ids[begin : begin + 700], vectors[begin : begin + 700])
    assert (len(index), index.last_id) == (6000, 5999)
    assert (index.search(vectors[::60], 1).ids[:, 0] == ids[::60]).mean() >= 0.98
    assert VectorIndex.prepare(vectors[:5], 900, exact_limit=1000).is_exact


def test_ids_that_come_out_of_order_are_kept_in_order() -> None:
    index = VectorIndex.build(np.array([50, 7, 30]), unit_rows(3))
    index.add(np.array([60, 61]), unit_rows(2, seed=2))
    index.add(np.array([8]), unit_rows(1, seed=3))
    assert index.ids.tolist() == [7, 8, 30, 50, 60, 61]
    with pytest.raises(ValueError, match="in the index already"):
        index.add(np.array([62, 61]), unit_rows(2, seed=4))


@pytest.mark.parametrize("exact_limit", [1000, 10], ids=["exact", "approximate"])
def test_a_removed_id_can_come_back_with_another_vector(exact_limit: int) -> None:
    index, other = small_index(exact_limit), unit_rows(1, seed=8)
    index.remove(IDS[:1])
    index.add(IDS[:1], other)
    hits = index.search(other, 1)
    assert hits.ids[0, 0] == IDS[0]
    assert hits.scores[0, 0] == pytest.approx(1.0, abs=1e-6 if exact_limit > 10 else 5e-3)  # a byte a value


@pytest.mark.parametrize("exact_limit", [1000, 10], ids=["exact", "approximate"])
def test_saved_and_loaded_it_searches_identically(tmp_path: Path, exact_limit: int) -> None:
    index, queries = small_index(exact_limit), unit_rows(20, seed=4)
    index.remove(IDS[5:9])
    index.generation = 12
    path = tmp_path / "vectors.faiss"
    index.save(path)
    loaded = VectorIndex.load(path)
    before, after = index.search(queries, 15), loaded.search(queries, 15)
    np.testing.assert_array_equal(before.ids, after.ids)
    np.testing.assert_array_equal(before.scores, after.scores)
    np.testing.assert_array_equal(index.ids, loaded.ids)
    assert (loaded.generation, loaded.dimension, len(loaded), loaded.is_exact) == (12, 16, 96, index.is_exact)
    loaded.add(IDS[5:9], unit_rows(100)[5:9])
    loaded.remove(IDS[:50])
    assert len(loaded) == 50
    assert [path.name for path in tmp_path.iterdir()] == ["vectors.faiss"]


def test_an_empty_index_survives_saving(tmp_path: Path) -> None:
    VectorIndex.empty(16).save(tmp_path / "v")
    loaded = VectorIndex.load(tmp_path / "v")
    assert (len(loaded), loaded.dimension) == (0, 16)


def test_an_index_says_when_it_is_outgrown_and_still_finds_everything() -> None:
    vectors = clustered_rows(5000)
    ids = np.arange(5000, dtype=np.int64)
    index = VectorIndex.build(ids[:900], vectors[:900], exact_limit=1000)
    assert (index.is_exact, index.is_outgrown) == (True, False)
    index.add(ids[900:], vectors[900:])
    assert (index.is_exact, index.is_outgrown) == (True, True)
    assert (index.search(vectors[::50], 1).ids[:, 0] == ids[::50]).all()
    laid_out = VectorIndex.build(ids[:1200], vectors[:1200], exact_limit=1000)
    laid_out.add(ids[1200:4800], vectors[1200:4800])
    assert (laid_out.is_exact, laid_out.is_outgrown) == (False, False)
    laid_out.add(ids[4800:], vectors[4800:])
    assert laid_out.is_outgrown
    assert (laid_out.search(vectors[::50], 1).ids[:, 0] == ids[::50]).mean() >= 0.98


class CountedRemovals:
    """A faiss index that counts how often all of its lists are gone over."""

    def __init__(self, index: object) -> None:
        self.index, self.times = index, 0

    def __getattr__(self, name: str) -> object:
        return getattr(self.index, name)

    def remove_ids(self, ids: object) -> object:
        self.times += 1
        return self.index.remove_ids(ids)  # type: ignore[attr-defined]


@pytest.mark.parametrize("exact_limit", [10_000, 10], ids=["exact", "approximate"])
def test_removed_vectors_are_taken_out_together_and_found_by_none_before(exact_limit: int) -> None:
    vectors, ids = unit_rows(2000), np.arange(2000, dtype=np.int64)
    index = VectorIndex.build(ids, vectors, exact_limit=exact_limit)
    counted = CountedRemovals(index._index)
    index._index = counted
    for number in range(600):
        assert index.remove(ids[number : number + 1]) == 1
        assert index.search(vectors[[number]], 3).ids.min() > number
    assert counted.times == 2
    hits = index.search(vectors[:5], 1400)
    if index.is_exact:
        assert sorted(hits.ids[0].tolist()) == list(range(600, 2000))
    assert (len(index), index.last_id) == (1400, 1999)
    index.add(ids[590:591], vectors[590:591])
    assert index.search(vectors[[590]], 1).ids.tolist() == [[590]]
    assert len(index) == 1401


def test_an_index_knows_its_own_vectors_from_others() -> None:
    vectors, ids = clustered_rows(3000), np.arange(3000, dtype=np.int64)
    for exact_limit in (10_000, 1000):
        index = VectorIndex.build(ids, vectors, exact_limit=exact_limit)
        assert index.holds(ids[::60], vectors[::60])
        assert not index.holds(ids[::60], vectors[1::60])
        assert not index.holds(ids[::60] + 3000, vectors[::60])


def test_approximate_recall_against_exact() -> None:
    vectors, queries = clustered_rows(20_000), clustered_rows(200, seed=7)
    ids = np.arange(20_000, dtype=np.int64)
    exact = VectorIndex.build(ids, vectors).search(queries, 10).ids
    found = VectorIndex.build(ids, vectors, exact_limit=1000).search(queries, 10).ids
    recall = np.mean([len(set(a) & set(b)) / 10 for a, b in zip(exact.tolist(), found.tolist(), strict=True)])
    assert recall >= 0.9


@pytest.mark.parametrize(
    ("position", "expected"),
    [(2, "begins with"), (20, "no readable header|not those its header says|has layout"), (1500, "has SHA-256")],
)
def test_a_flipped_byte_is_named(tmp_path: Path, position: int, expected: str) -> None:
    path = tmp_path / "v.faiss"
    small_index().save(path)
    data = bytearray(path.read_bytes())
    data[position] ^= 0xFF
    path.write_bytes(data)
    with pytest.raises(VectorIndexError, match=expected) as caught:
        VectorIndex.load(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_cut_off_is_named(tmp_path: Path) -> None:
    path = tmp_path / "v.faiss"
    small_index().save(path)
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(VectorIndexError, match=r"has \d+ bytes of vectors, expected \d+"):
        VectorIndex.load(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(VectorIndexError, match="No such file"):
        VectorIndex.load(tmp_path / "none")


def test_a_failed_save_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "v"
    small_index().save(path)
    old = path.read_bytes()

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(VectorIndexError, match="No space left"):
        VectorIndex.empty(16).save(path)
    assert path.read_bytes() == old
    assert [entry.name for entry in tmp_path.iterdir()] == ["v"]


@pytest.mark.parametrize(
    ("ids", "vectors", "expected"),
    [
        ([IDS[0]], unit_rows(1), "in the index already"),
        ([1, 1], unit_rows(2), "given twice"),
        ([1], unit_rows(1, dimension=8), r"shape \(1, 8\), expected \(1, 16\)"),
        ([1, 2], unit_rows(1), r"expected \(2, 16\)"),
        ([1], np.full((1, 16), np.nan, np.float32), "no finite numbers"),
    ],
)
def test_unfit_additions_are_refused(ids: list[int], vectors: NDArray[np.float32], expected: str) -> None:
    index = small_index()
    with pytest.raises(ValueError, match=expected):
        index.add(np.array(ids), vectors)
    assert len(index) == 100


def test_unfit_searches_are_refused() -> None:
    with pytest.raises(ValueError, match="expected 1 or more"):
        small_index().search(unit_rows(1), 0)
    with pytest.raises(ValueError, match=r"expected \(n, 16\)"):
        small_index().search(unit_rows(1, dimension=8), 1)


def test_many_threads_search_while_others_change_it() -> None:
    index, vectors = VectorIndex.build(np.arange(2000), unit_rows(2000)), unit_rows(2000)
    errors: list[BaseException] = []
    stop = threading.Event()

    def search() -> None:
        try:
            while not stop.is_set():
                ids = index.search(vectors[1500:1504], 5).ids
                assert ids[:, 0].tolist() == [1500, 1501, 1502, 1503]
        except BaseException as error:  # handed to the main thread
            errors.append(error)

    threads = [threading.Thread(target=search) for _ in range(3)]
    for thread in threads:
        thread.start()
    for start in range(0, 1000, 20):
        index.remove(np.arange(start, start + 20))
        index.add(np.arange(start + 5000, start + 5020), vectors[start : start + 20])
    stop.set()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len(index) == 2000
