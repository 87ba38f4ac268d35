# `make` shows the commands. They run in .venv, which the first one creates.

PYTHON ?= python3
BIN := .venv/bin
ARGS ?=
DIST ?= dist

.DEFAULT_GOAL := help
.PHONY: help up start stop status logs manage explain test compose-test dist lint format docs service load bench attack clean .platform .dev .programs .load .bench .docs

help: ## Show this list
	@printf '\nVF Services\n\n'
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@printf '\n  ARGS="…" adds arguments, e.g. make test ARGS="tests/e2e -k login", make logs ARGS="billing"\n\n'

up: .platform ## Install and run everything until Ctrl-C
	@$(BIN)/python -m runner up

start: .platform ## Start everything in the background and wait until it's ready
	@$(BIN)/python -m runner start

stop: ## Stop everything that `make start` or `make up` started
	@if [ -x $(BIN)/python ]; then $(BIN)/python -m runner stop; else echo 'VF Services is not running.'; fi

status: .platform ## Show each process
	@$(BIN)/python -m runner status || [ $$? -eq 3 ]

logs: .platform ## Show the latest log lines and follow them
	@$(BIN)/python -m runner logs $(ARGS)

# The recipes get ARGS as typed: neither make nor a shell expands it.
manage: export COMMAND_PART = $(value PART)
manage: export COMMAND_WORDS = $(value ARGS)
manage: .platform ## Run a component's manage.py in the platform: PART=billing ARGS="…"
	@$(BIN)/python -m runner manage --words "$$COMMAND_WORDS" "$$COMMAND_PART"

explain: export COMMAND_WORDS = $(value ARGS)
explain: .platform ## Show why the gateway allows or denies: ARGS="--audience billing" < token.txt
	@$(BIN)/python -m runner explain --words "$$COMMAND_WORDS"

test: .programs ## Run all tests of all components
	@$(BIN)/python tests/run.py $(ARGS)

compose-test: .dev ## Build the containers, run them and test failures (needs Docker)
	@$(BIN)/python -m pytest tests/compose/test_containers.py $(ARGS)

dist: .platform ## Build the packages' wheels into dist/
	@rm -rf $(DIST)
	@$(BIN)/python -m pip wheel --disable-pip-version-check --quiet --no-deps --no-build-isolation --wheel-dir $(DIST) \
		./packages/tokens ./packages/django ./packages/lint ./gateway-auth
	@ls $(DIST)/*.whl

lint: .dev ## Check format, style, types and wording; the scripts' types need Node.js 20 or later
	@$(BIN)/ruff format --check
	@$(BIN)/ruff check
	@$(BIN)/python tools/wording.py
	@$(BIN)/mypy deploy runner tools packages/tokens/src packages/django/src packages/lint/src services/common/src gateway-auth/src
	@$(BIN)/mypy -p tests.security.attack
	@for part in services/identity-provider services/billing services/inventory website; do \
		(cd $$part && ../$$([ $$part = website ] || echo ../)$(BIN)/mypy) || exit 1; done
	@$(BIN)/python tests/programs/node.py tsc -p website

format: .dev ## Fix code formatting
	@$(BIN)/ruff format
	@$(BIN)/ruff check --fix

service: export SERVICE_NAME = $(value NAME)
service: .platform ## Create a service: NAME=orders
	@$(BIN)/python tools/new_service.py "$$SERVICE_NAME"

docs: .docs ## Build the documents as a site into site/, with broken links as errors
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet
	@echo 'Built site/index.html. To read it with search: python3 -m http.server --directory site'

load: .load ## Load the running platform with simulated users; writes a report to loadtests/reports/
	@$(BIN)/python -m loadtests $(ARGS)

bench: .bench ## Benchmark the gateway against nginx, Envoy and PyJWT, e.g. ARGS="--only a,d"; about 15 minutes
	@$(BIN)/python -m loadtests.bench $(ARGS)

attack: .platform ## Run the attack suite against a gateway: URL=http://… (docs/attack-suite.md)
	@$(BIN)/python -m tests.security.attack $(or $(URL),http://vfservices.localhost:8000) $(ARGS)

clean: stop ## Remove the environment, state and caches
	@rm -rf .venv .run website/clients/node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis test-results loadtests/reports site
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@echo 'Clean.'

.platform:
	@$(PYTHON) runner/bootstrap.py platform

.dev:
	@$(PYTHON) runner/bootstrap.py dev

.programs: .dev
	@$(BIN)/python tests/programs

.load:
	@$(PYTHON) runner/bootstrap.py load

.bench:
	@$(PYTHON) runner/bootstrap.py bench

.docs:
	@$(PYTHON) runner/bootstrap.py docs
