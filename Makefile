# make demo   everything on this machine: database, queue, web server, worker; PORT=8000
# make test   the tests
# make bench  measures: assessments a second and memory, up to 100,000 devices; the cost of the audit chain and of
#             the second wall; what pages take over many devices; the API beside one SQL statement and a plain
#             viewset; the claim of due alerts among a million; dossiers of 10 to 500 pages beside WeasyPrint, and
#             their memory over the evidence (some minutes)
# make conform  the API against its schema, some 13,000 made-up requests of five roles (a quarter of an hour)
# make soak   a thousand days of alerts under some 550 faults, on a simulated clock (docs/alerts-under-faults.md)
# make lint   style, types, the arrows between rooms, missing migrations, known vulnerabilities
# make format rewrite the code in the house style
# make messages  collect the strings to translate, and compile the translations
# make screens  pictures of every page of the demonstration, which runs in another window (docs/screens)
# make lock   pin and hash the dependencies anew (needs uv)

PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test bench conform soak lint format messages screens lock dev

demo:
	@$(PYTHON) config/bootstrap.py demo

dev:
	@$(PYTHON) config/bootstrap.py dev

test: dev
	@$(BIN)/pytest -n 3  # one more than cores: the browser makes its worker wait

bench: dev
	@$(BIN)/python -m bench.law
	@$(BIN)/python -m bench.audit
	@$(BIN)/python -m bench.wall
	@$(BIN)/python -m bench.pages
	@$(BIN)/python -m bench.api
	@$(BIN)/python -m bench.alerts
	@$(BIN)/python -m bench.dossiers

conform: dev
	@JALON_CONFORM=40 $(BIN)/pytest -q -n 0 --show-capture=no tests/api/test_schemathesis.py

soak: dev
	@$(BIN)/python -m tests.faults --days 1000 --faults 550

lint: dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy .
	@$(BIN)/lint-imports
	@$(BIN)/python -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run  # there is no database here
	@$(BIN)/python -m config.advisories

format: dev
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

messages: dev
	@$(BIN)/python manage.py makemessages --all --no-location --no-wrap --ignore .venv --ignore var
	@$(BIN)/python manage.py compilemessages --ignore .venv

screens: dev
	@$(BIN)/python -m tests.screens

lock:
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header requirements.in -o requirements.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header requirements-dev.in -o requirements-dev.txt
