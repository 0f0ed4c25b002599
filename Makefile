# Nomen. `make demo` shows it, `make test` proves it; `make help` lists the rest.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
PORT   ?= 5070
JOBS   ?= $(shell nproc 2>/dev/null || echo 2)
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet

# Everything the demo writes lies in ./demo; `make demo-clean` removes it.
DEMO_ENV := LIMS_DATABASE_URL=sqlite:///$(CURDIR)/demo/nomen.db \
	LIMS_DATA_FOLDER=$(CURDIR)/demo/originals \
	LIMS_SECRET_KEY_FILE=$(CURDIR)/demo/secret.key \
	LIMS_LOG_KEYS=$(CURDIR)/demo/log-keys LIMS_LOG_ORIGIN=demo.nomen.example/record \
	LIMS_LOG_POLICY=$(CURDIR)/demo/log.policy \
	LIMS_IMPORT_FOLDER=$(CURDIR)/demo/exports \
	LIMS_HANDOFF_OUT=$(CURDIR)/demo/to-engine \
	LIMS_HANDOFF_IN=$(CURDIR)/demo/from-engine \
	LIMS_SIGNING_KEYS=$(CURDIR)/demo/signing \
	LIMS_TIME_ZONE=Europe/Rome LIMS_SECURE_COOKIES=false

.PHONY: help install demo demo-clean test fault check fuzz bench format mutants

help:
	@echo "make demo [PORT=5070]    a laboratory with demo data on 127.0.0.1"
	@echo "make test [REQUIRE=all]  every test; REQUIRE=all: none may be skipped"
	@echo "make fault               kills, power cuts and tampering in full numbers"
	@echo "make check               format, lint, types, import contracts"
	@echo "make fuzz [PARSER=...]   files that break a parser, two minutes each"
	@echo "make bench [NAME=...]    speed and memory, one JSON line each"
	@echo "make mutants [ARGS=...]  take each guard away once: does a test fail?"
	@echo "make install             what the product needs, in $(VENV)"
	@echo "make demo-clean          remove the demo's data"

$(VENV)/.product: pyproject.toml
	@echo "1/3 Setting up $(VENV) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "2/3 Fetching and installing packages ..."
	@$(PIP) install --editable .
	@touch $@

$(VENV)/.dev: pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) install --editable ".[dev]"
	@! command -v npm >/dev/null || npm install --silent --no-audit --no-fund --prefix $(VENV) zpl-renderer-js@3.4.0 \
		|| echo "npm gave no zpl-renderer-js: the test of printed dots against it is skipped"
	@touch $@ $(VENV)/.product

install: $(VENV)/.product

demo: $(VENV)/.product
	@$(DEMO_ENV) $(BIN)/lims demo --port $(PORT)

demo-clean:
	rm -rf demo

test: $(VENV)/.dev
	REQUIRE=$(REQUIRE) $(BIN)/python -m pytest --numprocesses $(JOBS) --dist loadgroup \
		--cov --cov-report=term:skip-covered --cov-fail-under=90 $(ARGS)

fault: $(VENV)/.dev
	NOMEN_FAULTS=full REQUIRE=$(REQUIRE) $(BIN)/python -m pytest --numprocesses $(JOBS) --dist loadgroup tests/faults tests/instruments/test_bad_input.py $(ARGS)

check: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

format: $(VENV)/.dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

fuzz: $(VENV)/.dev
	@$(BIN)/python -c "import atheris" 2>/dev/null || $(PIP) install "atheris>=3,<4"
	@nice -n 15 $(BIN)/python -m tests.instruments.fuzz $(or $(SECONDS),120) $(PARSER)

bench: $(VENV)/.dev
	@$(BIN)/python -m bench.every $(NAME)

mutants: $(VENV)/.dev
	@$(BIN)/python -m tests.mutants $(ARGS)
