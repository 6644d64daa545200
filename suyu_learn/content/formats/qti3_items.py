"""Our questions as QTI 3 items."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from typing import Any

from suyu_learn.content.drafts import QuestionDraft
from suyu_learn.content.formats import qti3_xml as xml
from suyu_learn.content.formats.html_writing import GAP_SIGN, Address, inline_xhtml, xhtml

_STEP = Decimal("0.000001")


@dataclass
class Parts:
    """What an item is made of."""

    body: str
    declarations: str
    rules: str
    by_person: bool = False


def item(draft: QuestionDraft, *, identifier: str, title: str, address: Address, stimulus: str = "") -> str:
    """The whole file of one question."""
    points = draft.points or "1"
    parts = _WRITERS[draft.type](_Writing(draft, address, Decimal(points)))
    explanation = xhtml(draft.body.get("explanation", ""), draft.text_format, address)
    shown = xml.setting(f'<qti-base-value base-type="identifier">{xml.EXPLANATION}</qti-base-value>', xml.FEEDBACK)
    rules = parts.rules + (shown if explanation else "")
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<qti-assessment-item xmlns="{xml.NAMESPACE}" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        f'xsi:schemaLocation="{xml.NAMESPACE} {xml.SCHEMA}" identifier="{identifier}" '
        f'title="{xml.attribute(title)}" adaptive="false" time-dependent="false" xml:lang="{lang_tag(draft.lang)}">'
        + parts.declarations
        + xml.outcomes(points, feedback=bool(explanation), by_person=parts.by_person)
        + (f'<qti-assessment-stimulus-ref identifier="passage" href="{stimulus}"/>' if stimulus else "")
        + f"<qti-item-body>{parts.body}</qti-item-body>"
        + (f"<qti-response-processing>{rules}</qti-response-processing>" if rules else "")
        + (
            f'<qti-modal-feedback outcome-identifier="{xml.FEEDBACK}" show-hide="show" identifier="{xml.EXPLANATION}">'
            f"<qti-content-body>{explanation}</qti-content-body></qti-modal-feedback>"
            if explanation
            else ""
        )
        + "</qti-assessment-item>\n"
    )


def passage(draft: QuestionDraft, *, identifier: str, title: str, address: Address) -> str:
    """The file of a group's passage."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<qti-assessment-stimulus xmlns="{xml.NAMESPACE}" '
        f'identifier="{identifier}" title="{xml.attribute(title)}" xml:lang="{lang_tag(draft.lang)}">'
        f"<qti-stimulus-body>{xhtml(draft.body['stem'], draft.text_format, address)}</qti-stimulus-body>"
        "</qti-assessment-stimulus>\n"
    )


def lang_tag(lang: str) -> str:
    """Our name of a language as the web writes it."""
    return lang.replace("_", "-")


@dataclass(frozen=True)
class _Writing:
    draft: QuestionDraft
    address: Address
    points: Decimal

    @property
    def body(self) -> Mapping[str, Any]:
        return self.draft.body

    def stem(self) -> str:
        return f"<div>{xhtml(self.body['stem'], self.draft.text_format, self.address)}</div>"

    def stem_around(self, interactions: Sequence[str]) -> str:
        """The stem with an interaction in each gap."""
        pieces = xhtml(self.body["stem"], self.draft.text_format, self.address, gaps=True).split(GAP_SIGN)
        return "<div>" + "".join(
            piece + (interactions[at] if at < len(interactions) else "") for at, piece in enumerate(pieces)
        ) + "</div>"  # fmt: skip

    def text(self, text: str) -> str:
        return inline_xhtml(text, self.draft.text_format, self.address)

    def share(self, count: int) -> str:
        """What one of so many parts earns."""
        return plain((self.points / count).quantize(_STEP))


def plain(value: Decimal) -> str:
    """A number without exponent; its zeros stay."""
    return f"{value:f}"


def _choice(writing: _Writing) -> Parts:
    options = writing.body["options"]
    names = dict(zip((option["key"] for option in options), xml.letters(len(options), "A"), strict=True))
    many = writing.draft.type == "multiple"
    right = [names[key] for key in writing.body["answer"]]
    return _choices(
        writing,
        [xml.simple_choice(names[option["key"]], writing.text(option["text"])) for option in options],
        right,
        many,
    )


