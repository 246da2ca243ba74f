# The same without make stands in README.md.
PYTHON ?= python3
VENV = .venv
PY = $(VENV)/bin/python

.PHONY: run serve test check coverage stress bench guide requirements

run: $(VENV)/installed
	$(PY) -m reviewer start --demo

serve: $(VENV)/installed
	$(PY) -m reviewer start

test: $(VENV)/installed-dev
	$(PY) -m tests

# Lint, types, licences, and what is known against the versions that we depend on.
check: $(VENV)/installed-dev
	$(PY) -m tests check

# How much of the code the tests run, with a floor (see pyproject.toml).
coverage: $(VENV)/installed-dev
	$(PY) -m tests coverage

# A thousand faults and thousands of hostile requests; DICTAMEN_SEED repeats a run, DICTAMEN_ROUNDS shortens it.
stress: $(VENV)/installed-dev
	$(PY) -m tests stress

bench: $(VENV)/installed-dev
	$(PY) -m benchmarks

# The guides' pictures, anew from the demo.
guide: $(VENV)/installed-dev
	$(PY) -m docs.pictures

# uv takes a quarter of the time; pip knows of mirrors that uv does not.
define install
	$(PY) -m uv pip install --quiet --python $(PY) -r $(1) || \
		$(PY) -m pip install --quiet --disable-pip-version-check -r $(1)
	touch $@
endef

$(VENV)/installed: requirements.txt
	$(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check uv
	$(call install,$<)

$(VENV)/installed-dev: requirements-dev.txt $(VENV)/installed
	$(call install,$<)

# The exact versions, anew from pyproject.toml; run the tests before committing them.
requirements: $(VENV)/installed
	$(PY) -m uv pip compile --quiet --universal --no-header --upgrade pyproject.toml -o requirements.txt
	$(PY) -m uv pip compile --quiet --universal --no-header --upgrade --extra servers -c requirements.txt pyproject.toml -o requirements-servers.txt
	$(PY) -m uv pip compile --quiet --universal --no-header --upgrade --group dev -c requirements-servers.txt -o requirements-dev.txt
