"""Sentences about zip packages and XML files."""

from __future__ import annotations

from suyu_learn.web.i18n import N_

SENTENCES = {
    "package.bomb": N_(
        "“%(name)s” in the zip unpacks to far more than such a file ever holds. The package is not read; "
        "make it anew with the program it came from."
    ),
    "package.broken": N_("The zip file is damaged and cannot be opened. Copy, download or export it again."),
    "package.cut_off": N_(
        "The zip file is cut off: the list of its files, which stands at the end, is missing. "
        "Copy or download it again."
    ),
    "package.empty": N_("There is no file in the zip. Make the package again."),
    "package.entry_broken": N_("“%(name)s” in the zip is damaged and cannot be unpacked. Make the package again."),
    "package.entry_too_large": N_("“%(name)s” in the zip is larger than %(most)s MB. Make it smaller."),
    "package.file_missing": N_(
        "The package names “%(name)s”, but there is no such file in it. Export it again, whole."
    ),
    "package.leads_outside": N_(
        "The package names “%(href)s”, which lies outside of it. Only files inside the package are read."
    ),
    "package.link": N_("“%(name)s” in the zip is a link and no file. Pack the file itself."),
    "package.name_twice": N_("“%(name)s” is in the zip twice, and one cannot be told from the other. Pack it again."),
    "package.password": N_("The zip file is protected by a password. Pack it without one."),
    "package.too_large": N_("The zip unpacks to more than %(most)s MB. Split it into smaller packages."),
    "package.too_many_entries": N_("The zip holds more than %(most)s files. Split it into smaller packages."),
    "package.unknown_compression": N_(
        "“%(name)s” is packed in a way that is not read here. Pack it as an ordinary zip (deflate)."
    ),
    "package.unsafe_name": N_(
        "The zip holds a file called “%(name)s”, whose name leads out of the package or cannot be used. "
        "Nothing of it is read; make the package again."
    ),
    "xml.bad_declaration": N_(
        "The first line of the XML file, its declaration, is faulty, so that no program may read it. "
        'Write <?xml version="1.0" encoding="UTF-8"?>, or export the file again.'
    ),
    "xml.broken": N_(
        "The XML file is not well-formed: line %(line)s, %(error)s. Export it again with the program it came from."
    ),
    "xml.entities": N_(
        "The XML file declares or uses entities of its own, which are not read because they can swell without end. "
        "Save it with plain characters."
    ),
    "xml.tag_too_long": N_("A tag of the XML file does not end within 8 MB. It is not read; export it again."),
    "xml.too_deep": N_(
        "The XML file nests elements more than %(most)s deep, which no question needs. Export it again."
    ),
    "xml.too_many": N_("The XML file has more than %(most)s elements. Split it into smaller files."),
    "xml.too_many_attributes": N_("An element of the XML file has more than %(most)s attributes. Export it again."),
    "xml.unreadable": N_("The XML file is in an encoding or of a form that cannot be read. Save it as UTF-8."),
}
