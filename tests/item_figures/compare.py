"""Holds the figures of a whole exam against independent packages.

    python -m benchmarks.item_analysis --answers FILE       with Suyu Learn
    FOLDER/bin/python tests/item_figures/compare.py FILE    with pingouin and scipy (see make.py)

Prints the largest differences; ends with status 1 where one is larger than 1e-9.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
from make import figures

CLOSE = 1e-9


def main() -> None:
    """Compare, and say by how much they differ."""
    said = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    fractions = np.array(said["fractions"])
    expected = figures({"points": said["points"], "fractions": fractions})
    ours, away = said["ours"], {"alpha": abs(expected["alpha"] - said["ours"]["alpha"])}
    for name, theirs in (("share_right", "mean"), ("discrimination", "rest")):
        pairs = zip(ours["items"], expected["items"], strict=True)
        away[name] = max(abs(one[name] - other[theirs]) for one, other in pairs)
    print(json.dumps({"people": len(fractions), "questions": len(said["points"]), "away": away}))
    sys.exit(any(value > CLOSE for value in away.values()))


if __name__ == "__main__":
    main()
