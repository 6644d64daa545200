"""One vocabulary for QTI 2 and 3: elements and attributes of version 3 under the names of version 2."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from suyu_learn.content.remembering import MEGABYTE, remembered

_PREFIX = "qti-"
_HYPHEN = re.compile("-([a-z0-9])")

ITEM = "assessmentItem"
TEST = "assessmentTest"
SECTION = "assessmentSection"
STIMULUS = "assessmentStimulus"
INTERACTIONS = frozenset(
    {
        "associateInteraction", "choiceInteraction", "customInteraction", "drawingInteraction", "endAttemptInteraction",
        "extendedTextInteraction", "gapMatchInteraction", "graphicAssociateInteraction", "graphicGapMatchInteraction",
        "graphicOrderInteraction", "hotspotInteraction", "hottextInteraction", "inlineChoiceInteraction",
        "matchInteraction", "mediaInteraction", "orderInteraction", "portableCustomInteraction",
        "positionObjectInteraction", "selectPointInteraction", "sliderInteraction", "textEntryInteraction",
        "uploadInteraction",
    }
)  # fmt: skip
INLINE = frozenset({"textEntryInteraction", "inlineChoiceInteraction"})


def in_version_2(root: Element) -> Element:
    """The same tree with the names of version 2."""
    for element in root.iter():
        if element.tag.startswith(_PREFIX):
            element.tag = _camel(element.tag[len(_PREFIX) :])
            if any("-" in name for name in element.attrib):
                element.attrib = {_camel(name): value for name, value in element.attrib.items()}
    return root


def interactions_of(body: Element) -> list[Element]:
    """The interactions of an item's body, in the order of its text."""
    return [element for element in body.iter() if element.tag in INTERACTIONS]


def words_of(element: Element | None) -> str:
    """The words within an element, spaces levelled."""
    return " ".join("".join(element.itertext()).split()) if element is not None else ""


def values_of(element: Element | None) -> list[str]:
    """The texts of the `value` elements within a declaration."""
    return [] if element is None else [words_of(value) for value in element.iter("value")]


def all_of(element: Element | None, *names: str) -> Iterator[Element]:
    """The children of one of the names."""
    return (child for child in (() if element is None else element) if child.tag in names)


@remembered(MEGABYTE)
def _camel(name: str) -> str:
    return _HYPHEN.sub(lambda found: found[1].upper(), name)
