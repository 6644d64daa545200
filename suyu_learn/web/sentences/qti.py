"""Sentences about QTI files."""

from __future__ import annotations

from suyu_learn.web.i18n import N_

SENTENCES = {
    "qti.adaptive": N_(
        "The item is adaptive: it changes while it is answered, which is not possible here. "
        "Write it as single questions."
    ),
    "qti.bank_reference": N_(
        "The file only refers to questions of an item bank elsewhere (%(count)s). Export that bank as well, "
        "and import its file."
    ),
    "qti.declared_otherwise": N_(
        "The manifest calls “%(name)s” “%(said)s”, which it is not. It was read as what it is."
    ),
    "qti.empty_answers": N_("%(count)s empty answers were left out."),
    "qti.essay_by_person": N_(
        "The file compares the written answer with a text; here a person marks it, with that text as the reference."
    ),
    "qti.essay_without_key": N_(
        "The file marks the written answer by comparing it with a correct response that it does not state. "
        "Here a person marks it."
    ),
    "qti.feedback_not_kept": N_("Feedback on wrong answers is not kept: %(count)s texts."),
    "qti.gap_not_in_text": N_(
        "The text shows no place for the gap “%(name)s”. Write the name in square brackets where the gap belongs."
    ),
    "qti.incomplete": N_("The item lacks its part “%(what)s”. Export it again with the program it came from."),
    "qti.information_only": N_("This is only information: nothing is asked."),
    "qti.interaction": N_("Questions of the kind “%(name)s” cannot be asked here. Write it as another type."),
    "qti.key_earns_nothing": N_(
        "By the item's own marking the correct response earns no points. Correct the marking, or the response."
    ),
    "qti.key_unknown": N_("The correct response names “%(key)s”, which the item does not offer or which is no number."),
    "qti.label_too_long": N_("Topics or tags longer than 100 characters were left out: %(count)s."),
    "qti.marking": N_(
        "The item is marked by “%(name)s”, which has no equal here: it could not be marked in the same way."
    ),
    "qti.match_many": N_(
        "Something has several partners, or none, on both sides. Here each line on one side has exactly one partner."
    ),
    "qti.negative_points": N_("Points taken away for wrong answers are not kept: %(count)s questions."),
    "qti.nested_zip": N_("A zip inside the zip is not opened: %(count)s. Import it by itself."),
    "qti.no_key": N_("The item states no correct response. A question without a key cannot be marked."),
    "qti.no_manifest": N_(
        "This zip has no imsmanifest.xml, so it is no QTI package, and no question was found in it. "
        "Export it again as a QTI package."
    ),
    "qti.no_questions": N_("There is no question in the file."),
    "qti.no_response_variable": N_("The item does not declare the response “%(name)s” that it asks for."),
    "qti.not_an_item": N_("“%(name)s” is no QTI question."),
    "qti.order_of_some": N_("Only some of the items have a place in the right order. Here all of them need one."),
    "qti.part_not_kept": N_("The part “%(name)s” is not kept: %(count)s."),
    "qti.partial_points": N_(
        "Different points for single answers are not kept: %(count)s questions. The exam says what a part earns."
    ),
    "qti.picture_elsewhere": N_("A picture that lies on another server is not fetched: %(name)s."),
    "qti.picture_kind": N_("Pictures of this kind are not taken: %(name)s. Save it as PNG or JPEG."),
    "qti.picture_missing": N_(
        "The picture “%(name)s” is not in the file. Add it, or see whether the question needs it."
    ),
    "qti.keywords_not_written": N_(
        "The keywords of short answers are not written: %(count)s questions. A person marks them there, as essays."
    ),
    "qti.passage_explanation_not_written": N_("Explanations of passages are not written: %(count)s."),
    "qti.translations_not_written": N_("Translations are not written: %(count)s questions."),
    "qti.type_not_written": N_("Questions of the type “%(type)s” are not written: %(count)s."),
    "qti.weights_not_written": N_("Different weights of gaps are not written: %(count)s questions."),
    "qti.several_keys": N_(
        "Several different answers earn all the points, but only one of them can be chosen. Say which one is right."
    ),
    "qti.several_responses": N_("Lists and typed answers are mixed in one item. Write them as questions of their own."),
    "qti.taken_as_matching": N_(
        "Pairs out of one list were taken as matching: the first of each pair stands on the left."
    ),
    "qti.template": N_("The item makes up its values by chance each time. Write it with fixed values."),
    "qti.test_alone": N_(
        "This file is only the order of a test; its questions lie in other files. Import the package."
    ),
    "qti.titles_not_kept": N_("Titles of questions are not kept: %(count)s."),
    "qti.type_not_offered": N_("Questions of the type “%(type)s” are not offered here."),
    "qti.undeclared": N_(
        "%(count)s questions are in the package but not in its manifest. They were read all the same."
    ),
    "qti.without_manifest": N_("The zip has no imsmanifest.xml. Every question that was found in it was read."),
    "qti.wrong_not_counted": N_(
        "In %(count)s questions a wrong answer beside the right ones costs nothing; here it makes the answer wrong."
    ),
}
