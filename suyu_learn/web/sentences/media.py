"""Sentences about pictures and formulas of questions."""

from __future__ import annotations

from suyu_learn.web.i18n import N_

SENTENCES = {
    "formula.chinese": N_(
        "The formula $%(formula)s$ has Chinese characters, which cannot be drawn in a formula. Write them outside the "
        "two signs $; if the sign $ means money, write \\$."
    ),
    "formula.too_long": N_("The formula $%(formula)s$ is longer than %(most)s characters. Write it as several."),
    "formula.too_many": N_(
        "The question has %(count)s formulas; at most %(most)s can be shown. Make several questions of it."
    ),
    "formula.unreadable": N_(
        "The formula $%(formula)s$ cannot be drawn. Check its braces and commands; if the sign $ means money, "
        "write \\$."
    ),
    "media.drawing": N_(
        "A picture is a vector drawing (SVG, EMF or WMF), which is not kept. Save it as PNG and put that in its place."
    ),
    "bank.nothing_to_write": N_("There is no question to download."),
    "bank.uid_new": N_("Another question has the uid %(uid)s already; this one comes in under a new one."),
    "media.lost": N_(
        "The file of the picture %(name)s is gone from this server, so these questions cannot be written. Restore the "
        "folder `media` from a backup."
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
    "pack.no_bank_toml": N_("The zip file is no question pack: it has no bank.toml."),
    "pack.no_picture": N_("The pack has no picture %(name)s, which the question names. Put it into the folder media."),
    "pack.no_questions": N_("The pack has no questions."),
    "pack.too_many": N_("The pack has more than %(most)s questions. Import it in parts."),
    "pack.wrong_value": N_("The value of this field is of the wrong kind. See docs/formats.md for what it may be."),
    "media.unreadable": N_("A picture is damaged or of an unknown kind; the question comes in without it."),
}
