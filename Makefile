# What one does with this repository. `make` alone lists it.

SWIFT ?= swift
SCRIPT ?= scripts/hello/hello.lua
DEMO_FLAGS ?=
export SWIFT

# Homebrew keeps Lua 5.4 out of pkg-config's way.
ifeq ($(shell uname -s),Darwin)
export PKG_CONFIG_PATH := $(shell brew --prefix lua@5.4 2>/dev/null)/lib/pkgconfig:$(PKG_CONFIG_PATH)
endif

.DEFAULT_GOAL := help
.PHONY: help deps deps-test build build-tests demo test lint format test-asan test-tsan fuzz release bench clean

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

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

test: build-tests ## Build and run all tests
	@$(SWIFT) test --skip-build --disable-xctest

lint: ## Look at the form of all files
	@sh tools/lint.sh

format: ## Put the Swift sources into the house's form
	@git ls-files -co --exclude-standard -- '*.swift' | xargs $(SWIFT) format --in-place --parallel --configuration .swift-format

# Sanitizers change the code that is made, so each has a build folder of its own.
SANITIZED = --filter '^(JSON|LuaRuntime|PackHost|CommandKit)Tests'

test-asan: deps ## The lower layers' tests under the address sanitizer
	@ASAN_OPTIONS=detect_leaks=0 $(SWIFT) test --sanitize address --scratch-path .build-asan --disable-xctest $(SANITIZED)

test-tsan: deps ## The lower layers' tests under the thread sanitizer
	@$(SWIFT) test --sanitize thread --scratch-path .build-tsan --disable-xctest $(SANITIZED)

SECONDS ?= 60
fuzz: deps ## Try inputs on what reads strangers' bytes: SECONDS=60 each, TARGET=json for one (Linux)
	@sh tools/fuzz.sh $(SECONDS) $(TARGET)

release: deps ## Build one binary that needs no Swift on the machine it runs on
	@$(SWIFT) build -c release --product moontide --static-swift-stdlib --scratch-path .build-release -Xlinker -s
	@ls -lh .build-release/release/moontide

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
	@rm -rf .build .build-asan .build-tsan .build-release .build-fuzz .build-bench
