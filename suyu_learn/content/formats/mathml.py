"""MathML as TeX: the part of it that formula editors write."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

_SYMBOLS = {
    "×": r"\times", "÷": r"\div", "±": r"\pm", "∓": r"\mp", "·": r"\cdot", "⋅": r"\cdot", "≤": r"\le", "≥": r"\ge",
    "≠": r"\ne", "≈": r"\approx", "∞": r"\infty", "→": r"\to", "⇒": r"\Rightarrow", "∈": r"\in", "∑": r"\sum",
    "∏": r"\prod", "∫": r"\int", "∂": r"\partial", "∆": r"\Delta", "Δ": r"\Delta", "α": r"\alpha", "β": r"\beta",
    "γ": r"\gamma", "δ": r"\delta", "ε": r"\varepsilon", "θ": r"\theta", "λ": r"\lambda", "μ": r"\mu", "π": r"\pi",
    "ρ": r"\rho", "σ": r"\sigma", "τ": r"\tau", "φ": r"\varphi", "ω": r"\omega", "Ω": r"\Omega", "−": "-",
    "°": r"^\circ",
    "\u2061": "", "\u2062": "", "\u2063": ",", "{": r"\{", "}": r"\}", "%": r"\%", "$": r"\$", "#": r"\#", "&": r"\&",
    "_": r"\_", "\\": r"\backslash",
}  # fmt: skip
_OVER = {"¯": r"\overline", "‾": r"\overline", "^": r"\hat", "→": r"\vec", "⃗": r"\vec", "~": r"\tilde", "˙": r"\dot"}
_THROUGH = frozenset({"math", "mrow", "mstyle", "semantics", "mpadded", "merror"})


class NotKnown(Exception):
    """An element for which there is no TeX here."""


def tex_of(element: Any) -> str:
    """The TeX of a MathML element; raises NotKnown."""
    for note in element.iter("annotation"):
        if "tex" in (note.get("encoding") or "").lower() and (note.text or "").strip():
            return " ".join(note.text.split())
    return " ".join(_tex(element).split())


def _tex(element: Any) -> str:
    tag = element.tag.rpartition("}")[2].rpartition(":")[2] if isinstance(element.tag, str) else ""
    if tag in _THROUGH:
        return " ".join(_tex(child) for child in element if _is_shown(child))
    if tag not in _WRITERS:
        raise NotKnown(tag)
    return _WRITERS[tag](element)


def _is_shown(element: Any) -> bool:
    return isinstance(element.tag, str) and not element.tag.rpartition("}")[2].startswith("annotation")


def _token(element: Any) -> str:
    return " ".join(_SYMBOLS.get(character, character) for character in "".join(element.itertext()).strip())


def _identifier(element: Any) -> str:
    name = "".join(element.itertext()).strip()
    if len(name) > 1 and name.isascii() and name.isalpha():
        return rf"\{name}" if name in ("sin", "cos", "tan", "log", "ln", "lim", "max", "min") else rf"\mathrm{{{name}}}"
    return _token(element)


def _number(element: Any) -> str:
    return "".join(_SYMBOLS.get(character, character) for character in "".join(element.itertext()).strip())


def _words(element: Any) -> str:
    words = "".join(element.itertext())
    return rf"\text{{{words.translate({ord(sign): None for sign in '{}$' + chr(92)})}}}"


def _parts(element: Any, count: int) -> list[str]:
    parts = [_tex(child) for child in element if _is_shown(child)]
    if len(parts) != count:
        raise NotKnown(element.tag)
    return parts


def _fraction(element: Any) -> str:
    above, below = _parts(element, 2)
    return rf"\frac{{{above}}}{{{below}}}"


def _scripts(*signs: str) -> Callable[[Any], str]:
    def written(element: Any) -> str:
        base, *small = _parts(element, len(signs) + 1)
        if signs == ("^",) and small[0].startswith("^"):  # a degree sign brings its own
            return f"{base}{small[0]}"
        return f"{{{base}}}" + "".join(f"{sign}{{{text}}}" for sign, text in zip(signs, small, strict=True))

    return written


def _over(element: Any) -> str:
    accents = [child for child in element if _is_shown(child)]
    sign = _OVER.get("".join(accents[1].itertext()).strip()) if len(accents) == 2 else None
    return f"{sign}{{{_tex(accents[0])}}}" if sign else _scripts("^")(element)


def _root(element: Any) -> str:
    inner, degree = _parts(element, 2)
    return rf"\sqrt[{degree}]{{{inner}}}"


def _square_root(element: Any) -> str:
    return rf"\sqrt{{{' '.join(_tex(child) for child in element if _is_shown(child))}}}"


def _fenced(element: Any) -> str:
    opening, closing = element.get("open", "("), element.get("close", ")")
    inner = (element.get("separators") or ",")[:1].join(_tex(child) for child in element if _is_shown(child))
    return rf"{_SYMBOLS.get(opening, opening)} {inner} {_SYMBOLS.get(closing, closing)}"


_WRITERS: dict[str, Callable[[Any], str]] = {
    "mi": _identifier, "mo": _token, "mn": _number, "mtext": _words, "ms": _words, "mspace": lambda _element: r"\ ",
    "mfrac": _fraction, "msup": _scripts("^"), "msub": _scripts("_"), "msubsup": _scripts("_", "^"),
    "munder": _scripts("_"), "mover": _over, "munderover": _scripts("_", "^"), "msqrt": _square_root, "mroot": _root,
    "mfenced": _fenced,
}  # fmt: skip
