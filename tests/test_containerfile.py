"""The image's recipe against the project: what it copies is there, what it sets is a setting, what it runs is ours"""

import os
import re
import shutil
import subprocess
import sys
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
    allowed = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert [name for name in copied if f"!{name}" not in allowed] == []


def test_what_it_sets_is_a_setting() -> None:
    names = set(re.findall(r"BAOWEN_([A-Z_]+)=", TEXT))
    assert {"STORE", "MODELS", "STATE", "HOST"} <= names
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


def test_what_is_copied_installs_and_runs(tmp_path: Path) -> None:
    copied = [name for line in LINES if line.startswith("COPY") for name in line.split()[1:-1]]
    image, target = tmp_path / "image", tmp_path / "target"
    image.mkdir()
    for name in copied:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, image / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, image)
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*install, "--target", str(target), str(image)], check=True, timeout=240)
    of_packages = {path.relative_to(image) for path in image.rglob("*/*") if path.is_file() and path.suffix != ".md"}
    packages = tuple(name for name in copied if (ROOT / name).is_dir())
    wanted = {path for path in of_packages if path.parts[0] in packages}
    assert len(wanted) > 250
    assert {str(path) for path in wanted if not (target / path).exists()} == set()
    environment = {"PYTHONPATH": str(target), "PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    run = "import sys, ui.cli; assert ui.cli.__file__.startswith(sys.argv.pop(1)); sys.exit(ui.cli.main())"
    said = subprocess.run(
        [sys.executable, "-P", "-c", run, str(target), "--version"],
        cwd=tmp_path, env=environment, check=True, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert re.fullmatch(r"baowen \d+\.\d+\.\d+\n", said.stdout)
