"""Signs that come from the fonts Wingdings, Webdings and Symbol, as characters of their own."""

from __future__ import annotations

_CHECKS = {
    "wingdings": {0xFC: "√", 0xFB: "×", 0xFE: "☑", 0xFD: "☒", 0xA8: "□", 0x6F: "□", 0x71: "□", 0x72: "□", 0x6C: "●",
                  0x6E: "■", 0xE0: "→", 0xDF: "←", 0xE8: "→", 0xE7: "←", 0xF0: "⇨", 0x75: "◆", 0xD8: "➢", 0x4A: "☺",
                  0xA1: "○", 0xAB: "★", 0x81: "①", 0x82: "②", 0x83: "③", 0x84: "④", 0x85: "⑤", 0x86: "⑥", 0x87: "⑦",
                  0x88: "⑧", 0x89: "⑨", 0x8A: "⑩", 0x20: " ", 0x76: "❖", 0x77: "◆", 0xB2: "✧"},
    "wingdings 2": {0x50: "√", 0x4F: "×", 0x52: "☑", 0x51: "☒", 0x53: "☒", 0x54: "☒", 0xA3: "□", 0x2A: "□",
                    0x97: "●", 0x98: "●", 0x20: " ", 0x55: "⊗", 0x56: "⊗"},
    "webdings": {0x61: "√", 0x72: "×", 0x63: "□", 0x67: "■", 0x3D: "●", 0x20: " "},
}  # fmt: skip
_GREEK = "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ"
_SMALL = "αβχδεφγηιϕκλμνοπθρστυϖωξψζ"
_SYMBOL = {
    **{0x41 + at: sign for at, sign in enumerate(_GREEK)},
    **{0x61 + at: sign for at, sign in enumerate(_SMALL)},
    **{code: chr(code) for code in (*range(0x20, 0x41), *range(0x5B, 0x61), *range(0x7B, 0x7E))},
    0x22: "∀", 0x24: "∃", 0x40: "≅", 0x5C: "∴", 0x5E: "⊥", 0x7E: "∼", 0x2D: "−", 0xA3: "≤", 0xA5: "∞", 0xAB: "↔",
    0xAC: "←", 0xAD: "↑", 0xAE: "→", 0xAF: "↓", 0xB0: "°", 0xB1: "±", 0xB3: "≥", 0xB4: "×", 0xB5: "∝", 0xB6: "∂",
    0xB7: "•", 0xB8: "÷", 0xB9: "≠", 0xBA: "≡", 0xBB: "≈", 0xBC: "…", 0xC4: "⊗", 0xC5: "⊕", 0xC6: "∅", 0xC7: "∩",
    0xC8: "∪", 0xC9: "⊃", 0xCA: "⊇", 0xCC: "⊂", 0xCD: "⊆", 0xCE: "∈", 0xCF: "∉", 0xD0: "∠", 0xD1: "∇", 0xD5: "∏",
    0xD6: "√", 0xD7: "⋅", 0xDB: "⇔", 0xDE: "⇒", 0xA2: "′", 0xB2: "″", 0xE5: "∑", 0xF2: "∫", 0xA6: "ƒ", 0xA7: "♣",
    0xA9: "♥", 0xAA: "♠", 0xA8: "♦",
}  # fmt: skip


def is_sign_font(font: str) -> bool:
    """Whether the characters of a font are not what they say."""
    return font.lower() in _CHECKS or font.lower() == "symbol"


def sign(font: str, code: int) -> str | None:
    """The character that a sign looks like; None where we do not know it."""
    if not is_sign_font(font):
        return chr(code) if 0x20 <= code < 0xD800 or 0xF900 <= code <= 0xFFFD else None
    known = _SYMBOL if font.lower() == "symbol" else _CHECKS[font.lower()]
    return known.get(code - 0xF000 if 0xF000 <= code <= 0xF0FF else code)


def spelt(font: str, text: str) -> str:
    """A text in such a font; what is unknown stays as it is."""
    return "".join(sign(font, ord(one)) or one for one in text)
