"""Sentences about results on paper, typing for somebody, and scans."""

from __future__ import annotations

from suyu_learn.web.i18n import N_

SENTENCES = {
    "offline.answer": N_("Question %(number)s: %(error)s"),
    "offline.applied_already": N_("This file has been taken in already, or was taken back."),
    "offline.built_on": N_("These results cannot be taken back together any more: something was built on them."),
    "offline.by_answers": N_(
        "This result follows from its answers, so its points cannot be typed over. Void it and enter the paper anew."
    ),
    "offline.changed_meanwhile": N_(
        "Somebody has corrected these points meanwhile: %(points)s stand now. Look again, then correct."
    ),
    "offline.day_before": N_("The exam opened only at %(opens_at)s. Give a day on which it took place."),
    "offline.day_outside": N_(
        "The exam does not take place on that day. It runs from %(opens_at)s to %(closes_at)s; give a day within."
    ),
    "offline.day_to_come": N_("That day is still to come. Give the day on which the paper was sat."),
    "offline.entered_already": N_(
        "%(name)s has a result on paper already. Correct that one, or void it first if it is another's."
    ),
    "offline.file_unknown": N_("There is no such file of results here. Start from the results on paper of the exam."),
    "offline.has_attempt": N_(
        "%(name)s has sat online already and has no attempt left. If the paper is to count, void the online attempt "
        "first, on the board."
    ),
    "offline.left_out": N_("You said that this row stays out."),
    "offline.letter": N_("The letter %(letter)s is no option; there are A to %(last)s."),
    "offline.name_elsewhere": N_(
        "Somebody who is due has this name, but the row does not say enough to be sure. Is it this person?"
    ),
    "offline.no_day": N_("Give the day on which the paper was sat."),
    "offline.no_header": N_(
        "No row names the columns. There must be one with 工号 or 姓名, and 得分 or the numbers of the questions."
    ),
    "offline.no_points_column": N_(
        "The table names people, but has no column 得分, and none with the numbers of questions (1, 2, 3)."
    ),
    "offline.no_questions": N_(
        "Each paper of this exam asks other questions, so answers cannot be entered by number. Enter the points."
    ),
    "offline.no_retake": N_("That day lies in the retake, which is not for %(name)s."),
    "offline.no_rows": N_("Below the names of the columns there is no row."),
    "offline.no_such_question": N_("There is no question %(number)s; the paper has %(count)s."),
    "offline.not_a_day": N_("“%(typed)s” is no day. Write it as 2026-03-02."),
    "offline.not_done": N_("This file has not been taken in, or was taken back."),
    "offline.not_points": N_("“%(typed)s” is no number of points. Write a number such as 87 or 87.5."),
    "offline.nothing": N_("Give the points, or the answers."),
    "offline.one_letter": N_("“%(answer)s” is not one letter; this question has one answer."),
    "offline.only_hidden": N_(
        "No sheet that is shown names people. These sheets are hidden and are not read: %(names)s. Show them in the "
        "spreadsheet, save, and choose the file again."
    ),
    "offline.points_and_answers": N_("Give either the points or the answers; the points follow from the answers."),
    "offline.right_or_wrong": N_("“%(answer)s” is neither right nor wrong. Write √ or ×."),
    "offline.row_empty": N_("Neither points nor answers: nothing is entered for this person."),
    "offline.same_points": N_("These points stand already. Give others, or go back."),
    "offline.sits_now": N_(
        "%(name)s is sitting this exam online right now. Hand in or void that attempt first, on the board."
    ),
    "offline.too_exact": N_("“%(typed)s” has more than two decimals."),
    "offline.too_many_points": N_("“%(typed)s” is more than the paper has; %(full)s points are full marks."),
    "offline.too_many_rows": N_("The table has more than %(most)s rows. Send it in parts."),
    "offline.twice_in_file": N_("Row %(first)s is about the same person; this row stays out."),
    "offline.unknown_person": N_(
        "Nobody who is due and belongs to your units is called so. Check number and name, or add the person to the "
        "roster first."
    ),
    "offline.yourself": N_("Your own result is entered by somebody else."),
    "scan.deleted": N_("This scan is deleted already."),
    "scan.empty": N_("The file is empty. Choose another one."),
    "scan.other_kind": N_("This is neither a photo (JPEG, PNG or WebP) nor a pdf. Save it as one of these."),
    "scan.pdf_too_large": N_("The pdf is larger than %(most)s MB. Scan it with fewer dots, or send it in parts."),
    "scan.too_many": N_("The attempt has %(most)s scans already. Delete one first, or put pages into one pdf."),
    "scan.unknown": N_("There is no such scan here, or you may not see it."),
    "scan.unreadable": N_("The photo is damaged or too large and cannot be read. Take it once more."),
    "offline.which_variant": N_("Papers of this exam differ. Give the code that is printed on this one: %(codes)s."),
    "typing.not_now": N_("%(name)s cannot sit now: %(error)s"),
    "typing.yourself": N_("You cannot type for yourself. Open the exam as everybody does."),
}
