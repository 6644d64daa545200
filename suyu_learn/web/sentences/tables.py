"""Sentences about the columns of tables of questions, and the pictures in them."""

from __future__ import annotations

from suyu_learn.web.i18n import N_

SENTENCES = {
    "document.archive": N_("Archives of this kind (%(ending)s) cannot be read. Unpack it and send the files inside."),
    "document.cartridge": N_(
        "Course cartridges (%(ending)s) cannot be read. Export the quiz itself as QTI (.zip) and send that file."
    ),
    "document.moodle_backup": N_(
        "A Moodle backup (%(ending)s) cannot be read. In Moodle, open the question bank, choose “Export”, then "
        "“Moodle XML format”, and send that file."
    ),
    "document.other_program": N_(
        "Files of this kind (%(ending)s) cannot be read. Open it in Word or WPS, choose “Save as”, then "
        "“Word document (*.docx)”, and send that file."
    ),
    "document.pdf": N_(
        "PDF files cannot be read without losing what belongs together. Send the file from which it was made, or copy "
        "its text and paste it."
    ),
    "document.picture": N_("A picture cannot be read. Type the questions, or recognise their text and paste it."),
    "document.slides": N_("Slides (%(ending)s) cannot be read. Copy the text of the questions and paste it."),
    "json.broken": N_("The file is not valid JSON. Export it again, or save its questions as a table."),
    "json.no_questions": N_(
        "No list of questions was found in the file. Each needs its stem under a name such as stem."
    ),
    "sheet.not_a_table": N_("This is a Word document, not a table. Choose the format Word, or send a table."),
    "sheet.numbers": N_(
        "Files of Numbers cannot be read. In Numbers, choose “File”, “Export to”, then “Excel”, and send that file."
    ),
    "sheet.old_broken": N_(
        "The old workbook (.xls) cannot be read safely. Open it in Excel or WPS, choose “Save as”, then “Excel "
        "workbook (*.xlsx)”, and send that file."
    ),
    "sheet.open_document": N_(
        "Files of this kind (%(ending)s) cannot be read. Open it in LibreOffice or Excel, choose “Save as”, then "
        "“Excel workbook (*.xlsx)”, and send that file."
    ),
    "sheet.web_page": N_(
        "The file is called .xls but is a web page that another system wrote. Open it in Excel or WPS, choose “Save "
        "as”, then “Excel workbook (*.xlsx)”, and send that file."
    ),
    "sheet.pictures_missing": N_("%(count)s pictures are named by the file but not in it, and were left out."),
    "sheet.pictures_nowhere": N_(
        "%(count)s pictures lie over no cell, and were left out. Move each into the row of its question."
    ),
    "sheet.pictures_of_other_kind": N_(
        "%(count)s pictures are drawings of a kind that browsers do not show, and were left out. Paste them as PNG."
    ),
    "sheet.pictures_too_large": N_("%(count)s pictures are larger than %(most)s MB each, and were left out."),
    "sheet.pictures_too_many": N_("A file may have %(most)s pictures; %(count)s more were left out. Split the file."),
    "table.group_guessed": N_(
        "The questions below were taken as belonging to this passage. Count them （1）（2） to say so, or leave an "
        "empty row behind the last."
    ),
    "table.group_without_questions": N_("No question that belongs to this passage could be taken."),
    "table.keyword_without_weight": N_(
        "%(count)s keywords have no weight, while others have one. Write 通风（2分）；检测（1分）, or no weight at all."
    ),
    "table.menus_do_not_match": N_("There are %(menus)s lists of options for %(gaps)s gaps. Write ____ for each gap."),
    "table.no_gaps": N_("The text has no gap. Write ____ for each."),
    "table.no_pairs": N_("What belongs together cannot be told. Write the answer as A-2, B-1, C-3."),
    "table.number_as_essay": N_("The answer is no number, so a person will have to mark this question."),
    "table.order_as_written": N_("No order is given, so the options were taken as standing in the right one."),
    "table.order_incomplete": N_(
        "The order “%(answer)s” does not name each of the %(count)s options once. Write it as CABD."
    ),
    "table.pair_missing": N_("The answer “%(answer)s” says nothing for %(missing)s. Write it as A-2, B-1, C-3."),
    "table.passage_as_essay": N_("No question belongs to this text, so it was taken as an essay that a person marks."),
    "table.pictures_in_answers": N_(
        "%(count)s pictures lie in cells of answers and were left out. Move them into the explanation."
    ),
    "table.sheet_name_kept": N_(
        "The name of the sheet is no type of question; %(count)s questions were tagged with “%(tag)s”."
    ),
    "table.tolerance_no_number": N_(
        "The tolerance “%(said)s” is no number. Write it as 0.1, or as a share in per cent."
    ),
    "table.unknown_criterion": N_("The criterion “%(said)s” is no number from 1 to 26; it was left out."),
    "table.unknown_dimension": N_(
        "The dimension “%(said)s” is not known; it was left out. Write 知识, 方法, 精神 or 应用."
    ),
    "xlsx.comes_back_changed": N_(
        "%(count)s questions have texts that a table would read otherwise, such as separators inside an answer."
    ),
    "xlsx.credit_not_written": N_(
        "%(count)s numbers give part of the points for other answers; a table has no place for it."
    ),
    "xlsx.pictures_not_written": N_(
        "%(count)s pictures stand in answers, where a table can only have their description."
    ),
    "xlsx.translations_not_written": N_("%(count)s questions have translations, which a table has no place for."),
    "xlsx.type_not_written": N_("%(count)s questions of the type “%(type)s” cannot stand in a table."),
    "xlsx.weights_not_written": N_("%(count)s texts have gaps that count differently; in a table they count the same."),
    "table.column_missing": N_("No column is called %(column)s. Say which one it is."),
    "table.column_no_stem": N_(
        "Column “%(column)s” should hold the questions, but has letters or numbers. Say which column holds them."
    ),
    "table.columns_contradict": N_(
        "Column “%(column)s” should hold the answers, but has long texts, while column “%(other)s” has letters. "
        "Say which is which."
    ),
    "table.columns_guessed": N_("The headings are not known, so the columns were guessed. Check each of them."),
}
