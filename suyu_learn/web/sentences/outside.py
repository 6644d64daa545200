"""Sentences about certificates that others issue."""

from __future__ import annotations

from suyu_learn.web.i18n import N_

SENTENCES = {
    "outside.employment": N_(
        "“%(value)s” is no form of employment. Write 本单位, 承包商 or 劳务派遣, or leave it empty."
    ),
    "outside.ended": N_("This entry counts no more: it was renewed, corrected or withdrawn. Load the page again."),
    "outside.in_already": N_("This file has been taken in already."),
    "outside.issued_on": N_("The day of issue lies between 1980 and today."),
    "outside.kind_no_name": N_("Give the kind a name of at most %(most)s characters."),
    "outside.kind_there": N_("There is a kind called “%(name)s” already."),
    "outside.kind_unknown": N_("“%(text)s” is no kind of certificate here. There are: %(known)s. Others can be added."),
    "outside.months": N_("Give whole months from 1 to %(most)s, or leave it empty."),
    "outside.no_file": N_("This file is not here any more. Upload it once more."),
    "outside.no_header": N_(
        "No row of this file has the columns 姓名 and 证书类别. Take the empty table from the page."
    ),
    "outside.no_number": N_("Give the number of the certificate, at most %(most)s characters."),
    "outside.no_rows": N_("The file has its columns, but nobody below them."),
    "outside.no_such_kind": N_("There is no such kind of certificate. Choose one of the list."),
    "outside.not_a_day": N_("“%(value)s” is no day. Write it as 2026-03-02."),
    "outside.not_for": N_("%(name)s is a guest or was merged into another entry. Choose somebody else."),
    "outside.other_name": N_("%(value)s belongs to %(known)s, not to %(name)s. Correct the name or the number."),
    "outside.review_after": N_("The review lies after the last day of the certificate. Correct one of the two."),
    "outside.review_before": N_("The review lies before the day of issue. Correct one of the two."),
    "outside.row_lacks": N_("%(what)s is missing."),
    "outside.there": N_("This certificate of this person is entered already. Renew or correct that entry instead."),
    "outside.too_long": N_("This is too long: at most %(most)s characters."),
    "outside.too_many_rows": N_("A file holds at most %(most)s certificates here. Split it and upload the parts."),
    "outside.unknown": N_("There is no such entry of this person."),
    "outside.until_before": N_("The last day lies before the day of issue. Correct one of the two."),
}
