"""Draws random problems of several pools and solves them exactly with HiGHS.

    pip install -r requirements.txt
    python cases.py 1000 ../../testdata/dispatch/cases.json.gz

The test of planner/dispatch compares its answers with these.
"""

import gzip
import itertools
import json
import multiprocessing
import random
import sys

import highspy


def draw(rng):
    """A problem within a few dozen bytes; the load of a step takes few values."""
    steps = rng.randint(4, 12)
    count = rng.choice([2, 2, 3, 3, 4])
    most = {2: 12, 3: 8, 4: 5}[count]
    pools = []
    for _ in range(count):
        low, high = rng.choice([0, 0, 0, 1]), rng.randint(2, most)
        rate = rng.choice([1, 2, 3, 4, 5, 7, 10, 2.5])
        pool = {
            "rate": rate,
            "price": round(rate * rng.uniform(0.3, 1.5), 2),
            "change": rng.choice([0, 0, round(rate * rng.uniform(0.1, 1.5), 2)]),
            "paid": rng.choice([0, 0, 0, rng.randint(1, high)]),
            "lost": rng.choice([0, 0, 0, 0.02, 0.1, 0.3]),
            "before": rng.randint(low, high),
            "low": low,
            "high": high,
            "up": rng.choice([high, high, 1, 2]),
            "down": rng.choice([high, high, 1, 2]),
            "early": rng.choice([0, 0, 1, 2]),  # steps before a unit asked for now is there
            "dip": rng.choice([0, 0, 1, 2, 3]),
            "hold": rng.choice([0, 0, 0, 1, 2]),
            "changes": rng.choice([0, 0, 0, 1, 2, 3]),
        }
        first = rng.randrange(steps)
        pool["frozen"] = rng.choice([[0, 0]] * 4 + [[first, min(steps, first + rng.randint(1, 3))]])
        pools.append(pool)
    whole = sum(p["rate"] * p["high"] for p in pools)
    chances = rng.choice([[1], [0.5, 0.5], [0.25, 0.5, 0.25], [0.1, 0.4, 0.4, 0.1]])
    level, loads = rng.uniform(0.1, 0.9), []
    for _ in range(steps):
        level = min(1.1, max(0.05, level + rng.uniform(-0.3, 0.3)))
        wide = rng.uniform(0, 0.3)
        values = sorted(whole * max(0, level + wide * rng.uniform(-1, 1)) for _ in chances)
        loads.append([round(v, rng.choice([0, 1])) for v in values])
    case = {
        "pools": pools,
        "chances": chances,
        "loads": [sorted(row) for row in loads],
        "missing": rng.choice([0, 1.2, 3, 10, 50]),
        "budgets": [],
    }
    if rng.random() < 0.4:
        cut = rng.randrange(steps)
        spend = sum(p["price"] * max(0, p["high"] - p["paid"]) for p in pools)
        for first, last in [(0, cut), (cut, steps)]:
            if first < last and rng.random() < 0.7:
                case["budgets"].append([first, last, round(spend * (last - first) * rng.uniform(0.1, 0.6), 1)])
    return case


class Model:
    """The problem as an integer program."""

    def __init__(self, case):
        self.h = highspy.Highs()
        self.h.silent()
        for name, value in [("mip_rel_gap", 0.0), ("mip_abs_gap", 1e-9), ("mip_feasibility_tolerance", 1e-9),
                            ("primal_feasibility_tolerance", 1e-9), ("threads", 1)]:
            self.h.setOptionValue(name, value)
        self.money, self.short = [], []
        units, spend = zip(*(self.pool(p, len(case["loads"])) for p in case["pools"]))
        for first, last, most in case["budgets"]:
            self.h.addConstr(self.h.qsum(s for row in spend for s in row[first:last]) <= most)
        spots = [i for i, p in enumerate(case["pools"]) if p["lost"] > 0]
        for away in itertools.product([False, True], repeat=len(spots)):
            chance, lost = 1.0, set()
            for i, gone in zip(spots, away):
                p = case["pools"][i]["lost"]
                chance *= p if gone else 1 - p
                if gone:
                    lost.add(i)
            for t, values in enumerate(case["loads"]):
                served = [case["pools"][i]["rate"] * units[i][t] for i in range(len(units)) if i not in lost]
                for share, load in zip(case["chances"], values):
                    m = self.h.addVariable(lb=0)
                    self.h.addConstr(self.h.qsum(served + [m]) >= load)
                    self.short.append(chance * share * m)

    def pool(self, p, steps):
        h, units, spend, rises, falls = self.h, [], [], [], []
        for t in range(steps):
            n = h.addIntegral(lb=p["low"], ub=p["high"])
            before = units[-1] if units else p["before"]
            frozen = p["frozen"][0] <= t < p["frozen"][1]
            most_up = 0 if frozen or t < p["early"] else min(p["up"], p["high"] - p["low"])
            most_down = 0 if frozen else min(p["down"], p["high"] - p["low"])
            up, down = h.addVariable(lb=0), h.addVariable(lb=0)
            rise, fall = h.addBinary(), h.addBinary()
            h.addConstr(n - before == up - down)
            h.addConstr(up <= most_up * rise)
            h.addConstr(down <= most_down * fall)
            h.addConstr(rise + fall <= 1)
            for s in range(max(0, t - p["dip"]), t):
                h.addConstr(falls[s] + rise <= 1)
            for s in range(max(0, t - p["hold"]), t):
                h.addConstr(rises[s] + falls[s] + rise + fall <= 1)
            paid = h.addVariable(lb=0)
            h.addConstr(paid >= n - p["paid"])
            units.append(n)
            rises.append(rise)
            falls.append(fall)
            spend.append(p["price"] * paid)
            self.money += [p["price"] * paid, p["change"] * up, p["change"] * down]
        if p["changes"]:
            h.addConstr(h.qsum(rises + falls) <= p["changes"])
        return units, spend

    def least(self, what):
        self.h.minimize(what)
        if self.h.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        return self.h.getInfo().objective_function_value


def solve(seed):
    """The first problem of this seed that has a solution, with what that costs."""
    rng = random.Random(seed)
    while True:
        case = draw(rng)
        model = Model(case)
        short = model.h.qsum(model.short)
        if case["missing"] > 0:
            best = model.least(model.h.qsum(model.money) + case["missing"] * short)
            if best is None:
                continue
            case["cost"] = round(best, 6)
            return case
        least = model.least(short)
        if least is None:
            continue
        model.h.addConstr(short <= least + 1e-7)
        best = model.least(model.h.qsum(model.money))
        if best is None:
            continue
        case["cost"], case["short"] = round(best, 6), round(least, 6)
        return case


if __name__ == "__main__":
    with multiprocessing.Pool() as workers:
        cases = workers.map(solve, range(int(sys.argv[1])), chunksize=5)
    text = "[\n" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases) + "\n]\n"
    with open(sys.argv[2], "wb") as file:
        file.write(gzip.compress(text.encode(), mtime=0))
