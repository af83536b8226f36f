# `make` alone prints help. Every target that needs the locked environment creates it first.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
RUN := $(BIN)/python -m

# Without bytecode every command compiles its imports again and takes twice as long.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help
help: ## Print this help
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  \033[1mmake %-10s\033[0m %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(READY): requirements.txt requirements-cfn-guard.txt requirements-uv.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "$$($(PYTHON) --version) is too old: Python 3.11 or newer is needed. Name one: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	@echo "Setting up $(VENV) from the lock files..." >&2
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.txt
	@$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements.txt || \
		{ echo "uv could not install; trying pip, which takes a minute longer." >&2; \
		  $(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt; }
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-cfn-guard.txt
	@touch $@

.PHONY: setup
setup: $(READY) ## Create the locked environment in .venv (the other targets do it by themselves)

.PHONY: lock
lock: $(READY) ## Resolve the requirements*.in files into lock files with hashes
	@for name in requirements requirements-cfn-guard requirements-uv; do \
		flags=; [ $$name = requirements-cfn-guard ] && flags=--no-deps; \
		$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --upgrade $$flags \
			--custom-compile-command "make lock" --output-file $$name.txt $$name.in || exit 1; \
	done

CONTRACT ?=
ENV ?=
SERVICE ?=
REGION ?=
TARGET = $(if $(ENV),--environment '$(ENV)') $(if $(SERVICE),--service '$(SERVICE)') $(if $(REGION),--region '$(REGION)')

.PHONY: demo
demo: $(READY) ## The whole job on the local AWS, on the sample or on CONTRACT=path/to/any.json
	@$(RUN) scripts.demo $(if $(CONTRACT),--contract '$(CONTRACT)')

.PHONY: test
test: $(READY) ## Run the tests
	@$(RUN) pytest -n auto

.PHONY: fuzz
fuzz: $(READY) ## Run the property-based tests for longer, with other examples each time
	@HYPOTHESIS_PROFILE=fuzz $(RUN) pytest -n auto $$(grep -rlE '^from hypothesis import' tests --include='test_*.py')

.PHONY: check
check: $(READY) ## Everything static: contracts, generated files, cfn-lint, policies, code
	@$(RUN) scripts.check

.PHONY: generate
generate: $(READY) ## Generate templates and pages from contracts/ into generated/
	@$(RUN) scripts.generate $(if $(SERVICE),--service '$(SERVICE)')

.PHONY: hooks
hooks: $(READY) ## Let git run the pre-commit hooks at every commit
	@$(BIN)/pre-commit install

.PHONY: plan
plan: $(READY) ## Say what a deployment of ENV=name would do to each table, without doing it
	@$(RUN) scripts.plan $(TARGET)

.PHONY: deploy
deploy: $(READY) ## Deploy ENV=name, with a confirmation; REGION= only where deployment.yaml names none
	@$(RUN) scripts.deploy $(TARGET) $(if $(YES),--yes)

.PHONY: validate
validate: $(READY) ## Compare what runs in ENV=name with the contract; report in build/validation/
	@$(RUN) scripts.validate $(TARGET) --report build/validation/$(or $(ENV),all)
