"""Sentences about Word documents."""

from __future__ import annotations

from suyu_learn.web.i18n import N_

SENTENCES = {
    "docx.broken": N_("The file is damaged and cannot be read. Open it in Word or WPS and save it again as .docx."),
    "docx.changes": N_(
        "Changes were being tracked in %(count)s places: what was inserted was read, what was deleted left out."
    ),
    "docx.comments": N_("%(count)s comments beside the text were left out."),
    "docx.comes_back_changed": N_(
        "%(count)s of %(total)s questions print well, but would come back a little different when the document is read "
        "again. Use our own pack as well if you want to keep them as they are."
    ),
    "docx.comes_back_untried": N_(
        "Whether %(count)s more questions come back as they are was not tried; only the first %(tried)s were."
    ),
    "docx.empty": N_("The file is empty. Check that you chose the right one."),
    "docx.entities": N_("The file contains declarations that Word does not use, and was refused."),
    "docx.formula_as_text": N_(
        "In “%(question)s” a formula was kept as text (%(formula)s), since it has Chinese in it "
        "or signs not known here."
    ),
    "docx.hidden_kept": N_("%(count)s hidden texts have answers or explanations, and were read."),
    "docx.hidden_left": N_("%(count)s hidden texts were left out."),
    "docx.macros": N_("The file has macros. They were ignored; only its text was read."),
    "docx.not_docx": N_("The file is called .docx but is none. Open it in Word or WPS and save it as .docx."),
    "docx.note": N_("In “%(question)s” a note was left out (%(note)s)."),
    "docx.object": N_(
        "In “%(question)s” an embedded object (%(kind)s) was left out. Copy it, paste it as a picture, and save."
    ),
    "docx.other_program": N_(
        "Files of this kind (%(ending)s) cannot be read. Open it in Word or WPS, choose “Save as”, "
        "then “Word document (*.docx)”, and send that file."
    ),
    "docx.particulars_not_written": N_(
        "%(count)s questions have a criterion, a dimension or translations, which a Word document does not show."
    ),
    "docx.password": N_("The file is protected by a password. Remove it in Word or WPS, save, and send it again."),
    "docx.picture_kind": N_(
        "In “%(question)s” a picture of a kind that browsers do not show (%(kind)s) was left out. "
        "Copy it, paste it as PNG, and save."
    ),
    "docx.picture_missing": N_("In “%(question)s” a picture is not in the file but only linked, and was left out."),
    "docx.sign": N_("In “%(question)s” a sign of the font “%(font)s” is not known here, and was left out."),
    "docx.too_deep": N_("Tables or boxes lie too deep in one another. Take them apart, or copy the text alone."),
    "docx.too_large": N_("The file is larger than %(most)s MB when unpacked. Split it, or make its pictures smaller."),
    "docx.too_large_piece": N_("The file, or one table or paragraph in it, has too many parts. Split it."),
    "docx.too_many_parts": N_("The file has more than %(most)s parts. Remove pictures and drawings."),
    "docx.type_not_written": N_("%(count)s questions of the type “%(type)s” cannot be written as a Word document."),
}
