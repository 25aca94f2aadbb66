# What one does with this repository. `make` alone lists it.

SWIFT ?= swift
SCRIPT ?= scripts/hello/hello.lua
DEMO_FLAGS ?=
export SWIFT

# Homebrew keeps Lua 5.4 and libedit out of pkg-config's way.
ifeq ($(shell uname -s),Darwin)
export PKG_CONFIG_PATH := $(shell brew --prefix lua@5.4 2>/dev/null)/lib/pkgconfig:$(shell brew --prefix libedit 2>/dev/null)/lib/pkgconfig:$(PKG_CONFIG_PATH)
endif

.DEFAULT_GOAL := help
.PHONY: help deps deps-test build build-tests demo test spec lint format attacks test-asan test-tsan fuzz install test-install bench clean

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

deps: ## Install what a build needs and this machine lacks
	@sh tools/deps.sh

deps-test:
	@sh tools/deps.sh test

build: deps ## Build the program (debug)
	@sh tools/announce.sh
	@$(SWIFT) build --product moontide

demo: build ## Talk to a Lua bot in a chat page of your own
	@.build/debug/moontide dev $(SCRIPT) $(DEMO_FLAGS)

build-tests: deps-test
	@sh tools/announce.sh
	@$(SWIFT) build --build-tests

# Tests that measure time or take a processor for themselves come after the others, one by one.
TIMED = '(Attack|Budget|CommandLine|HeldThread|Hostility|Memory|SpecWorld|Stop|StrikingCap|Suspension)Tests'

test: build-tests ## Build and run all tests
	@$(SWIFT) test --skip-build --disable-xctest --skip $(TIMED)
	@$(SWIFT) test --skip-build --disable-xctest --no-parallel --filter $(TIMED)

spec: build ## Run the specs written in Lua
	@.build/debug/moontide test Tests/LuaSpecs scripts

lint: ## Look at the form of all files
	@sh tools/lint.sh

format: ## Put the Swift sources into the house's form
	@git ls-files -co --exclude-standard -- '*.swift' | xargs $(SWIFT) format --in-place --parallel --configuration .swift-format

# Sanitizers change the code that is made, so each has a build folder of its own. One test after another: everything is
# slow, and tests that spin would take the time of those that are timed.
SANITIZED = --disable-xctest --no-parallel --filter '^(JSON|LuaRuntime|LuaSyntax|PackHost|CommandKit)Tests'

attacks: deps ## Try every attack of docs/limits.md beside a healthy pack, in a release build
	@MOONTIDE_ATTACKS=1 $(SWIFT) test -c release -Xswiftc -enable-testing --scratch-path .build-attacks --disable-xctest \
		--filter HostilityTests | grep -E '^attack|Test run|✘'

test-asan: deps ## The lower layers' tests under the address sanitizer
	@MOONTIDE_SANITIZE=1 ASAN_OPTIONS=detect_leaks=0 \
	    $(SWIFT) test --sanitize address --scratch-path .build-asan $(SANITIZED)

test-tsan: deps ## The lower layers' tests under the thread sanitizer
	@MOONTIDE_SANITIZE=1 \
	    $(SWIFT) test --sanitize thread -Xswiftc -DTHREAD_SANITIZER --scratch-path .build-tsan $(SANITIZED)

SECONDS ?= 60
fuzz: deps ## Try inputs on what reads strangers' bytes: SECONDS=60 each, TARGET=json for one (Linux)
	@sh tools/fuzz.sh $(SECONDS) $(TARGET)

# What is installed is built apart from everything else. STATIC=1: stripped, and no Swift is needed where it runs.
PREFIX ?= /usr/local
DESTDIR ?=
ifdef STATIC
INSTALLED = .build-static
INSTALLED_FLAGS = --static-swift-stdlib -Xlinker -s
else
INSTALLED = .build-release
INSTALLED_FLAGS =
endif

install: deps ## Build the program for use and put it into PREFIX/bin; STATIC=1: it needs no Swift there
	@$(SWIFT) build -c release --product moontide --scratch-path $(INSTALLED) $(INSTALLED_FLAGS)
	@install -d "$(DESTDIR)$(PREFIX)/bin"
	@install -m 755 $(INSTALLED)/release/moontide "$(DESTDIR)$(PREFIX)/bin/moontide"
	@echo "installed: $(DESTDIR)$(PREFIX)/bin/moontide"

test-install: deps ## Install both kinds into an empty folder, move them, use them there (Linux; needs Python 3)
	@python3 -B tools/test-install.py

# One build folder for the program and what measures it; the program is stripped, as it is shipped.
BENCH_BUILD = MOONTIDE_BENCH=1 $(SWIFT) build -c release --static-swift-stdlib --scratch-path .build-bench --product

bench: deps ## Measure what docs/performance.md quotes, beside other libraries (Linux; ten minutes after the build)
	@$(BENCH_BUILD) moontide
	@$(BENCH_BUILD) moontide-load
	@$(BENCH_BUILD) moontide-micro
	@strip -o .build-bench/moontide .build-bench/release/moontide
	@sh Benchmarks/peers/prepare.sh .build-bench/venv
	@python3 -B Benchmarks/bench.py $(BENCH)

clean: ## Remove everything that was built
	@rm -rf .build .build-attacks .build-asan .build-tsan .build-release .build-static .build-fuzz .build-bench
