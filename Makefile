# Shortcuts; everything real is in run.py and works without make.
PYTHON ?= python3
COMPILE = uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
	--no-emit-index-url --no-emit-find-links --no-header --no-annotate pyproject.toml

.PHONY: run test fast format locks messages reader

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

# Needs npm. Fetches the bench's code reader; then write versions and sums into its README.md.
READER = backend/inventory/static/inventory/vendor
reader:
	folder=$$(mktemp -d) && npm install --prefix $$folder --ignore-scripts --no-audit --no-fund --no-save \
		barcode-detector@$(or $(VERSION),3.2.2) && \
	cp $$folder/node_modules/barcode-detector/dist/iife/ponyfill.js $(READER)/barcode-detector.js && \
	cp $$folder/node_modules/barcode-detector/LICENSE $(READER)/barcode-detector.LICENSE && \
	cp $$folder/node_modules/zxing-wasm/dist/reader/zxing_reader.wasm $(READER)/ && \
	cp $$folder/node_modules/zxing-wasm/LICENSE $(READER)/zxing-wasm.LICENSE && \
	rm -r $$folder && sha256sum $(READER)/*.js $(READER)/*.wasm
