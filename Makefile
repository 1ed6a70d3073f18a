.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
UV_VERSION := 0.13.9
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: help
help: ## This list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

.PHONY: install
install: $(READY) ## Create the environment in .venv from the lock

$(READY): requirements.lock pyproject.toml
	@bash .ci/install "$(PYTHON)" "$(VENV)" "$(UV_VERSION)"
	@touch $@

.PHONY: demo
demo: $(READY) ## Run the whole nightly job for Sèvres on simulated data and print last week's figures
	@chalandise demo --town sevres

.PHONY: test
test: $(READY) ## Run every test that this machine can run
	@pytest -n auto --dist loadgroup

.PHONY: check
check: $(READY) ## Style, types and import rules
	@ruff check . && ruff format --check . && mypy && lint-imports

.PHONY: airflow
airflow: $(READY) ## Start Airflow on this machine (SQLite) with the DAGs on; prints address and login
	@chalandise airflow

.PHONY: docs
docs: $(READY) ## Write again the generated pages of docs/
	@chalandise dictionary --write && chalandise metrics --write

.PHONY: lock
lock: $(READY) ## Resolve requirements.lock anew from pyproject.toml
	@uv pip compile -q --universal --python-version 3.11 --all-extras --generate-hashes --no-annotate --no-header pyproject.toml -o requirements.lock

.PHONY: clean
clean: ## Remove the environment and caches (never var/, where the towns' data are)
	@rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

.PHONY: bench-sirene
bench-sirene: $(READY) ## Measure the scan of a national register of 40 M establishments for one commune
	@python bench/sirene.py

.PHONY: bench-start
bench-start: $(READY) ## Measure how long the command line and the DAG folder take to start
	@python bench/start.py

.PHONY: bench-uplift
bench-uplift: $(READY) ## Measure the coverage of event intervals on Auckland's real counts, calibrated and not
	@python bench/uplift.py

.PHONY: bench-deposit
bench-deposit: $(READY) ## Measure deposits of 20 M rows beside DuckDB's raw load, and of 100,000 beside frictionless
	@python bench/deposit.py

.PHONY: bench-build
bench-build: $(READY) ## Measure builds from nothing and nights after one new day, for towns of 1 and 10 years
	@python bench/build.py

.PHONY: bench-corpus
bench-corpus: $(READY) ## Count what the reader makes of polluted files: silently wrong must be 0
	@PYTHONPATH=. python bench/corpus_table.py

SECONDS := 600
ATHERIS := atheris==3.0.0
.PHONY: fuzz-reader
fuzz-reader: $(READY) ## Try to break the reader for SECONDS (600) by coverage-guided fuzzing; Linux
	@aside=$$(mktemp -d) && trap 'rm -rf "$$aside"' EXIT \
		&& uv pip install --quiet --python $(BIN)/python --target "$$aside" "$(ATHERIS)" \
		&& PYTHONPATH=".:$$aside" nice -n 19 python bench/fuzz_reader.py "$(SECONDS)"
