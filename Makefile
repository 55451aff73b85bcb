# make run · make test · make build · make demo · make bench. Everything installs what it needs into .venv and .cache.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?=
VENV := .venv
BIN := $(VENV)/bin
REQUIREMENTS := local/requirements.txt layers/shared/python/requirements.txt

.PHONY: help run test

help: ## list the commands
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 24

run: $(VENV)/.run ## the whole stack on this machine: PORT=3000 DATA_DIR=.local TIME_SCALE=1
	@exec $(BIN)/python -m local.run

$(VENV)/.run: $(REQUIREMENTS) | $(BIN)/python
	$(call install,local/requirements.txt)

$(VENV)/.test: $(REQUIREMENTS) tests/requirements.txt | $(BIN)/python
	$(call install,tests/requirements.txt)
	@touch $(VENV)/.run

$(BIN)/python:
	@python="$$(local/find-python $(PYTHON))" && "$$python" -m venv --clear $(VENV)

define install
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --retries 1 -r $(1) 2>$(VENV)/pip.log \
		|| { echo "pip could not install $(1): no network? $(VENV)/pip.log says more" >&2; exit 1; }
	@touch $@
endef
