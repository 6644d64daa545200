"""Sentences about files that come in, and about paths of commands."""

from __future__ import annotations

from suyu_learn.web.i18n import N_

SENTENCES = {
    "file.database": N_("The database cannot be used: %(reason)s."),
    "file.disk_full": N_("There is no room left to write %(path)s. Make room, or choose another place."),
    "file.is_folder": N_("%(path)s is a folder. Name a file."),
    "file.missing": N_("There is no %(path)s, or no folder for it. Check the path."),
    "file.not_allowed": N_(
        "%(path)s may not be read or written by this user. Choose another place, or change its rights."
    ),
    "file.refused": N_("The system refused this: %(reason)s."),
    "sheet.broken": N_("The file is damaged and cannot be read. Open it in Excel or WPS and save it again as .xlsx."),
    "sheet.broken_row": N_(
        "This row cannot be read: a quotation mark is not closed. Correct it and send the file again."
    ),
    "sheet.empty": N_("The file is empty. Check that you chose the right one."),
    "sheet.encoding": N_("The characters of the file cannot be read. Choose its encoding, or save it as .xlsx."),
    "sheet.entities": N_("The file contains declarations that spreadsheets do not use, and was refused."),
    "sheet.formula": N_(
        "This cell is a formula without a value (%(value)s). Copy the column, paste it as values, save, and send the "
        "file again."
    ),
    "sheet.long_line": N_("A line of the file is longer than %(most)s characters. Check that it is a table."),
    "sheet.not_text": N_("The file is neither a table nor text. Open it in Excel or WPS and save it as .xlsx."),
    "sheet.not_xlsx": N_("The file is called .xlsx but is none. Open it in Excel or WPS and save it as .xlsx."),
    "sheet.other_program": N_(
        "Files of this kind (%(ending)s) cannot be read. Open it in Excel or WPS, choose “Save as”, "
        "then “Excel workbook (*.xlsx)”, and send that file."
    ),
    "sheet.password": N_("The file is protected by a password. Remove it in Excel or WPS, save, and send it again."),
    "sheet.too_large": N_("The file is larger than %(most)s MB when unpacked. Split it, or remove its pictures."),
    "sheet.too_many_cells": N_("The sheets have more than %(most)s cells together. Split the file."),
    "sheet.too_many_columns": N_(
        "A sheet reaches beyond column %(most)s. Delete the empty columns at its right, and save it again."
    ),
    "sheet.too_many_formulas": N_(
        "More than %(most)s cells are formulas without a value. Copy the sheet, paste it as values, and save it."
    ),
    "sheet.too_many_parts": N_("The file has more than %(most)s parts. Remove pictures and drawings."),
    "sheet.too_many_rows": N_(
        "A sheet reaches beyond row %(most)s. Delete the empty rows at its end, or split it into several files."
    ),
    "sheet.too_much_text": N_("The cells hold more than %(most)s characters together. Split the file."),
    "sheet.unknown_encoding": N_("This encoding is not known here. Choose one of: %(known)s."),
}
