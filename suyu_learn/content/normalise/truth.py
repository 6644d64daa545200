"""Right or wrong, in all the ways in which it is written."""

from __future__ import annotations

from functools import lru_cache

from suyu_learn.content.normalise.texts import folded, without_preface

WRONG = ("错误", "错", "否", "×", "✗", "✘", "✕", "✖", "╳", "❌", "x", "f", "false", "0", "n", "no", "不正确", "不对",
         "不是", "非", "不同意", "wrong", "incorrect", "错的", "不成立", "误")  # fmt: skip
RIGHT = ("正确", "对", "是", "√", "✓", "✔", "☑", "✅", "t", "true", "1", "y", "yes", "同意", "right", "correct", "对的",
         "成立", "v", "正")  # fmt: skip
_WRONG, _RIGHT = frozenset(WRONG), frozenset(RIGHT)
# A word that says no comes first: 不正确 contains 正确.
_WRONG_WITHIN = ("不正确", "不对", "不是", "不同意", "不成立", "错", "否", "×", "✗", "✘", "false", "wrong", "incorrect")
_RIGHT_WITHIN = ("正确", "对", "√", "✓", "✔", "true", "right", "correct")
LONGEST = 12


def truth(text: str) -> bool | None:
    """True for right, False for wrong, None when the text is neither."""
    return _truth(text) if len(text) <= 4 * LONGEST else None


@lru_cache(maxsize=4096)
def _truth(text: str) -> bool | None:
    word = folded(without_preface(text)).strip("。.!！()[]【】\"'“”‘’,，;；:：").removesuffix(".0")
    if word in _WRONG:
        return False
    if word in _RIGHT:
        return True
    if not word or len(word) > LONGEST:
        return None
    if any(part in word for part in _WRONG_WITHIN):
        return False
    return True if any(part in word for part in _RIGHT_WITHIN) else None
