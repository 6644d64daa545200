# make run        start Suyu Learn on http://127.0.0.1:8000 (HOST and PORT change the address)
# make demo       the same with a fictional city to look around in, kept apart in instance/demo
# make test       the whole test suite, on SQLite and PostgreSQL
# make check      ruff, mypy, import-linter
# make bench      measure against the floor app; writes docs/performance.md (half an hour)
# make load       3,000 learners at once, with and without killing the server; adds to docs/performance.md (25 minutes)
# make fuzz       100,000 hostile files a text format, 10,000 a zipped one (hours); FUZZ="csv --text 1000" for less
# make scale      a million records on both databases: first pages, csv, unit report; adds to docs/performance.md (15 minutes)
# make lock       requirements*.txt anew from pyproject.toml; `make lock UPGRADE=1` takes newer versions
# make translations   new texts into the .po files
# make settings   docs/settings.md anew from suyu_learn/config.py
# make screenshots  docs/pictures anew from a demo of its own, with the system's Chromium

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

CATALOGS := suyu_learn/translations
LANGUAGES := zh_Hans

.PHONY: help run demo test bench load scale fuzz check lock translations settings screenshots

help:
	@sed -n 's/^# //p' Makefile

run: $(VENV)/.runtime
	@$(BIN)/python -m flask --app app suyu init --address http://$(HOST):$(PORT)
	@exec $(BIN)/python -m flask --app app suyu serve --host $(HOST) --port $(PORT)

demo: export SUYU_LEARN_INSTANCE := instance/demo
demo: export SUYU_LEARN_DATABASE_URL :=
demo: $(VENV)/.runtime
	@$(BIN)/python -m flask --app app suyu demo --address http://$(HOST):$(PORT)
	@exec $(BIN)/python -m flask --app app suyu serve --host $(HOST) --port $(PORT)

# Without Chromium the browser tests are left out; pytest says so above its last line.
# The tests start some hundred processes of Python, so modules are compiled once, whatever the environment says of that.
test: export PYTHONDONTWRITEBYTECODE :=
test: $(VENV)/.development
	@$(BIN)/python -m compileall -q app.py suyu_learn benchmarks
	@$(BIN)/python -m pytest -n 3 --dist worksteal $(TESTS)

check: $(VENV)/.development
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

$(VENV)/.runtime: requirements.txt | $(VENV)/bin/pip
	@echo "Installing what requirements.txt names (half a minute) ..."
	@$(PIP) install --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.development: requirements-dev.txt | $(VENV)/bin/pip
	@echo "Installing what requirements-dev.txt names (a minute) ..."
	@$(PIP) install --require-hashes -r requirements-dev.txt
	@touch $@

$(VENV)/bin/pip:
	@command -v $(PYTHON) >/dev/null || { \
	    echo "Python is missing. Install Python 3.11 or newer, or name it: make run PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo "Suyu Learn needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V 2>&1)." \
	         "Name a newer one: make run PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	    echo "Python's venv module is missing. Install it and try again: sudo apt-get install -y python3-venv" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)

# Existing pins stay while they fit pyproject.toml; both files agree on every package they share.
LOCK = uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-emit-package suyu-learn \
       $(if $(UPGRADE),--upgrade) pyproject.toml

lock:
	@command -v uv >/dev/null || { echo "make lock needs uv: pipx install uv" >&2; exit 1; }
	@UV_CUSTOM_COMPILE_COMMAND="make lock" $(LOCK) --output-file requirements.txt
	@UV_CUSTOM_COMPILE_COMMAND="make lock" $(LOCK) --extra dev --constraints requirements.txt \
	    --output-file requirements-dev.txt

# The app reads the .po files themselves, so nothing is compiled.
translations: $(VENV)/.development
	@$(BIN)/pybabel --quiet extract --mapping pyproject.toml --keyword _l --keyword N_ --add-location file \
	    --project "Suyu Learn" --copyright-holder "the Suyu Learn authors" --output $(CATALOGS)/suyu_learn.pot .
	@for language in $(LANGUAGES); do \
	    if [ -f $(CATALOGS)/$$language/LC_MESSAGES/suyu_learn.po ]; \
	    then command=update; options="--ignore-pot-creation-date --no-fuzzy-matching --ignore-obsolete"; \
	    else command=init; options=; fi; \
	    $(BIN)/pybabel --quiet $$command $$options --domain suyu_learn --input-file $(CATALOGS)/suyu_learn.pot \
	        --output-dir $(CATALOGS) --locale $$language || exit; \
	done

settings: $(VENV)/.runtime
	@$(BIN)/python -c "from suyu_learn.config import described; print(described(), end='')" > docs/settings.md

screenshots: $(VENV)/.development
	@PYTHONPATH=. $(BIN)/python docs/screenshots.py

bench: $(VENV)/.development
	@$(BIN)/python -m benchmarks.report

load: $(VENV)/.development
	@$(BIN)/python -m benchmarks.city_report

scale: $(VENV)/.development
	@$(BIN)/python -m benchmarks.scale_report

fuzz: $(VENV)/.development
	@$(BIN)/python -m benchmarks.fuzz $(FUZZ)
