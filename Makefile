# make demo   plays the bundled low back journey            make test   everything that must hold before a change lands
# make bench  measures speed against other engines          make docs   builds the documentation in docs/_build
# make pages  writes protocols/README.md anew
# make lock   resolves requirements.lock anew               make clean  removes what the others made

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
# Bytecode of packages is written when first imported; compiling all of it at installation takes longer than it saves.
LOCKED := $(PIP) --no-compile --require-hashes

.PHONY: demo test lint format types floors content pytest docs pages bench lock clean

demo: .venv/.installed-run
	@$(BIN)/rehabflow run low_back_pain --demo

test: lint types floors docs content pytest

lint: .venv/.installed-all
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: .venv/.installed-all
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: .venv/.installed-all
	$(BIN)/mypy

floors: .venv/.installed-all
	$(BIN)/lint-imports

content: .venv/.installed-all
	$(BIN)/rehabflow check plugins protocols
	$(BIN)/rehabflow test plugins protocols

pytest: .venv/.installed-all
	$(BIN)/python -m pytest -m "not bench"

docs: .venv/.installed-all
	$(BIN)/python -m sphinx -q -W --keep-going docs docs/_build

pages: .venv/.installed-run
	$(BIN)/python .ci/pages.py

bench: .venv/.installed-all
	$(BIN)/python -m pytest -m bench -s tests/bench

lock: .venv/.installed-all
	$(PIP) uv
	$(BIN)/python .ci/lock.py

clean:
	rm -rf .venv docs/_build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("rehabflow needs Python 3.11 or newer; try: make PYTHON=python3.12" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv .venv

.venv/.installed-run: requirements.lock pyproject.toml | .venv/bin/python
	@echo "Installing what rehabflow needs into .venv …"
	@sed '/^# For development/,$$d' requirements.lock > .venv/run.lock
	$(LOCKED) -r .venv/run.lock
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.installed-all: .venv/.installed-run
	@echo "Installing what the tests need into .venv …"
	$(LOCKED) -r requirements.lock
	@touch $@
