# Corridor: `make run` and `make test` are all there is to know; `make help` lists the rest.
PYTHON ?= python3
PY := .venv/bin/python
# Enough for commands that only look at the code; `make run` and the tests set their own.
LOOK := CORRIDOR_DEMO=1 CORRIDOR_VAR=$(or $(CORRIDOR_VAR),$(CURDIR)/var)
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header

# Three processes on two cores: some tests wait for servers.
PYTEST := $(PY) -m pytest -q -n $(or $(PROCESSES),3) --dist loadfile --no-loadscope-reorder
RACE_TESTS := tests/matchmaker/deals/introductions/test_races.py tests/matchmaker/deals/meetings/test_races.py \
	tests/matchmaker/deals/test_races.py tests/matchmaker/deals/stages/test_races.py \
	tests/matchmaker/events/missions/test_races.py tests/matchmaker/events/programmes/test_races.py \
	tests/profiles/people/accounts/test_teams.py::test_at_once_one_joins_and_one_owner_stays
# Everything runs on PostgreSQL, and on SQLite what the database itself refuses, what writes thousands of rows,
# or is about SQLite alone; and some races, as SQLite lets one transaction write at a time (`make races` runs
# all of them on both). First what takes longest.
AUDIT := tests/profiles/platform/audit/test_audit.py
OUTBOX := tests/profiles/platform/notifications/test_outbox.py
FAULTS := tests/matchmaker/operations/test_faults.py
ON_SQLITE := tests/attack/test_forms.py::test_no_form_takes_what_it_does_not_ask \
	tests/profiles/people/accounts/test_teams.py::test_at_once_one_joins_and_one_owner_stays \
	tests/matchmaker/deals/introductions/test_races.py::test_interest_of_both_at_once_is_mutual_and_told_once \
	tests/house/test_migrations.py $(AUDIT)::test_the_database_refuses_to_change_records \
	$(AUDIT)::test_every_tampering_is_found $(AUDIT)::test_what_was_rolled_back_leaves_no_gap \
	$(AUDIT)::test_a_new_record_can_be_sealed_once_and_changed_in_no_other_way \
	$(AUDIT)::test_a_record_that_is_committed_late_is_sealed_after_those_with_higher_keys \
	$(AUDIT)::test_many_writers_and_sealers_at_once \
	tests/profiles/platform/limits/test_buckets.py::test_exact_with_eight_at_once \
	tests/profiles/curation/imports/test_import.py::test_a_good_file_is_imported \
	tests/profiles/curation/imports/test_undo.py::test_an_undo_that_is_always_killed_leaves_what_is_left_for_another \
	$(OUTBOX)::test_the_database_refuses $(OUTBOX)::test_two_workers_at_once_send_each_mail_once \
	$(OUTBOX)::test_a_mail_that_another_worker_holds_is_left_alone \
	tests/matchmaker/deals/introductions/test_introductions.py::test_the_database_refuses_what_contradicts_itself_and_a_second_open_request \
	tests/matchmaker/matching/ranking/test_jobs.py $(FAULTS)::test_a_missing_table_is_an_error \
	$(FAULTS)::test_reading_goes_on_while_another_process_writes \
	$(FAULTS)::test_a_locked_database_is_busy_and_nothing_is_half_saved

# Some machines forbid it; but then each of the sixty processes of the tests compiles every module anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run test test-postgres test-sqlite attack chaos load checklist races check plain lint types imports schema translations deploy screenshots format messages structure walks lock env python clean

help:  ## list what make can do
	@awk -F':.*## ' '/^[a-z ]+:.*## /{printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

python:
	@$(PYTHON) -c 'import sys; sys.exit("Corridor needs Python 3.11 or newer; %s is %s. Try: make run PYTHON=python3.13" % (sys.executable, sys.version.split()[0]) if sys.version_info < (3, 11) else 0)'

env: python
	@$(PYTHON) scripts/environment.py dev

run: python  ## start everything: http://localhost:8000 (PORT=… for another port)
	@$(PYTHON) scripts/run.py

test: test-postgres test-sqlite  ## every test, with a real browser, Valkey, PostgreSQL and SQLite (ARGS=tests/house for a part)

test-postgres: env
	@$(PYTHON) scripts/machine.py browser postgres gettext fonts nginx
	$(PYTEST) -p tests.postgres $(ARGS)

test-sqlite: env
	@$(PYTHON) scripts/machine.py browser gettext fonts
	$(PYTEST) $(or $(ARGS),$(ON_SQLITE))

attack chaos load: env  ## attack it, kill it, load it, and print what was tried (SHARE=small for a part)
	@$(PYTHON) scripts/machine.py browser postgres fonts nginx
	$(PYTEST) -p tests.postgres -rP -m $@ --share $(or $(SHARE),full)

checklist: env  ## run docs/run.md: two machines, PostgreSQL, Valkey, a file store, a mail server, and how long each step takes
	@$(PYTHON) scripts/machine.py postgres nginx
	$(PY) -m pytest -v -p tests.postgres -rP --share full tests/faults/test_production.py

races: env  ## every two acts on one pair at once, 300 times on both databases (RACES=…)
	$(PYTEST) -p tests.postgres $(RACE_TESTS) --races $(or $(RACES),300)
	$(PYTEST) $(RACE_TESTS) --races $(or $(RACES),300)

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
