# `make` alone prints help. Every target that needs the locked environment creates it first.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PYTHON_WORD = $(call QUOTE,$(value PYTHON))
RUN := $(BIN)/python -m

# Without bytecode every command compiles its imports again and takes twice as long.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help
help: ## Print this help
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  \033[1mmake %-15s\033[0m %s\n", $$1, $$2}' $(MAKEFILE_LIST)

NEW_ENOUGH = $(PYTHON_WORD) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	{ echo "$$($(PYTHON_WORD) --version) is too old: Python 3.11 or newer is needed. Name one:" make $(call QUOTE,$(MAKECMDGOALS)) PYTHON=python3.12 >&2; exit 1; }

# In a repository that was made from this one: all of scripts/, at the commit that it was made from.
ENGINE := $(if $(wildcard scripts/generate.py),,scripts/engine.tar)

scripts/engine.tar:
	@$(NEW_ENOUGH)
	@$(PYTHON_WORD) -m scripts.fetch_engine

$(READY): requirements.txt requirements-cfn-guard.txt requirements-uv.txt | $(ENGINE)
	@$(NEW_ENOUGH)
	@echo "Setting up $(VENV) from the lock files..." >&2
	@$(PYTHON_WORD) -m venv --clear $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.txt
	@$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements.txt || \
		{ echo "uv could not install; trying pip, which takes a minute longer." >&2; \
		  $(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt; }
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-cfn-guard.txt
	@[ -e README.md ] || $(RUN) scripts.begin >&2
	@touch $@

.PHONY: setup
setup: $(READY) ## Create the locked environment in .venv (the other targets do it by themselves)

.PHONY: begin
begin: $(READY) ## Write a README of your own, where there is none
	@$(RUN) scripts.begin

.PHONY: lock
lock: $(READY) ## Resolve the requirements*.in files into lock files with hashes, with the newest versions; PACKAGE=name: only of this one
	@for name in $(basename $(wildcard requirements*.in)); do \
		flags=; [ $$name = requirements-cfn-guard ] && flags=--no-deps; \
		$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes $$flags \
			$(or $(call OPTION,upgrade-package,PACKAGE),--upgrade) \
			--custom-compile-command "make lock" --output-file $$name.txt $$name.in || exit 1; \
	done
	@git --no-pager diff --stat -- 'requirements*.txt' 2>/dev/null | grep . || echo "All lock files have the newest versions already."

# What a person may set. No value reaches the shell but as one quoted word: a quote, a space, a $ or a ; in it is a
# character like any other. They are not exported, because make would expand a $ in them on the way.
PARAMETERS := CONTRACT ENV TABLE ITEMS ROLE AGAINST KEEP SERVICE REGION PLAN_HASH YES SIZES SEED COUNT SANDBOX REGIONS APPLY REVIEWERS FROM TO IN PACKAGE TABLES PREFIX OVERWRITE ONLY LONG CLEAN WRITE_PROBE
$(foreach name,$(PARAMETERS),$(eval $(name) ?=))
unexport $(PARAMETERS)
define NEWLINE


endef
QUOTE = '$(subst ','\'',$(subst $(NEWLINE), ,$(1)))'
# --option='value' of a parameter that is set; --option 'one' 'two' of one that is a list.
OPTION = $(if $(strip $(value $(2))),--$(1)=$(call QUOTE,$(value $(2))))
LIST = $(if $(strip $(value $(2))),--$(1) $(foreach word,$(value $(2)),$(call QUOTE,$(word))))
TARGET = $(call OPTION,environment,ENV) $(call OPTION,service,SERVICE) $(call OPTION,region,REGION)

.PHONY: demo
demo: $(READY) ## Do the whole job on the local AWS, with the sample, else your first contract, or CONTRACT=path/to/any.json
	@$(RUN) scripts.demo $(call OPTION,contract,CONTRACT)

.PHONY: local
local: $(READY) ## Open a shell in which every command uses the local AWS, until you leave it
	@echo "This shell uses the local AWS, not Amazon's. It forgets everything when you leave: exit or Ctrl-D." >&2
	@env -u MAKELEVEL -u MAKEFLAGS -u MFLAGS PS1='(local AWS) \w\$$ ' $(RUN) scripts.local_aws bash --noprofile --norc || true

COPIER := .venv-copier

.PHONY: test
test: $(READY) $(if $(wildcard copier.yml),$(COPIER)/.ready) ## Run the tests
	@$(RUN) pytest -n auto --dist loadfile --no-loadscope-reorder

.PHONY: test-contracts
test-contracts: $(READY) ## Run what a change of contracts alone can break: the sample from contract to validation, links, access patterns
	@$(RUN) pytest -n auto -m contracts $$(grep -rl 'pytest\.mark\.contracts' tests --include='test_*.py')

.PHONY: check
check: $(READY) ## Check everything that needs no deployment: contracts, generated files, cfn-lint, policies, code; AFRESH=1: also files that have not changed since they were last found clean
	@$(RUN) scripts.check $(if $(value AFRESH),--afresh)

.PHONY: sarif
sarif: $(READY) ## Write what all checks find as SARIF into build/sarif/
	@$(RUN) scripts.sarif

.PHONY: contract
contract: $(READY) ## Make the contract of a new SERVICE=name from what exists: FROM=live ENV=name TABLES="names", or FROM=path/to/model.json
	@$(RUN) scripts.new_contract $(call OPTION,from,FROM) $(TARGET) $(call LIST,tables,TABLES) $(call OPTION,prefix,PREFIX) $(if $(value OVERWRITE),--overwrite)

.PHONY: generate
generate: $(READY) ## Generate templates and pages from contracts/ into generated/
	@$(RUN) scripts.generate $(call OPTION,service,SERVICE)

.PHONY: explain
explain: $(READY) ## Say which settings TABLE=name has in ENV=name of SERVICE=name, and which line states each
	@$(RUN) scripts.explain $(call OPTION,service,SERVICE) $(call OPTION,environment,ENV) $(call OPTION,table,TABLE)

.PHONY: cost
cost: $(READY) ## Say what the services cost a month, all tables together; of SERVICE=name or ENV=name only
	@$(RUN) scripts.cost $(call OPTION,environment,ENV) $(call OPTION,service,SERVICE)

.PHONY: hooks
hooks: $(READY) ## Let git run the pre-commit hooks at every commit
	@$(BIN)/pre-commit install

.PHONY: plan
plan: $(READY) ## Say what a deployment of ENV=name would do to each table; AGAINST=revision: without AWS access; KEEP=1: keep the settings of tables to adopt
	@$(RUN) scripts.plan $(TARGET) $(call OPTION,against,AGAINST) $(if $(value KEEP),--keep) || [ $$? -eq 2 ] # 2: there are changes

.PHONY: drift
drift: $(READY) ## Compare every environment that the credentials can see, or ENV=name, with its contract
	@$(RUN) scripts.drift $(TARGET) --report build/drift

.PHONY: deploy
deploy: $(READY) ## Deploy ENV=name, with a confirmation; PLAN_HASH= only if the plan is still that one; REGION= only where deployment.yaml names none
	@$(RUN) scripts.deploy $(TARGET) $(call OPTION,plan-hash,PLAN_HASH) $(if $(value YES),--yes)

.PHONY: validate
validate: $(READY) ## Compare what runs in ENV=name with the contract; report in build/validation/; WRITE_PROBE=1: also write an item to each table, and delete it
	@$(RUN) scripts.validate $(TARGET) $(if $(value WRITE_PROBE),--write-probe) --report=build/validation/$(call QUOTE,$(or $(value ENV),all))

# The reports that `make deploy` and `make validate` leave; the record does without those that are not there.
REPORT = $(if $(wildcard build/$(2)/$(value ENV)/$(1).json),--$(1)=build/$(2)/$(call QUOTE,$(value ENV))/$(1).json)

.PHONY: drill
drill: $(READY) ## Restore TABLE=name of ENV=name to a copy, compare the items, delete the copy; FROM=backup: from AWS Backup; ITEMS=all
	@$(RUN) scripts.drill $(TARGET) $(call OPTION,table,TABLE) $(call OPTION,from,FROM) $(call OPTION,role,ROLE) $(call OPTION,items,ITEMS) $(if $(value YES),--yes)

.PHONY: record
record: $(READY) ## Record what is deployed in ENV=name, and the last validation of it
	@$(RUN) scripts.record $(TARGET) $(call REPORT,execution,deploy) $(call REPORT,validation,validation)

TASKCAT := .venv-taskcat

$(TASKCAT)/.ready: requirements-taskcat.txt | $(READY)
	@echo "Setting up $(TASKCAT) from its lock file..." >&2
	@$(PYTHON_WORD) -m venv --clear $(TASKCAT)
	@$(BIN)/uv pip install --quiet --compile-bytecode --python $(TASKCAT)/bin/python --require-hashes -r requirements-taskcat.txt
	@touch $@

.PHONY: taskcat
taskcat: $(READY) $(TASKCAT)/.ready ## Try copies of all templates with taskcat in two Regions; SANDBOX=account: in that account
	@$(RUN) scripts.sandbox $(call OPTION,sandbox,SANDBOX) $(call LIST,regions,REGIONS) \
		$(call OPTION,environment,ENV) $(call OPTION,service,SERVICE)

.PHONY: acceptance
acceptance: $(READY) ## Ask the local AWS, or with SANDBOX=account AWS, what the project relies on; LONG=1: all; ONLY="a b": these; CLEAN=1: remove what is left
	@$(RUN) scripts.acceptance $(call OPTION,sandbox,SANDBOX) $(call OPTION,region,REGION) $(call LIST,only,ONLY) \
		$(if $(value LONG),--long) $(if $(value CLEAN),--clean) $(if $(value YES),--yes)

.PHONY: environments
environments: $(READY) ## Show how GitHub's environments differ from what is wanted; APPLY=1 REVIEWERS="@org/team": set them up
	@$(RUN) scripts.github.bootstrap $(if $(value APPLY),--apply) $(call LIST,reviewers,REVIEWERS)

$(COPIER)/.ready: requirements-copier.txt | $(READY)
	@echo "Setting up $(COPIER) from its lock file..." >&2
	@$(PYTHON_WORD) -m venv --clear $(COPIER)
	@$(BIN)/uv pip install --quiet --compile-bytecode --python $(COPIER)/bin/python --require-hashes -r requirements-copier.txt
	@touch $@

.PHONY: upgrade
upgrade: $(READY) $(COPIER)/.ready ## Take a newer version of all files that are not yours; TO=version: that one; FROM=address: where it is from, once, for a clone
	@$(RUN) scripts.upgrade $(call OPTION,from,FROM) $(call OPTION,to,TO) $(call OPTION,in,IN)

-include development.mk
