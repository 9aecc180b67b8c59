# Sports Brain: everything a person or CI needs. Only Python 3.11+ and make are expected on the machine.
PYTHON ?= python3
GAMES ?= middle
WORKERS ?= 2
BIN := .venv/bin
.DEFAULT_GOAL := help
.PHONY: help setup demo test check format messages bench nightly audit sbom lock screenshots clean

help: ## Show this list
	@grep -hE '^[a-z]+:.*## ' Makefile | awk -F':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

.venv/ready-demo: requirements/base.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Sports Brain needs Python 3.11 or newer; set PYTHON=/path/to/python3")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/base.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv/ready-dev: requirements/dev.txt .venv/ready-demo
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

setup: .venv/ready-dev ## Make .venv with everything (locked, with hashes)

demo: .venv/ready-demo ## Make the reference Games, plan its timetable, show it in the browser (GAMES=small|middle|large)
	@exec $(BIN)/sportsbrain demo --size $(GAMES)

test: .venv/ready-dev ## Run the whole suite, two files at a time (WORKERS=1: one after the other)
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

check: .venv/ready-dev ## Format, lint, types, import contract, shape, templates, migrations
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/djhtml --check --tabwidth 2 src
	$(BIN)/lint-imports --config importlinter.toml
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/shape

format: .venv/ready-dev ## Let the formatters write
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix-only .
	$(BIN)/djhtml --tabwidth 2 src

messages: .venv/ready-dev ## Collect the words of pages for translation and compile them (needs GNU gettext)
	cd src/sportsbrain && SPORTSBRAIN_SECRET_KEY=words DJANGO_SETTINGS_MODULE=sportsbrain.config.settings ../../$(BIN)/python -m django makemessages -l fr -l ar --no-wrap --no-location
	cd src/sportsbrain/channel && SPORTSBRAIN_SECRET_KEY=words DJANGO_SETTINGS_MODULE=sportsbrain.config.settings ../../../$(BIN)/python -m django makemessages -l es -l pt -l zh_Hans --no-wrap --no-location
	cd src/sportsbrain && SPORTSBRAIN_SECRET_KEY=words DJANGO_SETTINGS_MODULE=sportsbrain.config.settings ../../$(BIN)/python -m django compilemessages

bench: .venv/ready-dev ## Measure against peers and limits (BENCH=timetable)
	$(BIN)/sportsbrain bench $(or $(BENCH),timetable)

nightly: .venv/ready-dev ## What takes longer than a commit should wait: ten minutes of schemathesis, faults, the cloud
	SPORTSBRAIN_SCHEMA_EXAMPLES=75 $(BIN)/python -m pytest -q tests/journeys/test_schema.py
	$(BIN)/sportsbrain bench faults
	$(BIN)/sportsbrain bench cloud

audit: .venv/ready-dev ## Look the locked packages up among known vulnerabilities (needs the network; says so without)
	@mkdir -p var
	@$(BIN)/pip-audit -r requirements/base.txt --require-hashes --disable-pip --progress-spinner off >var/audit.txt 2>&1 || true
	@if grep -qE '^Found [0-9]+ known' var/audit.txt; then cat var/audit.txt; exit 1; fi
	@if grep -q '^No known' var/audit.txt && ! grep -q 'could not be audited' var/audit.txt; then echo "audit: nothing known"; else echo "audit: NOT audited, the list could not be asked for all packages (var/audit.txt)"; fi

sbom: .venv/ready-dev ## Write what the installation is made of, as CycloneDX, to var/sbom.json
	@mkdir -p var
	$(BIN)/cyclonedx-py requirements requirements/base.txt --of JSON -o var/sbom.json

lock: ## Write the lock files again (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q --extra install pyproject.toml -o requirements/base.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q --extra install --extra dev pyproject.toml -o requirements/dev.txt

clean: ## Remove the environment and the demo data
	rm -rf .venv var .mypy_cache .ruff_cache .pytest_cache
