"""QTI 2 and 3: what comes in as which question, and for which reasons items are refused."""

from __future__ import annotations

import re

import pytest

from suyu_learn.content.formats.qti import Qti
from suyu_learn.content.pictures import named_in
from suyu_learn.domain.problems import Problem
from suyu_learn.web.sentences import SENTENCES
from tests.content.qti_files import MAP, PNG, choice, item, manifest, read, response, zipped


def one(content: bytes | str, name: str = "q.xml"):
    found = read(content, name)
    assert [str(problem) for refused in found.errors for problem in refused.problems] == []
    (draft,) = found.items
    return draft


def reasons(content: bytes | str, name: str = "q.xml") -> list[str]:
    return [problem.code for refused in read(content, name).errors for problem in refused.problems]


def test_a_single_choice_with_emphasis_is_markdown() -> None:
    draft = one(item(f"<p>Water boils.</p>{choice('at <b>100</b> ℃', 'never')}", response("A")))
    assert (draft.type, draft.text_format) == ("single", "markdown")
    assert draft.body["stem"] == "Water boils.\n\nWhich?"
    assert [option["text"] for option in draft.body["options"]] == ["at **100** ℃", "never"]
    assert draft.body["answer"] == [draft.body["options"][0]["key"]]


def test_several_right_choices_and_a_judgement() -> None:
    many = one(item(choice("a", "b", "c", most=0), response("A", "C", many="multiple")))
    assert (many.type, len(many.body["answer"]), many.text_format) == ("multiple", 2, "plain")
    judged = one(item(choice("True", "False"), response("B")))
    assert (judged.type, judged.body["answer"]) == ("true_false", False)
    assert one(item(choice("正确", "错误"), response("A"))).body["answer"] is True


def test_version_3_is_read_like_version_2() -> None:
    content = """<?xml version="1.0"?><qti-assessment-item xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0"
      identifier="a" title="a" xml:lang="en-US">
      <qti-response-declaration identifier="R" cardinality="single" base-type="identifier"><qti-correct-response>
      <qti-value>B</qti-value></qti-correct-response></qti-response-declaration>
      <qti-outcome-declaration identifier="SCORE" cardinality="single" base-type="float"/>
      <qti-outcome-declaration identifier="MAXSCORE" cardinality="single" base-type="float"><qti-default-value>
      <qti-value>2.5</qti-value></qti-default-value></qti-outcome-declaration>
      <qti-item-body><qti-choice-interaction response-identifier="R" max-choices="1"><qti-prompt>Which?</qti-prompt>
      <qti-simple-choice identifier="A">one</qti-simple-choice><qti-simple-choice identifier="B">two</qti-simple-choice>
      </qti-choice-interaction></qti-item-body>
      <qti-response-processing template="https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/match_correct.xml"/>
      </qti-assessment-item>"""
    draft = one(content)
    assert (draft.type, draft.lang, draft.points) == ("single", "en", "2.5")


GAP = '<textEntryInteraction responseIdentifier="{}"/>'
MAPPING = (
    '<mapping defaultValue="0"><mapEntry mapKey="{}" mappedValue="1"/><mapEntry mapKey="{}" mappedValue="1"/></mapping>'
)


def test_typed_words_become_blanks_and_other_underscores_do_not() -> None:
    draft = one(item(f"<p>Sign ____ : use {GAP.format('RESPONSE')} now.</p>",
                     response("water", base="string", more=MAPPING.format("water", "foam")), rules=MAP))  # fmt: skip
    assert draft.type == "fill_in"
    assert draft.body["stem"] == "Sign ＿ : use ____ now."
    assert draft.body["blanks"][0]["accepted"] == ["water", "foam"]


ADDING = (
    '<responseCondition><responseIf><match><variable identifier="{0}"/><correct identifier="{0}"/></match>'
    '<setOutcomeValue identifier="SCORE"><sum><variable identifier="SCORE"/><baseValue baseType="float">1'
    "</baseValue></sum></setOutcomeValue></responseIf></responseCondition>"
)


def _points(*names: str) -> str:
    return "<responseProcessing>" + "".join(ADDING.format(name) for name in names) + "</responseProcessing>"


