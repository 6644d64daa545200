"""Sentences about completions that are taken back, and about certificates, our own and those of others."""

from __future__ import annotations

from suyu_learn.web.i18n import N_

SENTENCES = {
    "certificate.changed_meanwhile": N_("Somebody else has just issued this certificate anew. Load the page again."),
    "certificate.completion_voided": N_(
        "The completion was taken back, so it has no valid certificate. Give the completion back first."
    ),
    "certificate.extra_font": N_(
        "The font that SUYU_LEARN_EXTRA_FONT names cannot be read: %(path)s. Name a ttf or otf file, or leave it empty."
    ),
    "certificate.line_too_long": N_("This line is too long for the certificate: at most %(most)s characters."),
    "certificate.months": N_("Give whole months from 1 to %(most)s, or leave it empty if it is valid for ever."),
    "certificate.no_font": N_(
        "The certificate of %(name)s cannot be printed: no font here has %(signs)s. An administrator can name a font "
        "that has it in SUYU_LEARN_EXTRA_FONT; the certificate itself and its check page are valid as they are."
    ),
    "certificate.no_issuer": N_("Who issues the certificates? Give the body, such as the association or the works."),
    "certificate.no_subject": N_("There is nothing here for which certificates could be set."),
    "certificate.not_issued": N_("No certificates are issued here. Switch them on first."),
    "certificate.none_to_print": N_("There is no valid certificate here for people of your units."),
    "certificate.revoked_already": N_("This certificate has been revoked already."),
    "certificate.too_many": N_(
        "A file holds at most %(most)s certificates, and there are %(count)s. Choose a smaller unit."
    ),
    "certificate.unknown": N_("There is no such certificate."),
    "completion.earned_anew": N_(
        "It was completed anew since then, and that record stands. This one stays taken back beside it."
    ),
    "completion.stands": N_("This completion stands; there is nothing to give back."),
    "completion.unknown": N_("There is no such record of this person."),
    "completion.without_ground": N_(
        "What it rests on was taken back too, or passes no more. Give that back first, and then this."
    ),
    "completion.voided_already": N_("This completion has been taken back already."),
    "completion.voided_by_rule": N_(
        "It fell because what it rests on holds no more. Put that right instead, and it comes back by itself."
    ),
}
