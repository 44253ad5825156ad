# Parley. `make help` lists all commands.
PYTHON ?= python3
RUN := .venv/bin/python

# Tests and servers import thousands of files: keep their compiled form, whatever the shell sets.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run dev demo gateway proto test test-fast lint bench docs migrate clean environment tools

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' Makefile

run: environment ## Start Parley: one server on one port (PORT=3000), with its database
	@exec $(RUN) -m chat_app run

dev: environment ## Start Parley for development: hot reload of pages and back end
	@exec $(RUN) -m chat_app dev

demo: environment ## Fill the database with a sample community
	@exec $(RUN) -m chat_app demo

gateway: environment ## Start the gateway to models as a separate process (docs/gateway.md)
	@exec $(RUN) -m chat_app.gateway

migrate: environment ## Migrate the database to this version (`make run` does it too)
	@exec $(RUN) -m chat_app migrate

test: tools ## Run every test (ARGS="-k rooms" for some)
	@$(RUN) scripts/prepare_tests.py
	@exec $(RUN) -m pytest -n 4 --dist worksteal $(ARGS)

test-fast: tools ## Run the fast tests: no browser, no server of Parley, none marked slow
	@exec $(RUN) -m pytest -n 4 --dist worksteal -m "not slow" --durations-min=1 $(addprefix --ignore tests/,browser launch faults gateway) $(ARGS)

lint: tools ## Check style, types and the direction of imports
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(RUN) -m mypy
	.venv/bin/lint-imports
	@$(RUN) scripts/prepare_tests.py
	$(RUN) scripts/check_scripts.py

bench: tools ## Measure Parley, compared with the floor of this machine (ARGS="--only kept" for a part)
	@$(RUN) scripts/prepare_tests.py
	@exec $(RUN) -m bench $(ARGS)

docs: tools ## Generate the parts of docs/ and assets/ that follow from the code
	@exec $(RUN) scripts/document.py

proto: tools ## Generate the Python code of the gateway's proto file
	@exec $(RUN) scripts/generate_proto.py

clean: ## Remove built and installed files; data and settings stay
	rm -rf .venv .web .web.lock .states .pytest_cache .ruff_cache .mypy_cache .import_linter_cache tests/oidc/node_modules tests/js/node_modules tests/emulate/node_modules
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

environment:
	@$(PYTHON) scripts/environment.py requirements.txt

tools:
	@$(PYTHON) scripts/environment.py requirements-dev.txt
