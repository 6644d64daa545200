"""One paragraph of a Word document as the text that its reader sees."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple
from unicodedata import normalize
from xml.etree.ElementTree import Element

from suyu_learn.content.formats import docx_fields
from suyu_learn.content.formats.docx_inlays import Inlays, without_signs
from suyu_learn.content.formats.docx_math import formula, lowered, raised
from suyu_learn.content.formats.docx_package import child, is_on, local, value
from suyu_learn.content.formats.docx_pictures import Pictures
from suyu_learn.content.formats.docx_signs import is_sign_font, sign, spelt
from suyu_learn.content.formats.docx_styles import Styles
from suyu_learn.content.formats.text_answers import answers_follow
from suyu_learn.content.formats.text_lines import answer_in, labelled
from suyu_learn.content.normalise.answers import text_shown
from suyu_learn.domain.problems import Problem

BLANK = "____"
_LONGEST_MARKED = 20_000
_OPTION = re.compile(r"(?:(?<=\s)|^)[(（【]?([A-ZＡ-Ｚ])(?:[)）】]\s*[.．、]?|[.．、:：])\s*")
_PLAIN_COLOURS = {"auto", "000000", "none"}
_INSIDE = frozenset({
    "hyperlink", "smartTag", "sdt", "sdtContent", "ins", "moveTo", "fldSimple", "customXml", "bdo", "dir", "oMathPara",
})  # fmt: skip
_DELETED = frozenset({"del", "moveFrom", "delText"})
_NO_LOOKS: frozenset[str] = frozenset()


class Piece(NamedTuple):
    """A stretch of text, in what ways it stands out, and whether it is hidden."""

    text: str
    looks: frozenset[str] = _NO_LOOKS
    hidden: bool = False


@dataclass(slots=True)
class Counts:
    """What is told once for the whole document."""

    changes: int = 0
    hidden_kept: int = 0
    hidden_left: int = 0
    comments: int = 0


@dataclass(slots=True)
class Written:
    """A paragraph: its lines with the looks of the options in them, its text boxes, and what could not be kept."""

    lines: list[tuple[str, dict[str, frozenset[str]]]]
    boxes: list[Element] = field(default_factory=list)
    losses: list[Problem] = field(default_factory=list)


class Paragraphs:
    """Reads paragraphs in their order; a field may reach over several of them."""

    def __init__(self, styles: Styles, pictures: Pictures, inlays: Inlays, notes: dict[str, str]) -> None:
        self.styles, self.pictures, self.inlays, self.notes = styles, pictures, inlays, notes
        self.counts = Counts()
        self._fields: list[docx_fields.Field] = []
        self._pieces: list[Piece] = []
        self._boxes: list[Element] = []
        self._losses: list[Problem] = []

    def read(self, paragraph: Element, label: str) -> Written:
        """The lines of a paragraph, the first behind its label."""
        self._pieces, self._boxes, self._losses = [], [], []
        self._style = value(child(paragraph, "pPr", "pStyle"))
        self._style_hides = is_on(self.styles.run_property(self._style, "vanish"))
        self._inside(paragraph)
        if not self._pieces:
            return Written([("", {})], self._boxes, self._losses)
        pieces = _with_blanks(self._seen(self._pieces))
        if label and any(piece.text.strip() for piece in pieces):
            pieces.insert(0, Piece(label))
        return Written(_lines(pieces), self._boxes, self._losses)

    def _seen(self, pieces: list[Piece]) -> list[Piece]:
        """Hidden text is left out, unless it is what authors hide before printing: the answers."""
        if not any(piece.hidden for piece in pieces):
            return pieces
        hidden = "".join(piece.text for piece in pieces if piece.hidden).strip()
        if not hidden:
            return [piece for piece in pieces if not piece.hidden]
        answers = answers_follow(hidden) or any(name for name, _text in labelled(hidden)) or answer_in(hidden)[0]
        if answers:
            self.counts.hidden_kept += 1
            return pieces
        self.counts.hidden_left += 1
        return [piece for piece in pieces if not piece.hidden]

    def _inside(self, element: Element) -> None:
        for inner in element:
            name = local(inner.tag)
            if name == "r":
                self._run(inner)
            elif name == "oMath":
                self._formula(inner)
            elif name in _INSIDE:
                self.counts.changes += name in ("ins", "moveTo")
                self._inside(inner)
            elif name in _DELETED:
                self.counts.changes += 1
            elif name == "AlternateContent":
                self._alternatives(inner, None)

    def _formula(self, element: Element) -> None:
        found = formula(element)
        if found.latex and self._shown():
            self._pieces.append(Piece(self.inlays.formula(found.latex, found.words)))
        elif found.words and self._shown():
            if not found.whole:
                self._losses.append(Problem("docx.formula_as_text", formula=text_shown(found.words)))
            self._pieces.append(Piece(found.words))

    def _shown(self) -> bool:
        return all(one.shown for one in self._fields)

    def _run(self, run: Element) -> None:
        properties = child(run, "rPr")
        for inner in run:
            text = self._text(inner, properties)
            if text and self._shown():
                self._add(text, properties)

    def _text(self, inner: Element, properties: Element | None) -> str:
        """The text of what stands in a run; what is not text is taken where it belongs."""
        name = local(inner.tag)
        if name == "t":
            return self._letters(inner.text or "", properties)
        if name in _SIMPLE:
            return _SIMPLE[name]
        if name == "br":
            return "" if value(inner, "type") in ("page", "column") and not self._pieces else "\n"
        if name == "sym":
            return self._sign(inner)
        if name in ("fldChar", "instrText"):
            return self._field(name, inner)
        if name in ("drawing", "pict", "object", "AlternateContent"):
            self._alternatives(inner, properties) if name == "AlternateContent" else self._drawing(inner)
        elif name in ("footnoteReference", "endnoteReference"):
            note = self.notes.get(f"{name[:-9]} {value(inner, 'id')}", "")
            if note:
                self._losses.append(Problem("docx.note", note=text_shown(note)))
        elif name == "commentReference":
            self.counts.comments += 1
        elif name == "ruby" and (base := child(inner, "rubyBase")) is not None:
            self._inside(base)
        return ""

    def _letters(self, text: str, properties: Element | None) -> str:
        text = without_signs(text)
        fonts = child(properties, "rFonts")
        font = value(fonts, "ascii") or "" if fonts is not None else ""
        if font and is_sign_font(font):
            text = spelt(font, text)
        script = value(child(properties, "vertAlign"))
        if script in ("superscript", "subscript"):
            return raised(text) if script == "superscript" else lowered(text)
        return text

    def _sign(self, inner: Element) -> str:
        font = value(inner, "font") or ""
        try:
            found = sign(font, int(value(inner, "char") or "", 16))
        except (ValueError, OverflowError):
            found = None
        if found is None:
            self._losses.append(Problem("docx.sign", font=font[:40]))
        return found or ""

    def _field(self, name: str, inner: Element) -> str:
        kind = value(inner, "fldCharType")
        if name == "instrText":
            if self._fields:
                self._fields[-1].instruction += (inner.text or "")[: docx_fields.LONGEST]
        elif kind == "begin" and len(self._fields) < docx_fields.DEEPEST:
            self._fields.append(docx_fields.Field())
        elif kind == "separate" and self._fields:
            self._fields[-1].separated = True
        elif kind == "end" and self._fields:
            ended = self._fields.pop()
            if not ended.separated and (said := docx_fields.equation(ended.instruction)) is not None:
                if not said:
                    self._losses.append(Problem("docx.formula_as_text", formula=text_shown(ended.instruction)))
                    return docx_fields.bare(ended.instruction)
                return self.inlays.formula(said.latex, said.words) if said.latex else said.words
        return ""

    def _alternatives(self, element: Element, properties: Element | None) -> None:
        """Of several forms of one thing, the newest that has a picture, a text or a text box."""
        forms = sorted(element, key=lambda one: local(one.tag) != "Choice")
        for form in forms:
            if form is forms[-1] or any(local(one.tag) in _TELLING for one in form.iter()):
                for inner in form:
                    name = local(inner.tag)
                    if name in ("drawing", "pict", "object"):
                        self._drawing(inner)
                    elif name == "r":
                        self._run(inner)
                    elif text := self._text(inner, properties):
                        self._add(text, properties)
                return

    def _drawing(self, element: Element) -> None:
        if not self._shown():
            return
        boxes = list(_outermost(element, "txbxContent"))
        self._boxes += boxes
        if any(local(one.tag) == "AlternateContent" for one in element.iter()):
            element = _first_form(element)
        inside = {id(one) for box in boxes for one in box.iter()} if boxes else set()
        beside = (local(one.tag) for one in element.iter() if id(one) not in inside)
        if boxes and not any(name in ("blip", "imagedata") for name in beside):
            return
        if told := self.pictures.of(_without(element, inside), self._losses):
            self._pieces.append(Piece(told))

    def _add(self, text: str, properties: Element | None) -> None:
        if properties is None:
            self._pieces.append(Piece(text, _NO_LOOKS, self._style_hides))
            return
        self._pieces.append(Piece(text, self._looks(properties), self._hidden(properties)))

    def _hidden(self, properties: Element) -> bool:
        own = child(properties, "vanish")
        if own is None:
            own = self.styles.run_property(value(child(properties, "rStyle")), "vanish")
        return is_on(own) if own is not None else self._style_hides

    def _looks(self, properties: Element) -> frozenset[str]:
        found = set()
        style = value(child(properties, "rStyle"))
        for name, way in (("b", "bold"), ("u", "line"), ("color", "colour"), ("highlight", "light"), ("shd", "light")):
            one = child(properties, name)
            if one is None and style:
                one = self.styles.run_property(style, name)
            if one is not None and _stands_out(name, one):
                found.add(way)
        return frozenset(found) if found else _NO_LOOKS


_SIMPLE = {"tab": "\t", "ptab": "\t", "cr": "\n", "noBreakHyphen": "-"}
_TELLING = frozenset({"blip", "imagedata", "txbxContent", "t", "oMath", "chart", "relIds"})


def _stands_out(name: str, one: Element) -> bool:
    said = (value(one) or "").lower()
    if name == "color":
        return said not in ("", *_PLAIN_COLOURS) and value(one, "themeColor") not in ("text1", "tx1", "dark1")
    if name == "shd":
        return (value(one, "fill") or "auto").lower() not in ("auto", "ffffff", "none")
    if name == "highlight":
        return said not in ("", "none", "white")
    return is_on(one)


def _with_blanks(pieces: list[Piece]) -> list[Piece]:
    """Underlined spaces are a blank to be filled in."""
    told: list[Piece] = []
    for at, piece in enumerate(pieces):
        if "line" not in piece.looks or piece.text.strip() or "\n" in piece.text:
            told.append(piece)
            continue
        alone = not (at and _is_space_line(pieces[at - 1])) and not (
            at + 1 < len(pieces) and _is_space_line(pieces[at + 1])
        )
        width = sum(4 if one == "\t" else 2 if one == "\u3000" else 1 for one in piece.text)
        if alone and width < 2:
            told.append(piece)
        elif not (told and told[-1].text.endswith(BLANK) and at and _is_space_line(pieces[at - 1])):
            told.append(Piece(BLANK))
    return told


def _is_space_line(piece: Piece) -> bool:
    return "line" in piece.looks and not piece.text.strip() and bool(piece.text) and "\n" not in piece.text


def _lines(pieces: list[Piece]) -> list[tuple[str, dict[str, frozenset[str]]]]:
    """The pieces in lines, and of each option in a line in what ways all of it stands out."""
    lines: list[tuple[str, dict[str, frozenset[str]]]] = []
    text = ""
    looks: list[frozenset[str]] = []
    for piece in [*pieces, Piece("\n")]:
        parts = piece.text.split("\n")
        for number, part in enumerate(parts):
            if number:
                lines.append((text.strip(), _looks_of(text, looks)))
                text, looks = "", []
            text += part
            looks += [piece.looks] * len(part)
    return lines


def _looks_of(text: str, looks: list[frozenset[str]]) -> dict[str, frozenset[str]]:
    if not text or len(text) > _LONGEST_MARKED:
        return {}
    found: dict[str, frozenset[str]] = {}
    marks = list(_OPTION.finditer(text))
    for mark, following in zip(marks, [*marks[1:], None], strict=False):
        end = following.start() if following else len(text)
        ways = [looks[at] for at in range(mark.end(), end) if not text[at].isspace()]
        if ways:
            found[normalize("NFKC", mark[1])] = frozenset.intersection(*ways)
    return found


def _outermost(element: Element, wanted: str) -> list[Element]:
    """The elements of a name that are in no other of it; of several forms of one thing only the first."""
    found = []
    for inner in element:
        name = local(inner.tag)
        if name == wanted:
            found.append(inner)
        elif name == "AlternateContent":
            found += _outermost(_first_form(inner), wanted)
        else:
            found += _outermost(inner, wanted)
    return found


def _first_form(element: Element) -> Element:
    """A copy of the frame without the older forms of what is in it."""
    copy = Element(element.tag, element.attrib)
    copy.text = element.text
    chosen = list(element)
    if local(element.tag) == "AlternateContent":
        chosen = [one for one in element if local(one.tag) == "Choice"][:1] or chosen[:1]
    copy.extend(_first_form(one) for one in chosen)
    return copy


def _without(element: Element, left_out: set[int]) -> Element:
    if not left_out:
        return element
    copy = Element(element.tag, element.attrib)
    copy.extend(_without(one, left_out) for one in element if id(one) not in left_out)
    return copy
