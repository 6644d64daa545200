"""Moodle's formats, all of them: GIFT, Aiken, cloze texts, Moodle XML."""

from __future__ import annotations

from suyu_learn.content.formats import aiken, cloze_text, gift, gift_writer, moodle_xml, moodle_xml_writer

FORMATS = (*gift.FORMATS, *aiken.FORMATS, *cloze_text.FORMATS, *moodle_xml.FORMATS)
WRITERS = (*gift_writer.WRITERS, *moodle_xml_writer.WRITERS)
