# Everything that one does with this checkout. `make` alone lists it. Only Python 3.11+ and make are needed.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
DATA ?= demo-data

.PHONY: help setup demo test check service browser screenshots bench soak clean

help: ## list what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 14

setup: $(VENV)/.ready ## make the environment
$(VENV)/.ready: requirements.txt requirements-dev.txt pyproject.toml setup.py
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt -r requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

catalogues: $(VENV)/.ready
	@$(BIN)/python tools/messages.py compile

demo: catalogues ## start Fenghuo with a demo county and an attack day; Ctrl-C ends it
	@exec $(BIN)/fenghuo demo --data $(DATA)

test: catalogues ## the tests that need nothing but Python
	$(BIN)/python -m pytest -n auto -m "not service and not browser and not soak"

service: catalogues ## the tests against real nginx, rsyslog, syslog-ng and PostgreSQL (Debian packages)
	$(BIN)/python -m pytest -m "service and not browser and not soak"

browser: catalogues ## the tests in a real Chromium
	$(BIN)/python -m pytest -m "browser and not soak"

check: catalogues ## lint, types, floors, migrations, message catalogues
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	FENGHUO_DATA=$$(mktemp -d) $(BIN)/python -m django makemigrations --check --dry-run --settings fenghuo.base.common.django_settings
	$(BIN)/python tools/messages.py check

screenshots: catalogues ## rebuild docs/screens (needs Chromium)
	$(BIN)/python tools/screenshots.py

bench: catalogues ## measure; prints ratios against something run beside it
	@for file in bench/*.py; do echo "== $$file"; $(BIN)/python $$file || exit 1; done

soak: catalogues ## what takes long: kills, latency over 200 attacks
	$(BIN)/python -m pytest -m soak -p no:cacheprovider

clean: ## remove the environment and caches
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache build src/*.egg-info
