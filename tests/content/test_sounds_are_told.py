"""Sounds, notes and comments beside the questions: whatever file they come in, they are told as losses by name."""

from __future__ import annotations

from html import escape
from typing import Any

import pytest

from tests.content import test_gift, test_moodle_xml, test_qti12
from tests.content.qti_files import choice, item, read, response
from tests.content.test_question_docx import codes
from tests.content.test_question_docx import read as read_word
from tests.word_documents import document, paragraph

WAYS = {
    "audio": '<audio controls src="{}"></audio>',
    "source": '<audio controls><source src="{}" type="audio/mpeg"></audio>',
    "words": '<audio controls><source src="{}">Your browser is old.</audio>',
    "video": '<video><source src="{}"></video>',
    "object": '<object data="{}" type="audio/mpeg"></object>',
    "embed": '<embed src="{}">',
    "iframe": '<iframe src="{}"></iframe>',
    "link": '<a href="{}">listen</a>',
}


def named(found: Any) -> list[str]:
    """The names that losses, warnings and refusals tell."""
    told = [*found.losses, *found.warnings, *(one for refused in found.errors for one in refused.problems)]
    return [str(value) for one in told for value in one.params.values()]


def tells(found: Any, name: str = "a.mp3") -> bool:
    return any(name in one for one in named(found))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("where", ["stem", "option", "only option", "explanation", "reply"])
def test_sounds_in_moodle_xml(way: str, where: str) -> None:
    sound = WAYS[way].format("@@PLUGINFILE@@/a.mp3")
    said = {
        "stem": "Which?", "option": "one", "only option": "one", "explanation": "Because.", "reply": "No.",
        where: sound if where == "only option" else f"Hear {sound}",
    }  # fmt: skip
    first = said["only option"] if where == "only option" else said["option"]
    reply = f"<feedback format='html'><text>{escape(said['reply'])}</text></feedback>"
    inner = test_moodle_xml.answer(escape(first), 100) + test_moodle_xml.answer("two", 0, reply)
    inner += f"<generalfeedback format='html'><text>{escape(said['explanation'])}</text></generalfeedback>"
    stem = test_moodle_xml.html(said["stem"])
    assert tells(test_moodle_xml.read(test_moodle_xml.question("multichoice", inner, stem)))


def test_a_sound_in_moodle_that_no_text_names() -> None:
    stem = "<questiontext format='html'><text>Which?</text><file name='a.mp3'>AAAA</file></questiontext>"
    inner = test_moodle_xml.answer("one", 100) + test_moodle_xml.answer("two", 0)
    assert tells(test_moodle_xml.read(test_moodle_xml.question("multichoice", inner, stem)))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("where", ["stem", "option", "explanation", "reply"])
def test_sounds_in_gift(way: str, where: str) -> None:
    raw = WAYS[way].format("a.mp3")
    sound = "".join(f"\\{sign}" if sign in "=~#{}:" else sign for sign in raw)
    said = {"stem": "Which?", "option": "one", "explanation": "Because.", "reply": "No.", where: f"Hear {sound}"}
    text = f"[html]{said['stem']} {{={said['option']} ~two#{said['reply']} ####{said['explanation']}}}"
    assert tells(test_gift.read(text)), named(test_gift.read(text))


@pytest.mark.parametrize("way", [one for one in WAYS if one not in ("words",)])
@pytest.mark.parametrize("where", ["stem", "option", "feedback"])
def test_sounds_in_qti_2(way: str, where: str) -> None:
    sound = WAYS[way].format("a.mp3").replace("controls", 'controls="controls"')
    sound = sound.replace('mpeg">', 'mpeg"/>').replace('mp3"></video>', 'mp3"/></video>').replace(
        '<embed src="a.mp3">', '<embed src="a.mp3"/>'
    ).replace('<video><source src="a.mp3">', '<video><source src="a.mp3"/>')  # fmt: skip
    sound = sound.replace('type="audio/mpeg"/></object>', 'type="audio/mpeg"></object>')
    after = f'<modalFeedback outcomeIdentifier="F" identifier="A" showHide="show">Hear {sound}</modalFeedback>'
    found = read(
        item((f"<p>Hear {sound}</p>" if where == "stem" else "")
             + choice(f"one {sound}" if where == "option" else "one", "two"), response("A"),
             after=after if where == "feedback" else "")
    )  # fmt: skip
    told = named(found)
    assert tells(found) or (where == "feedback" and any(one.code == "qti.feedback_not_kept" for one in found.losses)), (
        told
    )


def test_a_question_refused_for_an_option_that_is_only_a_sound_says_so() -> None:
    found = read(item(choice('<audio src="a.mp3"/>', "two"), response("A")))
    assert not found.items
    assert tells(found), named(found)
    gift = test_gift.read('[html]Which? {=<audio src\\="a.mp3"></audio> ~two}')
    assert not gift.items
    assert tells(gift), named(gift)


@pytest.mark.parametrize("where", ["stem", "option"])
@pytest.mark.parametrize("part", ["mataudio", "matvideo", "mattext"])
def test_sounds_in_qti_12(where: str, part: str) -> None:
    if part == "mattext":
        sound = f'<mattext texttype="text/html">{escape(WAYS["audio"].format("a.mp3"))}</mattext>'
    else:
        sound = f'<{part} uri="a.mp3"/>'
    made = test_qti12.file(
        test_qti12.item("Which?", test_qti12.lid("one", "two"), test_qti12.rule(test_qti12.equal("1")))
    )
    mark = '<mattext texttype="text/html">Which?</mattext>' if where == "stem" else (
        '<mattext texttype="text/plain">one</mattext>')  # fmt: skip
    assert mark in made
    assert tells(read(made.replace(mark, mark + sound)))


def test_word_tells_comments_notes_and_sounds() -> None:
    comment = '<w:r><w:commentReference w:id="0"/></w:r>'
    sound = '<w:r><w:object><o:OLEObject Type="Embed" ProgID="Package" r:id="x"/></w:object></w:r>'
    for place in ("stem", "option", "explanation"):
        lines = {"stem": "1. 哪一个？", "option": "A. 甲", "explanation": "解析：因为。"}
        made = [paragraph(text, *([comment, sound] if name == place else [])) for name, text in lines.items()]
        found = read_word(document(made[0], made[1], "B. 乙", "答案：A", made[2]))
        assert "docx.comments" in codes((*found.losses, *found.warnings)), place
        assert "docx.object" in codes((*found.losses, *found.warnings)), place
