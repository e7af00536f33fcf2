"""Forecasts the tasks of a suite with another library, on one thread.

    python forecast.py PEER TASKS.json SECONDS

writes one line of JSON for each forecast: the place of the task, the processor
seconds that it took, the point forecast and the quantiles by level. Importing
and one forecast to warm up are not counted. It stops once SECONDS of processor
time are used. It scores nothing: the Go side does that, for all alike.
"""

import json
import logging
import os
import sys
import warnings

warnings.filterwarnings("ignore")
logging.disable(logging.WARNING)

import methods  # noqa: E402 (quiet first)


def used() -> float:
    """Processor seconds of this process and its children: Prophet has some."""
    return sum(os.times()[:4])


def main() -> None:
    peer, path, limit = sys.argv[1], sys.argv[2], float(sys.argv[3])
    with open(path, encoding="utf-8") as file:
        suite = json.load(file)
    forecast = methods.PEERS[peer]
    together = peer in methods.TOGETHER
    tasks = suite["tasks"]
    if not together:
        try:
            forecast(suite, tasks[0])
        except Exception:  # it will fail again, where it counts
            pass
    total = 0.0
    batches = [[t] for t in tasks]
    if together:
        groups = {}
        for t in tasks:
            groups.setdefault(t["group"], []).append(t)
        batches = list(groups.values())
    for batch in batches:
        before, answers = used(), []
        try:
            answers = forecast(suite, batch) if together else [forecast(suite, batch[0])]
        except Exception as error:  # a peer that refuses a series is a result
            answers = [{"failed": f"{type(error).__name__}: {error}"[:200]}] * len(batch)
        seconds = used() - before
        total += seconds
        for task, answer in zip(batch, answers):
            print(json.dumps({"place": task["place"], "seconds": seconds / len(batch), **answer}), flush=True)
        if total > limit:
            break


if __name__ == "__main__":
    main()
