"""The image's recipe against the project: what it copies is there, what it sets is a setting, what it runs is ours"""

import re
from dataclasses import fields
from pathlib import Path

from rag.settings import Settings
from ui.commands.parser import build_parser

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "Containerfile").read_text(encoding="utf-8")
LINES = [line.strip() for line in TEXT.replace("\\\n", " ").splitlines() if line and not line.startswith("#")]


def test_what_it_copies_is_there_and_let_through() -> None:
    copied = [name for line in LINES if line.startswith("COPY") for name in line.split()[1:-1]]
    assert copied
    assert [name for name in copied if not (ROOT / name).exists()] == []
    allowed = (ROOT / ".containerignore").read_text(encoding="utf-8").split()
    assert [name for name in copied if f"!{name}" not in allowed] == []


def test_what_it_sets_is_a_setting() -> None:
    names = set(re.findall(r"BAOWEN_([A-Z_]+)=", TEXT))
    assert {"STORE", "MODELS", "HOST"} <= names
    assert names <= {item.name.upper() for item in fields(Settings)}


def test_it_runs_as_a_user_of_its_own_and_knows_its_commands() -> None:
    order = [line.split()[0] for line in LINES]
    assert order.index("USER") > order.index("RUN")
    assert "USER baowen" in LINES
    assert LINES[-2:] == ['ENTRYPOINT ["baowen"]', 'CMD ["serve"]']
    examples = re.findall(r"baowen:/var/lib/baowen(?: -v \S+)? baowen ((?:models|ingest|keys) .*)", TEXT)
    assert len(examples) == 3
    for arguments in examples:
        assert build_parser().parse_args(arguments.split())
