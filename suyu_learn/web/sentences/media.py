"""Sentences about pictures and formulas of questions."""

from __future__ import annotations

from suyu_learn.web.i18n import N_

SENTENCES = {
    "formula.chinese": N_(
        "The formula $%(formula)s$ has Chinese characters, which cannot be drawn in a formula. Write them outside the "
        "two signs $; if the sign $ means money, write \\$."
    ),
    "formula.too_long": N_("The formula $%(formula)s$ is longer than %(most)s characters. Write it as several."),
    "formula.unreadable": N_(
        "The formula $%(formula)s$ cannot be drawn. Check its braces and commands; if the sign $ means money, "
        "write \\$."
    ),
    "media.drawing": N_(
        "A picture is a vector drawing (SVG, EMF or WMF), which is not kept. Save it as PNG and put that in its place."
    ),
    "media.missing": N_("A picture that the question names is not in the file; the question comes in without it."),
    "media.moved": N_("A picture moves; its first frame is kept and stands still."),
    "media.no_alt": N_(
        "A picture has no words that say what it shows; who cannot see it only hears “picture”. Add them in the editor."
    ),
    "media.sound": N_("A sound or film cannot be kept yet; the question comes in without it."),
    "media.too_many_in_all": N_("The pictures of the file are too many or too large together. Import it in parts."),
    "media.too_many_pixels": N_(
        "A picture has more than %(most)s million pixels; the question comes in without it. Make it smaller first."
    ),
    "media.unknown": N_("There is no such picture here, or it belongs to something that you may not see."),
    "media.unreadable": N_("A picture is damaged or of an unknown kind; the question comes in without it."),
}
