"""Questions as Moodle XML, pictures embedded; what Moodle has no place for becomes tags, which come back."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from html import escape
from typing import Any, BinaryIO

from suyu_learn.content import pictures
from suyu_learn.content.drafts import QuestionDraft
from suyu_learn.content.formats import cloze_text, moodle_writing
from suyu_learn.content.formats.gift_writer import topic_path
from suyu_learn.content.formats.moodle_notes import notes_of
from suyu_learn.content.formats.moodle_writing import losses_of, name_of, percent, share_of_each, tolerance_of
from suyu_learn.domain.problems import Problem
from suyu_learn.domain.questions.fill_in import BLANK

Media = Callable[[str], tuple[bytes, str]]
_ENDINGS = {"image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif", "image/webp": ".webp"}
_FORMATS = {"plain": "plain_text", "markdown": "markdown"}
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_KINDS = {
    "single": "multichoice", "multiple": "multichoice", "true_false": "truefalse", "fill_in": "shortanswer",
    "numeric": "numerical", "matching": "matching", "ordering": "ordering", "cloze": "cloze", "essay": "essay",
    "short_answer": "essay", "group": "description",
}  # fmt: skip


class MoodleXmlWriter:
    """Moodle XML, as UTF-8."""

    code: str = "moodle_xml"
    suffix: str = ".xml"
    mime: str = "application/xml"
    label: str = "Moodle XML"

    def losses(self, questions: Sequence[QuestionDraft]) -> Sequence[Problem]:
        """What Moodle XML cannot carry."""
        return losses_of(questions, carried=_KINDS, pictures_too=True)

    def write(
        self, questions: Sequence[QuestionDraft], stream: BinaryIO, *, title: str, lang: str, media: Media,
        options: Mapping[str, Any],
    ) -> None:  # fmt: skip
        """Write all that can be carried."""
        stream.write(b'<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n')
        topic = ""
        for draft in questions:
            if draft.type not in _KINDS:
                continue
            first = topic_path(draft)
            if first != topic:
                topic = first
                path = "/".join(part for part in ("$course$/top", topic) if part)
                stream.write(f'<question type="category"><category>{_text(path)}</category></question>\n'.encode())
            stream.write(_Question(draft, media).written(lang).encode())
        stream.write(b"</quiz>\n")


WRITERS = (MoodleXmlWriter(),)


def _said(text: str) -> str:
    """A text as character data."""
    return escape(_NO_XML.sub("", text), quote=False)


def _text(text: str) -> str:
    return f"<text>{_said(text)}</text>"


class _Question:
    """One question while it is written."""

    def __init__(self, draft: QuestionDraft, media: Media) -> None:
        self.draft = draft
        self.body = draft.body
        self.media = media
        self.kind = _KINDS[draft.type]
        if draft.type == "fill_in" and len(self.body["blanks"]) > 1:
            self.kind = "cloze"

    def written(self, lang: str) -> str:
        stem = self.body["stem"] if self.kind != "cloze" else self._with_gaps()
        grade = f"<defaultgrade>{_said(self.draft.points)}</defaultgrade>" if self.draft.points is not None else ""
        notes = [*notes_of(self.draft, lang=lang), *self._more_notes()]
        tags = "".join(f"<tag>{_text(note)}</tag>" for note in notes)
        parts = [
            f'<question type="{self.kind}">',
            f"<name>{_text(name_of(self.draft))}</name>",
            self._element("questiontext", stem),
            self._element("generalfeedback", self.body.get("explanation") or ""),
            grade,
            "<penalty>0</penalty>" if self.kind not in ("truefalse", "description", "essay") else "",
            _ANSWERS.get(self.draft.type, _Question._nothing)(self) if self.kind != "cloze" else "",
            f"<tags>{tags}</tags>" if tags else "",
            "</question>\n",
        ]
        return "\n".join(part for part in parts if part)

    def _more_notes(self) -> list[str]:
        return [f"知识点:{topic}" for topic in self.draft.topics[1 if topic_path(self.draft) else 0 :]]

    def _element(self, name: str, text: str, more: str = "", attributes: str = "") -> str:
        """A text with its format and the pictures that it names."""
        text_format, files = _FORMATS[self.draft.text_format], ""
        named = pictures.named_in({"stem": text})
        if named:
            names = {}
            for sha256 in named:
                content, mime = self.media(sha256)
                names[sha256] = sha256[:16] + _ENDINGS.get(mime, "")
                coded = b64encode(content).decode()
                files += f'<file name="{names[sha256]}" path="/" encoding="base64">{coded}</file>'
            if self.draft.text_format == "plain":
                text_format, text = "html", _as_html(text, names)
            else:
                text = _with_files(text, names)
        if text_format == "markdown":
            text = moodle_writing.formulas_for_moodle(text)
        return f'<{name}{attributes} format="{text_format}">{_text(text)}{files}{more}</{name}>'

    def _answer(self, text: str, fraction: str, more: str = "") -> str:
        return self._element("answer", text, more, f' fraction="{fraction}"')

    def _nothing(self) -> str:
        return ""

    def _choice(self) -> str:
        several = self.draft.type == "multiple"
        right = share_of_each(len(self.body["answer"])) if several else "100"
        wrong = "-100" if several else "0"
        answers = [
            self._answer(text, right if is_right else wrong) for text, is_right in moodle_writing.options_of(self.draft)
        ]
        single = "false" if several else "true"
        head = f"<single>{single}</single><shuffleanswers>true</shuffleanswers><answernumbering>ABCD</answernumbering>"
        return "\n".join([head, *answers])

    def _true_false(self) -> str:
        fractions = {True: ("100", "0"), False: ("0", "100")}[self.body["answer"]]
        return "\n".join(
            f'<answer fraction="{fraction}" format="plain_text">{_text(word)}</answer>'
            for word, fraction in zip(("true", "false"), fractions, strict=True)
        )

    def _fill_in(self) -> str:
        accepted = map(moodle_writing.without_patterns, self.body["blanks"][0]["accepted"])
        answers = [f'<answer fraction="100" format="plain_text">{_text(text)}</answer>' for text in accepted]
        return "\n".join(["<usecase>0</usecase>", *answers])

    def _numeric(self) -> str:
        answers = [
            f'<answer fraction="{percent(answer["credit"])}" format="plain_text">{_text(answer["value"])}'
            f"<tolerance>{_said(tolerance_of(answer))}</tolerance></answer>"
            for answer in self.body["answers"]
        ]
        unit = self.body.get("unit")
        if unit:
            name = f"<unit_name>{_said(unit)}</unit_name>"
            answers.append(f"<units><unit><multiplier>1</multiplier>{name}</unit></units>")
        return "\n".join(answers)

    def _matching(self) -> str:
        options = {option["key"]: option["text"] for option in self.body["options"]}
        pairs = [(prompt["text"], options[self.body["pairs"][prompt["key"]]]) for prompt in self.body["prompts"]]
        used = set(self.body["pairs"].values())
        pairs += [("", text) for key, text in options.items() if key not in used]
        told = [self._element("subquestion", left, self._element("answer", right)) for left, right in pairs]
        return "\n".join(["<shuffleanswers>true</shuffleanswers>", *told])

    def _ordering(self) -> str:
        items = [self._answer(item["text"], f"{place}.0") for place, item in enumerate(self.body["items"], start=1)]
        head = "<layouttype>VERTICAL</layouttype><selecttype>ALL</selecttype><gradingtype>ALL_OR_NOTHING</gradingtype>"
        return "\n".join([head, *items])

    def _essay(self) -> str:
        return self._element("graderinfo", self.body.get("reference") or "")

    def _with_gaps(self) -> str:
        """The stem with its gaps as Moodle writes them inside the text."""
        if self.draft.type == "fill_in":
            gaps = [{"kind": "text", "accepted": blank["accepted"]} for blank in self.body["blanks"]]
        else:
            gaps = list(self.body["gaps"])
        written = iter([_gap(gap) for gap in gaps])
        return BLANK.sub(lambda _found: next(written), self.body["stem"])


def _gap(gap: Mapping[str, Any]) -> str:
    weight = Decimal(gap.get("weight", "1"))
    told = str(weight) if weight == int(weight) and weight < 1000 else "1"
    if gap["kind"] == "number":
        inner = f"NUMERICAL:={gap['value']}:{tolerance_of(gap)}"
    elif gap["kind"] == "text":
        texts = map(moodle_writing.without_patterns, gap["accepted"])
        inner = "SHORTANSWER:" + "~".join(f"={cloze_text.escaped(text)}" for text in texts)
    else:
        signs = {True: "=", False: ""}
        inner = "MULTICHOICE:" + "~".join(
            signs[option["key"] == gap["answer"]] + cloze_text.escaped(option["text"]) for option in gap["options"]
        )
    return f"{{{told}:{inner}}}"


def _as_html(text: str, names: Mapping[str, str]) -> str:
    """A plain text with pictures, which Moodle shows in HTML only."""
    return pictures.MARK.sub(lambda found: _image(names[found[2]], found[1]), moodle_writing.as_html(text))


def _image(name: str, alt: str) -> str:
    described = alt.replace('"', "&quot;")
    return f'<img src="@@PLUGINFILE@@/{name}" alt="{described}">'


def _with_files(text: str, names: Mapping[str, str]) -> str:
    return pictures.MARK.sub(lambda found: f"![{found[1]}](@@PLUGINFILE@@/{names[found[2]]})", text)


_ANSWERS: dict[str, Callable[[_Question], str]] = {
    "single": _Question._choice, "multiple": _Question._choice, "true_false": _Question._true_false,
    "fill_in": _Question._fill_in, "numeric": _Question._numeric, "matching": _Question._matching,
    "ordering": _Question._ordering, "essay": _Question._essay, "short_answer": _Question._essay,
}  # fmt: skip
