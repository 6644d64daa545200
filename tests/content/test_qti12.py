"""QTI 1.2 as Canvas writes it, and plain."""

from __future__ import annotations

from html import escape

import pytest

from tests.content.qti_files import PNG, manifest, read, zipped


def file(*items: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><questestinterop xmlns="http://www.imsglobal.org/xsd/ims_qtiasiv1p2">'
        f'<assessment ident="a" title="a"><section ident="root_section">{"".join(items)}</section></assessment>'
        "</questestinterop>"
    )


def item(
    stem: str, responses: str, conditions: str = "", *, kind: str = "", more: str = "", attributes: str = ""
) -> str:
    fields = {"question_type": kind, "points_possible": "2.0"} if kind else {}
    metadata = "".join(
        f"<qtimetadatafield><fieldlabel>{name}</fieldlabel><fieldentry>{value}</fieldentry></qtimetadatafield>"
        for name, value in fields.items()
    )
    return (
        f'<item ident="i" title="Question" {attributes}>'
        f"<itemmetadata><qtimetadata>{metadata}</qtimetadata></itemmetadata>"
        f'<presentation><material><mattext texttype="text/html">{escape(stem)}</mattext></material>{responses}'
        '</presentation><resprocessing><outcomes><decvar maxvalue="100" minvalue="0" varname="SCORE"/></outcomes>'
        f"{conditions}</resprocessing>{more}</item>"
    )


def lid(
    *texts: str, name: str = "response1", many: str = "Single", prompt: str = "", start: int = 1, attributes: str = ""
) -> str:
    labels = "".join(
        f'<response_label ident="{number}" {attributes}><material><mattext texttype="text/plain">{text}</mattext>'
        "</material></response_label>" for number, text in enumerate(texts, start)
    )  # fmt: skip
    said = f"<material><mattext>{prompt}</mattext></material>" if prompt else ""
    choices = f"{said}<render_choice>{labels}</render_choice>"
    return f'<response_lid ident="{name}" rcardinality="{many}">{choices}</response_lid>'


def typed(name: str = "response1", kind: str = "") -> str:
    return f'<response_str ident="{name}"><render_fib {kind}><response_label ident="a"/></render_fib></response_str>'


def rule(test: str, points: str = "100", action: str = "Set", feedback: str = "", go_on: str = "No") -> str:
    shown = f'<displayfeedback feedbacktype="Response" linkrefid="{feedback}"/>' if feedback else ""
    setting = f'<setvar action="{action}" varname="SCORE">{points}</setvar>' if points else ""
    return f'<respcondition continue="{go_on}"><conditionvar>{test}</conditionvar>{setting}{shown}</respcondition>'


def equal(value: str, name: str = "response1", more: str = "") -> str:
    return f'<varequal respident="{name}" {more}>{value}</varequal>'


def feedback(name: str, text: str) -> str:
    material = f'<material><mattext texttype="text/html">{text}</mattext></material>'
    return f'<itemfeedback ident="{name}">{material}</itemfeedback>'


def one(*items: str):
    found = read(file(*items))
    assert [str(problem) for refused in found.errors for problem in refused.problems] == []
    (draft,) = found.items
    return draft


def test_a_single_choice_with_its_feedback_and_points() -> None:
    conditions = rule("<other/>", "", feedback="general_fb", go_on="Yes") + rule(equal("2"), feedback="correct_fb")
    conditions += rule("<other/>", "", feedback="general_incorrect_fb", go_on="Yes")
    more = feedback("general_fb", "Heat.") + feedback("correct_fb", "Yes.") + feedback("general_incorrect_fb", "No.")
    draft = one(
        item("<p>At <b>what</b>?</p>", lid("90", "100"), conditions, kind="multiple_choice_question", more=more)
    )
    assert (draft.type, draft.points, draft.text_format) == ("single", "2", "markdown")
    assert draft.body["stem"] == "At **what**?"
    assert draft.body["explanation"] == "Heat.\n\nYes."


def test_several_right_answers_in_one_rule_or_by_points() -> None:
    together = f"<and>{equal('1')}<not>{equal('2')}</not>{equal('3')}</and>"
    canvas = one(item("Which?", lid("a", "b", "c", many="Multiple"), rule(together), kind="multiple_answers_question"))
    apart = rule(equal("1"), "50", "Add", go_on="Yes") + rule(equal("3"), "50", "Add", go_on="Yes")
    plain = one(item("Which?", lid("a", "b", "c", many="Multiple"), apart))
    for draft in (canvas, plain):
        assert draft.type == "multiple"
        assert draft.body["answer"] == [draft.body["options"][0]["key"], draft.body["options"][2]["key"]]


def test_true_or_false_and_empty_lines_between_the_answers() -> None:
    assert one(item("Is it?", lid("True", "False"), rule(equal("2")))).body["answer"] is False
    found = read(file(item("Which?", lid("a", "", "c"), rule(equal("1")))))
    assert [option["text"] for option in found.items[0].body["options"]] == ["a", "c"]
    assert [(warning.code, warning.params["count"]) for warning in found.warnings] == [("qti.empty_answers", 1)]


def test_words_that_are_compared_get_a_blank() -> None:
    draft = one(item("<p>Steam is</p>", typed(), rule(equal("water") + equal("gas")), kind="short_answer_question"))
    assert (draft.type, draft.body["stem"]) == ("fill_in", "Steam is ____")
    assert draft.body["blanks"][0]["accepted"] == ["water", "gas"]


