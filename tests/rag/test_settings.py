import dataclasses
from pathlib import Path

import pytest

from rag.errors import SettingsError
from rag.settings import Settings, load_settings


def config(folder: Path, text: str) -> dict[str, str]:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return {"BAOWEN_CONFIG": str(path)}


def test_options_win_over_variables_and_variables_over_the_file(tmp_path: Path) -> None:
    environment = {
        **config(tmp_path, 'port = 1\npassage_count = 2\nhost = "::1"\nstore = "~/papers"'),
        "BAOWEN_PORT": "3",
        "BAOWEN_PASSAGE_COUNT": "4",
        "BAOWEN_THREADS": "",
    }
    found = load_settings(environment, port=5, threads=None, models=tmp_path)
    assert (found.port, found.passage_count, found.host, found.threads) == (5, 4, "::1", 0)
    assert (found.store, found.models) == (Path.home() / "papers", tmp_path)
    assert found.chunk_characters == Settings().chunk_characters == 300


def test_the_file_of_the_given_environment_is_read(tmp_path: Path) -> None:
    (tmp_path / "baowen").mkdir()
    (tmp_path / "baowen" / "config.toml").write_text("port = 9", encoding="utf-8")
    assert load_settings({"XDG_CONFIG_HOME": str(tmp_path)}).port == 9
    assert load_settings({"XDG_CONFIG_HOME": str(tmp_path / "none")}).port == 7860


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("prot = 1", r"holds unknown settings prot; known are access_log, allowed_origins"),
        ("port = ", r"is not valid TOML"),
        ('port = "x"', r"setting port is 'x'; expected a whole number, 0 or more"),
        ("port = true", r"setting port is True; expected a whole number"),
        ("port = -1", r"setting port is -1; expected a whole number"),
        ("port = 70000", r"setting port is 70000; expected a number from 0 to 65535"),
        ("chunk_characters = 0", r"setting chunk_characters is 0; expected a number from 20"),
        ("passage_count = 0", r"setting passage_count is 0; expected a number from 1"),
        ("host = 5", r"setting host is 5; expected a string"),
        ("store = 5", r"setting store is 5; expected a path"),
        (
            'runtime = "magic"',
            r"setting runtime is 'magic'; expected one of auto, transformers, openvino, llama.cpp, openai",
        ),
        ('today = "2020-13-01"', r"setting today is '2020-13-01'; expected a day as YYYY-MM-DD"),
    ],
)
def test_what_cannot_work_is_refused_in_words(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        load_settings(config(tmp_path, text))


def test_a_missing_file_that_was_named_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot read the settings file"):
        load_settings({"BAOWEN_CONFIG": str(tmp_path / "none.toml")})


def test_keys_are_not_shown_and_settings_do_not_change() -> None:
    found = load_settings({"XDG_CONFIG_HOME": "/none"}, api_key="secret-1", openai_api_key="secret-2")
    assert "secret" not in repr(found)
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.port = 1  # type: ignore[misc]
