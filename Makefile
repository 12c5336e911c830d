# What a newcomer types. The work is in scripts/ and in the `cspu` command.
.DEFAULT_GOAL := help
.PHONY: help screenshots install dev demo test check format soak audit lock clean

PORT ?= 8000
BIN := .venv/bin

help:
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile | expand -t 18

install: ## install what running needs
	@scripts/bootstrap.sh app

dev: ## install what developing needs
	@scripts/bootstrap.sh dev

demo: install ## prepare and serve the demonstration on 127.0.0.1:8000 (PORT=…)
	@$(BIN)/cspu demo --port $(PORT)

test: dev ## every check and every test but the long ones
	@$(BIN)/pytest -n auto --dist loadfile -m "not soak"

check: dev ## style, types, import contracts
	@scripts/check.sh

format: dev ## put the code in its one format
	@$(BIN)/ruff check --fix --quiet . && $(BIN)/ruff format .

soak: dev ## the long tests
	@$(BIN)/pytest -m soak --timeout 0

audit: dev ## look the pinned dependencies up for known flaws
	@scripts/audit.sh

screenshots: dev ## take the pictures of docs/ again, from a running `make demo`
	@$(BIN)/python scripts/screenshots.py --url http://127.0.0.1:$(PORT) --person Nadia

lock: ## pin the dependencies again, with their hashes
	@scripts/lock.sh

clean: ## stop and erase everything this checkout installed or made, its database included
	@scripts/clean.sh
