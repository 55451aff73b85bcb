# make run · make test · make build · make demo · make bench. Everything installs what it needs into .venv and .cache.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?=
VENV := .venv
BIN := $(VENV)/bin
LOCK := layers/requirements.lock
WHEELS := .cache/wheels
RUNTIME := layers/shared/python/requirements.txt layers/media/requirements.txt layers/process_media/requirements.txt
REQUIREMENTS := local/requirements.txt $(RUNTIME)

SAM := SAM_CLI_TELEMETRY=0 PATH="$(abspath $(BIN)):$$PATH" .venv-sam/bin/sam
ARCHITECTURE ?= arm64
HOST := $(subst aarch64,arm64,$(shell uname -m))
BUILT_HERE := .aws-sam/build/.$(HOST)
RENDERER := layers/shared/python/herald/api/rapidoc.js.gz

.NOTPARALLEL: # the port is looked at before anything is installed
.PHONY: help run port-is-free receiver test test-quick test-bluesky test-counting e2e faults fuzz-api test-generators demo bench docs node ffmpeg java check build check-build lock licences coverage

help: ## list the commands
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 24

run: port-is-free $(VENV)/.run ## the whole stack on this machine: PORT=3000 DATA_DIR=.local TIME_SCALE=1
	@$(MAKE) --no-print-directory $(RENDERER) || echo "/v1/docs will say nothing; all else works" >&2
	@exec $(BIN)/python -m local.run

port-is-free:
	@local/port-is-free

test: $(VENV)/.test $(RENDERER) ffmpeg ## unit, integration, architecture, network and receiver tests
	@$(BIN)/python -m pytest -n auto --dist worksteal

coverage: $(VENV)/.test $(RENDERER) ffmpeg ## unit and integration tests, and how much of the layer and the doors they run
	@$(BIN)/python -m pytest -n auto tests/unit tests/integration --cov --cov-report=term:skip-covered

test-quick: $(VENV)/.test ## the unit tests of one room, in seconds: ROOM=domain
	@test -d tests/unit/$${ROOM:-domain} || { echo "ROOM must be one of:" $$(cd tests/unit && ls -d */ | tr -d /) >&2; exit 1; }
	@$(BIN)/python -m pytest tests/unit/$${ROOM:-domain}

test-bluesky: $(VENV)/.test node ## the Bluesky connector against a real server; needs Node 20 and npm
	@$(BIN)/python -m pytest tests/bluesky --ignore tests/bluesky/test_faults.py

test-counting: $(VENV)/.test node ## our counting of texts, and what we make clickable, against twitter-text and @atproto/api: COUNTING_TEXTS=2000
	@$(BIN)/python -m pytest tests/counting

e2e: $(VENV)/.test node ffmpeg ## the running stack, receivers in Node and Python, a real Bluesky server
	@$(BIN)/python -m pytest tests/receivers tests/e2e

faults: $(VENV)/.test node ## the long fault run: FAULT_POSTS=200 LEDGER_EVENTS=20000 FAULT_SEED=1
	@FAULT_POSTS=$${FAULT_POSTS:-200} LEDGER_EVENTS=$${LEDGER_EVENTS:-20000} $(BIN)/python -m pytest -s --show-capture=no tests/faults tests/bluesky/test_faults.py

fuzz-api: $(VENV)/.test .venv-fuzz/.fuzz ## every route called at random, each answer held to the OpenAPI document: FUZZ_SEED=1
	@$(BIN)/python -m pytest tests/fuzz

receiver: $(VENV)/.run ## a webhook's receiver that says what is verified: SECRET=whsec_… RECEIVER_PORT=9000
	@exec $(BIN)/python -m local.receiver

test-generators: $(VENV)/.test .venv-generators/.generators java ## clients that generators make of the OpenAPI document; needs npm
	@$(BIN)/python -m pytest tests/generators

demo: $(VENV)/.run ## walk the guide's steps against a running stack, each call and answer shown
	@$(BIN)/python -m local.demo

bench: $(VENV)/.test $(BUILT_HERE) ## AWS calls, DynamoDB units, pictures, deliveries, start-ups and uploads, against their budgets
	@export PYTHONPATH=layers/shared/python; failed=0; for each in calls pictures deliveries startup uploads; do $(BIN)/python -m benchmarks.$$each || failed=1; done; exit $$failed

node: $(VENV)/.test
	@$(BIN)/python -m tests.node

ffmpeg: ## what makes and judges the films of the tests; Debian's package, installed where apt-get may
	@command -v ffprobe >/dev/null || { apt-get update -qq && apt-get install -qq -y --no-install-recommends ffmpeg >/dev/null; } \
		|| { echo "the tests need ffmpeg and ffprobe: install the package ffmpeg" >&2; exit 1; }

