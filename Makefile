# Everything that one does with this checkout. `make` alone lists it. Only Python 3.11+ and make are needed.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: help setup demo test check services screenshots soak bench clean catalogues

help: ## list what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 14

setup: $(VENV)/.ready catalogues ## make the environment
$(VENV)/.ready: requirements.txt requirements-dev.txt pyproject.toml setup.py
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt -r requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

catalogues: $(VENV)/.ready
	@$(BIN)/python tools/messages.py compile

demo: catalogues ## start with a demo county and an attack day; Ctrl-C ends it
	@$(BIN)/python -m fenghuo demo

test: catalogues ## run the tests that need nothing but Python
	$(BIN)/python -m pytest -n auto --maxprocesses 4 -m "not service and not browser and not soak"

services: catalogues ## run the tests with real nginx, BIND, PostgreSQL, Chromium … (see .ci/run for packages and oracles)
	PYTHON=$(BIN)/python tools/services.sh

check: catalogues ## lint, types, floors, migrations, message catalogues
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tools/migrations.py
	$(BIN)/python tools/messages.py check

screenshots: catalogues ## photograph every page of the demo into docs/screens (needs Chromium)
	$(BIN)/python tools/screenshots.py

soak: catalogues ## what takes long: kills while 100,000 events arrive; two years of 5,000 notices; a million pairs of rule and event; 200 sites
	$(BIN)/python -m pytest -m soak tests/soak -s
	test ! -d ../shared/data/lanes || PAIRS=1000000 LANE_LINES=150 $(BIN)/python -m pytest -s src/fenghuo/see/detection/tests/test_engine.py -k "all_rules or lanes"
	$(BIN)/python bench/screening.py
	$(BIN)/python bench/storm.py rate
	$(BIN)/python bench/storm.py storm

bench: catalogues ## measure; prints ratios against something run beside it
	$(BIN)/python bench/eventlog.py
	$(BIN)/python bench/indicators.py
	$(BIN)/python bench/correlation.py
	test ! -d ../shared/data/lanes || $(BIN)/python bench/json_reading.py
	test ! -d ../shared/data/lanes || $(BIN)/python bench/peers.py

clean: ## remove the environment and caches
	rm -rf $(VENV) .oracles .pytest_cache .mypy_cache .ruff_cache .import_linter_cache build src/*.egg-info
