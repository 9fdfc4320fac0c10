# `make help` lists what there is. Each target first makes the environment .venv, or sees in milliseconds that it stands.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory
SHELL := /bin/sh

python := .venv/bin/python
mark := .venv/.running-$(or $(PORT),8000)-$(or $(SANDBOX_PORT),8001)

.PHONY: help
help: ## This list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-20s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))
	@echo
	@echo "  Settings of make run, from the environment or after it: HOST PORT SANDBOX_PORT TLS DATA_DIR (docs/settings.md)"

.PHONY: run
run: $(mark) ## Serve the portal and its sandbox on this machine

# The recipe "makes" a file that the launcher watches, so that a signal sent to make alone reaches it (see
# tools/launcher/supervisor.py).
$(mark): always environment-run
	@RUN_MARK="$@" exec $(python) -m tools.launcher

.PHONY: staff-code
staff-code: environment-run ## The code that a local staff user signs in with now (NAME=editor, NAME=approver)
	@$(python) -m tools.launcher.local_secrets $(if $(filter command,$(origin NAME)),"$(NAME)")

.PHONY: test
test: environment-dev translations-compiled ## Every test but those in the browser
	@$(python) -m pytest -n auto --dist worksteal -m "not journey"

.PHONY: journeys
journeys: environment-dev translations-compiled ## The tests in the browser (finds or installs Chromium)
	@CHROMIUM="$$($(python) -m tools.browser)" && export CHROMIUM && $(python) -m pytest -n 2 --dist loadfile -m journey tests/journeys

.PHONY: check
check: environment-dev ## Lint, format, types, imports, templates, migrations, deployment settings, translations
	@$(MAKE) --jobs=3 --keep-going --output-sync=target $(checks)

checks := check-types check-templates check-deployment check-migrations check-imports check-translations check-lint \
	check-format
.PHONY: $(checks)
check-lint:
	@.venv/bin/ruff check --quiet --output-format concise .
check-format:
	@.venv/bin/ruff format --quiet --check --output-format concise . || { echo "ruff format would change files: .venv/bin/ruff format ."; exit 1; }
check-types:
	@.venv/bin/mypy --no-error-summary --cache-dir /dev/null # the managers that modeltranslation makes break a cache
check-imports:
	@.venv/bin/lint-imports --no-logo >.venv/imports.txt 2>&1 || { cat .venv/imports.txt; exit 1; }
check-templates:
	@.venv/bin/djlint --quiet --lint templates
check-migrations:
	@said=$$($(python) -m tools.production makemigrations --check --dry-run 2>&1) || { echo "$$said"; exit 1; }
check-deployment:
	@$(python) -m tools.production check --deploy --fail-level WARNING >/dev/null
check-translations:
	@$(python) -m tramites_site.translations --check

.PHONY: bench
bench: environment-dev translations-compiled ## Requests per second of each kind of page
	@$(python) -m bench

.PHONY: search-table
search-table: environment-dev translations-compiled ## Whether everyday queries find their procedure, and how fast
	@$(python) -m bench.search

.PHONY: import-speed
import-speed: environment-dev translations-compiled ## How long an import of 5,000 procedures takes
	@$(python) -m bench.transfer

.PHONY: weight
weight: environment-dev translations-compiled ## Bytes of a first visit and of each step, in Chromium
	@$(python) -m bench.weight

.PHONY: lighthouse
lighthouse: environment-dev translations-compiled ## Lighthouse's scores (needs Node 20)
	@$(python) -m bench.lighthouse

.PHONY: html
html: environment-dev translations-compiled ## Every kind of page through an HTML validator (needs Node)
	@$(python) -m bench.valid_html

.PHONY: screens
screens: environment-dev translations-compiled ## A picture of every page and state, in var/screens/ (ONLY=word for some; SIZES="360x640 1920x1080+", TEXT=200)
	@$(python) -m tools.screens $(ONLY)

.PHONY: icons
icons: environment-dev ## Draw the app's icons anew, in static/img/app/
	@$(python) -m tools.icons

.PHONY: app-pictures
app-pictures: environment-dev translations-compiled ## Take the pictures that the app is installed with, in static/img/app/
	@$(python) -m tools.pictures.app

.PHONY: doc-pictures
doc-pictures: environment-dev translations-compiled ## Take the eight pictures of the README and the documents, in docs/pictures/
	@$(python) -m tools.pictures.documents

.PHONY: back-office-pictures
back-office-pictures: environment-dev translations-compiled ## Take pictures of the back office at work, in var/back-office/ and docs/back-office/
	@$(python) -m tools.pictures.back_office

.PHONY: tutorials
tutorials: environment-dev translations-compiled ## Record the video tutorials whose pages changed (ONLY=key, FORCE=1, ACCEPT=1)
	@FORCE="$(FORCE)" ACCEPT="$(ACCEPT)" $(python) -m tools.tutorials $(ONLY)

.PHONY: test-production-stores
test-production-stores: environment-dev translations-compiled # tests of database and cache, on the DATABASE_URL and CACHE_URL given
	@: "$${DATABASE_URL:?names the PostgreSQL server}" "$${CACHE_URL:?names the Redis server}"
	@$(python) -m pytest -m "database and not journey" # in one process: the Redis server is one

.PHONY: translations
translations: environment-dev ## Bring locale/ up to date with the sources
	@$(python) -m tramites_site.translations --update

.PHONY: requirements
requirements: environment-dev ## Compile requirements*.txt anew (UPGRADE=--upgrade for the newest versions)
	@for name in requirements requirements-sandbox requirements-dev requirements-install; do \
		.venv/bin/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-emit-find-links $(UPGRADE) \
			--custom-compile-command "make requirements" --output-file $$name.txt $$name.in || exit 1; \
	done

.PHONY: clean
clean: ## Remove the environment and caches (never DATA_DIR)
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

.PHONY: translations-compiled
translations-compiled: environment-dev
	@$(python) -m tramites_site.translations --compile

.PHONY: environment-run environment-dev always
environment-run:
	@bin/environment run
environment-dev:
	@bin/environment dev
always:
