"""What styles add to paragraphs and runs: list numbering, and what hides or marks text."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from suyu_learn.content.formats.docx_package import child, local, value

LONGEST_CHAIN = 20


class Styles:
    """The styles of a document; a chain of styles that leads back to itself ends there."""

    def __init__(self, tree: Element | None) -> None:
        self._styles = {
            value(one, "styleId") or "": one for one in (tree if tree is not None else ()) if local(one.tag) == "style"
        }
        self.default = next(
            (
                name
                for name, one in self._styles.items()
                if value(one, "type") == "paragraph" and (value(one, "default") or "") in ("1", "true")
            ),
            "",
        )

    def chain(self, name: str | None) -> list[Element]:
        """A style and those it builds on, nearest first."""
        found: list[Element] = []
        seen: set[str] = set()
        while name and name in self._styles and name not in seen and len(found) < LONGEST_CHAIN:
            seen.add(name)
            found.append(self._styles[name])
            name = value(child(self._styles[name], "basedOn"))
        return found

    def list_of(self, name: str | None) -> tuple[str, str] | None:
        """The list that a paragraph style belongs to, and the style that says so."""
        for style in self.chain(name or self.default):
            number = value(child(style, "pPr", "numPr", "numId"))
            if number is not None:
                return number, value(style, "styleId") or ""
        return None

    def run_property(self, name: str | None, wanted: str) -> Element | None:
        """A property that a style gives to text."""
        for style in self.chain(name):
            found = child(style, "rPr", wanted)
            if found is not None:
                return found
        return None

    def numbering_of(self, name: str | None) -> str | None:
        """The numId that a numbering style names."""
        return value(child(next(iter(self.chain(name)), None), "pPr", "numPr", "numId"))
