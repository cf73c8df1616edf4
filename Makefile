# SPDX-License-Identifier: Apache-2.0
# Every target sets up what it needs; a second run of the set-up takes a fraction of a second.
.DEFAULT_GOAL := help
.PHONY: help setup postgres run test check bench lock fonts clean

PYTHON := .venv/bin/python
LOCK := uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 10

setup: ## make .venv with the locked packages, and install missing system libraries
	@bash scripts/setup.sh

postgres: ## install the system's PostgreSQL for the tests of a team's workspace, or say what to install
	@bash scripts/postgres.sh

run: setup ## open the studio on a sample workspace; with no display play the whole journey offscreen
	@if [ "$$(uname -s)" = Darwin ] || [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ]; then \
		exec $(PYTHON) -m koodesk --sample; \
	else \
		QT_QPA_PLATFORM=offscreen exec $(PYTHON) -m koodesk demo --recipients 100000 --out build/demo; \
	fi

test: setup ## every check: format, lint, types, import contracts, all tests
	@HYPOTHESIS_PROFILE=$${HYPOTHESIS_PROFILE:-ci} $(PYTHON) scripts/checks.py

check: setup ## the quick part: the same without the slow tests
	@$(PYTHON) scripts/checks.py --quick

bench: setup ## run every benchmark and print what it measured
	@$(PYTHON) scripts/bench.py

lock: setup ## take the newest allowed versions into requirements/*.txt
	@PATH="$$PWD/.venv/bin:$$PATH"; export UV_PYTHON_DOWNLOADS=never; \
	$(LOCK) -o requirements/uv.txt requirements/uv.in && \
	$(LOCK) -o requirements/video.txt requirements/video.in && \
	$(LOCK) -o requirements/runtime.txt pyproject.toml && \
	$(LOCK) -o requirements/dev.txt pyproject.toml --group dev -c requirements/runtime.txt

fonts: setup ## make the bundled fonts again
	@$(PYTHON) scripts/make_fonts.py

clean: ## remove everything that was made here, .venv too
	rm -rf .venv .cache build dist .hypothesis .import_linter_cache *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
