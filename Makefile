# Two commands for a fresh machine: `make run` and `make test`. Needs Python 3.11 or newer, pip and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test quick check format clean models pictures benchmark-quick

# Installed once for each state of pyproject.toml and constraints.txt.
$(VENV)/.installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(0) if sys.version_info >= (3, 11) else sys.exit("Python %d.%d found, 3.11 or newer expected: make PYTHON=python3.11 ..." % sys.version_info[:2])'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check torch -c constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]' -c constraints.txt
	@touch $@

models: $(VENV)/.installed
	$(BIN)/baowen models fetch

run: models
	$(BIN)/baowen ingest data/sample
	$(BIN)/baowen serve

check: $(VENV)/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

quick: $(VENV)/.installed
	$(BIN)/python -m pytest -m 'not models and not slow'

# schemathesis stands in an environment of its own: its plugin would change how the tests run.
.contract/.installed:
	$(PYTHON) -m venv .contract
	.contract/bin/python -m pip install --quiet --disable-pip-version-check schemathesis==4.32.5
	@touch $@

# npm's client of OpenAI, where there is an npm: the tests ask a running server with it.
.javascript/.installed:
	@mkdir -p .javascript
	@if command -v npm >/dev/null; then npm install --silent --no-audit --no-fund --prefix .javascript openai@7.59.0 || echo "npm cannot be reached; the test of its client is skipped"; fi
	@touch $@

test: models check .contract/.installed .javascript/.installed
	$(BIN)/python -m pytest

# What each stage takes beside the least that this machine could; some three minutes.
benchmark-quick: models
	$(BIN)/python benchmarks/stages.py

# Of the page's main states, for the README; needs a Chromium and the models.
pictures: models
	$(BIN)/python tests/ui/make_pictures.py docs/pictures

format: $(VENV)/.installed
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf $(VENV) .contract .javascript build *.egg-info .pytest_cache .mypy_cache .ruff_cache
