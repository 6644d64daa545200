"""How labels and cells are compared: width, case and spaces do not count."""

from __future__ import annotations

import re
from functools import lru_cache
from unicodedata import normalize

_REMARK = re.compile(r"[(\[【<][^()\[\]【】<>]*[)\]】>]")
_ANSWER_SAID = re.compile(r"^(?:正确|参考|标准)?(?:答案|选项|answer)\s*(?:是|为|[:：])\s*", re.IGNORECASE)


LONGEST_KEPT = 100


def folded(text: str) -> str:
    """The text in one width and case, without any space; short ones are remembered."""
    return _folded(text) if len(text) <= LONGEST_KEPT else _folded.__wrapped__(text)


@lru_cache(maxsize=8192)
def _folded(text: str) -> str:
    return "".join(normalize("NFKC", text).casefold().split())


def same_width(text: str) -> str:
    """The text in one width, its spaces levelled; case is kept, since CO and Co differ."""
    return " ".join((text if text.isascii() else normalize("NFKC", text)).split())


def bare_label(text: str) -> str:
    """A heading without remarks in brackets, stars and colons."""
    return _REMARK.sub("", folded(text)).strip("*:：·.、,，。")


def without_preface(text: str) -> str:
    """An answer without the word “answer” before it."""
    return _ANSWER_SAID.sub("", text.strip())
