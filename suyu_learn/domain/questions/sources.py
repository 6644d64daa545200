"""Where questions come from: something that can be looked up, or only the file by which they came in."""

from __future__ import annotations

import re

_FILE_AND_DAY = re.compile(r".*, [0-9]{4}-[0-9]{2}-[0-9]{2}", re.DOTALL)


def is_a_file(source: str) -> bool:
    """Whether a source is but the name of a file, or of what was pasted, with the day on which it came in.

    That helps whoever keeps a bank, and tells a learner nothing.
    """
    return _FILE_AND_DAY.fullmatch(source.strip()) is not None