def test_menus_words_and_numbers_in_one_text_are_a_cloze() -> None:
    body = (
        f"<p>{GAP.format('A')} at {GAP.format('B')} ℃ <inlineChoiceInteraction responseIdentifier='C'>"
        "<inlineChoice identifier='x'>boils</inlineChoice><inlineChoice identifier='y'>freezes</inlineChoice>"
        "</inlineChoiceInteraction></p>"
    )
    draft = one(item(body, response("Water", base="string", name="A"), response("100", base="float", name="B"),
                     response("x", name="C"), rules=_points("A", "B", "C")))  # fmt: skip
    assert (draft.type, draft.points) == ("cloze", "3")
    assert [gap["kind"] for gap in draft.body["gaps"]] == ["text", "number", "menu"]


@pytest.mark.parametrize(
    ("attributes", "tolerance", "relative"),
    [("", "0", False), ('toleranceMode="absolute" tolerance="0.5"', "0.5", False),
     ('toleranceMode="relative" tolerance="5 5"', "0.05", True)],
)  # fmt: skip
def test_a_number_keeps_its_tolerance(attributes: str, tolerance: str, relative: bool) -> None:
    rules = (
        f'<responseProcessing><responseCondition><responseIf><equal {attributes}><variable identifier="R"/>'
        '<correct identifier="R"/></equal><setOutcomeValue identifier="SCORE"><baseValue baseType="float">1</baseValue>'
        "</setOutcomeValue></responseIf></responseCondition></responseProcessing>"
    )
    draft = one(item(f"<p>g = {GAP.format('R')}</p>", response("9.8", base="float", name="R"), rules=rules))
    (answer,) = draft.body["answers"]
    assert draft.type == "numeric"
    assert (answer["value"], answer["tolerance"], answer["relative"]) == ("9.8", tolerance, relative)


MATCHING = (
    '<matchInteraction responseIdentifier="RESPONSE" maxAssociations="0"><prompt>Match</prompt><simpleMatchSet>{}'
    "</simpleMatchSet><simpleMatchSet>{}</simpleMatchSet></matchInteraction>"
)


def _associable(*names: str) -> str:
    return "".join(f'<simpleAssociableChoice identifier="{n}" matchMax="9">{n}</simpleAssociableChoice>' for n in names)


def test_matching_either_way_round_and_pairs_of_one_list() -> None:
    body = MATCHING.format(_associable("a", "b"), _associable("x", "y", "z"))
    straight = one(item(body, response("a x", "b x", base="directedPair", many="multiple")))
    assert (len(straight.body["prompts"]), len(straight.body["options"])) == (2, 3)
    turned = one(item(body, response("a x", "a y", "b z", base="directedPair", many="multiple")))
    assert [prompt["text"] for prompt in turned.body["prompts"]] == ["x", "y", "z"]
    assert reasons(item(body, response("a x", "a y", "b y", base="directedPair", many="multiple"))) == [
        "qti.match_many"
    ]
    pairs = f"<prompt>P</prompt>{_associable('a', 'b', 'c', 'd')}"
    pairs = f'<associateInteraction responseIdentifier="RESPONSE">{pairs}</associateInteraction>'
    found = read(item(pairs, response("a c", "b d", base="pair", many="multiple")))
    assert [draft.type for draft in found.items] == ["matching"]
    assert [warning.code for warning in found.warnings] == ["qti.taken_as_matching"]


def test_ordering_essay_and_words_dragged_into_gaps() -> None:
    order = choice("one", "two", "three").replace("choiceInteraction", "orderInteraction")
    draft = one(item(order, response("C", "A", "B", many="ordered")))
    assert [text["text"] for text in draft.body["items"]] == ["three", "one", "two"]
    assert reasons(item(order, response("C", "A", many="ordered"))) == ["qti.order_of_some"]
    essay = one(item('<p>Why?</p><extendedTextInteraction responseIdentifier="RESPONSE"/><rubricBlock view="scorer">'
                     "Because.</rubricBlock>", response(base="string"), rules=""))  # fmt: skip
    assert (essay.type, essay.body["reference"]) == ("essay", "Because.")
    gaps = (
        '<gapMatchInteraction responseIdentifier="RESPONSE"><gapText identifier="w" matchMax="1">winter</gapText>'
        '<gapText identifier="s" matchMax="1">summer</gapText><p>Now is the <gap identifier="G"/>.</p>'
        "</gapMatchInteraction>"
    )
    cloze = one(item(gaps, response("w G", base="directedPair", many="multiple")))
    assert (cloze.type, cloze.body["stem"]) == ("cloze", "Now is the ____.")


