# `make` lists the targets. Each sets up what it needs, from the locks and once only: .venv, then node_modules.
# In that environment `mkdocs serve`, `mkdocs build --strict` and `pytest` do the same without make.

# The first Python from 3.11 to 3.14; another one: make PYTHON=/path/to/python
ifndef PYTHON
PYTHON := $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	"$$p" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' 2>/dev/null && echo "$$p" && break; done)
endif
PREPARE := "$(or $(PYTHON),python3)" tools/prepare.py
BIN := .venv/bin
PORT ?= 8000
# For pytest: make test ARGS="-k ridge"
ARGS ?=

export NO_MKDOCS_2_WARNING := 1
# The date that a build writes into the site is that of the commit: two builds of it are equal byte for byte.
ifndef SOURCE_DATE_EPOCH
SOURCE_DATE_EPOCH := $(or $(shell git log -1 --format=%ct 2>/dev/null),1767225600)
endif
export SOURCE_DATE_EPOCH
# Modules from elsewhere have no place in the environment.
unexport PYTHONHOME
unexport PYTHONPATH
# Compiled once, not at every start.
unexport PYTHONDONTWRITEBYTECODE

SITE_SOURCES := $(shell find docs mle weave data overrides mkdocs.yml package-lock.json requirements \
	-type f ! -path '*/__pycache__/*' 2>/dev/null)
SITE_STAMP := .cache/site-built
ifeq ($(wildcard site/index.html),)
$(SITE_STAMP): always
endif

.PHONY: help always setup serve site test browser bench measure matrix lint format lock clean distclean
.DEFAULT_GOAL := help
.SUFFIXES:

help:
	@echo "Read the book:    make serve            (another port: make serve PORT=8001)"
	@echo "Prove it:         make test             (some tests: make test ARGS='-k ridge')"
	@echo
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-12s%s\n", $$1, $$2}' \
		$(firstword $(MAKEFILE_LIST)) $(if $(wildcard bench/__main__.py),,| grep -v ' bench ')

setup: ## set up .venv and node_modules, if that was not done yet
	@$(PREPARE)

serve: setup ## read the book in a browser; it follows your edits
	@$(BIN)/python tools/port.py "$(PORT)"
	@echo "Weaving the book: every chapter is run, so the first time takes a while. Stop with Ctrl-C."
	@$(BIN)/mkdocs serve --dev-addr "127.0.0.1:$(PORT)"

site: setup ## build the site into site/; any warning is an error
	@rm -f $(SITE_STAMP)
	@echo "Building the site into site/"
	@$(BIN)/mkdocs build --strict
	@touch $(SITE_STAMP)

test: setup ## run all tests but those of the browser
	@echo "Testing library, chapters and tools"
	@$(BIN)/pytest -n auto $(ARGS)

browser: setup $(SITE_STAMP) ## test the built site in Chromium
	@echo "Testing the site in Chromium"
	@$(BIN)/pytest -n auto -m browser tests/site $(ARGS)

$(SITE_STAMP): $(SITE_SOURCES) | setup
	@$(MAKE) --no-print-directory site

ifneq ($(wildcard bench/__main__.py),)
bench: ## measure speed and memory next to other libraries
	@$(PREPARE) bench
	@$(BIN)/python -m bench $(ARGS)
endif

measure: $(SITE_STAMP) ## measure the built site: bytes, time to the first result, Lighthouse
	@$(PREPARE) measure
	@echo "Measuring the site in Chromium"
	@$(BIN)/python -m bench.site

matrix: setup ## test mle on every Python found, with the oldest and the newest NumPy
	@$(BIN)/python tools/matrix.py $(ARGS)

lint: setup ## check style, format, spelling and types
	@echo "Checking style (ruff), spelling (codespell) and types (mypy)"
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/codespell
	@$(BIN)/mypy

format: setup ## mend style and format where a machine can
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

lock: ## write the locks anew (newest releases: make lock UPGRADE=1)
	@$(PREPARE) python
	@$(BIN)/python tools/lock.py $(if $(UPGRADE),--upgrade)

clean: ## remove what was built
	@echo "Removing site, .cache and the tools' caches"
	@rm -rf site .cache .hypothesis .mypy_cache .pytest_cache .ruff_cache

distclean: clean ## remove the environments too
	@echo "Removing .venv and node_modules"
	@rm -rf .venv node_modules
