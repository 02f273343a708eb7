# Every command of the project; `make up` and `make test` need Python 3.11+ and make, no more.

PYTHON ?= $(shell for name in python3.14 python3.13 python3.12 python3.11 python3; do \
	command -v $$name >/dev/null 2>&1 && \
	$$name -c 'import sys; raise SystemExit(sys.version_info < (3, 11))' 2>/dev/null && \
	{ echo $$name; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
RUN := $(BIN)/python
# Builds, checks and tests sign nothing that outlives them.
KEYLESS := RONDO_ALLOW_EPHEMERAL_KEY=1
WORKERS ?= 2
SCALE ?= 0.1
SHARED ?= ../shared

.PHONY: help up install install-dev test lint check browser bench shots reference messages \
	build-frontend check-frontend lock clean

help:
	@echo "make up              start Rondo with its own PostgreSQL and Valkey (PORT, RONDO_HOME)"
	@echo "make test            everything that must be green, browser tests included"
	@echo "make lint            formatting, lint, layers, types"
	@echo "make check           what Django can check without a database"
	@echo "make bench           the promises about speed, at SCALE=0.1"
	@echo "make shots           pictures of every page, into shots/"
	@echo "make reference       figures against files that may not be copied, SHARED=../shared"
	@echo "make messages        gather and compile the translations"
	@echo "make build-frontend  rebuild static/dist (needs Node)"
	@echo "make check-frontend  rebuild beside it and compare (needs Node)"
	@echo "make lock            renew requirements/*.txt from pyproject.toml"
	@echo "make clean           remove what is built; data in .rondo/ stay"

up: $(VENV)/.up
	@exec $(RUN) -m config.standalone up

install: $(VENV)/.up
install-dev: $(VENV)/.dev

# A mark stands in an environment while it is made: one that was cut off is made anew. What the
# making says is kept in it, so that Ctrl-C shows no traceback.
$(BIN)/python: $(wildcard $(VENV)/.making)
	@test -n "$(PYTHON)" || { echo "Rondo needs Python 3.11 or newer; none was found." >&2; exit 1; }
	@mkdir -p $(VENV) && touch $(VENV)/.making && rm -rf $(VENV)/* && \
	$(PYTHON) -m venv $(VENV) 2>$(VENV)/.making || { cat $(VENV)/.making >&2; rm -rf $(VENV); \
		echo "Python's venv module does not work here (Debian: apt install python3-venv)." >&2; \
		exit 1; }
	@rm $(VENV)/.making

# The stamp is newer than the lock only after an installation that succeeded.
$(VENV)/.up: requirements/up.txt | $(BIN)/python
	@config/install.sh $(BIN) requirements/up.txt
	@touch $@

$(VENV)/.dev: requirements/dev.txt | $(BIN)/python
	@config/install.sh $(BIN) requirements/dev.txt
	@touch $(VENV)/.up $@

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-logo
	$(KEYLESS) $(BIN)/mypy

check: $(VENV)/.dev
	$(KEYLESS) $(RUN) manage.py check
	$(KEYLESS) $(RUN) manage.py makemigrations --check --dry-run

browser: $(VENV)/.dev
	@$(RUN) -m tests.browser

test: lint check browser
	$(BIN)/pytest -n $(WORKERS) --dist loadgroup

bench: $(VENV)/.dev
	SCALE=$(SCALE) $(RUN) -m benchmarks

shots: $(VENV)/.dev browser
	$(RUN) -m tests.shots

reference: $(VENV)/.dev
	$(RUN) -m benchmarks.reference --shared $(SHARED)

messages: $(VENV)/.dev
	$(RUN) -m config.messages

build-frontend:
	cd frontend && npm ci && npm run build

check-frontend:
	@set -e; out=$$(mktemp -d); trap 'rm -rf $$out' EXIT; \
	cd frontend && npm ci --silent && node build.mjs $$out && \
	diff -rq $$out/static/dist ../static/dist && diff -rq $$out/templates/icons ../templates/icons && \
	echo "static/dist and templates/icons are what frontend/ builds"

lock: $(VENV)/.dev
	@set -e; lock() { $(BIN)/uv pip compile --quiet --universal --python-version 3.11 \
		--no-emit-index-url --no-header --no-annotate pyproject.toml --output-file $$1 $$2; }; \
	lock requirements/app.txt; \
	lock requirements/up.txt "--extra=embedded --extra=sinks"; \
	lock requirements/dev.txt "--extra=embedded --extra=sinks --extra=dev"

clean:
	rm -rf $(VENV) build shots *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis \
		.import_linter_cache
	find . -name __pycache__ -type d -not -path './.rondo/*' -prune -exec rm -rf {} +