def _true_false(writing: _Writing) -> Parts:
    right, wrong = ("正确", "错误") if writing.draft.lang.startswith("zh") else ("True", "False")
    choices = [xml.simple_choice("true", right), xml.simple_choice("false", wrong)]
    return _choices(writing, choices, ["true" if writing.body["answer"] else "false"], False)


def _choices(writing: _Writing, choices: Sequence[str], right: Sequence[str], many: bool) -> Parts:
    return Parts(
        f'{writing.stem()}<qti-choice-interaction response-identifier="RESPONSE" shuffle="false" '
        f'max-choices="{0 if many else 1}">{"".join(choices)}</qti-choice-interaction>',
        xml.declaration("RESPONSE", "identifier", right, many="multiple" if many else "single"),
        _all_or_nothing(),
    )


def _all_or_nothing() -> str:
    return xml.when((xml.is_correct("RESPONSE"), xml.setting(xml.variable("MAXSCORE"))))


def _fill_in(writing: _Writing) -> Parts:
    blanks = writing.body["blanks"]
    names = xml.letters(len(blanks), "R")
    share = writing.share(len(blanks))
    if writing.body.get("any_order"):
        return _free_order(writing, names, share)
    declared = [
        xml.declaration(name, "string", blank["accepted"][:1], worths=[(text, share) for text in blank["accepted"]])
        for name, blank in zip(names, blanks, strict=True)
    ]
    rules = "".join(xml.add(f'<qti-map-response identifier="{name}"/>') for name in names)
    return Parts(writing.stem_around([xml.text_entry(name) for name in names]), "".join(declared), rules)


def _free_order(writing: _Writing, names: Sequence[str], share: str) -> Parts:
    """Each blank's words count once, wherever they are typed."""
    blanks = writing.body["blanks"]
    declared = [
        xml.declaration(name, "string", blank["accepted"][:1]) for name, blank in zip(names, blanks, strict=True)
    ]
    rules = ""
    for blank in blanks:
        tests = "".join(
            f'<qti-string-match case-sensitive="false">{xml.variable(name)}{xml.words(text)}</qti-string-match>'
            for text in blank["accepted"] for name in names
        )  # fmt: skip
        rules += xml.when((f"<qti-or>{tests}</qti-or>", xml.add(xml.number(share))))
    return Parts(writing.stem_around([xml.text_entry(name) for name in names]), "".join(declared), rules)


def percents(tolerance: str, *, relative: bool) -> str:
    """A tolerance as QTI has it."""
    return plain(Decimal(tolerance) * 100) if relative and tolerance != "0" else tolerance


def _numeric(writing: _Writing) -> Parts:
    answers = writing.body["answers"]
    unit = writing.body.get("unit") or ""
    branches = [
        (xml.is_near("RESPONSE", one["value"], percents(one.get("tolerance", "0"), relative=one.get("relative", False)),
                     relative=one.get("relative", False)),
         xml.setting(xml.number(plain(writing.points * Decimal(one.get("credit", "1"))))))
        for one in answers
    ]  # fmt: skip
    entry = xml.text_entry("RESPONSE") + (
        f'<span class="{xml.UNIT_CLASS}">{escape(unit, quote=False)}</span>' if unit else "")  # fmt: skip
    return Parts(f"{writing.stem()}<p>{entry}</p>", xml.declaration("RESPONSE", "float", [answers[0]["value"]]),
                 xml.when(*branches))  # fmt: skip


def _matching(writing: _Writing) -> Parts:
    prompts, options = writing.body["prompts"], writing.body["options"]
    left = dict(zip((one["key"] for one in prompts), xml.letters(len(prompts), "P"), strict=True))
    right = dict(zip((one["key"] for one in options), xml.letters(len(options), "A"), strict=True))
    pairs = [f"{left[one]} {right[other]}" for one, other in writing.body["pairs"].items()]
    pairs.sort(key=lambda pair: int(pair.split()[0][1:]))
    sets = (
        "".join(xml.associable(left[one["key"]], writing.text(one["text"]), 1) for one in prompts),
        "".join(xml.associable(right[one["key"]], writing.text(one["text"]), 0) for one in options),
    )
    body = "".join(f"<qti-simple-match-set>{one}</qti-simple-match-set>" for one in sets)
    share = writing.share(len(pairs))
    return Parts(
        f'{writing.stem()}<qti-match-interaction response-identifier="RESPONSE" shuffle="true" '
        f'max-associations="{len(prompts)}">{body}</qti-match-interaction>',
        xml.declaration("RESPONSE", "directedPair", pairs, many="multiple", worths=[(pair, share) for pair in pairs]),
        xml.setting('<qti-map-response identifier="RESPONSE"/>'),
    )


