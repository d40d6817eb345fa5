# Dash: every command that people and CI need. What is missing on the machine is installed by scripts/setup.

SHELL := /bin/bash
.DEFAULT_GOAL := help

# Refuses an import that Package.swift doesn't declare, in every build.
SWIFT_FLAGS := --explicit-target-dependency-import-check error
RELEASE := .build/release
PREFIX ?= /usr/local
DATA ?= data
HOST ?= 127.0.0.1
PORT ?= 8080
FORMATTED := Package.swift Sources Tests Benchmarks

.PHONY: help run build test soak bench bench-postgres format lint install uninstall clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## Install what is missing, build, and serve the demo
	@scripts/setup run
	@scripts/build release dashd
	@exec $(RELEASE)/dashd serve --demo --host $(HOST) --port $(PORT) --data $(DATA)

build: ## Build the server for release
	@scripts/setup build
	@scripts/build release dashd

test: ## Install what is missing and run every test; the last line counts them
	@scripts/setup test
	@scripts/test

soak: ## The long crash and overload tests
	@scripts/setup test
	@DASH_SOAK=1 scripts/test EndToEnd

bench: ## Measure both engines against floors of the same run; writes .build/bench.json
	@scripts/setup bench
	@scripts/build release dashd
	@scripts/build release DashBenchmarks
	@scripts/bench

bench-postgres: ## Measure only what concerns PostgreSQL and TimescaleDB
	@scripts/setup bench
	@scripts/build release dashd
	@scripts/build release DashBenchmarks
	@scripts/bench --engine postgres

format: ## Format the sources in place
	@swift format --in-place --recursive --parallel $(FORMATTED)

lint: ## Check the format, and the folders of the rooms, without changing anything
	@scripts/folders
	@swift format lint --strict --recursive --parallel $(FORMATTED)

install: build ## Install the binary and its pages under PREFIX
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/dash
	install -m 755 $(RELEASE)/dashd $(DESTDIR)$(PREFIX)/bin/dashd
	rm -rf $(DESTDIR)$(PREFIX)/share/dash/Templates $(DESTDIR)$(PREFIX)/share/dash/Public
	cp -R Templates Public $(DESTDIR)$(PREFIX)/share/dash/

uninstall: ## Remove what install put under PREFIX
	rm -f $(DESTDIR)$(PREFIX)/bin/dashd
	rm -rf $(DESTDIR)$(PREFIX)/share/dash

clean: ## Remove everything that was built or fetched
	rm -rf .build Public/vendor
