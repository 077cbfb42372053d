# Everything a person does here. Only Python 3.11 or newer and Make must be there before.

PYTHON ?= python3
# As .env says it: else the 8000 of here would be stronger.
PORT ?= $(or $(shell sed -n 's/^PORT=//p' .env 2>/dev/null),8000)
ROUNDS ?= 100
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready
# Where this is set, every process compiles the whole project anew when it starts: half a second each.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help setup migrate run demo browser test check format bench eval chaos corpus reference screenshots clean

help: ## Show what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/ -/'

setup: $(READY) ## Make the virtual environment with every pinned package

$(READY): pyproject.toml constraints.txt requirements-no-deps.txt requirements-no-deps-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12 ...")'
	@echo "환경을 만듭니다(1~5분, 1.1GB). Setting up $(VENV): a few minutes, 1.1 GB ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps \
		-r requirements-no-deps.txt -r requirements-no-deps-dev.txt
	@$(BIN)/python -m workers.engines.local.setup_language
	@touch $@

migrate: setup ## Bring the database up to date
	$(BIN)/alembic upgrade head

run: migrate ## Start web, worker and courier; stop with Ctrl-C
	@echo "콘솔 · Console: http://127.0.0.1:$(PORT)   멈추려면 Ctrl-C · Ctrl-C stops everything"
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/honcho start -p $(PORT) web worker courier

demo: setup ## Start everything, send the sample documents, show the results, stop
	@$(BIN)/python -m demo

browser: setup # The Chromium that the console is tested with
	$(BIN)/python -m tests.console.browser

test: browser ## Run every test
	$(BIN)/python -m pytest -n 4 --dist loadfile --no-loadscope-reorder

check: setup ## Style, types and import rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup ## Put the code into its form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: setup ## Measure speed and memory, from outside
	$(BIN)/python -m tests.bench

eval: setup ## Measure how well the embedded engine reads: ONLY=words of rows, EVAL_DATA=folder of public data
	$(BIN)/python -m tests.eval $(if $(ONLY),--only "$(ONLY)")

chaos: setup ## Kill processes at random under load and audit every task: ROUNDS=500 SEED=7
	$(BIN)/python -m tests.lifecycle.chaos --rounds $(ROUNDS) $(if $(SEED),--seed $(SEED))

corpus: setup ## Push every file of CORPUS=folder through a service, and say what became of them
	$(BIN)/python -m tests.hostile.corpus "$(CORPUS)"

reference: setup ## Write docs/api.md anew, from the endpoints
	$(BIN)/python -m tests.reference docs/api.md

screenshots: browser ## Take the pictures of the console that the READMEs show
	$(BIN)/python -m tests.console.screenshots docs/images

clean: ## Remove the virtual environment
	rm -rf $(VENV)
