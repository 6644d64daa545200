"""Sentences about courses and their packs."""

from __future__ import annotations

from suyu_learn.web.i18n import N_

SENTENCES = {
    "course.asks_retired": N_(
        "“%(lesson)s” asks questions that are no longer published: %(count)s. Open the lesson and take them out."
    ),
    "course.changed_meanwhile": N_(
        "Somebody else has changed this lesson meanwhile. Their words stand below yours: take over what is missing, "
        "and keep it again."
    ),
    "course.changed_since_read": N_(
        "The course was changed since you opened this page, so nothing was done. Read it again as it stands now."
    ),
    "course.contents_changed": N_(
        "Somebody else has changed these lessons meanwhile, so nothing was kept. Look over what stands here and save "
        "again."
    ),
    "course.for_nobody": N_("Tick at least one audience, so that somebody finds the course."),
    "course.from_pack": N_(
        "This course came as a pack, and the next version of the pack would write over it. Copy it."
    ),
    "course.needs_review": N_("A second person publishes this course. Send it to review."),
    "course.no_draft": N_("This course is published and has no draft. Open the course and press “Change it”."),
    "course.no_note": N_("Say what is to be mended, so that the author knows."),
    "course.no_text": N_("The lesson has no text yet. Write what learners shall read."),
    "course.not_in_review": N_(
        "This course does not wait for review any more: it was published, sent back, or taken back by who writes it."
    ),
    "course.own_review": N_("You wrote in this draft, so somebody else reviews it."),
    "course.waits_already": N_("This draft waits for review already."),
    "course.no_unit": N_("There is no unit in which you organize, so nobody could keep the course."),
    "course.pages_coming": N_("The pages of “%(lesson)s” are still being drawn. Open the lesson, and it goes on."),
    "course.picture_unlike_ours": N_(
        "A picture stands here in a way in which it cannot be kept. Take it out, and add it with the button “Picture”."
    ),
    "course.requires_circle": N_(
        "“%(other)s” itself asks for this course to be completed before, at once or by other courses, so that nobody "
        "could begin either. Take it out here or there."
    ),
    "course.section_too_long": N_("A heading has at most %(limit)s characters. Make it shorter."),
    "course.settings_changed": N_(
        "Somebody else has changed these settings meanwhile, so nothing was kept. Look them over and save again."
    ),
    "course.review_by_another": N_(
        "You have written in the draft, so only somebody else can do without the second person. Publish it by review, "
        "or ask them."
    ),
    "course.tables_too_big": N_(
        "All tables together have more than %(most)s cells. Make them smaller, or two lessons."
    ),
    "course.title": N_("Give it a title of at most %(limit)s characters."),
    "course.too_many_signs": N_(
        "The text has more than %(most)s signs of Markdown ([ * _ ` $ ~), which takes too long to draw. Leave some "
        "out, or make two lessons."
    ),
    "course.too_many_lessons": N_("A course has %(most)s lessons at the most. Begin another one."),
    "course.too_many_questions": N_("A lesson asks %(most)s questions at the most. Tick fewer."),
    "course.without_lessons": N_("The course has no lesson yet. Add one."),
    "course.lesson_length": N_("The lesson has %(length)s characters; between %(fewest)s and %(most)s are wanted."),
    "course.audience_unlike_folder": N_("The audience must be the name of the folder above, “%(folder)s”."),
    "course.checkpoint_twice": N_("The question %(uid)s is a checkpoint of %(first)s already. Use another one."),
    "course.file_missing": N_("The zip or folder has no file %(name)s, which the lesson names. Put it into media."),
    "course.not_yes_or_no": N_("This is either true or false, without quotation marks."),
    "course.requires_itself": N_("A course cannot be completed before itself. Take it out."),
    "course.requires_unknown": N_("There is no course %(slug)s here. Load it first, or take it out."),
    "course.section_torn": N_(
        "Other lessons stand between this one and those of “%(section)s”. Put them behind each other, or name this "
        "section otherwise."
    ),
    "course.slug_signs": N_("A slug has letters a to z, digits and hyphens. Change it."),
    "course.zip_gone": N_("The file is no longer kept. Choose it again."),
    "course.zip_none": N_("Choose the zip file of a course."),
    "course.zip_of_several": N_("The zip has %(count)s courses. Pack one at a time, with course.toml in its folder."),
    "course.zip_without_course": N_(
        "There is no course.toml in the zip. Pack the folder of the course with all that is in it."
    ),
    "course.field_missing": N_("This field is missing. Add it."),
    "course.import_stale": N_(
        "The course here has changed since you looked, so nothing came in. Look again at what the zip would do."
    ),
    "course.lesson_file_name": N_(
        "A lesson's file begins with its place in the course, here %(start)s, goes on in small Latin letters, digits "
        "and hyphens, and ends in .md."
    ),
    "course.lesson_locked": N_("Lessons are read in order. Finish “%(first)s” first."),
    "course.lesson_opens_later": N_("“%(lesson)s” opens on %(opens_at)s."),
    "course.lesson_not_listed": N_("This file is no lesson of the course. Add it to course.toml, or take it away."),
    "course.list_empty": N_("This list is empty. It needs at least one entry."),
    "course.no_lesson": N_("The course has no lessons. Add a [[lesson]] for each."),
    "course.no_such_lesson": N_("This course has no such lesson. Open the course and choose from its contents."),
    "course.not_a_list": N_("This must be a list of texts, none of them empty."),
    "course.not_a_table": N_("Translations are tables by language, as in [translations.en]."),
    "course.not_a_text": N_("This must be a text that is not empty."),
    "course.requires": N_("This course opens once you have completed: %(courses)s."),
    "course.said_twice": N_("“%(value)s” stands here twice. Take one away."),
    "course.opens_later": N_("This course opens on %(opens_at)s."),
    "course.question_line": N_(
        "A question stands on a line of its own, outside lists and quotations: ::question and its number in the bank."
    ),
    "course.question_not_asked": N_(
        "The text places the question %(uid)s, which this lesson does not ask. Choose it for the lesson first, or take "
        "the line out."
    ),
    "course.question_placed_twice": N_("The text places the question %(uid)s twice. Take one of the lines out."),
    "course.other_version": N_("This was learnt in another version of the course, and does not count in this one."),
    "course.slug_twice": N_("Another course, %(first)s, has this slug already. Choose another one."),
    "course.slug_unlike_folder": N_(
        "The slug must be the name of its folder, “%(folder)s”, in small Latin letters, digits and hyphens."
    ),
    "course.text_has_html": N_("A lesson has no HTML. Write it in Markdown."),
    "course.text_has_picture": N_(
        "A picture from elsewhere cannot stand in a lesson. Add it as a file, or say it in words."
    ),
    "course.text_has_title": N_("A lesson's title stands in course.toml. Begin its headings with ##."),
    "course.text_too_long": N_("The text has %(length)s characters; at most %(limit)s are allowed here."),
    "course.unknown": N_("There is no such course. Choose one from the list of courses."),
    "course.unreadable_steps": N_("What the browser has sent cannot be read. Load the page again."),
    "course.unknown_audience": N_("There is no audience called “%(audience)s”. Use the code of one that exists."),
    "course.unknown_checkpoint": N_("There is no published question %(uid)s. Check the uid, or load the bank first."),
    "course.unknown_field": N_("Course packs have no such field. Check the spelling."),
    "course.unreadable_time": N_("The time spent came in a form that cannot be read. Load the page again."),
    "course.wrong_encoding": N_("The file is not in UTF-8. Save it in that encoding."),
    "pdf.broken": N_("This PDF cannot be read. Open it, save it as PDF once more, and choose the new file."),
    "pdf.gone": N_("The file has been put away meanwhile. Remove this lesson, and choose the PDF again."),
    "pdf.locked": N_("This PDF is locked by a password. Save it without one, and choose the new file."),
    "pdf.none": N_(
        "This is no PDF. In PowerPoint, WPS or Word choose “Save as”, there “PDF”, and choose that file here."
    ),
    "pdf.page_broken": N_("Page %(number)s of this PDF cannot be drawn. Leave it out, or save the PDF once more."),
    "pdf.too_big": N_("A PDF has %(most)s MB at the most. Save it with smaller pictures, or in parts."),
    "pdf.too_many_pages": N_("This PDF has %(count)s pages; a lesson takes %(most)s. Save it in parts, a lesson each."),
}
