# What CI runs is what a person runs. Each target installs what it needs.

.PHONY: demo test lint bench fuzz tools unit e2e browser js compose bench-charts soak-charts

demo: ## broker, bridge and five publishing processes; PORT and NATS_PORT move it
	@scripts/demo.sh

test: ## lint, unit, end-to-end and browser tests
	@scripts/test.sh all

lint unit e2e js browser: ## one part of `make test`
	@scripts/test.sh $@

bench: ## ratios against a baseline run beside them, see BENCHMARKS.md
	@scripts/bench.sh

bench-charts: ## the chart beside uPlot and C3, see BENCHMARKS.md; ARGS='--only auto --series 1500' for a part
	@scripts/bench-charts.sh $(ARGS)

soak-charts: ## 200 processes, bridge and page for MINUTES (10)
	@scripts/bench-charts.sh soak $(MINUTES)

fuzz: ## any bytes as files of the bridge, for TIME minutes (20)
	@TIME='$(TIME)' scripts/fuzz.sh

compose: ## tries docker-compose.yml with local stand-in images
	@cargo build --release -p broker-bridge -p spawn && tests/compose/try.sh

tools: ## nats-server, into .tools/ unless there is one
	@scripts/nats-server.sh
