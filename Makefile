GOLANGCI      = go tool -modfile=tools/golangci/go.mod golangci-lint
GOVULNCHECK   = go tool -modfile=tools/vuln/go.mod govulncheck
WORKFLOWCHECK = $(shell go tool -n -modfile=tools/go.mod workflowcheck)

.DEFAULT_GOAL := help

help: ## says what the targets do
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: ## bin/headroom and bin/worker
	CGO_ENABLED=0 go build -buildvcs=auto -trimpath -ldflags="-s -w" -o bin/headroom ./starter
	CGO_ENABLED=0 go build -buildvcs=auto -trimpath -ldflags="-s -w" -o bin/worker ./worker

demo: build ## starts everything, retrains, plans, executes; ARGS=--serve keeps it up
	bin/headroom demo $(ARGS)

servers: build ## the Temporal and S3 servers, in the user's cache (the first time: minutes)
	@bin/headroom dev --build

MOTO = bin/moto/bin

$(MOTO)/moto_server:
	python3 -m venv bin/moto || { echo "install python3 and python3-venv: the tests on another AWS need them"; exit 1; }
	$(MOTO)/pip install --quiet --disable-pip-version-check 'moto[server]==5.2.5' awscli==1.46.3

test: servers $(MOTO)/moto_server ## all tests, with real servers; names what was skipped, which fails with CI=true
	PATH="$(CURDIR)/$(MOTO):$$PATH" go -C tools run ./lanes -p 1 ./...
	CGO_ENABLED=0 go -C devserver test -trimpath ./...
	go -C tools test ./...

test-kube: ## the tests of adapters/kube on a real API server (the first build: ten minutes)
	go -C tools/kube run . go test -count=1 ./adapters/kube

vet: ## go vet, and workflowcheck
	go vet ./...
	@if [ -d workflows ]; then go vet -vettool=$(WORKFLOWCHECK) -config=$(CURDIR)/workflowcheck.yaml ./workflows/...; fi

check: vet ## vet with workflowcheck, and all tests that need no server
	go test -short ./...

lint: ## golangci-lint (built on first use: minutes) and go fix
	$(GOLANGCI) run ./...
	go fix -diff ./...

# What govulncheck looks vulnerabilities up in: an address, or file:// and a folder.
GOVULNDB ?= https://vuln.go.dev

vuln: ## govulncheck on all packages; where the database cannot be reached it says so and checks nothing
	@if case "$(GOVULNDB)" in file://*) true;; *) curl --fail --silent --max-time 20 --output /dev/null "$(GOVULNDB)/index/db.json";; esac; then \
	  $(GOVULNCHECK) -db "$(GOVULNDB)" ./...; \
	else \
	  echo "not checked for known vulnerabilities: $(GOVULNDB) cannot be reached; set GOVULNDB to a copy of it"; \
	fi

pictures: build ## looks at the Temporal UI and the report with Chromium; ARGS=-write retakes docs/pictures
	go -C tools/pictures run . $(ARGS)

check-rules: ## the rules and alerts of Prometheus, with promtool (apt-get install prometheus)
	promtool check config deploy/prometheus/prometheus.yaml
	promtool test rules deploy/prometheus/alerts.test.yaml
	go test ./internal/telemetry -run Deploy

replay-record: ## records the replay histories anew: read testdata/replay/README.md first
	RECORD=1 go test ./internal/e2e -run TestHistories_Replay -count=1

e2e: servers $(MOTO)/moto_server ## the whole line on moto and the real servers, with faults (installs moto with pip)
	PATH="$(CURDIR)/$(MOTO):$$PATH" go test -count=1 -v -run 'TestAWS' ./internal/e2e
	PATH="$(CURDIR)/$(MOTO):$$PATH" go test ./adapters/aws/...

chaos: servers ## plans and events in chaos; ARGS="-chaos 300 -seed 1" (five minutes for each hundred)
	go test ./internal/e2e -run TestChaos -count=1 -v -timeout 3h $(or $(ARGS),-chaos 30)

soak: servers ## 20 services planned every hour for 30 simulated days: memory, histories, objects (half an hour on two idle cores); ARGS="-soak 3"
	go test ./internal/e2e -run TestSoak -count=1 -v -timeout 6h $(or $(ARGS),-soak 30)