def test_an_item_of_several_kinds_is_a_passage_and_its_questions() -> None:
    body = (
        f"<p>Read this.</p>{choice('a', 'b', name='A')}{choice('c', 'd', name='B', prompt='And?')}"
        '<extendedTextInteraction responseIdentifier="E"><prompt>Why?</prompt></extendedTextInteraction>'
    )
    found = read(item(body, response("A", name="A"), response("B", name="B"), response(base="string", name="E"),
                      rules=_points("A", "B")))  # fmt: skip
    assert [draft.type for draft in found.items] == ["group", "single", "single", "essay"]
    assert [draft.body["stem"] for draft in found.items] == ["Read this.", "Which?", "And?", "Why?"]
    assert {draft.group for draft in found.items[1:]} == {found.items[0].uid}


def test_what_is_shown_beside_the_right_answer_is_the_explanation() -> None:
    rules = (
        '<responseProcessing><responseCondition><responseIf><match><variable identifier="RESPONSE"/>'
        '<correct identifier="RESPONSE"/></match><setOutcomeValue identifier="SCORE"><baseValue baseType="float">3'
        '</baseValue></setOutcomeValue><setOutcomeValue identifier="F"><baseValue baseType="identifier">yes</baseValue>'
        "</setOutcomeValue></responseIf></responseCondition></responseProcessing>"
    )
    feedback = (
        '<modalFeedback outcomeIdentifier="F" identifier="yes" showHide="show">Steam rises.</modalFeedback>'
        '<modalFeedback outcomeIdentifier="F" identifier="no" showHide="show">Think again.</modalFeedback>'
    )
    found = read(item(choice("a", "b"), response("A"), rules=rules, after=feedback))
    assert found.items[0].body["explanation"] == "Steam rises."
    assert found.items[0].points == "3"
    assert [(loss.code, loss.params["count"]) for loss in found.losses] == [("qti.feedback_not_kept", 1)]


RULE = (
    '<responseProcessing><responseCondition><responseIf>{}<setOutcomeValue identifier="SCORE"><baseValue '
    'baseType="float">1</baseValue></setOutcomeValue></responseIf></responseCondition></responseProcessing>'
)
NOT_CORRECT = '<not><match><variable identifier="RESPONSE"/><correct identifier="RESPONSE"/></match></not>'


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (item(choice("a", "b"), response("A")).replace('adaptive="false"', 'adaptive="true"'), "qti.adaptive"),
        (item(choice("a", "b"), '<templateDeclaration identifier="t"/>', response("A")), "qti.template"),
        (item("<p>Read.</p>"), "qti.information_only"),
        (item('<hotspotInteraction responseIdentifier="RESPONSE"/>', response("A")), "qti.interaction"),
        (item("<newInteraction/>" + choice("a", "b"), response("A")), "qti.interaction"),
        (item(choice("a", "b"), response()), "qti.no_key"),
        (item(choice("a", "b"), response("Z")), "qti.key_unknown"),
        (item(choice("a", "b"), response("A", "B")), "qti.several_keys"),
        (item(choice("a", "b")), "qti.no_response_variable"),
        (item(choice("a", "b"), response("A"), rules=RULE.format(NOT_CORRECT)), "qti.key_earns_nothing"),
        (item(choice("a", "b"), response("A"), rules=RULE.format("<random/>")), "qti.marking"),
        (item(choice("a", "b"), response("A"), rules='<responseProcessing template="urn:my_own"/>'), "qti.marking"),
        (item(choice("a", "b"), response("A"),
              rules=RULE.format('<not><isNull><variable identifier="RESPONSE"/></isNull></not>')), "qti.several_keys"),
        (item(choice("a"), response("A")), "question.too_few_options"),
    ],
)  # fmt: skip
def test_items_are_refused_for_their_reason(content: str, code: str) -> None:
    assert reasons(content) == [code]