java:
	@command -v java >/dev/null || { apt-get update && apt-get install -y --no-install-recommends default-jre-headless; } >/dev/null \
		|| { echo "java not found: install a Java 11 or newer" >&2; exit 1; }

docs: $(VENV)/.test ## write the OpenAPI document that /v1/openapi.json serves, and what the pages repeat of the code
	@PYTHONPATH=layers/shared/python $(BIN)/python -m openapi.document
	@PYTHONPATH=layers/shared/python $(BIN)/python -m openapi.pages

check: $(VENV)/.test .venv-sam/.sam ## linters, types, the template, the OpenAPI document, .github; needs Node 20 and npm
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy layers/shared/python/herald openapi local benchmarks tests
	@for app in functions/*/app.py; do $(BIN)/mypy "$$app" || exit 1; done
	$(SAM) validate --lint
	PYTHONPATH=layers/shared/python $(BIN)/python -m tests.lint.document
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.dependabot .github/dependabot.yml
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-issue-forms .github/ISSUE_TEMPLATE/[!c]*.yml
	$(BIN)/check-jsonschema --quiet --builtin-schema vendor.github-issue-config .github/ISSUE_TEMPLATE/config.yml

build: $(VENV)/.test .venv-sam/.sam $(RENDERER) ## what is deployed, in .aws-sam/build: ARCHITECTURE=arm64
	@rm -rf $(WHEELS)
	@for machine in $(sort $(HOST) $(ARCHITECTURE)); do $(call download,$${machine/arm64/aarch64}) || exit 1; done
	PIP_NO_INDEX=1 PIP_FIND_LINKS=$(abspath $(WHEELS)) $(SAM) build --parameter-overrides Architecture=$(ARCHITECTURE)
	@$(BIN)/python -m local.finish_build
	@touch .aws-sam/build/.$(ARCHITECTURE)

lock: $(VENV)/.test ## write what runs in Lambda, with hashes, after a pin changed: UPGRADE=--upgrade for all it needs
	@$(BIN)/uv pip compile $(RUNTIME) --quiet --no-config --universal --python-version 3.13 --generate-hashes \
		--no-emit-index-url --custom-compile-command "make lock" $(UPGRADE) --output-file $(LOCK)

licences: $(VENV)/.run ## list the licences of what runs in Lambda, and what its wheels bundle
	@$(BIN)/python -m local.licences

check-build: $(BUILT_HERE) ## every built handler imports, with nothing beside it
	@$(BIN)/python -m local.check_build

$(BUILT_HERE): template.yaml $(shell find functions layers -name '*.py' -o -name 'requirements.*')
	@$(MAKE) build ARCHITECTURE=$(HOST)

$(RENDERER): layers/shared/python/herald/api/voxburst/docs.py | $(VENV)/.run
	@PYTHONPATH=layers/shared/python $(BIN)/python -m local.renderer

$(VENV)/.run: $(REQUIREMENTS) | $(BIN)/python
	$(call install,local/requirements.txt)

$(VENV)/.test: $(REQUIREMENTS) tests/requirements.txt | $(BIN)/python
	$(call install,tests/requirements.txt)
	@touch $(VENV)/.run

$(BIN)/python:
	@python="$$(local/find-python $(PYTHON))" && echo "making $(VENV) with $$python …" >&2 && "$$python" -m venv --clear $(VENV)

.venv-sam/.sam: local/sam-requirements.txt | $(BIN)/python
	@echo "installing $< into .venv-sam: a minute or two …" >&2
	@$(BIN)/python -m venv --clear .venv-sam
	@.venv-sam/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@

.venv-fuzz/.fuzz: tests/fuzz/requirements.txt | $(BIN)/python
	@echo "installing $< into .venv-fuzz: a minute or two …" >&2
	@$(BIN)/python -m venv --clear .venv-fuzz
	@.venv-fuzz/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@

.venv-generators/.generators: tests/generators/requirements.txt | $(BIN)/python
	@$(BIN)/python -m venv --clear .venv-generators
	@.venv-generators/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@

# what Lambda runs, for one machine, each file checked by its hash; sam takes it from there and from nowhere else
download = $(BIN)/python -m pip download --quiet --disable-pip-version-check --require-hashes --no-deps --only-binary=:all: \
	--python-version 3.13 --implementation cp $(foreach glibc,2_34 2_28 2_17,--platform manylinux_$(glibc)_$(1)) \
	--platform manylinux2014_$(1) --dest $(WHEELS) -r $(LOCK)

define install
	@echo "installing $(1) into $(VENV): a minute or two, the first time …" >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --retries 1 -r $(1) 2>$(VENV)/pip.log \
		|| { echo "pip could not install $(1): no network? $(VENV)/pip.log says more" >&2; exit 1; }
	@touch $@
endef
