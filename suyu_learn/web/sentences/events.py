"""Sentences about events, attendance, sign-offs, and hours learnt elsewhere."""

from __future__ import annotations

from suyu_learn.web.i18n import N_

SENTENCES = {
    "attendance.code_old": N_(
        "This code has run out; a new one stands on the screen every half minute. Scan the screen once more."
    ),
    "attendance.elsewhen": N_(
        "That is not when the event was: it ran from %(starts)s to %(ends)s. Give times that fit; if it ran at another "
        "time, change the event first."
    ),
    "attendance.left_first": N_("Who leaves has come before. Give a later time."),
    "attendance.nobody": N_("Nobody is ticked. Tick who came."),
    "attendance.not_come": N_("You have not checked in here. Scan the code on the screen, and press the button."),
    "attendance.not_expected": N_(
        "Somebody ticked belongs neither to your units nor to those this event is for. Their tick is gone; look at the "
        "others, then enter them."
    ),
    "attendance.not_for_you": N_(
        "This event is for the people of another unit. If you are meant to be here, sign the sheet and tell the "
        "organizer."
    ),
    "attendance.organizer": N_(
        "You organize this event, so nothing is noted for you by its code. Sign the sheet; another organizer enters "
        "you."
    ),
    "attendance.over": N_("The event is over. If you were there, tell the organizer, who can enter it from the sheet."),
    "attendance.same": N_("These times stand already. Give others, or go back."),
    "attendance.there_already": N_("%(name)s is entered already. Correct that attendance instead."),
    "attendance.to_come": N_("That time is still to come. Enter it once it is past."),
    "attendance.too_early": N_("It is too early: one can check in from %(opens)s on."),
    "attendance.too_late": N_(
        "It is too late to check out here. Tell the organizer when you left; they enter it, and you get your hours."
    ),
    "attendance.too_many": N_("At most %(most)s people are entered at once. Tick fewer, then go on with the others."),
    "attendance.unknown": N_("There is no such attendance here."),
    "attendance.voided": N_("Your attendance was taken back by the organizer. Ask them."),
    "attendance.voided_already": N_("This attendance is taken back already."),
    "event.cancelled": N_("This event is called off."),
    "event.ends_first": N_("It ends before it begins. Give a later end."),
    "event.hours": N_(
        "From beginning to end it can bring %(most)s credit hours of %(minutes)s minutes. Give no more than that."
    ),
    "event.no_course": N_("This course is not published any more. Choose another one, or none."),
    "event.no_exam": N_("This exam does not belong to your units. Choose another one, or none."),
    "event.no_part": N_("This part of a programme is not there any more. Choose another one, or none."),
    "event.no_unit": N_("There is no unit in which you organize, so nobody could come."),
    "event.people_came": N_("People have come to it already. Take their attendance back first, each with a reason."),
    "event.settled": N_(
        "Hours were given for these times already, so beginning, end and hours stay. Correct the attendance of each "
        "person instead."
    ),
    "event.title": N_("Give it a name of at most %(limit)s characters."),
    "event.too_long": N_("An event lasts %(most)s days at the most. Make several of it."),
    "event.unknown": N_("There is no such event here. Ask the organizer for the right address."),
    "hours.days_full": N_("Nothing more can be credited on these days: a day brings %(most)s credit hours at most."),
    "hours.days_turned": N_("The last day lies before the first one. Give a later one."),
    "hours.entered_already": N_(
        "Just these hours are entered for this person already. Say what was learnt in other words if they are others."
    ),
    "hours.no_header": N_(
        "No row of this file has the columns 姓名, 学习内容 and 学时. Take the empty table from the page."
    ),
    "hours.no_place": N_("Say where it was learnt, and from whom."),
    "hours.no_proof": N_("Choose a photo or pdf of the proof, such as a certificate."),
    "hours.no_title": N_("Say what was learnt, in at most %(limit)s characters."),
    "hours.not_hours": N_("“%(value)s” is no number of hours. Write it as 8 or 1.5."),
    "hours.row_without_proof": N_(
        "There is no number of a proof. Write it, or bring one scan for the whole table with the file."
    ),
    "hours.some_room": N_("Only %(room)s of %(claimed)s hours go in: the days have others already."),
    "hours.not_for": N_("Nothing can be entered for %(name)s: a guest, or an entry that was merged into another."),
    "hours.to_come": N_("That day is still to come. Enter hours once they are past."),
    "hours.too_long": N_("At most %(most)s days are entered at once. Make several entries of it."),
    "hours.too_many": N_(
        "Those days can bring %(room)s credit hours, a day %(day)s at the most. Give no more than that, but more than "
        "0."
    ),
    "hours.too_many_rows": N_("A file holds at most %(most)s rows of hours here. Split it and upload the parts."),
    "hours.two_years": N_(
        "These days lie in two calendar years, and hours count for one. Enter the days up to 31 December %(year)s by "
        "themselves, then the others."
    ),
    "hours.unknown": N_("There is no such entry of hours here."),
    "hours.voided_already": N_("These hours are taken back already."),
    "hours.file_voided": N_("Nothing of this file stands any more that you may take back."),
    "sign_off.before_stage": N_(
        "%(name)s had done “%(stage)s” only at %(at)s, and what comes after it cannot have begun before. Give the real "
        "time, or take the tick away."
    ),
    "sign_off.done_already": N_("“%(part)s” is signed for %(name)s already. Take the tick away."),
    "sign_off.hours_first": N_(
        "%(name)s has not all hours of “%(stage)s” yet, which comes first. Take the tick away, and sign what is "
        "missing there."
    ),
    "sign_off.no_part": N_("There is nothing of this kind to be signed here."),
    "sign_off.no_result": N_("Say with what result, in a few words."),
    "sign_off.nobody": N_("Nobody is ticked. Tick whom it was taught to."),
    "sign_off.not_members": N_("Somebody ticked does not have this programme any more. Tick once more."),
    "sign_off.other_year": N_("That time lies outside the years in which it counts for %(name)s. Give another one."),
    "sign_off.parts_first": N_(
        "%(name)s has to do “%(stage)s” first; missing there: %(parts)s. Take the tick away, or sign that first."
    ),
    "sign_off.too_many": N_("At most %(most)s people are signed at once. Tick fewer, then go on with the others."),
    "sign_off.trainer": N_("Write who taught, in at most %(limit)s characters."),
    "sign_off.unknown": N_("There is no such sign-off here."),
    "sign_off.voided_already": N_("This sign-off is void already."),
}
