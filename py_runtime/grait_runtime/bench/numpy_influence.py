"""Influence as published: the N x N inner products of all features, then means over the two groups."""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import numpy as np

from grait_runtime.bench.timing import report


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m grait_runtime.bench numpy_influence", description=__doc__)
    parser.add_argument("features", type=Path, help="a folder with index.json and .npy shards")
    folder = parser.parse_args(arguments).features
    began = time.perf_counter()
    index = json.loads((folder / "index.json").read_text())
    rows = np.concatenate([np.load(folder / shard["file"]) for shard in index["shards"]])
    known = np.array([number % 2 == 0 for number in range(len(rows))])
    products = rows @ rows.T
    refusal, over_refusal = products[~known][:, ~known].mean(axis=1), products[~known][:, known].mean(axis=1)
    report(what="influence", seconds=time.perf_counter() - began, rows=len(refusal) + int(known.sum()))
    del over_refusal
