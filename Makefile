# The commands of Parvis. `make demo` and `make test` need nothing but this clone, Python 3.11 and Node.
.DEFAULT_GOAL := help
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:

STAMPS := .make
BIN := .venv/bin
WEB := src/parvis/server/static/build/manifest.json
WEB_SOURCES := $(wildcard web/*.json web/*.ts web/src/* web/src/*/* web/src/*/*/*)

.PHONY: help setup demo test lint bench accuracy rules compliance docs clean

help: ## Show the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## /  make \1\t/' | expand -t 22

$(STAMPS)/run: requirements.lock pyproject.toml tools/setup-python
	@tools/setup-python requirements.lock
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/dev: requirements-dev.lock pyproject.toml tools/setup-python
	@tools/setup-python requirements-dev.lock
	@mkdir -p $(STAMPS) && touch $@ $(STAMPS)/run

$(STAMPS)/programs: tools/setup-debian
	@tools/setup-debian chromium
	@tools/setup-debian strace
	@tools/setup-debian libpango-1.0-0
	@tools/setup-debian libpangoft2-1.0-0
	@tools/setup-debian libharfbuzz-subset0
	@tools/setup-debian postgresql
	@tools/setup-debian mosquitto
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/node: web/package-lock.json
	@tools/setup-node
	@mkdir -p $(STAMPS) && touch $@

$(WEB): $(STAMPS)/node $(WEB_SOURCES)
	@echo "Building the screens…"
	@cd web && npm run --silent build
	@touch $@

setup: $(STAMPS)/run $(WEB) ## Set Parvis up in .venv, ready for `.venv/bin/parvis run site.yaml`

demo: setup ## Show Parvis at work on a real video over a real RTSP stream
	@$(BIN)/parvis demo

test: $(STAMPS)/dev $(STAMPS)/programs $(WEB) ## Set up and pass every test
	@$(BIN)/python tools/run-tests

lint: $(STAMPS)/dev $(WEB) ## Style, types, import rules, colour tokens
	@$(BIN)/ruff check src tests bench tools && $(BIN)/ruff format --check src tests bench tools
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python web/tokens.py --check
	@cd web && npm run --silent check

$(STAMPS)/peers: bench/requirements-peers.txt tools/setup-peers
	@tools/setup-peers
	@mkdir -p $(STAMPS) && touch $@

bench: $(STAMPS)/dev $(STAMPS)/peers ## Speed against named peers, in the same run on the same input (writes docs/performance.md)
	@$(BIN)/python bench/performance.py --write docs/performance.md

accuracy: $(STAMPS)/dev $(STAMPS)/peers ## Accuracy against ground truth (writes docs/accuracy.md)
	@$(BIN)/python bench/accuracy.py --write docs/accuracy.md

rules: $(STAMPS)/dev ## Every rule on scenarios and on ordinary streets (writes docs/alerts.md)
	@$(BIN)/python bench/rules.py --write docs/alerts.md

compliance: $(STAMPS)/dev $(STAMPS)/programs $(WEB) ## Every line of the law with its tests and their results (writes docs/compliance.md)
	@$(BIN)/python -m tools.compliance --write docs/compliance.md

docs: $(STAMPS)/dev ## Build the documentation site into site-docs/
	@$(BIN)/mkdocs build --strict --quiet --site-dir site-docs

clean: ## Remove everything that was set up or built here
	rm -rf .venv .venv-peers $(STAMPS) web/node_modules src/parvis/server/static/build site-docs
