"""Files of other programs: what each must be saved as, so that it can be read."""

from __future__ import annotations

from suyu_learn.domain.problems import Place, Problem

_TABLES = "xlsb xlsm xltx xltm xlt ods ots et ett numbers dbf sxc fods xml"
_TEXTS = "doc docm dot dotx wps wpt odt ott rtf pages"
_SLIDES = "ppt pptx dps"
_PICTURES = "png jpg jpeg gif bmp webp heic tif tiff"
_BY_ENDING = {
    **dict.fromkeys(_TABLES.split(), "sheet.other_program"),
    **dict.fromkeys(_TEXTS.split(), "document.other_program"),
    **dict.fromkeys(_SLIDES.split(), "document.slides"),
    **dict.fromkeys(_PICTURES.split(), "document.picture"),
    **dict.fromkeys(("rar", "7z", "tar", "gz", "tgz"), "document.archive"),
    "pdf": "document.pdf",
    "mbz": "document.moodle_backup",
    "numbers": "sheet.numbers",
    "ods": "sheet.open_document",
    "imscc": "document.cartridge",
}


def known_elsewhere(ending: str, *, place: Place) -> Problem | None:
    """What to do with a file of this ending; None if the ending says nothing."""
    bare = ending.lower().lstrip(".")
    code = _BY_ENDING.get(bare)
    return Problem(code, place=place, ending=f".{bare}") if code else None
