# What a developer does daily. `make demo` and `make test` need nothing but Python 3.11, git and make: they install the
# rest (Python packages into .venv; Debian packages where they may, otherwise they say what is missing).

PYTHON ?= python3
FLEET ?= hosts
BIN := .venv/bin
READY := .venv/.ready

.PHONY: help demo story break traffic bench screenshots test soak check lint types unit programs programs-with-database programs-for-tests format lock clean

help: ## What can be made
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 18

demo: $(READY) programs ## A local world with a chat in the browser, and shippy in it; Ctrl-C ends it
	@$(BIN)/python -m playground.demo

story: $(READY) programs ## The same world without a screen: types the story, and checks every promise (FLEET=swarm: in a swarm)
	@$(BIN)/python -m playground.story --fleet $(FLEET)
	@test $(FLEET) != swarm || SHIPPY_WHOLE_SWARM=1 $(BIN)/python -m pytest --quiet -k swarm tests/contract/test_fleet.py

break: $(READY) programs-with-database ## Break a whole world on purpose, in every way, and see that it always converges (an hour)
	$(BIN)/python -m tests.breaking --write

traffic: $(READY) programs ## Measure shares, visitors, losses, times and verdicts, into docs/traffic.md (half an hour)
	@$(BIN)/python -m playground.traffic --write

bench: $(READY) programs ## Measure everything beside the least that any program could take, into docs/performance.md (a quarter of an hour)
	@$(BIN)/python -m benchmarks --write

screenshots: $(READY) programs-for-tests ## The pictures of a deploy in docs/images, taken in a browser
	@$(BIN)/python -m playground.screenshots

test: $(READY) programs-for-tests lint types ## Everything that CI runs: lint, types, and all tests
	@$(BIN)/python -m tests.lanes

soak: $(READY) ## Twenty deploys over a connection to Slack that is cut in every way, at random
	SHIPPY_SOAK_DEPLOYS=20 $(BIN)/python -m pytest tests/story/test_soak.py

check: $(READY) lint types unit ## What needs no Docker engine, no HAProxy, no PostgreSQL and no browser

unit: $(READY)
	$(BIN)/python -m pytest -m "not database" --ignore=tests/integration --ignore=tests/browser --ignore=tests/playground --ignore=tests/story \
		--ignore=tests/breaking --ignore=tests/contract

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

format: $(READY) ## Put the code into the one format, and mend what can be mended
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: $(READY) ## Pin what pyproject.toml asks for, and all that it needs
	$(BIN)/pip-compile --quiet --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
		--output-file requirements.txt pyproject.toml
	$(BIN)/pip-compile --quiet --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
		--extra playground --extra dev --output-file requirements-dev.txt pyproject.toml

programs: $(READY)
	@$(BIN)/python -m playground.machine.packages

programs-with-database: $(READY)
	@$(BIN)/python -m playground.machine.packages --database

programs-for-tests: $(READY)
	@$(BIN)/python -m playground.machine.packages --browser --database

$(READY): requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "shippy needs Python 3.11 or newer; this is " + sys.version.split()[0] + " (make PYTHON=python3.11 …)")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

clean: ## Remove what a killed playground left, and the virtual environment
	-$(BIN)/python -m playground.machine.clean
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist *.egg-info