model: ## explores what the executor does, walks at random, also through the workflow, and plants faults (an hour)
	go test ./executor -run 'TestModel$$' -count=1 -v -timeout 1h -depth 8 $(ARGS)
	go test ./executor -run TestModel_Sets -count=1 -v -timeout 2h -set 1
	go test ./executor -run TestModel_Walks -count=1 -v -timeout 1h -walks 20000 -seed 0 $(ARGS)
	go test ./workflows -run TestExecute_Random -count=1 -timeout 2h -runs 2000
	go test ./executor -run TestPlanted -count=1 -v -timeout 2h -planted

bench-m4: ## the M4 tables of docs/benchmarks.md; BENCH_DATA names the data, see bench/README.md
	go run ./bench m4 -group hourly,weekly -part test -write docs/benchmarks.md

bench-cloud: ## the tables of cloud load and of NN5
	go run ./bench cloud -grid 1h,5m,daily -part test -write docs/benchmarks.md

bench-peers: ## other libraries on the same files (installs them with pip; takes long)
	go run ./bench peers -suite m4-hourly,m4-weekly,1h,5m,daily -part test -write docs/benchmarks.md

bench-fuzz: ## 100,000 random series that break forecasts: none may break ours (a quarter of an hour)
	go run ./bench fuzz

fuzz-hostile: ## 1,000 damaged and hostile files through the command line: time, memory, no panic (ten minutes); ARGS="-hostile-seed 2"
	go test ./internal/cli -run TestHostileFiles -count=1 -v -timeout 3h -hostile 1000 $(ARGS)

fuzz-read: ## 1,000 spoiled exports of each kind, each planned from (five minutes); ARGS="-draws 100 -every-model"
	go test ./internal/cli/plan -run TestReading -count=1 -v -timeout 3h $(or $(ARGS),-draws 1000)

bench-policies: ## what capacity costs under each autoscaling policy, and announced events
	go run ./bench policies -part test -jobs 2 -write docs/benchmarks.md
	go run ./bench events -part test -write docs/benchmarks.md

bench-plans: ## prints the table of plans of docs/benchmarks.md: the best of three runs
	@(go test ./planner -run '^$$' -bench Build -cpu 1 -count 3 -benchtime 0.3s -timeout 30m && \
	  go test ./planner -run '^$$' -bench Fleet -count 3) | awk -f planner/testdata/bench.awk

bench-schedules: servers ## 10,000 schedules: seconds of the first sync, and of a second one
	go test ./internal/scheduling -run '^$$' -bench Sync -benchtime 1x -timeout 30m

bench-fleet: servers ## 1,000 services retrained and planned by one worker: seconds, processor time, memory
	go test ./internal/e2e -run '^$$' -bench Fleet -benchtime 1x -timeout 30m

bench-audit: servers ## 50,000 records of an audit verified in a bucket with 20 ms of latency (two minutes)
	go test ./internal/e2e -run '^$$' -bench AuditVerify -benchtime 1x -timeout 30m

bench-storage: ## what 12 services store that are planned every hour for 42 simulated days, and 1,000 in a year (half an hour on an idle core); ARGS="-storage 100 -storage-days 60"
	go test ./workflows -run 'TestStorage$$' -count=1 -v -timeout 6h $(or $(ARGS),-storage 12)

bench-workers: servers ## what a second worker adds, each pinned to a core (four minutes)
	SCALE=1 go test ./internal/e2e -run TestScale -count=1 -v -timeout 30m

bench-conductors: servers ## 200 services conducted at once by one worker: how late it is, and its memory (four minutes)
	go test ./internal/e2e -run TestConductors -count=1 -v -conductors 200 -timeout 30m

golden: ## rewrites the golden files: read the diff as code
	UPDATE=1 go test ./report/... ./policy/...

race: ## the race detector on what runs concurrently (needs a C compiler; the first build: minutes)
	CGO_ENABLED=1 go test -race -short ./activities/... ./internal/app ./internal/bounds ./internal/codec ./internal/telemetry

ci: vet lint vuln test race demo ## what a change must pass, and some chaos
	$(MAKE) chaos

.PHONY: vuln fuzz-read fuzz-hostile help build demo servers test test-kube race vet check check-rules lint pictures replay-record bench-m4 bench-cloud bench-peers bench-fuzz bench-plans bench-policies bench-schedules bench-fleet bench-audit bench-storage bench-workers bench-conductors golden ci chaos soak model e2e
