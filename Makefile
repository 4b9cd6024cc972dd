# The menu. Every target sets up what it needs, and is quick when that is there already.
PYTHON ?= python3
ARGS ?=
bootstrap = $(PYTHON) -m geoportal.bootstrap

.DEFAULT_GOAL := help
.PHONY: help run test lint bench

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile

run: ## set everything up, then serve http://127.0.0.1:8000 (PORT=9000, DATABASE_URL=… are respected)
	@$(bootstrap) run

test: ## set everything up, then run all tests (some: ARGS="tests/regions -x")
	@$(bootstrap) test $(ARGS)

lint: ## the checks that read the code: ruff, mypy, import-linter, migrations, deployment
	@$(bootstrap) lint

bench: ## the benchmarks; they print ratios
	@$(bootstrap) bench $(ARGS)
