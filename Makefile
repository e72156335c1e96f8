# Each target does all that it needs itself, on a fresh Debian 12 or Raspberry Pi OS.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PYTEST_JOBS ?= auto
# `make lock UPGRADE=` adds what is new and leaves the other pins.
UPGRADE ?= --upgrade

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev demo test deb deb-twice test-deb power-cuts test-systemd test-fleet test-picamera2 check lock format pictures kills fuzz-cards fuzz-tlsi fuzz-reading wedge-exact cards-soak mqtt-cuts bench bench-bridge storm-bridge kills-bridge soak-eye clean image-qemu image-rpi image-test

help: ## What can be made
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(VENV)/.run-stamp ## Install what the appliance needs (Debian packages, .venv)
setup-dev: $(VENV)/.dev-stamp ## The same, and what the tests need

$(VENV)/.run-stamp: requirements/run.lock pyproject.toml scripts/setup
	@scripts/setup run
	@touch $@

$(VENV)/.dev-stamp: requirements/dev.lock pyproject.toml scripts/setup
	@scripts/setup dev
	@touch $@ $(VENV)/.run-stamp

demo: setup ## The whole appliance on a simulated counter, with its page in a browser
	@exec $(BIN)/comptoir demo $(ARGS)

test: setup-dev ## All tests of the default run
	@$(BIN)/python -m pytest -n $(PYTEST_JOBS) --dist loadgroup $(ARGS)

test-picamera2: ## The camera driver on the real picamera2 and libcamera, in a Debian 13 of its own (root)
	@scripts/picamera2-tier $(ARGS)

test-fleet: setup-dev ## fleet/ linted, and run over SSH against a Debian of its own with the package (root)
	@scripts/fleet-tier

test-systemd: setup-dev ## The units under a real systemd, in a Debian of their own (root)
	@scripts/systemd-tier $(ARGS)

image-qemu: ## The card image that a bench can build, boot and drive (root; 10 to 40 minutes once)
	@image-build/build.sh qemu

image-rpi: ## The card image for Raspberry Pi Zero 2 W, 3, 4 and 5 (root, Raspberry Pi's archive and its keyring)
	@image-build/build.sh rpi

deb: setup-dev ## The Debian package, dist/comptoir_VERSION_ARCH.deb (ARCH=amd64|arm64, VERSION=)
	@scripts/build-deb

deb-twice: setup-dev ## The package of the last commit built twice and compared byte by byte (ARCH=, about two minutes)
	@scripts/deb-twice

test-deb: setup-dev ## The package in a clean Debian 13: install, upgrade, back, remove, purge (root)
	@scripts/deb-tier $(ARGS)

image-test: setup-dev ## The image of `make image-qemu`, booted in QEMU and driven (root; half an hour and more)
	@scripts/image-tier $(ARGS)

check: setup-dev ## Style, types, layers, systemd units
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	scripts/check-units

format: setup-dev ## Put the code in its format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: ## Pin the newest versions that pyproject.toml allows
	$(PYTHON) -m venv .lock-venv && .lock-venv/bin/pip install --quiet uv
	.lock-venv/bin/uv pip compile --universal --python-version 3.11 --generate-hashes $(UPGRADE) --no-header \
	  --no-emit-index-url --no-emit-find-links pyproject.toml --extra build -o requirements/run.lock
	.lock-venv/bin/uv pip compile --universal --python-version 3.11 --generate-hashes $(UPGRADE) --no-header \
	  --no-emit-index-url --no-emit-find-links pyproject.toml --extra build --extra dev -c requirements/run.lock -o requirements/dev.lock
	.lock-venv/bin/uv pip compile --config-file requirements/picamera2.toml --python-version 3.13 --generate-hashes $(UPGRADE) \
	  --no-header --no-emit-index-url --no-emit-find-links requirements/picamera2.in -c requirements/dev.lock -o requirements/picamera2.lock
	rm -rf .lock-venv

pictures: setup-dev ## Make the pictures of docs/ anew: OLED screens, page
	$(BIN)/comptoir screens docs/screens
	$(BIN)/python -m tests.counter.flows docs/flows
	$(BIN)/python -m benchmarks.page_pictures

power-cuts: setup-dev ## Cut the power 500 times while journal and files are written, on a real ext4 (root, about 10 minutes)
	$(BIN)/python -m tests.power_cuts.cuts --cuts 500

kills: setup-dev ## Kill each program 200 times while sheets come and go (about 20 minutes)
	$(BIN)/python -m tests.system.kills --kills 200

fuzz-cards: setup-dev ## Every parser of a card's answers for ten minutes, guided by its code (an hour, two processes)
	$(BIN)/python -m tests.fuzz tests.cards.fuzz_targets appliance.cards

fuzz-tlsi: setup-dev ## Every parser of what téléservices send, ten minutes each, guided by its code (half an hour)
	$(BIN)/python -m tests.fuzz tests.tlsi.fuzz_targets appliance.prescriptions.tlsi

fuzz-reading: setup-dev ## 20,000 pictures of anything but a readable code: no text may be read (about 35 minutes)
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m tests.decode.fuzz_reading

wedge-exact: setup-dev ## 10,000 random payloads a layout, Caps Lock off and on, typed and judged (about 5 minutes)
	COMPTOIR_WEDGE_PAYLOADS=10000 $(BIN)/python -m pytest tests/outputs -n 0 -k "wedge and random" --timeout 1200 -v

cards-soak: setup-dev ## 2,000 cards in and out of a real PC/SC daemon: memory, descriptors, threads (about 15 minutes)
	$(BIN)/python -m benchmarks.cards_soak

mqtt-cuts: setup-dev ## Events to a real Mosquitto through 20 cuts of line, broker and program (about a minute)
	COMPTOIR_MQTT_CUTS=20 $(BIN)/python -m pytest -n 0 tests/outputs/test_mqtt.py -k cuts

bench: setup-dev ## Latency and costs, as ratios to the naive way
	$(BIN)/python -m benchmarks.latency
	$(BIN)/python -m benchmarks.status

bench-bridge: setup-dev ## Latency with 1, 4 and 8 clients, polling beside a million events, memory (about 25 minutes)
	$(BIN)/python -m benchmarks.bridge_latency
	$(BIN)/python -m benchmarks.polling

storm-bridge: setup-dev ## Ten minutes of good and bad requests beside a good client (Debian package wrk; loopback only)
	$(BIN)/python -m benchmarks.bridge_storm

kills-bridge: setup-dev ## A bridge killed at random until 1,000 events were given again (about 10 minutes)
	$(BIN)/python -m benchmarks.bridge_kills

soak-eye: setup-dev ## Memory and threads of the eye over 200,000 frames (about 20 minutes)
	$(BIN)/python -m benchmarks.soak_eye

clean: ## Remove what was installed and made here
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis build dist
