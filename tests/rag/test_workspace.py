import datetime as dt
import json
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from fakes import HashEncoder, ScriptedGenerator

from embeddings.fingerprint import fingerprint_folder
from rag.corpus.article_edits import Correction
from rag.corpus.embedded.schema import DATABASE_NAME
from rag.diagnosis import diagnose
from rag.errors import StoreError, StoreMismatchError
from rag.records import SearchFilter
from rag.settings import Settings
from rag.workspace import Workspace


def make(folder: Path, name: str = "hash-encoder") -> Workspace:
    settings = Settings(store=folder / "store", models=folder / "models", passage_count=2)
    return Workspace(settings, encoder=HashEncoder(name=name), generator=ScriptedGenerator("清溪大桥全长860米。"))


def page(folder: Path, count: int = 4) -> Path:
    rows = [{"title": f"第{n}号桥通车", "text": f"第{n}号桥通车，全长{n}60米。"} for n in range(count)]
    path = folder / "p.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    return path


def test_ingesting_makes_the_store_and_everything_else_follows(tmp_path: Path) -> None:
    workspace = make(tmp_path)
    with pytest.raises(StoreError, match="no store in"):
        _ = workspace.store
    report = workspace.ingest([page(tmp_path)], date=dt.date(2020, 12, 25), source="云岭日报")
    assert (report.added, workspace.store.article_count()) == (4, 4)
    assert len(workspace.search("大桥通车").passages) == 2
    assert len(workspace.search("大桥通车", 3).passages) == 3
    assert workspace.search("大桥通车", 3, SearchFilter(source="晨报")).passages == ()
    assert {hit.source for hit in workspace.search("大桥").passages} == {"云岭日报"}
    assert workspace.assistant is workspace.assistant
    assert not workspace.ready
    workspace.warm_up()
    assert workspace.ready
    generator = workspace.generator
    workspace.close()
    assert (generator.closed, workspace.ready) == (True, False)  # type: ignore[attr-defined]


def test_a_store_of_another_model_lists_but_neither_searches_nor_takes_articles(tmp_path: Path) -> None:
    first = make(tmp_path)
    first.ingest([page(tmp_path)])
    first.close()
    other = make(tmp_path, "another-encoder")
    assert other.store.article_count() == 4
    with pytest.raises(StoreMismatchError, match="in use is another-encoder"):
        other.search("大桥")
    with pytest.raises(StoreMismatchError, match="in use is another-encoder"):
        other.ingest([page(tmp_path)])
    other.close()


def test_an_ingestion_in_which_nothing_changed_loads_no_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: list[str] = []

    def load(source: object, *, threads: int) -> HashEncoder:
        loaded.append(str(source))
        return HashEncoder(name=f"model@{fingerprint_folder(tmp_path / 'model')}")

    monkeypatch.setattr("embeddings.encoder.load_encoder", load)
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "config.json").write_text("{}", encoding="utf-8")
    settings = Settings(store=tmp_path / "store", embedding_model=str(tmp_path / "model"))
    with closing(Workspace(settings)) as first:
        assert first.ingest([page(tmp_path)]).added == 4
    assert len(loaded) == 1
    with closing(Workspace(settings)) as second:
        assert second.ingest([page(tmp_path)]).unchanged == 4
        assert len(loaded) == 1
        assert second.ingest([page(tmp_path, 5)]).added == 1
    assert len(loaded) == 2


def test_a_question_in_another_language_is_searched_in_chinese(tmp_path: Path) -> None:
    generator = ScriptedGenerator("去年第2号桥全长多少米？")
    settings = Settings(store=tmp_path / "store", max_question_characters=60)
    with closing(Workspace(settings, encoder=HashEncoder(), generator=generator)) as workspace:
        workspace.ingest([page(tmp_path)], date=dt.date(2020, 12, 25))
        found = workspace.search("How long is the second bridge of last year?", 1)
        assert found.standalone_question == "去年第2号桥全长多少米？"
        assert found.passages[0].title == "第2号桥通车"
        assert found.notes == ("“last year” was read as 2019-01-01 to 2019-12-31",)
        assert found.generation == workspace.store.generation
        asked = len(generator.requests)
        as_typed = workspace.search("How long is the second bridge of last year?", 1, translate=False)
        assert as_typed.standalone_question == ""
        assert as_typed.notes == ("“last year” was read as 2019-01-01 to 2019-12-31",)
        for question in ("第2号桥全长多少米？", "5G"):
            found = workspace.search(question)
            assert (found.standalone_question, found.notes) == ("", ())
        long = workspace.search("How long is the bridge? " * 5)
        assert (long.standalone_question, "at most 60" in long.notes[0]) == ("", True)
        assert len(generator.requests) == asked
        assert workspace.search("今年签了多少个项目？").standalone_question == "今年签约了多少个项目？"


