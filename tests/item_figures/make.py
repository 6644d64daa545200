"""Writes `cases.json`: generated answers with their figures as independent packages work them out.

    python -m venv FOLDER && FOLDER/bin/pip install pingouin==0.5.5 scipy
    FOLDER/bin/python tests/item_figures/make.py

Alpha is pingouin's `cronbach_alpha`, correlations are scipy's `pearsonr` (`pointbiserialr` where an option was
chosen or not), means and standard deviations numpy's. Nothing of Suyu Learn is imported. Tests read the file alone.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pingouin
from scipy.stats import pearsonr, pointbiserialr

FILE = Path(__file__).with_name("cases.json")
PACKAGES = ("pingouin", "scipy", "numpy", "pandas")


def abilities(rng: np.random.Generator, people: int) -> Any:
    """Somebody's knowledge, normally spread."""
    return rng.normal(0, 1, people)


def right_or_wrong(rng: np.random.Generator, able: Any, hard: float, slope: float) -> Any:
    """1 for who got it right, by a logistic curve."""
    return (rng.random(len(able)) < 1 / (1 + np.exp(-slope * (able - hard)))).astype(float)


def in_steps(rng: np.random.Generator, able: Any, steps: int) -> Any:
    """Fractions in so many steps, as a marker gives them."""
    shown = 1 / (1 + np.exp(-(able + rng.normal(0, 0.7, len(able)))))
    return np.round(shown * steps) / steps


def plain(rng: np.random.Generator) -> dict[str, Any]:
    """Twelve questions of one point; one of them misleads."""
    able = abilities(rng, 200)
    slopes = [1.4, 0.8, 1.1, 1.9, 0.3, 1.2, -0.9, 1.0, 1.6, 0.7, 1.3, 0.9]
    columns = [
        right_or_wrong(rng, able, hard, slope) for hard, slope in zip(np.linspace(-2, 2, 12), slopes, strict=True)
    ]
    return {"points": [1.0] * 12, "fractions": np.column_stack(columns)}


def weighted(rng: np.random.Generator) -> dict[str, Any]:
    """Single choices, multiple choices with half marks, and two essays, of different points."""
    able = abilities(rng, 150)
    columns = [right_or_wrong(rng, able, hard, 1.2) for hard in (-1.5, -0.5, 0.0, 0.5)]
    columns += [in_steps(rng, able, 2) for _ in range(3)] + [in_steps(rng, able, 20), in_steps(rng, able, 4)]
    return {"points": [2.0] * 4 + [4.0] * 3 + [20.0, 10.0], "fractions": np.column_stack(columns)}


def unrelated(rng: np.random.Generator) -> dict[str, Any]:
    """Four questions that measure nothing in common, so that alpha is near nought or below it."""
    flips = rng.integers(0, 2, (35, 3)).astype(float)
    return {"points": [5.0] * 4, "fractions": np.column_stack([flips, 1 - flips[:, 0]])}


def nearly_all_right(rng: np.random.Generator) -> dict[str, Any]:
    """Questions that nearly everybody knows."""
    able = abilities(rng, 400)
    return {
        "points": [2.0] * 10,
        "fractions": np.column_stack([right_or_wrong(rng, able, -3.0, 1.0) for _ in range(10)]),
    }


def drawn(rng: np.random.Generator) -> dict[str, Any]:
    """Eight of twenty questions each, of 5 and 10 points; -1 stands where somebody was not asked."""
    able = abilities(rng, 300)
    points = np.where(np.arange(20) % 3 == 0, 10.0, 5.0)
    fractions = np.column_stack([right_or_wrong(rng, able, hard, 1.3) for hard in np.linspace(-1.5, 1.5, 20)])
    for row in fractions:
        row[rng.permutation(20)[8:]] = -1
    return {"points": points.tolist(), "fractions": fractions}


def figures(case: dict[str, Any]) -> dict[str, Any]:
    """What is expected: each question's mean and correlation with the share of the rest, and those of the whole."""
    points, fractions = np.array(case["points"]), case["fractions"]
    asked = fractions >= 0
    earned = np.where(asked, fractions, 0) * points
    full, total = (asked * points).sum(axis=1), earned.sum(axis=1)
    items = []
    for place in range(len(points)):
        who = asked[:, place]
        rest = (total - earned[:, place])[who] / (full - points[place])[who]
        items.append({"mean": fractions[who, place].mean(), "rest": float(pearsonr(fractions[who, place], rest)[0])})
    whole = {}
    if asked.all():
        alpha = float(pingouin.cronbach_alpha(data=pd.DataFrame(earned))[0])
        deviation = float(total.std(ddof=1))
        whole = {"alpha": alpha, "deviation": deviation,
                 "error": deviation * float(np.sqrt(1 - alpha)) if alpha >= 0 else None}  # fmt: skip
    return {"items": items, **whole}


def options(rng: np.random.Generator) -> dict[str, Any]:
    """Six single choices of four options; the key of the last is wrong, and some leave questions open."""
    able = abilities(rng, 180)
    chosen, keys = [], ["a", "b", "c", "d", "a", "b"]
    for key in keys:
        knows = right_or_wrong(rng, able, 0.0, 1.5) == 1
        true_key = "d" if len(chosen) == 5 else key
        guesses = rng.choice([one for one in "abcd" if one != true_key], len(able), p=[0.6, 0.3, 0.1])
        answer = np.where(knows, true_key, guesses)
        chosen.append(np.where(rng.random(len(able)) < 0.05, "-", answer))
    table = np.column_stack(chosen)
    marks = (table == np.array(keys)).astype(float)
    total = marks.sum(axis=1)
    expected = []
    for place in range(len(keys)):
        rest = (total - marks[:, place]) / (len(keys) - 1)
        expected.append({one: float(pointbiserialr(table[:, place] == one, rest)[0]) for one in "abcd"})
    return {"keys": keys, "chosen": ["".join(row) for row in table], "expected": expected}


def main() -> None:
    """All cases, each from a seed of its own."""
    makers: tuple[Callable[[np.random.Generator], dict[str, Any]], ...] = (
        plain, weighted, unrelated, nearly_all_right, drawn,
    )  # fmt: skip
    cases = {}
    for seed, make in enumerate(makers, start=20260301):
        case = make(np.random.default_rng(seed))
        rows = [[float(value) for value in row] for row in case["fractions"]]
        cases[make.__name__] = {"points": case["points"], "expected": figures(case), "fractions": rows}
    said = {
        "made_with": {"python": sys.version.split()[0], **{name: version(name) for name in PACKAGES}},
        "cases": cases,
        "options": options(np.random.default_rng(20260311)),
    }
    FILE.write_text(json.dumps(said, separators=(",", ":")).replace('"fractions":', '\n"fractions":') + "\n")


if __name__ == "__main__":
    main()