def test_names_in_square_brackets_are_gaps() -> None:
    both = lid("red", "Red", name="response_c1", prompt="c1") + lid(
        "blue", "Blue", name="response_c2", prompt="c2", start=7
    )
    rules = "".join(
        rule(equal(value, name), "50", "Add", go_on="Yes")
        for value, name in (("1", "response_c1"), ("7", "response_c2"))
    )
    stem = "Roses [c1], violets [c2], ____"
    blanks = one(item(stem, both, rules, kind="fill_in_multiple_blanks_question"))
    assert (blanks.type, blanks.body["stem"]) == ("fill_in", "Roses ____, violets ____, ＿")
    assert [blank["accepted"] for blank in blanks.body["blanks"]] == [["red", "Red"], ["blue", "Blue"]]
    menus = one(item(stem, both, rules, kind="multiple_dropdowns_question"))
    assert [gap["kind"] for gap in menus.body["gaps"]] == ["menu", "menu"]
    wordbank = both.replace("<response_label", '<response_label answer_type="wordbank"')
    assert one(item(stem, wordbank, rules, kind="fill_in_multiple_blanks_question")).type == "cloze"


def test_matching_shares_its_answers() -> None:
    lists = lid("x", "y", "z", name="p1", prompt="one") + lid("x", "y", "z", name="p2", prompt="two")
    rules = rule(equal("2", "p1"), "50", "Add", go_on="Yes") + rule(equal("1", "p2"), "50", "Add", go_on="Yes")
    for kind in ("matching_question", ""):
        draft = one(item("Match.", lists, rules, kind=kind))
        texts = {option["key"]: option["text"] for option in draft.body["options"]}
        pairs = {prompt["text"]: texts[draft.body["pairs"][prompt["key"]]] for prompt in draft.body["prompts"]}
        assert (draft.type, draft.body["stem"], pairs) == ("matching", "Match.", {"one": "y", "two": "x"})


@pytest.mark.parametrize(
    ("tests", "value", "tolerance", "relative"),
    [
        (equal("42"), "42", "0", False),
        (f"<or>{equal('42')}<and><vargte respident='response1'>41.5</vargte><varlte respident='response1'>42.5</varlte>"
         "</and></or>", "42", "0.5", False),
        ("<vargte respident='response1'>1</vargte><varlte respident='response1'>2</varlte>", "1.5", "0.5", False),
        (equal("200", more='margintype="percent" margin="20"'), "200", "0.2", True),
    ],
)  # fmt: skip
def test_numbers_keep_their_margins(tests: str, value: str, tolerance: str, relative: bool) -> None:
    draft = one(item("How many?", typed(kind='fibtype="Decimal"'), rule(tests), kind="numerical_question"))
    (answer,) = draft.body["answers"]
    assert (answer["value"], answer["tolerance"], answer["relative"]) == (value, tolerance, relative)


def test_ordering_and_essay() -> None:
    ordered = lid("one", "two", "three", many="Ordered")
    draft = one(item("Order.", ordered, rule(equal("3") + equal("1") + equal("2"), "5", "Add")))
    assert [text["text"] for text in draft.body["items"]] == ["three", "one", "two"]
    assert one(item("Why?", typed(), rule("<other/>", ""), kind="essay_question")).type == "essay"


def test_a_passage_stands_before_its_questions() -> None:
    passage = item("<p>Long ago.</p>", "", kind="text_only_question").replace('ident="i"', 'ident="p"', 1)
    member = item("Who?", lid("a", "b"), rule(equal("1")), attributes='parent_stimulus_item_ident="p"')
    found = read(file(member, passage, member))
    assert [draft.type for draft in found.items] == ["group", "single", "single"]
    assert {draft.group for draft in found.items[1:]} == {found.items[0].uid}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (item("Read.", "", kind="text_only_question"), "qti.information_only"),
        (item("Send.", "", kind="file_upload_question"), "qti.interaction"),
        (item("[x]", typed(), kind="calculated_question"), "qti.interaction"),
        (item("Point.", '<response_xy ident="r"><render_hotspot/></response_xy>'), "qti.interaction"),
        (item("Which?", lid("a", "b")), "qti.no_key"),
        (item("Which?", lid("a", "b"), rule(equal("1") + equal("2"))), "qti.several_keys"),
        (item("Which?", lid("a", "b"), rule("<durequal>1</durequal>")), "qti.marking"),
        (item("No place", lid("a", name="response_c"), rule(equal("1", "response_c")),
              kind="multiple_dropdowns_question"), "qti.gap_not_in_text"),
        ('<bankentry_item sourcebank_ref="g" item_ref="h"/>', "qti.bank_reference"),
    ],
)  # fmt: skip
def test_items_are_refused_for_their_reason(content: str, code: str) -> None:
    found = read(file(content))
    assert [problem.code for refused in found.errors for problem in refused.problems] == [code]


def test_canvas_packages_find_their_pictures_and_ask_nothing_of_their_settings() -> None:
    stem = '<p><img src="$IMS-CC-FILEBASE$/Uploaded%20Media/a%20b.png" alt="pump"/>Which?</p>'
    found = read(
        zipped({"imsmanifest.xml": manifest(("imsqti_xmlv1p2", "q/q.xml"), ("other", "q/assessment_meta.xml")),
                "q/q.xml": file(item(stem, lid("a", "b"), rule(equal("1")))),
                "q/assessment_meta.xml": '<quiz xmlns="http://canvas.instructure.com/xsd/cccv1p0"><title>t</title></quiz>',
                "web_resources/Uploaded Media/a b.png": PNG}),
        "p.zip",
    )  # fmt: skip
    assert (found.read, [draft.type for draft in found.items], found.warnings) == (1, ["single"], ())
    assert [one.content for one in found.media] == [PNG]
