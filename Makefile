# All that one can do with this repository; `make` alone lists it.
# The first target that needs them makes .venv and, for the tests, installs the servers that they drive.

VENV := .venv
BIN := $(VENV)/bin
RUN := $(VENV)/.installed-run
DEV := $(VENV)/.installed-dev
JOBS ?= 2
ARGS ?=
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate

.PHONY: help demo test check bench lock clean

help:  ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

demo: $(RUN)  ## the whole system on this machine, with servers and a company of its own
	$(BIN)/inboxcrm demo --folder var/demo $(ARGS)

test: $(DEV)  ## the tests; JOBS=4 for more processes, ARGS="-k lead" for some of them
	@setup/system-packages
	$(BIN)/pytest -n $(JOBS) --durations=10 $(ARGS)

check: $(DEV)  ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: $(DEV)  ## measure how fast mail is taken in
	$(BIN)/python -m bench $(ARGS)

lock: $(DEV)  ## renew the locks from pyproject.toml (all packages to their newest)
	$(LOCK) --upgrade setup/tools.in -o setup/locks/tools.txt
	$(LOCK) --upgrade pyproject.toml --extra dev -o setup/locks/dev.txt
	$(LOCK) --upgrade pyproject.toml --constraint setup/locks/dev.txt -o setup/locks/run.txt

clean:  ## remove the environment and everything that was made here
	rm -rf $(VENV) var build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(RUN): pyproject.toml setup/locks/run.txt setup/locks/tools.txt setup/environment
	setup/environment run

$(DEV): pyproject.toml setup/locks/dev.txt setup/locks/tools.txt setup/environment
	setup/environment dev
