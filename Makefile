# The commands of the README. Everything that they need is installed into .venv.
PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11 python; do \
  $$name -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && echo $$name && break; done)
BIN := .venv/bin
SNAKEMAKE := $(BIN)/snakemake
RESULTS := results
ARCHIVE := $(or $(FILE),$(filter %.tar.xz,$(MAKECMDGOALS)))

.PHONY: help report quick study so-far publish archive restore test setup bench budget check docs lock

help:
	@echo "make report   the full rebuild: results/report.html (15 to 30 minutes on 2 cores)"
	@echo "make quick    a preview of it: results/quick/report.html (about 2 minutes)"
	@echo "make study    the full rebuild with replicates: the same report with more in it (some six hours)"
	@echo "make so-far   the study's report from the runs that are finished by now; nothing is trained"
	@echo "make publish  the study's report and tables into docs/"
	@echo "make archive  the study's finished runs in one file; make restore FILE=…: lays them into results/"
	@echo "make test     the test suite"
	@echo "make setup    only the environment .venv; then: . $(BIN)/activate, and snakemake"
	@echo "make bench    training here against the write-up's own script (about 10 minutes)"
	@echo "make budget   where the time of the last rebuild went"
	@echo "make check    formatting and lint; make docs, make lock: see CONTRIBUTING.md"

report: setup
	@$(SNAKEMAKE)
	@echo "The report: $(CURDIR)/results/report.html"

quick: setup
	@$(SNAKEMAKE) --configfile config/quick.yaml
	@echo "The preview: $(CURDIR)/results/quick/report.html"

study: setup
	@$(SNAKEMAKE) --configfile config/study.yaml
	@echo "The report: $(CURDIR)/results/report.html"

so-far: setup
	@$(SNAKEMAKE) --nolock --configfile config/study.yaml --config only_finished=true
	@echo "The report of the runs that are finished: $(CURDIR)/results/report.html"

publish: study
	@mkdir -p docs/tables && rm -f docs/tables/*.csv
	@cp results/report.html docs/report.html && cp results/tables/*.csv docs/tables/
	@du -h docs/report.html

archive: setup
	@$(SNAKEMAKE) $(RESULTS)/archive.tar.xz --nolock --configfile config/study.yaml --config only_finished=true archive_weights=$(or $(WEIGHTS),false)
	@tail -n 1 $(RESULTS)/logs/write_archive.log
	@echo "The archive: $(CURDIR)/$(RESULTS)/archive.tar.xz"

restore: setup
	@test -n "$(ARCHIVE)" || { echo "error: which archive? make restore FILE=/path/to/archive.tar.xz" >&2; exit 1; }
	@$(BIN)/python workflow/scripts/restore_archive.py $(ARCHIVE)

%.tar.xz: ; @:

test: setup
	@$(BIN)/pytest

setup: .venv/ready

.venv/ready: requirements.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "error: no Python 3.11, 3.12 or 3.13 found; install one, or name it: make PYTHON=/path/to/python3.12 …" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(0 if (3, 11) <= v < (3, 14) else f"error: Python 3.11 to 3.13 is needed, $(PYTHON) is {v[0]}.{v[1]}; name another: make PYTHON=python3.12 …")'
	@echo "Setting up .venv (once; some minutes and 3 GB)"
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

bench: setup
	@$(BIN)/python benchmarks/throughput.py

budget: setup
	@$(BIN)/python benchmarks/budget.py

check: setup
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/snakefmt --check Snakefile workflow/rules
	PATH=$(BIN):$$PATH $(BIN)/python .ci/lint.py

docs: setup
	$(BIN)/python -m denoising.config.schema_docs

lock:
	uv pip compile pyproject.toml --universal --python-version 3.11 --fork-strategy fewest --generate-hashes --quiet --output-file requirements.txt
