"""One function for each peer: the suite and a task in, an answer out.

Every peer is called as its own documentation recommends for such data, and is
given the same history and the same seasons as the models of this module. What
cannot bear gaps gets them filled: by the value one season before, else by the
last one.
"""

import numpy as np
import pandas as pd

# The central intervals, in percent, whose ends are the levels that are scored.
INTERVALS = [20, 40, 60, 80, 90, 95, 98]


def values(suite, task):
    """The history without gaps."""
    y = np.array([np.nan if v is None else v for v in task["values"]], dtype=float)
    season = suite["seasons"][0] if suite["seasons"] else 1
    for t in np.flatnonzero(np.isnan(y)):
        if t >= season and not np.isnan(y[t - season]):
            y[t] = y[t - season]
    return pd.Series(y).ffill().bfill().to_numpy()


def seasons(suite, task, most=None):
    """The seasons of which the history holds two; 1 if there are none."""
    fit = [m for m in suite["seasons"] if 2 * m < len(task["values"])]
    return (fit[:most] if most else fit) or [1]


def answer(point, quantiles=None):
    """Load is not negative, so neither is any forecast; that favours nobody."""
    def clean(x):
        x = np.asarray(x, dtype=float)
        if not np.all(np.isfinite(x)):
            raise ValueError("a value that is not finite")
        return np.maximum(x, 0).tolist()

    found = sorted((quantiles or {}).items())
    return {
        "point": clean(point),
        "levels": [q for q, _ in found],
        "quantiles": [clean(v) for _, v in found],
    }


def statsforecast(make, intervals=True):
    """A model of statsforecast, made for the task's seasons."""
    def forecast(suite, task):
        model = make(suite, task)
        y = values(suite, task)
        got = model.forecast(y=y, h=suite["horizon"], **({"level": INTERVALS} if intervals else {}))
        quantiles = {}
        if intervals:
            quantiles[0.5] = got["mean"]
            for width in INTERVALS:
                tail = round((100 - width) / 200, 4)
                quantiles[tail] = got[f"lo-{width}"]
                quantiles[round(1 - tail, 4)] = got[f"hi-{width}"]
        return answer(got["mean"], quantiles)

    return forecast


def prophet(suite, task):
    """Prophet by its defaults, with 95 % intervals; it takes gaps as they are."""
    from prophet import Prophet

    times = pd.date_range(task["start"], periods=len(task["values"]) + suite["horizon"], freq=f"{suite['step']}s")
    frame = pd.DataFrame({"ds": times[: len(task["values"])], "y": task["values"]}).astype({"y": float})
    model = Prophet(interval_width=0.95)
    model.fit(frame)
    got = model.predict(pd.DataFrame({"ds": times[len(task["values"]):]}))
    return answer(got["yhat"], {0.025: got["yhat_lower"], 0.975: got["yhat_upper"]})


def flair(suite, task):
    """FLAIR with its 200 sample paths; the point is their median."""
    from flaircast import forecast

    frequency = {300: "5T", 3600: "H", 86400: "D", 604800: "W"}[suite["step"]]
    paths = forecast(values(suite, task), horizon=suite["horizon"], freq=frequency, seed=1)
    levels = [0.025, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.975, 0.99]
    quantiles = dict(zip(levels, np.quantile(paths, levels, axis=0)))
    return answer(quantiles[0.5], quantiles)


def lightgbm(suite, tasks):
    """One LightGBM over all series of an origin, on lags, by mlforecast."""
    from lightgbm import LGBMRegressor
    from mlforecast import MLForecast
    from mlforecast.target_transforms import LocalStandardScaler

    day = suite["seasons"][0] if suite["seasons"] else 1
    near = list(range(1, min(day, 24) + 1))
    lags = sorted(set(near + [k * day for k in (1, 2, 7)]))
    frames = [
        pd.DataFrame({"unique_id": str(t["place"]), "ds": np.arange(len(t["values"])), "y": values(suite, t)})
        for t in tasks
    ]
    model = MLForecast(
        models=[LGBMRegressor(num_threads=1, verbosity=-1, random_state=1, deterministic=True)],
        freq=1, lags=lags, target_transforms=[LocalStandardScaler()], num_threads=1,
    )
    model.fit(pd.concat(frames), dropna=False)  # LightGBM knows what to do with lags that are not there
    got = model.predict(suite["horizon"]).groupby("unique_id", sort=False)["LGBMRegressor"]
    points = {name: part.to_numpy() for name, part in got}
    return [answer(points[str(t["place"])]) for t in tasks]


def _models():
    """statsforecast, imported only when one of its models is asked for."""
    import statsforecast.models as models

    return models


PEERS = {
    "statsforecast-seasonal-naive": statsforecast(lambda s, t: _models().SeasonalNaive(seasons(s, t, 1)[0])),
    "statsforecast-theta": statsforecast(lambda s, t: _models().DynamicOptimizedTheta(seasons(s, t, 1)[0])),
    "statsforecast-ets": statsforecast(lambda s, t: _models().AutoETS(seasons(s, t, 1)[0])),
    "statsforecast-ces": statsforecast(lambda s, t: _models().AutoCES(seasons(s, t, 1)[0])),
    "statsforecast-mstl": statsforecast(lambda s, t: _models().MSTL(seasons(s, t))),
    "statsforecast-mfles": statsforecast(
        lambda s, t: _models().AutoMFLES(test_size=s["horizon"], season_length=seasons(s, t)), intervals=False),
    "statsforecast-arima": statsforecast(lambda s, t: _models().AutoARIMA(season_length=seasons(s, t, 1)[0])),
    "prophet": prophet,
    "flair": flair,
    "mlforecast-lightgbm": lightgbm,
}

# Peers that learn from all series at once.
TOGETHER = {"mlforecast-lightgbm"}
