# Two commands: make lab, make test. The rest is for contributors.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PEERS := .venv-bench
ARGS ?=
PYTEST = $(BIN)/python -m pytest --nbval -n 2 --dist loadfile
# What was compiled is kept, whatever the shell says: the tests start hundreds of processes.
unexport PYTHONDONTWRITEBYTECODE
# In a container everybody is root, and JupyterLab wants to be told that this is meant.
ROOT_OPTION := $(if $(filter 0,$(shell id -u)),--allow-root)

.PHONY: help lab test test-all test-long notebooks check wings wheel browser bench clean
help: ## list what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

lab: $(VENV)/installed ## open the notebooks (ARGS="--no-browser --port 8899" is passed on)
	$(BIN)/jupyter lab notebooks/00-start-here.ipynb $(ROOT_OPTION) $(ARGS)

test: $(VENV)/installed ## run the tests: units, doctests, notebooks
	$(PYTEST) $(ARGS)

test-all: $(VENV)/installed ## run all cases and five times the examples; some minutes
	HYPOTHESIS_PROFILE=all $(PYTEST) $(ARGS)

# Derandomized above; here each run draws other examples, and a seed tells which.
SEED ?= $(shell date +%s)
test-long: $(VENV)/installed ## run all cases and 250 times the examples, drawn anew (SEED=123 again)
	@echo "make test-long SEED=$(SEED)   (this brings the same examples back)"
	@echo "It takes an hour or more on two cores. What is done stands at the end of each line;"
	@echo "a law that is drawn a thousand times can hold a line back for minutes."
	HYPOTHESIS_PROFILE=long $(PYTEST) --hypothesis-seed=$(SEED) $(ARGS)

notebooks: $(VENV)/installed ## execute the notebooks and write their outputs
	$(BIN)/python tests/execute.py

check: $(VENV)/checked ## lint, types, import layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

browser: $(VENV)/checked ## try the panel in a real browser (chromium on the path)
	OROSEC_BROWSER=required $(BIN)/python -m pytest tests/panels/test_browser.py -p no:cacheprovider $(ARGS)

wings: $(VENV)/installed ## take each wing away in a copy: the rest of the house stands
	$(BIN)/python tests/take_away.py $(ARGS)

wheel: $(VENV)/checked ## build a wheel, install it elsewhere, try it
	rm -rf build dist
	$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir dist .
	$(PYTHON) -m venv --clear dist/venv
	@grep '^[A-Za-z].*==' requirements.txt > dist/pins.txt
	dist/venv/bin/python -m pip install --quiet --disable-pip-version-check \
	  -c constraints.txt -c dist/pins.txt dist/*.whl
	cd dist && venv/bin/orosec check > /dev/null && venv/bin/orosec draw segmentation > /dev/null
	@echo "the wheel works"

bench: $(VENV)/installed $(PEERS)/installed ## measure beside the peers, rewrite docs/performance.md
	$(BIN)/python benchmarks/run.py --peers $(PEERS)/bin/python $(ARGS)

clean: ## remove the virtual environments
	rm -rf $(VENV) $(PEERS)

# Installed once; again only when a list of packages changes.
$(VENV)/installed: requirements.txt constraints.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "orosec needs Python 3.11 or newer; try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' \
	  || { echo "this Python cannot make virtual environments; on Debian: apt install python3-venv"; exit 1; }
	@echo "Making $(VENV) and installing the packages of requirements.txt: once, some minutes."
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --disable-pip-version-check -r requirements.txt
	@echo "Installed. From now on this starts at once."
	@$(BIN)/python -m compileall -q orosec # or each kernel would compile it anew
	@touch $@

$(VENV)/checked: $(VENV)/installed requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

# The peers of the benchmarks stay apart: nobody else needs them.
$(PEERS)/installed: requirements-bench.txt constraints.txt
	$(PYTHON) -m venv $(PEERS)
	$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-bench.txt
	@touch $@
