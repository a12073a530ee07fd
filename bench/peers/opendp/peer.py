"""OpenDP behind a pipe: one JSON object a line in, one out. What each job is: bench/utility/central.ts.

Every job is a central release at a pure epsilon whose unit is one member (symmetric distance 1), repeated. OpenDP's own maps find the
noise: the largest scale-down that `map(1)` still certifies. Repeated releases are one noise on a vector of equal exact values, with
the scale of the scalar release: OpenDP draws each of them independently.
"""

import json
import sys

import opendp.prelude as dp

dp.enable_features("contrib")

# Values become integers of this many steps a range: OpenDP's sums of integers need no known size.
STEPS = 10_000


def values_space():
    return dp.vector_domain(dp.atom_domain(T=int)), dp.symmetric_distance()


def noise(values, sensitivity, epsilon):
    """Laplace noise on each of the values, of the smallest scale that costs at most epsilon at this sensitivity."""
    space = dp.vector_domain(dp.atom_domain(T=int)), dp.l1_distance(T=int)
    scale = dp.binary_search_param(lambda s: dp.m.make_laplace(*space, scale=s), d_in=sensitivity, d_out=epsilon)
    return dp.m.make_laplace(*space, scale=scale)(values)


def exact_sum(integers, low, high):
    """The clamped sum and what one member more or less can change it by, as OpenDP states it."""
    summed = values_space() >> dp.t.then_clamp((low, high)) >> dp.t.then_sum()
    return summed(integers), summed.map(1)


def exact_count(integers):
    counted = values_space() >> dp.t.then_count()
    return counted(integers), counted.map(1)


def count(a):
    exact, sensitivity = exact_count([0] * len(a["values"]))
    return [[x] for x in noise([exact] * a["runs"], sensitivity, a["epsilon"])]


def total(a):
    low, high = a["bounds"]
    unit = high / STEPS
    exact, sensitivity = exact_sum([round(v / unit) for v in a["values"]], round(low / unit), STEPS)
    return [[x * unit] for x in noise([exact] * a["runs"], sensitivity, a["epsilon"])]


def mean(a):
    """Centred sum and count, half of epsilon each: the number of contributing members is not public."""
    low, high = a["bounds"]
    middle, unit = (low + high) / 2, (high - low) / 2 / STEPS
    columns = []
    for values in a["groups"]:
        summed, sensitivity = exact_sum([round((v - middle) / unit) for v in values], -STEPS, STEPS)
        counted, one = exact_count([0] * len(values))
        sums = noise([summed] * a["runs"], sensitivity, a["epsilon"] / 2)
        counts = noise([counted] * a["runs"], one, a["epsilon"] / 2)
        columns.append([min(high, max(low, middle + unit * s / max(1, n))) for s, n in zip(sums, counts)])
    return [list(row) for row in zip(*columns)]


def binned(a):
    edges = a["edges"]
    bins = len(edges) - 1
    places = [min(bins - 1, max(0, sum(v >= e for e in edges[1:-1]))) for v in a["values"]]
    counted = values_space() >> dp.t.then_count_by_categories(
        categories=list(range(bins)), null_category=False, MO=dp.L1Distance[int]
    )
    return counted(places), counted.map(1)


def histogram(a):
    exact, sensitivity = binned(a)
    noised = noise(exact * a["runs"], sensitivity, a["epsilon"])
    return [noised[i * len(exact) : (i + 1) * len(exact)] for i in range(a["runs"])]


def quantiles(a):
    """The same linear strategy: noised bins, or OpenDP's own tree made consistent; then OpenDP's interpolation."""
    exact, sensitivity = binned(a)
    read = dp.t.make_quantiles_from_counts(a["edges"], alphas=a["levels"], TA=float)
    if a["fanout"] is None:
        rows, settle = exact, lambda noised: [float(x) for x in noised]
    else:
        space = dp.vector_domain(dp.atom_domain(T=int)), dp.l1_distance(T=int)
        tree = dp.t.make_b_ary_tree(*space, leaf_count=len(exact), branching_factor=a["fanout"])
        rows, sensitivity = tree(exact), tree.map(sensitivity)
        settle = dp.t.make_consistent_b_ary_tree(branching_factor=a["fanout"])
    noised = noise(rows * a["runs"], sensitivity, a["epsilon"])
    released = [settle(noised[i * len(rows) : (i + 1) * len(rows)]) for i in range(a["runs"])]
    return [read(one[: len(exact)]) for one in released]


def exponential_quantiles(a):
    """The exponential mechanism over candidates, epsilon split evenly over the levels."""
    low, high = a["bounds"]
    steps = 2000
    candidates = [low + (high - low) * i / steps for i in range(steps + 1)]
    space = dp.vector_domain(dp.atom_domain(T=float, nan=False)), dp.symmetric_distance()
    columns = []
    for level in a["levels"]:
        def private(scale):
            return dp.m.make_private_quantile(*space, dp.max_divergence(), candidates, level, scale)
        scale = dp.binary_search_param(private, d_in=1, d_out=a["epsilon"] / len(a["levels"]))
        release = private(scale)
        columns.append([release(a["values"]) for _ in range(a["runs"])])
    return [list(row) for row in zip(*columns)]


JOBS = {
    "count": count,
    "sum": total,
    "mean": mean,
    "histogram": histogram,
    "quantiles": quantiles,
    "exponential-quantiles": exponential_quantiles,
}

for line in sys.stdin:
    question = json.loads(line)
    if question["op"] == "hello":
        print(json.dumps({"name": "OpenDP 0.16.0"}), flush=True)
    else:
        print(json.dumps({"runs": JOBS[question["job"]](question["arguments"])}), flush=True)
