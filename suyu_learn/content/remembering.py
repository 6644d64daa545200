"""Results that a worker keeps, bounded by what they weigh, since a hostile or huge text is one entry like any other."""

from __future__ import annotations

import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import fields, is_dataclass
from functools import update_wrapper
from typing import Any, Generic, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
MEGABYTE = 1024 * 1024
_ENTRY = 200
"""What a place in the memory costs, whatever stands in it."""


def weight(value: Any) -> int:
    """About how many bytes a value takes, with all that it holds."""
    own = sys.getsizeof(value, _ENTRY)
    if isinstance(value, Mapping):
        return own + sum(weight(name) + weight(inner) for name, inner in value.items())
    if isinstance(value, list | tuple | set | frozenset):
        return own + sum(weight(inner) for inner in value)
    if is_dataclass(value):
        return own + sum(weight(getattr(value, one.name)) for one in fields(value))
    return own


class Remembered(Generic[P, R]):
    """A function that remembers what it answered, the last used the longest, up to so many bytes."""

    def __init__(self, function: Callable[P, R], most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self.bytes = 0
        self.made = 0
        """How often the function had to be asked."""

        self._function = function
        self._known: OrderedDict[Hashable, tuple[R, int]] = OrderedDict()
        self._guard = threading.Lock()
        update_wrapper(self, function)

    def __len__(self) -> int:
        return len(self._known)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        key = (args, tuple(sorted(kwargs.items()))) if kwargs else args
        with self._guard:
            known = self._known.get(key)
            if known is not None:
                self._known.move_to_end(key)
                return known[0]
        answer = self._function(*args, **kwargs)
        self.made += 1
        size = _ENTRY + weight(key) + weight(answer)
        if size <= self.most_bytes // 16:  # one that would push out most others is made anew each time
            self._keep(key, answer, size)
        return answer

    def forget(self) -> None:
        """Begin anew."""
        with self._guard:
            self._known.clear()
            self.bytes = self.made = 0

    def _keep(self, key: Hashable, answer: R, size: int) -> None:
        with self._guard:
            former = self._known.pop(key, None)
            self.bytes += size - (former[1] if former is not None else 0)
            self._known[key] = (answer, size)
            while self.bytes > self.most_bytes:
                _key, (_answer, gone) = self._known.popitem(last=False)
                self.bytes -= gone


def remembered(most_bytes: int) -> Callable[[Callable[P, R]], Remembered[P, R]]:
    """Remember what a pure function answers, within so many bytes; its arguments must be hashable."""
    return lambda function: Remembered(function, most_bytes)
