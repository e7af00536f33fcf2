package app

import (
	"fmt"
	"strconv"
	"time"
)

// Workers are the settings of the workers of a process.
type Workers struct {
	// Deployment and Build name the version of a worker: with both, Temporal
	// starts runs on the current version of the deployment only, and a worker
	// takes tasks once its version is current or ramped to. Without, any worker
	// takes any task.
	Deployment, Build string
	// Stop is how long a worker that is told to stop may take: after three
	// quarters of it, activities that still run are handed back. 0 is 20 s.
	Stop time.Duration
	// Cached is how many runs are kept in memory between their tasks. 0 is 1000.
	Cached int
}

const (
	stopWithin = 20 * time.Second // below the 30 s that Kubernetes and Docker Compose are told to wait
	cachedRuns = 1000
)

// workersFrom reads the settings of the workers:
//
//	TEMPORAL_DEPLOYMENT_NAME   the worker deployment (workers are not versioned)
//	TEMPORAL_WORKER_BUILD_ID   the version of this worker in it
//	HEADROOM_STOP              how long a stop may take (20s)
//	HEADROOM_CACHED_RUNS       runs kept in memory (1000)
//
// The name of a deployment alone is for commands, which say by it what they are about:
// a worker needs both, as [Workers.versioned] says.
func workersFrom(value func(name, fallback string) string) (w Workers, err error) {
	w.Deployment, w.Build = value("TEMPORAL_DEPLOYMENT_NAME", ""), value("TEMPORAL_WORKER_BUILD_ID", "")
	text := value("HEADROOM_STOP", stopWithin.String())
	if w.Stop, err = time.ParseDuration(text); err != nil || w.Stop <= 0 {
		return w, fmt.Errorf("HEADROOM_STOP is %q: write how long a stop may take, such as 20s", text)
	}
	text = value("HEADROOM_CACHED_RUNS", strconv.Itoa(cachedRuns))
	if w.Cached, err = strconv.Atoi(text); err != nil || w.Cached <= 0 {
		return w, fmt.Errorf("HEADROOM_CACHED_RUNS is %q: write a whole number above 0", text)
	}
	return w, nil
}

// complete is w with its defaults written out.
func (w Workers) complete() Workers {
	if w.Stop == 0 {
		w.Stop = stopWithin
	}
	if w.Cached == 0 {
		w.Cached = cachedRuns
	}
	return w
}

// versioned refuses a worker with one half of its version.
func (w Workers) versioned() error {
	if (w.Deployment == "") != (w.Build == "") {
		return fmt.Errorf("TEMPORAL_DEPLOYMENT_NAME is %q and TEMPORAL_WORKER_BUILD_ID is %q: set both for a worker, or none", w.Deployment, w.Build)
	}
	return nil
}
