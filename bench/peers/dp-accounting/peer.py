"""dp-accounting behind a pipe: one JSON object a line in, one out. What each job is: bench/privacy.ts."""

import json
import sys
import time

import dp_accounting as dp
from dp_accounting import pld, rdp
from dp_accounting.mechanism_calibration import (
    ExplicitBracketInterval,
    calibrate_dp_mechanism,
)


def dp_sgd(sampling, noise_multiplier, steps):
    gaussian = dp.GaussianDpEvent(noise_multiplier)
    return dp.SelfComposedDpEvent(dp.PoissonSampledDpEvent(sampling, gaussian), steps)


def epsilon(accountant, event, delta):
    return accountant().compose(event).get_epsilon(delta)


def phases(list_of_phases, steps):
    return dp.ComposedDpEvent([dp_sgd(q, sigma, steps) for q, sigma in list_of_phases])


def noise(sampling, steps, target_epsilon, delta):
    return calibrate_dp_mechanism(
        pld.PLDAccountant,
        lambda sigma: dp_sgd(sampling, sigma, steps),
        target_epsilon,
        delta,
        ExplicitBracketInterval(0.5, 10),
        tol=1e-3,
    )


JOBS = {
    "dp-sgd": lambda a: epsilon(pld.PLDAccountant, dp_sgd(a["q"], a["sigma"], a["steps"]), a["delta"]),
    "dp-sgd-rdp": lambda a: epsilon(rdp.RdpAccountant, dp_sgd(a["q"], a["sigma"], a["steps"]), a["delta"]),
    "laplace": lambda a: epsilon(
        pld.PLDAccountant, dp.SelfComposedDpEvent(dp.LaplaceDpEvent(a["scale"]), a["count"]), a["delta"]
    ),
    "phases": lambda a: epsilon(pld.PLDAccountant, phases(a["phases"], a["steps"]), a["delta"]),
    "noise": lambda a: noise(a["q"], a["steps"], a["epsilon"], a["delta"]),
    "gaussian-sigma": lambda a: dp.get_sigma_gaussian(a["epsilon"], a["delta"]),
}


def answer(question):
    if question["op"] == "hello":
        return {"name": "dp-accounting 0.6.0"}
    job = JOBS[question["job"]]
    started = time.perf_counter()
    result = None
    for _ in range(question["iterations"]):
        result = job(question["arguments"])
    return {"seconds": time.perf_counter() - started, "result": float(result)}


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
