# Corridor: `make run` and `make test` are all there is to know; `make help` lists the rest.
PYTHON ?= python3
PY := .venv/bin/python
# Enough for commands that only look at the code; `make run` and the tests set their own.
LOOK := CORRIDOR_DEMO=1 CORRIDOR_VAR=$(or $(CORRIDOR_VAR),$(CURDIR)/var)
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header

# Three processes on two cores: some tests wait for servers.
PYTEST := $(PY) -m pytest -q -n $(or $(PROCESSES),3) --dist loadfile --no-loadscope-reorder
# Some machines forbid it; but then each of the sixty processes of the tests compiles every module anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run test test-postgres test-sqlite deep checklist races check plain lint types imports schema translations deploy screenshots format messages structure walks lock env python clean

help:  ## list what make can do
	@awk -F':.*## ' '/^[a-z ]+:.*## /{printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

python:
	@$(PYTHON) -c 'import sys; sys.exit("Corridor needs Python 3.11 or newer; %s is %s. Try: make run PYTHON=python3.13" % (sys.executable, sys.version.split()[0]) if sys.version_info < (3, 11) else 0)'

env: python
	@$(PYTHON) scripts/environment.py dev

run: python  ## start everything: http://localhost:8000 (PORT=… for another port)
	@$(PYTHON) scripts/run.py

test: test-postgres test-sqlite  ## every test but what only `make deep` runs, with a real browser, Valkey, PostgreSQL and SQLite (ARGS=tests/house for a part)

test-postgres: env
	@$(PYTHON) scripts/machine.py browser postgres gettext fonts nginx
	$(PYTEST) -p tests.postgres $(ARGS)

# What the database itself refuses, what writes thousands of rows, and what is about SQLite alone.
test-sqlite: env
	@$(PYTHON) scripts/machine.py browser gettext fonts
	$(PYTEST) $(or $(ARGS),-m sqlite)

deep: env  ## what multiplies, at full depth: attacks, kills, races, load, lab, checklist; takes hours (ARGS=tests/attack for a part)
	@$(PYTHON) scripts/machine.py browser postgres fonts nginx
	$(PYTEST) -p tests.postgres -rP --deep $(ARGS)

checklist: env  ## run docs/run.md: two machines, PostgreSQL, Valkey, a file store, a mail server, and how long each step takes
	@$(PYTHON) scripts/machine.py postgres nginx
	$(PY) -m pytest -v -p tests.postgres -rP --deep tests/faults/test_production.py

races: env  ## every two acts on one pair at once, 300 times on both databases (RACES=…)
	$(PYTEST) -p tests.postgres -m races --races $(or $(RACES),300)
	$(PYTEST) -m races --races $(or $(RACES),300)

check: plain lint types imports schema translations deploy  ## plain code, lint, types, import rules, migrations, translations, deployment

plain: env
	$(PY) scripts/density.py changed $(BASE)

lint: env
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m djlint --quiet --lint templates

types: env
	$(LOOK) $(PY) -m mypy

imports: env
	.venv/bin/lint-imports --cache-dir .import_linter_cache

schema: env
	$(LOOK) $(PY) manage.py makemigrations --check --dry-run

translations: env
	@$(PYTHON) scripts/machine.py gettext
	$(PY) scripts/messages.py check

deploy: env
	SECRET_KEY=$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(50))') ALLOWED_HOSTS=corridor.example \
		SITE_URL=https://corridor.example EMAIL_URL=smtp+tls://mail.example:587 DATABASE_URL=sqlite://:memory: \
		$(PY) manage.py check --deploy --fail-level WARNING

structure: env  ## the structure of the code in figures (FOLDER=… for another checkout)
	@$(PY) -m tests.house.structure $(FOLDER)
	@$(PY) scripts/density.py

walks: env  ## how many functions and templates one request enters, over the demonstration of `make run`
	@$(LOOK) $(PY) manage.py walks

screenshots: env  ## make the pictures of the README again, from the demonstration
	@$(PYTHON) scripts/machine.py browser fonts
	$(PY) scripts/screenshots.py

format: env  ## rewrite the code in the house style
	$(PY) -m ruff check --fix-only .
	$(PY) -m ruff format .

messages: env  ## collect the texts to translate into matchmaker/locale
	@$(PYTHON) scripts/machine.py gettext
	$(PY) scripts/messages.py extract

lock: env  ## pin again what requirements.txt and requirements-dev.txt need
	$(LOCK) requirements.txt -o requirements.lock
	$(LOCK) requirements-production.txt -o requirements-production.lock
	$(LOCK) requirements-dev.txt -o requirements-dev.lock

clean:  ## remove the demonstration's data and everything that can be made again
	rm -rf var .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache test-results
