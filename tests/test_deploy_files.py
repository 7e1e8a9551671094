"""The files under ``deploy``: commands that exist, settings that are known, nothing open to the network."""

import configparser
import re
import shlex
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import yaml

from rag.settings import Settings, load_settings
from ui.commands.parser import build_parser

DEPLOY = Path(__file__).parents[1] / "deploy"
NAMES = {f"BAOWEN_{field.name.upper()}" for field in fields(Settings)}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    return document


def test_every_command_of_the_services_is_one_of_ours(compose: dict[str, Any]) -> None:
    ours = [service for service in compose["services"].values() if service["image"] == "baowen"]
    assert [build_parser().parse_args(service["command"]).command for service in ours] == ["models", "serve", "watch"]
    assert compose["services"]["api"]["deploy"]["replicas"] >= 2


def test_settings_are_known_and_name_the_database(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        names = {name for name in service["environment"] if name.startswith("BAOWEN_")}
        assert names <= NAMES
    environment = compose["services"]["api"]["environment"]
    url = re.sub(r"\$\{[^}]*\}", "secret", environment["BAOWEN_STORE"])
    settings = load_settings({"BAOWEN_STORE": url, "BAOWEN_CONFIG": ""})
    assert settings.store == "postgresql://baowen:secret@database/baowen"
    assert "secret" not in repr(settings)


def test_only_loopback_is_open_and_no_secret_is_written_down(compose: dict[str, Any]) -> None:
    ports = [port for service in compose["services"].values() for port in service.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    assert set(re.findall(r"\$\{(\w+)(\S)", text)) == {("BAOWEN_DATABASE_PASSWORD", ":"), ("BAOWEN_API_KEY", ":")}


def test_the_unit_starts_a_command_of_ours_on_loopback() -> None:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read_string((DEPLOY / "baowen.service").read_text(encoding="utf-8"))
    program, *arguments = shlex.split(unit["Service"]["ExecStart"].replace("%i", "7860"))
    assert program.endswith("/baowen")
    assert build_parser().parse_args(arguments).host is None
    hardening = ("NoNewPrivileges", "ProtectHome", "PrivateTmp", "PrivateDevices", "RestrictSUIDSGID")
    assert {unit["Service"][name] for name in hardening} == {"true"}
    assert (unit["Service"]["ProtectSystem"], unit["Service"]["CapabilityBoundingSet"]) == ("strict", "")
    assigned = [item.split("=")[0] for item in shlex.split(unit["Service"]["Environment"])]
    assert set(assigned) <= NAMES


def test_the_image_is_that_of_the_recipe_at_the_root(compose: dict[str, Any]) -> None:
    build = compose["services"]["api"]["build"]
    recipe = DEPLOY / build["context"] / build["dockerfile"]
    assert recipe.resolve() == DEPLOY.parent / "Containerfile"
    text = recipe.read_text(encoding="utf-8")
    assert ".[postgresql]" in text
    mounted = {volume.rpartition(":")[2] for volume in compose["services"]["api"]["volumes"]}
    assert mounted == set(re.findall(r"^VOLUME (.*)$", text, flags=re.MULTILINE))
