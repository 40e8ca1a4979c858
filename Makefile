# Shortcuts; everything real is in run.py and works without make.
PYTHON ?= python3
COMPILE = uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
	--no-emit-index-url --no-emit-find-links --no-header --no-annotate pyproject.toml

.PHONY: run test fast format locks messages

run:
	$(PYTHON) run.py

test:
	$(PYTHON) run.py test

fast:
	$(PYTHON) run.py test --fast

format:
	.venv/bin/python -m ruff check --fix . && .venv/bin/python -m ruff format .

# Needs uv. Versions that still fit stay as they are; add UPGRADE=--upgrade for the newest.
locks:
	$(COMPILE) $(UPGRADE) --output-file requirements.lock
	$(COMPILE) $(UPGRADE) --group test --constraint requirements.lock --output-file requirements-test.lock

# Needs gettext.
messages:
	for app in core accounts inventory distribution notifications impact; do \
		(cd backend/$$app && ../../.venv/bin/django-admin makemessages --locale fr && \
		../../.venv/bin/django-admin compilemessages --locale fr); \
	done
