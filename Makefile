# Everything a newcomer needs; `make run` and `make test` set up what they need themselves.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
JOBS ?= 2

.PHONY: install run test test-random coverage lint bench train evaluate samples docs site advisories clean

install: $(VENV)/.installed

$(VENV)/.installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable ".[dev]"
	touch $@

# Reads the sample letters, writes data/processed, follows up, and names the page to open.
run: install
	$(BIN)/ofsted-extract batch data/raw --out data/processed
	$(BIN)/ofsted-extract track data/processed > /dev/null
	$(BIN)/ofsted-extract report data/processed --national --out data/processed/report
	@echo "Open data/processed/report/index.html in a browser."

test: install
	$(BIN)/python -m pytest -n $(JOBS) -p no:randomly

# The same tests in an order that nobody chose: each must hold by itself.
test-random: install
	$(BIN)/python -m pytest -n $(JOBS)

# The same tests, and which lines of the package none of them reaches.
coverage: install
	$(BIN)/python -m pytest -n $(JOBS) --cov --cov-report=term

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy --platform darwin
	$(BIN)/mypy --platform win32
	$(BIN)/lint-imports

# Figures on real letters; see benchmarks/ for what each prints.
CORPUS ?= ../shared/corpus
ANNOTATION ?= ../shared/annotation

bench: install
	$(BIN)/python benchmarks/alignment.py $(ANNOTATION) $(CORPUS)
	$(BIN)/python benchmarks/batch.py $(CORPUS)

train: install
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable ".[train]"
	$(BIN)/ofsted-extract train --documents $(CORPUS)

evaluate: install
	$(BIN)/ofsted-extract evaluate --gold labels --documents $(CORPUS)

samples: install
	$(BIN)/python scripts/make_samples.py

# Generated pages of docs/ that the tests compare with their source.
docs: install
	$(BIN)/python scripts/make_docs.py

# docs/ and the docstrings as a site in build/site; a warning is an error.
site: install
	$(BIN)/mkdocs build --strict --quiet
	@echo "Open build/site/index.html in a browser."

# What is known of weaknesses in the pinned versions; needs pip-audit and a network.
advisories:
	$(PYTHON) -m pip_audit --requirement constraints.txt --no-deps --disable-pip

clean:
	rm -rf $(VENV) build dist data/processed/*
