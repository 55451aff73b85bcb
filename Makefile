# make run · make test · make build · make demo · make bench. Everything installs what it needs into .venv and .cache.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= $(shell local/find-python)
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help run test

help: ## list the commands
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 24
