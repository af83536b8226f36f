# Targets for the development of the project, which a repository made from it does not have.

DYNALITE := build/dynalite

$(DYNALITE)/.ready: tests/differential/dynalite/package-lock.json
	@{ command -v npm && node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)'; } >/dev/null 2>&1 || \
		{ echo "dynalite needs Node.js 20 or newer with npm on the PATH." >&2; exit 1; }
	@mkdir -p $(DYNALITE)
	@cp tests/differential/dynalite/package*.json $(DYNALITE)
	@npm ci --prefix $(DYNALITE) --ignore-scripts --no-audit --no-fund --silent
	@touch $@

.PHONY: test-dynalite
test-dynalite: $(READY) $(DYNALITE)/.ready ## Run what the project does with items on a second DynamoDB, dynalite (needs Node.js)
	@$(RUN) pytest --dynalite $(DYNALITE) -k dynalite tests/pages/test_snippets.py tests/validation/test_data_planes.py

MOTO := .venv-moto

$(MOTO)/.ready: requirements-moto.txt | $(READY)
	@echo "Setting up $(MOTO) from its lock file..." >&2
	@$(PYTHON_WORD) -m venv --clear $(MOTO)
	@$(BIN)/uv pip install --quiet --compile-bytecode --python $(MOTO)/bin/python --require-hashes -r requirements-moto.txt
	@touch $@

.PHONY: differential
differential: $(READY) $(DYNALITE)/.ready $(MOTO)/.ready ## Ask the local AWS, dynalite and moto the same 2,000 random requests, and rewrite the table in docs/local-aws.md
	@$(RUN) tests.differential $(call OPTION,seed,SEED) $(call OPTION,count,COUNT)

.PHONY: prices
prices: $(READY) ## Update scripts/capacity/prices.json from the price lists that AWS publishes; REGION=name: add or update only this Region
	@$(RUN) scripts.refresh_prices $(call OPTION,region,REGION)

.PHONY: test-long
test-long: $(READY) $(COPIER)/.ready ## Run what takes minutes: upgrades from earlier versions of this repository; removals, each with all checks and tests
	@$(RUN) pytest -n 0 --long -rs $$(grep -rl 'pytest\.mark\.long' tests --include='test_*.py')

.PHONY: fuzz
fuzz: $(READY) ## Run the property-based tests for longer, with other examples each time; and a death at every call of a deployment
	@HYPOTHESIS_PROFILE=fuzz $(RUN) pytest -n auto $$(grep -rlE '^from hypothesis import|HYPOTHESIS_PROFILE' tests --include='test_*.py')

.PHONY: bench
bench: $(READY) ## Measure the commands at 3 to 1,000 tables, or at SIZES="3 100", and rewrite docs/performance.md
	@$(RUN) tests.bench --cdk $(call LIST,sizes,SIZES)
