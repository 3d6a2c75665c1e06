# The commands of the README. Everything that they need is installed into .venv.
PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11 python; do \
  $$name -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && echo $$name && break; done)
BIN := .venv/bin
SNAKEMAKE := $(BIN)/snakemake
RESULTS := results
STUDIES := config/study.yaml config/questions.yaml config/evidence.yaml
# Tests that run whole rebuilds or a browser: they say little of what single functions are tested by, and take long.
REBUILDING := test_workflow.py test_promises.py training/test_restart.py report/test_browser.py faults cluster
ARCHIVE := $(or $(FILE),$(filter %.tar.xz,$(MAKECMDGOALS)))

# GB that the environment needs while it is set up
FREE := 4
AGAIN = then the same command goes on
# What pip said, in the words of somebody who has to do something about it.
PIP_FAILED = { why=$$(sed -n 's/^ERROR: //p' $1 | head -n 1 | cut -c -200); \
  grep -q 'Retrying' $1 && why="the network does not answer"; \
  grep -q 'No space left' $1 && why="the disk is full: $(FREE) GB are needed"; \
  echo "error: the packages could not be installed ($$why; all of it: $1); mend that, $(AGAIN)" >&2; exit 1; }
# Wheels only, so that no package runs code of its own to be installed, or needs a compiler; one has none, and is built with
# the setuptools that are locked, too.
INSTALL := -m pip install --disable-pip-version-check --no-input --only-binary :all: --no-binary connection-pool \
  --no-build-isolation

# An environment whose Python has gone is made anew.
ifneq ($(wildcard .venv/ready),)
  ifneq ($(shell $(BIN)/python -c 'print(1)' 2>&1),1)
    $(shell rm -f .venv/ready)
  endif
endif

.PHONY: help report quick study studies denoise so-far publish archive restore verify ledger sbom test coverage test-slurm setup tools slurm bench bench-dag bench-scale faults budget \
  check docs lock

help:
	@echo "make report   the full rebuild: results/report.html (15 to 30 minutes on 2 cores)"
	@echo "make quick    a preview of it: results/quick/report.html (about 2 minutes)"
	@echo "make study    the full rebuild with replicates: the same report with more in it (STUDY=ii: that study alone)"
	@echo "make studies  what there is: the studies, and how long each takes"
	@echo "make denoise IMAGES=\"a.png b.jpg\": clean noisy photographs of your own; nothing is trained"
	@echo "make so-far   the study's report from the runs that are finished by now; nothing is trained"
	@echo "make publish  the study's report and tables into docs/"
	@echo "make archive  the study's finished runs in one file (STUDY=ii: of that study); make restore FILE=…: lays them into results/"
	@echo "make verify   the last rebuild against the published study (FILE=…: and its archive)"
	@echo "make test     the test suite"
	@echo "make setup    only the environment .venv; then: . $(BIN)/activate, and snakemake"
	@echo "make slurm    Snakemake's Slurm plugin, for a cluster (docs/cluster.md)"
	@echo "make bench    training here against the write-up's own script (about 10 minutes)"
	@echo "make bench-dag  what planning costs beside the floor of Snakemake (about 15 minutes)"
	@echo "make bench-scale  how planning, tables, figures and page grow from a hundred to a thousand runs"
	@echo "make budget   where the time of the last rebuild went"
	@echo "make check    formatting and lint; make docs, make lock: see CONTRIBUTING.md"

# While the best of a sweep have to be chosen from what was trained, the same command goes on with them.
define snakemake
last=; while $(SNAKEMAKE) $1 || exit; now=$$(cat .snakemake/waiting 2>/dev/null); test -n "$$now"; do \
  test "$$now" != "$$last" || { echo "error: $$now: nobody can be chosen, though all is done; see the notes above" >&2; exit 1; }; last=$$now; done
endef

report: setup
	@$(call snakemake)
	@echo "The report: $(CURDIR)/results/report.html"

quick: setup
	@$(call snakemake,--configfile config/quick.yaml)
	@echo "The preview: $(CURDIR)/results/quick/report.html"

study: setup
	@$(call snakemake,--configfile $(STUDIES) $(if $(STUDY),--config 'only_studies=[$(STUDY)]'))
	@echo "The report: $(CURDIR)/results/report.html"

studies: setup
	@$(BIN)/python workflow/scripts/list_studies.py config/config.yaml $(STUDIES)

denoise: setup
	@test -n "$(IMAGES)" || { echo 'error: which pictures? make denoise IMAGES="a.png b.jpg" (SIGMA=25, OUTPUT=folder, MODEL=results/runs/…)' >&2; exit 1; }
	@$(BIN)/python workflow/scripts/denoise.py $(IMAGES) $(if $(SIGMA),--sigma $(SIGMA)) $(if $(OUTPUT),--output $(OUTPUT)) $(if $(MODEL),--model $(MODEL))

so-far: setup
	@$(SNAKEMAKE) --nolock --configfile $(STUDIES) --config only_finished=true
	@echo "The report of the runs that are finished: $(CURDIR)/results/report.html"