def _ordering(writing: _Writing) -> Parts:
    """Shown in the order of their texts, so that the order in the file tells nothing."""
    items = writing.body["items"]
    names = xml.letters(len(items), "A")
    order = sorted(range(len(items)), key=lambda at: items[at]["text"])
    shown = [xml.simple_choice(names[place], writing.text(items[at]["text"])) for place, at in enumerate(order)]
    right = [names[order.index(at)] for at in range(len(items))]
    return Parts(
        f'{writing.stem()}<qti-order-interaction response-identifier="RESPONSE" shuffle="true">{"".join(shown)}'
        "</qti-order-interaction>",
        xml.declaration("RESPONSE", "identifier", right, many="ordered"),
        _all_or_nothing(),
    )


def _cloze(writing: _Writing) -> Parts:
    gaps = writing.body["gaps"]
    names = xml.letters(len(gaps), "R")
    share = writing.share(len(gaps))
    made = [_gap(name, gap, share) for name, gap in zip(names, gaps, strict=True)]
    return Parts(
        writing.stem_around([entry for entry, _declared, _rule in made]),
        "".join(declared for _entry, declared, _rule in made),
        "".join(rule for _entry, _declared, rule in made),
    )


def _gap(name: str, gap: Mapping[str, Any], share: str) -> tuple[str, str, str]:
    if gap["kind"] == "menu":
        return _menu(name, gap, share)
    if gap["kind"] == "text":
        worths = [(text, share) for text in gap["accepted"]]
        return (xml.text_entry(name), xml.declaration(name, "string", gap["accepted"][:1], worths=worths),
                xml.add(f'<qti-map-response identifier="{name}"/>'))  # fmt: skip
    relative = gap.get("relative", False)
    near = xml.is_near(name, gap["value"], percents(gap.get("tolerance", "0"), relative=relative), relative=relative)
    declared = xml.declaration(name, "float", [gap["value"]])
    return xml.text_entry(name), declared, xml.when((near, xml.add(xml.number(share))))


def _menu(name: str, gap: Mapping[str, Any], share: str) -> tuple[str, str, str]:
    names = xml.letters(len(gap["options"]), "A")
    options = "".join(
        f'<qti-inline-choice identifier="{one}">{escape(option["text"], quote=False)}</qti-inline-choice>'
        for one, option in zip(names, gap["options"], strict=True)
    )
    right = next(one for one, option in zip(names, gap["options"], strict=True) if option["key"] == gap["answer"])
    return (
        f'<qti-inline-choice-interaction response-identifier="{name}" shuffle="false">{options}'
        "</qti-inline-choice-interaction>",
        xml.declaration(name, "identifier", [right]),
        xml.when((xml.is_correct(name), xml.add(xml.number(share)))),
    )


def _essay(writing: _Writing) -> Parts:
    reference = xhtml(writing.body.get("reference", ""), writing.draft.text_format, writing.address)
    rubric = (
        f'<qti-rubric-block view="scorer" use="scoring"><qti-content-body>{reference}</qti-content-body>'
        "</qti-rubric-block>"
    )
    return Parts(
        f'{writing.stem()}<qti-extended-text-interaction response-identifier="RESPONSE"/>{rubric if reference else ""}',
        xml.declaration("RESPONSE", "string", []), "", by_person=True,
    )  # fmt: skip


_WRITERS = {
    "single": _choice, "multiple": _choice, "true_false": _true_false, "fill_in": _fill_in, "numeric": _numeric,
    "matching": _matching, "ordering": _ordering, "cloze": _cloze, "essay": _essay, "short_answer": _essay,
}  # fmt: skip
WRITABLE = frozenset({*_WRITERS, "group"})
