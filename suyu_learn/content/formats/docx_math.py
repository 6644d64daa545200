"""Word's formulas as LaTeX, and as words where LaTeX cannot say them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple
from xml.etree.ElementTree import Element

from suyu_learn.content.formats.docx_package import child, is_on, local, value

LONGEST = 4_000
HAN = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")
COMMANDS: Mapping[str, str] = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "varepsilon", "ϵ": "epsilon", "ζ": "zeta", "η": "eta",
    "θ": "theta", "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi", "π": "pi", "ρ": "rho",
    "σ": "sigma", "τ": "tau", "υ": "upsilon", "φ": "varphi", "ϕ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega",
    "Γ": "Gamma", "Δ": "Delta", "Θ": "Theta", "Λ": "Lambda", "Ξ": "Xi", "Π": "Pi", "Σ": "Sigma", "Φ": "Phi",
    "Ψ": "Psi", "Ω": "Omega", "×": "times", "÷": "div", "±": "pm", "∓": "mp", "·": "cdot", "≤": "leq", "≥": "geq",
    "≠": "neq", "≈": "approx", "≡": "equiv", "∝": "propto", "∞": "infty", "∈": "in", "∉": "notin", "⊂": "subset",
    "⊆": "subseteq", "∪": "cup", "∩": "cap", "∅": "emptyset", "∀": "forall", "∃": "exists", "∠": "angle",
    "⊥": "perp", "∥": "parallel", "△": "triangle", "→": "rightarrow", "←": "leftarrow", "⇒": "Rightarrow",
    "⇔": "Leftrightarrow", "↔": "leftrightarrow", "∂": "partial", "∇": "nabla", "∑": "sum", "∏": "prod", "∫": "int",
    "∴": "therefore", "∵": "because", "∘": "circ", "…": "ldots", "⋯": "cdots", "∼": "sim", "≅": "cong", "′": "prime",
    "⌈": "lceil", "⌉": "rceil", "⌊": "lfloor", "⌋": "rfloor", "⟨": "langle", "⟩": "rangle", "‖": "Vert",
}  # fmt: skip
SIGNS = {
    "−": "-", "∗": "*", "\u2061": "", "\u2062": "", "\u2063": "", "\u200b": "", "\u00a0": " ", "\u2009": " ",
    "\\": r"\backslash ", "{": r"\{", "}": r"\}", "#": r"\#", "%": r"\%", "&": r"\&", "_": r"\_", "$": r"\$",
    "~": r"\sim ", "^": r"\hat{}", "′": "'", "°": r"^{\circ}",
}  # fmt: skip
FUNCTIONS = frozenset({
    "sin", "cos", "tan", "cot", "sec", "csc", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "ln", "lg", "log",
    "exp", "lim", "max", "min", "sup", "inf", "det", "dim", "gcd", "ker", "deg", "arg",
})  # fmt: skip
ACCENTS = {
    "\u0302": "hat", "\u0303": "tilde", "\u0304": "bar", "\u0305": "bar", "\u0307": "dot", "\u0308": "ddot",
    "\u20d7": "vec", "\u20d1": "vec", "\u030c": "check", "\u0306": "breve", "\u0301": "acute", "\u0300": "grave",
    "^": "hat", "~": "tilde", "¯": "bar", "‾": "bar", "˙": "dot", "¨": "ddot", "→": "vec",
}  # fmt: skip
NARY = {"∑": r"\sum", "∏": r"\prod", "∫": r"\int", "∬": r"\iint", "∭": r"\iiint", "∮": r"\oint", "⋃": r"\bigcup",
        "⋂": r"\bigcap", "∐": r"\coprod"}  # fmt: skip
BRACKETS = {"{": r"\{", "}": r"\}", "|": "|", "‖": r"\|", "⌈": r"\lceil ", "⌉": r"\rceil ", "⌊": r"\lfloor ",
            "⌋": r"\rfloor ", "⟨": r"\langle ", "⟩": r"\rangle ", "〈": r"\langle ", "〉": r"\rangle ",
            "": "."}  # fmt: skip
_UP = dict(zip("0123456789+-=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ", strict=True))
_DOWN = dict(zip("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎", strict=True))
_SKIPPED = frozenset({"rPr", "ctrlPr", "argPr", "del", "moveFrom"})


class Formula(NamedTuple):
    """A formula, or a part of one; `whole` is False if something in it was only kept as words."""

    latex: str
    words: str
    whole: bool = True


def formula(element: Element) -> Formula:
    """The formula of an `oMath` element."""
    found = _all(element)
    latex = re.sub(r" {2,}", " ", found.latex).strip()
    whole = found.whole and len(latex) <= LONGEST and HAN.search(latex) is None
    return Formula(latex if whole else "", found.words.strip(), whole or found.words == found.latex)


def raised(text: str) -> str:
    """A text set higher, in words: m², x^(n+1)."""
    return _set_off(text, "^", _UP)


def lowered(text: str) -> str:
    """A text set lower, in words: H₂O, a_(n+1)."""
    return _set_off(text, "_", _DOWN)


def _set_off(text: str, sign: str, small: Mapping[str, str]) -> str:
    if not text.strip():
        return text
    if all(one in small for one in text):
        return "".join(small[one] for one in text)
    return sign + (text if len(text) == 1 else f"({text})")


def _all(element: Element | None) -> Formula:
    return _joined(_one(inner) for inner in element) if element is not None else Formula("", "")


def _joined(parts: Iterable[Formula]) -> Formula:
    found = list(parts)
    return Formula("".join(one.latex for one in found), "".join(one.words for one in found),
                   all(one.whole for one in found))  # fmt: skip


def _one(element: Element) -> Formula:
    name = local(element.tag)
    if name in _SKIPPED or (name.endswith("Pr") and name != "sPre"):
        return Formula("", "")
    if name in _PARTS:
        return _PARTS[name](element)
    known = name in ("e", "oMath", "oMathPara", "box", "ins", "moveTo", "sdt", "sdtContent", "phant", "smartTag")
    found = _all(element)
    if not known and not len(element) and element.text:
        found = Formula(_latex(element.text), element.text, False)
    return found if known or not found.words else found._replace(whole=False)


def _latex(text: str) -> str:
    told = ""
    for sign in text:
        if sign in SIGNS:
            told += SIGNS[sign]
        elif sign in COMMANDS:
            told += f"\\{COMMANDS[sign]} "
        else:
            told += sign
    return told


def _run(element: Element) -> Formula:
    text = "".join(inner.text or "" for inner in element if local(inner.tag) == "t")
    words = text.translate({0x2061: None, 0x2062: None, 0x2063: None})
    if is_on(child(element, "rPr", "nor")) and re.search("[A-Za-z]{2}", text):
        return Formula(rf"\text{{{_latex(text)}}}", words)
    if text.strip() in FUNCTIONS:
        return Formula(f"\\{text.strip()} ", words)
    return Formula(_latex(text), words)


def _grouped(element: Element | None) -> Formula:
    """A part that what follows must not fall apart around."""
    found = _all(element)
    simple = len(found.words) <= 1 or re.fullmatch(r"[\w.]+", found.words)
    return found if simple else found._replace(words=f"({found.words})")


def _fraction(element: Element) -> Formula:
    over, under = _grouped(child(element, "num")), _grouped(child(element, "den"))
    way = value(child(element, "fPr", "type"))
    words, whole = f"{over.words}/{under.words}", over.whole and under.whole
    if way == "noBar":
        return Formula(rf"\binom{{{over.latex}}}{{{under.latex}}}", f"C({over.words},{under.words})", whole)
    if way in ("lin", "skw"):
        return Formula(f"{{{over.latex}}}/{{{under.latex}}}", words, whole)
    return Formula(rf"\frac{{{over.latex}}}{{{under.latex}}}", words, whole)


def _root(element: Element) -> Formula:
    inside, degree = _grouped(child(element, "e")), _all(child(element, "deg"))
    hidden = is_on(child(element, "radPr", "degHide")) or not degree.latex
    latex = rf"\sqrt{{{inside.latex}}}" if hidden else rf"\sqrt[{degree.latex}]{{{inside.latex}}}"
    sign = {"": "√", "2": "√", "3": "∛", "4": "∜"}.get("" if hidden else degree.words)
    words = f"{sign}{inside.words}" if sign else f"{inside.words}^(1/{degree.words})"
    return Formula(latex, words, inside.whole and degree.whole)


def _scripts(element: Element) -> Formula:
    base, high, low = _grouped(child(element, "e")), _all(child(element, "sup")), _all(child(element, "sub"))
    alone = len(base.latex) == 1 or re.fullmatch(r"\\[A-Za-z]+ ?", base.latex)
    latex = base.latex.strip() if alone else f"{{{base.latex}}}"
    latex += f"_{{{low.latex}}}" if low.latex else ""
    latex += f"^{{{high.latex}}}" if high.latex else ""
    words = base.words + lowered(low.words) + raised(high.words)
    return Formula(latex, words, base.whole and high.whole and low.whole)


def _before(element: Element) -> Formula:
    base, high, low = _all(child(element, "e")), _all(child(element, "sup")), _all(child(element, "sub"))
    return Formula(f"{{}}_{{{low.latex}}}^{{{high.latex}}}{base.latex}",
                   lowered(low.words) + raised(high.words) + base.words, base.whole)  # fmt: skip


def _nary(element: Element) -> Formula:
    said = value(child(element, "naryPr", "chr"))
    sign = "∫" if said is None else said
    inside, low, high = _all(child(element, "e")), _all(child(element, "sub")), _all(child(element, "sup"))
    latex = NARY.get(sign, _latex(sign).strip() or r"\int")
    if low.latex and not is_on(child(element, "naryPr", "subHide")):
        latex += f"_{{{low.latex}}}"
    if high.latex and not is_on(child(element, "naryPr", "supHide")):
        latex += f"^{{{high.latex}}}"
    words = sign + lowered(low.words) + raised(high.words) + inside.words
    return Formula(f"{latex} {inside.latex}", words, inside.whole and low.whole and high.whole)


def _brackets(element: Element) -> Formula:
    properties = child(element, "dPr")
    begin, end, between = (
        otherwise if (said := child(properties, name)) is None else (value(said) or "")
        for name, otherwise in (("begChr", "("), ("endChr", ")"), ("sepChr", "|"))
    )
    parts = [inner for inner in element if local(inner.tag) == "e"]
    if begin == "{" and not end and len(parts) == 1:
        rows = next((inner for inner in parts[0] if local(inner.tag) == "eqArr"), None)
        if rows is not None and len([inner for inner in parts[0] if not local(inner.tag).endswith("Pr")]) == 1:
            lines = [_all(inner) for inner in rows if local(inner.tag) == "e"]
            latex = r" \\ ".join(one.latex.replace(r"\&", "&") for one in lines)
            words = "{" + "; ".join(one.words.replace("&", "") for one in lines)
            return Formula(rf"\begin{{cases}} {latex} \end{{cases}}", words, all(one.whole for one in lines))
    found = [_all(inner) for inner in parts]
    latex = (rf" \middle{BRACKETS.get(between, between)} " if between in BRACKETS else between).join(
        one.latex for one in found)  # fmt: skip
    if (begin not in BRACKETS and begin not in "([<)]>/") or (end not in BRACKETS and end not in "([<)]>/"):
        words = begin + between.join(one.words for one in found) + end
        return Formula(f"{_latex(begin)}{latex}{_latex(end)}", words, False)
    latex = rf"\left{BRACKETS.get(begin, begin)} {latex} \right{BRACKETS.get(end, end)}"
    return Formula(latex, begin + between.join(one.words for one in found) + end, all(one.whole for one in found))


def _matrix(element: Element) -> Formula:
    rows = [[_all(cell) for cell in row if local(cell.tag) == "e"] for row in element if local(row.tag) == "mr"]
    latex = r" \\ ".join(" & ".join(cell.latex for cell in row) for row in rows)
    words = "; ".join(" ".join(cell.words for cell in row) for row in rows)
    return Formula(rf"\begin{{matrix}} {latex} \end{{matrix}}", words, all(cell.whole for row in rows for cell in row))


def _lines(element: Element) -> Formula:
    lines = [_all(inner) for inner in element if local(inner.tag) == "e"]
    latex = r" \\ ".join(one.latex.replace(r"\&", "") for one in lines)
    return Formula(rf"\begin{{matrix}} {latex} \end{{matrix}}", "; ".join(one.words.replace("&", "") for one in lines),
                   all(one.whole for one in lines))  # fmt: skip


def _accent(element: Element) -> Formula:
    said = child(element, "accPr", "chr")
    sign = "\u0302" if said is None else value(said) or ""
    inside = _all(child(element, "e"))
    name = ACCENTS.get(sign)
    if name is None:
        return inside._replace(words=inside.words + sign, whole=False)
    if len(inside.words) > 1:
        name = {"hat": "widehat", "bar": "overline", "vec": "overrightarrow", "tilde": "widetilde"}.get(name, name)
    return Formula(rf"\{name}{{{inside.latex}}}", inside.words + sign, inside.whole)


def _bar(element: Element) -> Formula:
    inside, top = _all(child(element, "e")), value(child(element, "barPr", "pos")) == "top"
    return Formula(rf"\{'over' if top else 'under'}line{{{inside.latex}}}", inside.words, inside.whole)


def _brace(element: Element) -> Formula:
    inside, sign = _all(child(element, "e")), value(child(element, "groupChrPr", "chr")) or "⏟"
    name = {"⏟": "underbrace", "⏞": "overbrace"}.get(sign)
    if name is None:
        return inside._replace(words=inside.words + sign, whole=False)
    return Formula(rf"\{name}{{{inside.latex}}}", inside.words, inside.whole)


def _function(element: Element) -> Formula:
    name, inside = _all(child(element, "fName")), _all(child(element, "e"))
    between = " " if not inside.words.startswith(("(", "[", "{")) else ""
    return Formula(f"{name.latex.rstrip()} {inside.latex}", name.words + between + inside.words,
                   name.whole and inside.whole)  # fmt: skip


def _limit(element: Element) -> Formula:
    base, limit = _all(child(element, "e")), _all(child(element, "lim"))
    under = local(element.tag) == "limLow"
    words = base.words + (lowered if under else raised)(limit.words)
    whole = base.whole and limit.whole
    if base.latex.strip() in (r"\lim", r"\max", r"\min", r"\sup", r"\inf"):
        return Formula(f"{base.latex.strip()}_{{{limit.latex}}} ", words, whole)
    if base.latex.startswith((r"\underbrace", r"\overbrace")):
        return Formula(f"{base.latex}{'_' if under else '^'}{{{limit.latex}}}", words, whole)
    return Formula(rf"\{'under' if under else 'over'}set{{{limit.latex}}}{{{base.latex}}}", words, whole)


def _boxed(element: Element) -> Formula:
    inside = _all(child(element, "e"))
    return inside._replace(latex=rf"\boxed{{{inside.latex}}}")


_PARTS: Mapping[str, Callable[[Element], Formula]] = {
    "r": _run, "f": _fraction, "rad": _root, "sSup": _scripts, "sSub": _scripts, "sSubSup": _scripts, "sPre": _before,
    "nary": _nary, "d": _brackets, "m": _matrix, "eqArr": _lines, "acc": _accent, "bar": _bar, "groupChr": _brace,
    "func": _function, "limLow": _limit, "limUpp": _limit, "borderBox": _boxed,
}  # fmt: skip
