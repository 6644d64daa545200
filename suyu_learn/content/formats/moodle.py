"""Moodle's formats, all of them: GIFT, Aiken, cloze texts, Moodle XML."""

from __future__ import annotations

from suyu_learn.content.formats import aiken, cloze_text, gift, moodle_xml

FORMATS = (*gift.FORMATS, *aiken.FORMATS, *cloze_text.FORMATS, *moodle_xml.FORMATS)
