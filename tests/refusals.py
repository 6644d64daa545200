"""What a call is refused with."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from suyu_learn.domain.problems import Problem


def code_of(call: Callable[[], object]) -> str:
    """The code of the Problem that the call raises."""
    with pytest.raises(Problem) as refusal:
        call()
    return refusal.value.code
