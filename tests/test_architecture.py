"""The house rules that a machine can hold: who imports whom, who owns which library, what is documented."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("embeddings", "rag", "ui")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
ALLOWED = {"embeddings": {"embeddings"}, "rag": {"embeddings", "rag"}, "ui": {"embeddings", "rag", "ui"}}
# None: whichever module it is, there is only one.
OWNERS = {
    "sentence_transformers": {"embeddings/encoder.py"},
    "faiss": {"embeddings/faiss_structures.py"},
    "gradio": {
        f"ui/{name}.py"
        for name in (
            "chat",
            "ask_components",
            "ask_tab",
            "check_tab",
            "packet_check",
            "series_tab",
            "archive_tab",
            "import_tab",
        )
    },
    "xllamacpp": {"rag/generation/llama_cpp_generator.py"},
    "langchain_text_splitters": {"rag/corpus/chunks.py"},
    "pypdfium2": None,
    "docx": {"rag/corpus/docx_reader.py", "ui/word.py", "ui/draft_document.py"},
    "trafilatura": {"rag/corpus/html_reader.py"},
    "rapidocr": None,
    "mcp": {"ui/mcp_server.py"},
    "opentelemetry": {"ui/web/traces.py"},
    "psycopg": {"rag/corpus/postgresql/connections.py"},
    "psycopg_pool": {"rag/corpus/postgresql/connections.py"},
}
HEAVY = (
    "torch",
    "transformers",
    "gradio",
    "faiss",
    "sentence_transformers",
    "xllamacpp",
    "fastapi",
    "mcp",
    "psycopg",
)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(path)}: relative import in line {node.lineno}"
            yield node.module or ""


def test_there_is_something_to_look_at() -> None:
    assert len(MODULES) > 80


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_follow_the_direction_of_the_house(path: Path) -> None:
    package = path.relative_to(ROOT).parts[0]
    ours = {name.split(".")[0] for name in imports(path)} & set(PACKAGES)
    assert ours <= ALLOWED[package]


# Inside rag each layer knows only those before it; records, errors and settings are known to all.
LAYERS = ("chinese", "corpus", "claims", "retrieval", "answering", "evaluation")


@pytest.mark.parametrize("path", [p for p in MODULES if "rag" in p.parts], ids=name_of)
def test_a_layer_of_rag_imports_only_earlier_layers(path: Path) -> None:
    layer = path.relative_to(ROOT / "rag").parts[0]
    if layer not in LAYERS:
        return
    later = LAYERS[LAYERS.index(layer) + 1 :]
    assert [name for name in imports(path) if name.startswith(tuple(f"rag.{other}" for other in later))] == []


@pytest.mark.parametrize(("library", "owners"), OWNERS.items())
def test_a_heavy_library_has_one_owner(library: str, owners: set[str] | None) -> None:
    users = {name_of(path) for path in MODULES if library in {name.split(".")[0] for name in imports(path)}}
    if owners is None:
        assert len(users) <= 1, users
    else:
        assert users <= owners


@pytest.mark.parametrize("module", ["rag", "rag.records", "rag.settings", "rag.workspace", "rag.diagnosis", "ui.cli"])
def test_importing_is_light(module: str) -> None:
    code = f"import sys, {module}; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert ast.literal_eval(done.stdout) == []


def public_definitions(tree: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node.name, node
            if isinstance(node, ast.ClassDef):
                for item in node.body:
                    named = isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef)
                    if named and not item.name.startswith("_"):
                        yield f"{node.name}.{item.name}", item


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_whatever_is_public_is_documented(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree), "the module says nothing of itself"
    bare = [
        name
        for name, node in public_definitions(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not ast.get_docstring(node)
    ]
    assert bare == []


def test_no_module_is_called_after_what_it_could_be_anything_of() -> None:
    vague = {"utils", "util", "helpers", "helper", "manager", "service", "base", "common", "misc"}
    assert [name_of(path) for path in MODULES if path.stem in vague] == []