def test_a_package_is_read_in_the_order_of_its_test_with_pictures_and_passages() -> None:
    stimulus = (
        '<assessmentStimulus identifier="s" title="s"><stimulusBody><p>The fire. '
        '<img src="../a%20b.png" alt="smoke"/></p></stimulusBody></assessmentStimulus>'
    )
    ref = '<assessmentStimulusRef identifier="s" href="../s/s.xml"/>'
    member = item(choice("a", "b"), response("A"), after="").replace("<itemBody>", f"{ref}<itemBody>")
    test = (
        '<assessmentTest identifier="t" title="t"><testPart identifier="p">'
        '<assessmentSection identifier="1" title="火灾">'
        '<assessmentItemRef identifier="b" href="i/b.xml"/></assessmentSection><assessmentSection identifier="2" '
        'title="用电"><assessmentItemRef identifier="a" href="i/a.xml"/><assessmentItemRef identifier="c" '
        'href="i/c.xml"/></assessmentSection></testPart></assessmentTest>'
    )
    other = item('<p>See <img src="../none.png" alt="map"/></p>' + choice("a", "b"), response("B"))
    found = read(
        zipped({"imsmanifest.xml": manifest(("imsqti_test_xmlv2p1", "t.xml")), "t.xml": test, "i/a.xml": other,
                "i/b.xml": member, "i/c.xml": member, "i/d.xml": other, "s/s.xml": stimulus, "a b.png": PNG}),
        "p.zip",
    )  # fmt: skip
    assert [(draft.type, draft.place.sheet, draft.topics) for draft in found.items] == [
        ("group", "s/s.xml", ()), ("single", "i/b.xml", ("火灾",)), ("single", "i/c.xml", ("用电",)),
        ("single", "i/a.xml", ("用电",)), ("single", "i/d.xml", ()),
    ]  # fmt: skip
    group = found.items[0]
    assert [draft.group for draft in found.items[1:3]] == [group.uid] * 2
    assert named_in(group.body) == {found.media[0].sha256: "smoke"}
    assert found.media[0].content == PNG
    assert sorted(warning.code for warning in found.warnings) == [
        "qti.picture_missing", "qti.picture_missing", "qti.undeclared"]  # fmt: skip


def test_what_a_package_names_and_lacks_is_told_one_by_one() -> None:
    good = item(choice("a", "b"), response("A"))
    found = read(
        zipped({"imsmanifest.xml": manifest(("imsqti_item_xmlv2p1", "gone.xml"), ("imsqti_item_xmlv2p1", "../out.xml"),
                                            ("imsqti_test_xmlv2p1", "a.xml"), ("imsqti_item_xmlv2p1", "b.xml")),
                "a.xml": good, "b.xml": "<assessmentItem>"}),
        "p.zip",
    )  # fmt: skip
    assert [problem.code for refused in found.errors for problem in refused.problems] == [
        "package.file_missing", "package.leads_outside", "xml.broken"]  # fmt: skip
    assert [draft.type for draft in found.items] == ["single"]
    assert [warning.code for warning in found.warnings] == ["qti.declared_otherwise"]
    assert found.read == 4


@pytest.mark.parametrize(
    ("files", "code"),
    [({"a.txt": "x"}, "qti.no_manifest"), ({"imsmanifest.xml": manifest()}, "qti.no_questions"),
     ({"imsmanifest.xml": "<manifest>"}, "xml.broken"),
     ({"t.xml": '<assessmentTest><assessmentItemRef href="gone.xml"/></assessmentTest>'}, "qti.no_manifest")],
)  # fmt: skip
def test_packages_without_questions_are_refused_as_a_whole(files: dict[str, str], code: str) -> None:
    with pytest.raises(Problem) as caught:
        read(zipped(files), "p.zip")
    assert caught.value.code == code


def test_only_qti_is_claimed() -> None:
    assert Qti().claims(item("").encode())
    assert Qti().claims(zipped({"x/imsmanifest.xml": "<manifest/>"}))
    assert Qti().claims(zipped({"a.xml": item("")}))
    assert not Qti().claims(b"<quiz><question/></quiz>")
    assert not Qti().claims(zipped({"bank.toml": "a = 1"}))
    assert not Qti().claims(b"PK\x03\x04broken")


def test_every_loss_and_warning_has_its_sentence() -> None:
    from pathlib import Path

    import suyu_learn.content.formats as formats

    said = "\n".join(path.read_text(encoding="utf-8") for path in Path(formats.__path__[0]).glob("qti*.py"))
    assert set(re.findall(r'"(qti\.[a-z_]+)"', said)) - SENTENCES.keys() == set()
