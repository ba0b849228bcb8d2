# What one does with a checkout. `make run` and `make test` work on a fresh machine with Python 3.11 or later.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
# In a terminal pip shows how far it is; a log needs no more than what went wrong.
PIP    := $(BIN)/python -m pip install $(if $(MAKE_TERMOUT),,--quiet)

.PHONY: run wheel bundle deb test test-quick check bench bench-quality venv clean system-packages screenshots
.DEFAULT_GOAL := help

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

venv: $(STAMP)  ## .venv with photoseek, the starter model and the tools

$(STAMP): pyproject.toml packaging/constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "photoseek needs Python 3.11 or later; say make PYTHON=python3.12"; exit 2; }
	@echo "Installing photoseek and PyTorch into $(VENV): about 2 GB, which takes a few minutes."
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) --upgrade pip
	@$(PIP) -c packaging/constraints.txt -e '.[starter,terminal,mcp,dev]'
	@touch $@

# exec: with a shell between them, make would complain of every Ctrl+C.
run: venv  ## start photoseek in the foreground (FOLDER=… to index that folder)
	@exec $(BIN)/photoseek run $(if $(FOLDER),--folder "$(FOLDER)")

test: venv system-packages  ## the whole suite
	$(BIN)/python -m pytest

system-packages:
	@tests/system/fetch_packages.sh

test-quick: venv  ## the suite without its long tests
	$(BIN)/python -m pytest -m "not long"

check: venv  ## ruff, mypy, import-linter
	$(BIN)/ruff check daemon tests packaging
	$(BIN)/ruff format --check daemon tests packaging
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: venv  ## speed and quality, side by side in one run
	$(BIN)/python -m tests.benchmarks

bench-quality: venv  ## how well it finds, and whether it says when nothing fits
	$(BIN)/python -m tests.benchmarks recall relevance fusion stacks templates

screenshots: venv  ## the page's views, light and dark, wide and narrow, into .screenshots
	$(BIN)/python -m tests.system.screenshots

wheel: venv  ## the wheel, for pipx and uv, and the sdist, in dist
	$(BIN)/python -m hatchling build

# Takes some minutes. The tests then use the program as a person does, in an environment without Python.
bundle: venv  ## dist/photoseek, a folder that needs no Python; and whether it works
	@$(PIP) -c packaging/constraints.txt -e '.[bundle]'
	$(BIN)/python packaging/icons.py build/icons
	$(BIN)/python -m PyInstaller --noconfirm --log-level ERROR packaging/photoseek.spec
	@du -sh dist/photoseek
	PHOTOSEEK_PROGRAM=$(CURDIR)/dist/photoseek/photoseek $(BIN)/python -m pytest tests/system/test_program.py

# For the release that this is, with its own Python: `make clean deb PYTHON=/usr/bin/python3` where another one is first.
deb: venv system-packages  ## the Debian package, in dist; as root, whether it works on a system to throw away
	$(BIN)/python packaging/linux/build.py dist
	PHOTOSEEK_DEB=$$(ls -t $(CURDIR)/dist/photoseek_*.deb | head -1) $(BIN)/python -m pytest tests/system/test_debian_package.py

clean:  ## remove what make made
	rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .bench .screenshots .hypothesis
