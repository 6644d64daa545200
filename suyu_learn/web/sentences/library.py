"""Sentences about the library as a whole: counts, balance, wording, facts."""

from __future__ import annotations

from suyu_learn.web.i18n import N_

SENTENCES = {
    "library.few_questions": N_("The library has %(count)s questions; at least %(fewest)s are wanted."),
    "library.few_of_criterion": N_(
        "Criterion %(criterion)s has %(count)s questions; at least %(fewest)s are wanted. Write more."
    ),
    "library.few_of_dimension": N_(
        "The dimension %(dimension)s has %(count)s questions; at least %(fewest)s are wanted. Write more."
    ),
    "library.unused_type": N_("No question is of the type %(type)s. Write one."),
    "library.many_true_false": N_(
        "%(count)s of %(questions)s questions are true or false; at most %(most)s percent may be."
    ),
    "library.difficulty": N_(
        "%(count)s of %(questions)s questions are %(difficulty)s; it should be %(share)s percent, give or take "
        "%(off_by)s."
    ),
    "library.difficulty_of_audience": N_(
        "Of %(audience)s, %(count)s of %(questions)s questions are %(difficulty)s; it should be %(share)s percent, "
        "give or take %(off_by)s."
    ),
    "library.few_courses": N_("There are %(count)s courses for %(audience)s; at least %(fewest)s are wanted."),
    "library.lessons": N_("The course has %(count)s lessons; between %(fewest)s and %(most)s are wanted."),
    "library.not_in_english": N_("Title and summary are missing in English. Write them below [translations.en]."),
    "library.checkpoints": N_("The lesson has %(count)s checkpoint questions; %(wanted)s are wanted."),
    "library.places": N_(
        "Right answers of %(audience)s, type %(type)s, stand unevenly: %(counts)s. Chance does that in %(chance)s "
        "percent of all banks; put options of some questions in another order."
    ),
    "library.longest": N_(
        "Of %(audience)s, in %(count)s of %(of)s single choices the right option is the longest. Chance does that in "
        "%(chance)s percent of all banks; shorten right options, or lengthen wrong ones."
    ),
    "library.shortest": N_(
        "Of %(audience)s, in %(count)s of %(of)s single choices the right option is the shortest. Chance does that in "
        "%(chance)s percent of all banks; shorten wrong options, or lengthen right ones."
    ),
    "library.nearly_the_same": N_(
        "It is %(percent)s percent the same as %(other)s. Ask something else, or take one of them out."
    ),
    "library.all_of_the_above": N_(
        "“%(text)s” speaks of the other options, which stand in another order on each paper. Say what is meant."
    ),
    "library.double_negation": N_("“%(text)s” says no twice. Say it straight."),
    "library.unmarked_negation": N_(
        "“%(text)s” asks for what does not hold, and is easily read over. Ask for what holds, or mark the word as "
        "**不**."
    ),
    "library.letter_in_explanation": N_(
        "“%(text)s” names an option by its letter, which is another one on another paper. Name it by what it says."
    ),
    "library.many_negations": N_(
        "Of %(audience)s, %(count)s of %(of)s choices ask for what does not hold; at most %(most)s percent may."
    ),
    "library.link_astray": N_("The link to “%(link)s” leads nowhere. Mend it, or take it out."),
    "template.bank_unknown": N_("There is no bank “%(value)s” in the library. Mend its name."),
    "fact.unknown": N_("There is no fact “%(key)s”. Declare it in facts.toml, or mend its name."),
    "fact.wrong_shape": N_("Facts are written as [[fact]], each with key, about, value, source and checked."),
    "fact.unused": N_(
        "No question and no lesson names this fact. Name it as {{fact:…}} where it is used, or take it out."
    ),
    "fact.not_in_text": N_("The text names the fact “%(key)s” and does not say its value, %(value)s."),
    "fact.key_twice": N_("The key is used twice. Give one of the two another."),
    "fact.said_twice": N_("“%(other)s” says the same. Keep one of them, and name that in all texts."),
    "fact.contradicts": N_("“%(other)s” is about the same and says %(value)s. Find out which holds, and keep that."),
}