publish: study
	@mkdir -p docs/tables && rm -f docs/tables/*.csv
	@cp results/report.html results/report-details.html results/report.md docs/ && cp results/tables/*.csv docs/tables/
	@$(BIN)/python workflow/scripts/write_ledger.py --results $(RESULTS)
	@du -h docs/report.html docs/report-details.html

archive: setup
	@$(SNAKEMAKE) $(RESULTS)/archive.tar.xz --nolock --configfile $(STUDIES) --config only_finished=true archive_weights=$(or $(WEIGHTS),false) $(if $(STUDY),"only_studies=[$(STUDY)]")
	@tail -n 1 $(RESULTS)/logs/write_archive.log
	@$(if $(STUDY),mv $(RESULTS)/archive.tar.xz $(RESULTS)/archive-$(STUDY).tar.xz)
	@echo "The archive: $(CURDIR)/$(RESULTS)/archive$(addprefix -,$(STUDY)).tar.xz"

restore: setup
	@test -n "$(ARCHIVE)" || { echo "error: which archive? make restore FILE=/path/to/archive.tar.xz" >&2; exit 1; }
	@$(BIN)/python workflow/scripts/restore_archive.py $(ARCHIVE)

verify: setup
	@$(BIN)/python workflow/scripts/verify_study.py --results $(RESULTS) $(if $(ARCHIVE),--archive $(ARCHIVE))

ledger: setup
	@$(BIN)/python workflow/scripts/write_ledger.py

%.tar.xz: ; @:

test: setup
	@$(BIN)/pytest --numprocesses auto --dist loadfile --no-loadscope-reorder

coverage: setup
	@$(BIN)/pytest --numprocesses auto --dist loadfile --no-loadscope-reorder $(patsubst %,--ignore=tests/%,$(REBUILDING)) --cov --cov-report=term-missing:skip-covered

setup: .venv/ready

.venv/ready: requirements.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "error: no Python 3.11, 3.12 or 3.13 found; install one, or name it: make PYTHON=/path/to/python3.12 …" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(0 if (3, 11) <= v < (3, 14) else f"error: Python 3.11 to 3.13 is needed, $(PYTHON) is {v[0]}.{v[1]}; name another: make PYTHON=python3.12 …")'
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "error: $(PYTHON) cannot make environments; install its module venv (Debian, Ubuntu: apt-get install python3-venv), $(AGAIN)" >&2; exit 1; }
	@test -d .venv || $(PYTHON) -c 'import shutil, sys; free = shutil.disk_usage(".").free / 1e9; sys.exit(0 if free > $(FREE) else f"error: {free:.1f} GB are free here, $(FREE) are needed; make room, $(AGAIN)")'
	@echo "Setting up .venv (once; some minutes and 3 GB)"
	@$(PYTHON) -m venv .venv > .venv.log 2>&1 || { echo "error: $(PYTHON) cannot make .venv ($$(tail -n 1 .venv.log)); mend that, $(AGAIN)" >&2; exit 1; }
	@mv .venv.log .venv/pip.log
	@sed -n '/^setuptools==/,/# via/p' requirements.txt > .venv/build.txt
	@$(BIN)/python $(INSTALL) --require-hashes -r .venv/build.txt > .venv/pip.log 2>&1 || $(call PIP_FAILED,.venv/pip.log)
	@$(BIN)/python $(INSTALL) --require-hashes -r requirements.txt > .venv/pip.log 2>&1 || $(call PIP_FAILED,.venv/pip.log)
	@$(BIN)/python $(INSTALL) --no-deps --editable . > .venv/pip.log 2>&1 || $(call PIP_FAILED,.venv/pip.log)
	@touch $@

tools: .tools/ready

.tools/ready: requirements-tools.txt | setup
	@echo "Setting up .tools, the outside checkers of a study (once; a minute and 200 MB)"
	@$(BIN)/python -m venv .tools
	@.tools/bin/python $(INSTALL) --require-hashes -r $< > .tools/pip.log 2>&1 || $(call PIP_FAILED,.tools/pip.log)
	@touch $@

slurm: .venv/slurm

.venv/slurm: requirements-slurm.txt | setup
	@$(BIN)/python $(INSTALL) --require-hashes --no-deps -r $< > .venv/pip.log 2>&1 || $(call PIP_FAILED,.venv/pip.log)
	@touch $@

test-slurm: slurm
	@$(BIN)/pytest tests/cluster

sbom: tools
	@mkdir -p $(RESULTS)
	@.tools/bin/cyclonedx-py requirements requirements.txt --pyproject pyproject.toml --output-reproducible --output-file $(RESULTS)/sbom.cdx.json 2>/dev/null
	@echo "The list of dependencies (CycloneDX): $(CURDIR)/$(RESULTS)/sbom.cdx.json"

bench: setup
	@$(BIN)/python benchmarks/throughput.py

faults: setup
	@$(BIN)/python tests/faults/campaign.py --whole 10

bench-dag: setup
	@$(BIN)/python benchmarks/planning.py

bench-scale: setup
	@$(BIN)/python benchmarks/scale.py

budget: setup
	@$(BIN)/python benchmarks/budget.py

check: setup
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/snakefmt --check Snakefile workflow/rules
	$(SNAKEMAKE) --lint

docs: setup
	$(BIN)/python -m denoising.config.schema_docs

lock:
	uv pip compile pyproject.toml --universal --python-version 3.11 --fork-strategy fewest --generate-hashes --quiet --output-file requirements.txt
	uv pip compile --group slurm --no-deps --universal --python-version 3.11 --generate-hashes --quiet --output-file requirements-slurm.txt
	uv pip compile --group tools --universal --python-version 3.11 --fork-strategy fewest --generate-hashes --quiet --output-file requirements-tools.txt