def test_without_a_generation_model_a_question_is_searched_as_typed(tmp_path: Path) -> None:
    settings = Settings(store=tmp_path / "store", models=tmp_path / "models")
    with closing(Workspace(settings, encoder=HashEncoder())) as workspace:
        workspace.ingest([page(tmp_path)])
        found = workspace.search("How long is the bridge?")
        assert len(found.passages) == 4
        assert found.standalone_question == ""
        assert "searched as typed, not in Chinese" in found.notes[0]
        assert "baowen models fetch" in found.notes[0]


def test_many_threads_share_one_workspace(tmp_path: Path) -> None:
    workspace = make(tmp_path)
    workspace.ingest([page(tmp_path)])
    found: list[object] = []
    errors: list[BaseException] = []

    def use(number: int) -> None:
        try:
            found.append(workspace.assistant)
            workspace.search(f"第{number}号桥全长多少米？")
            workspace.assistant.answer(f"第{number % 4}号桥全长多少米？")
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=use, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len(set(map(id, found))) == 1
    workspace.close()


def test_claims_are_kept_by_ingestion_and_made_up_for_in_an_older_store(tmp_path: Path) -> None:
    first = make(tmp_path)
    first.ingest([page(tmp_path)])
    with first.store.reading() as reading:
        kept = reading.newest_claims("figure", "", "", 100)
        assert len(kept) == 4
    first.close()
    with closing(sqlite3.connect(tmp_path / "store" / DATABASE_NAME)) as connection, connection:
        connection.execute("DELETE FROM claims")
        connection.execute("INSERT INTO claims_owed SELECT id FROM articles")
    with closing(make(tmp_path)) as second, second.claims.reading() as reading:
        assert reading.newest_claims("figure", "", "", 100) == kept


def test_a_workspace_over_a_database(tmp_path: Path, empty_database: str) -> None:
    settings = Settings(store=empty_database, models=tmp_path / "models", state=tmp_path / "state", passage_count=2)
    workspace = Workspace(settings, encoder=HashEncoder(), generator=ScriptedGenerator("第1号桥全长160米。"))
    workspace.require_reachable()
    with pytest.raises(StoreError, match="no store in postgresql://"):
        _ = workspace.store
    assert workspace.ingest([page(tmp_path)], date=dt.date(2020, 12, 25), source="云岭日报").added == 4
    found = workspace.search("第1号桥多长").passages[0]
    assert (found.title, found.source, settings.folder) == ("第1号桥通车", "云岭日报", tmp_path / "state")
    kept = workspace.correct_article(found.article_id, Correction("首座大桥通车", None, "晨报", "02"))
    assert workspace.store.article(found.article_id).title == "首座大桥通车"
    workspace.put_article_back(kept)
    removed = workspace.take_article_out(found.article_id)
    assert found.article_id not in {passage.article_id for passage in workspace.search("第1号桥多长", 4).passages}
    workspace.put_article_back(removed)
    workspace.warm_up()
    assert workspace.search("第1号桥多长").passages[0] == found
    with workspace.claims.reading() as reading:
        assert reading.claim_count() == 4
    assert workspace.store.check() == []
    assert [item.state for item in diagnose(settings).items if item.name == "store"] == ["ok"]
    workspace.close()


def test_models_warm_up_while_the_database_is_away(tmp_path: Path) -> None:
    settings = Settings(store="postgresql://postgres@127.0.0.1:1/papers", models=tmp_path / "models")
    workspace = Workspace(settings, encoder=HashEncoder(), generator=ScriptedGenerator("。"))
    workspace.warm_up()
    assert workspace.ready
    with pytest.raises(StoreError, match="cannot be reached"):
        workspace.require_reachable()
    workspace.close()


def test_a_workspace_rests_where_its_models_can(tmp_path: Path) -> None:
    class RestingEncoder(HashEncoder):
        rested = 0

        def rest(self) -> None:
            self.rested += 1

    class RestingGenerator(ScriptedGenerator):
        rested = 0

        def rest(self) -> None:
            self.rested += 1

    encoder, generator = RestingEncoder(), RestingGenerator("。")
    Workspace(Settings(store=tmp_path), encoder=encoder, generator=generator).rest()
    assert (encoder.rested, generator.rested) == (1, 1)
    for other in (ScriptedGenerator("。"), None):
        Workspace(Settings(store=tmp_path), encoder=HashEncoder(), generator=other).rest()
