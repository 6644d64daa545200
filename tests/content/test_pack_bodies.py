"""Every question type as a pack's author writes it in TOML."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from suyu_learn.content.checking import marked_on_samples
from suyu_learn.content.drafts import QuestionDraft
from suyu_learn.content.question_packs import read_file
from suyu_learn.domain.problems import Problems
from suyu_learn.domain.questions import BUILT_IN

TYPES = {kind.code: kind for kind in BUILT_IN}
DOCUMENTED = Path(__file__).parents[2] / "docs" / "formats.md"


def read(tmp_path: Path, text: str) -> list[QuestionDraft]:
    path = tmp_path / "pack" / "some.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return read_file(path, base=tmp_path, types=TYPES)


def question(code: str, rest: str, *, uid: str = "q", stem: str = "?") -> str:
    return f'[[question]]\nuid = "{uid}"\nsource = "a test"\ntype = "{code}"\nstem = "{stem}"\n{rest}\n'


def body(tmp_path: Path, code: str, rest: str, stem: str = "?") -> Any:
    [draft] = read(tmp_path, question(code, rest, stem=stem))
    return draft.body


def test_the_documented_forms_are_those_that_are_read(tmp_path: Path) -> None:
    toml = re.findall(r"```toml\n(.*?)```", DOCUMENTED.read_text(encoding="utf-8"), re.DOTALL)[-1]
    entries = []
    for number, entry in enumerate(toml.split("[[question]]")[1:]):
        code = re.search(r'type = "(\w+)"', entry)
        assert code
        gaps = {"fill_in": 2, "cloze": 3}.get(code[1], 0)
        given = "" if "uid =" in entry else f'uid = "q-{number}"\n'
        if "stem =" not in entry:
            given += f'stem = "? {"____ " * gaps}"\n'
        if "options." not in entry and code[1] == "single":
            given += 'options.a = "A"\noptions.b = "B"\nanswer = "a"\n'
        entries.append(f'[[question]]\nsource = "a test"\n{given}{entry.split(chr(10), 1)[1]}')
    drafts = read(tmp_path, "\n".join(entries))
    assert {draft.type for draft in drafts} == TYPES.keys() - {"multiple"}
    assert [draft.group for draft in drafts if draft.group] == ["reading-1"]
    assert [marked_on_samples(draft, TYPES[draft.type]) for draft in drafts] == [[]] * len(drafts)


def test_a_share_of_the_number_is_written_in_per_cent(tmp_path: Path) -> None:
    said = body(tmp_path, "numeric", 'answer = 9.8\ntolerance = "2%"')
    assert said["answers"] == [{"value": "9.8", "tolerance": "0.02", "relative": True, "credit": "1"}]


def test_two_prompts_may_share_an_option(tmp_path: Path) -> None:
    said = body(tmp_path, "matching", 'pairs = [["ice", "water"], ["steam", "water"], ["rust", "iron"]]')
    assert [option["text"] for option in said["options"]] == ["water", "iron"]
    texts = {option["key"]: option["text"] for option in said["options"]}
    assert [texts[key] for key in said["pairs"].values()] == ["water", "water", "iron"]


@pytest.mark.parametrize(
    ("code", "rest"),
    [
        ("matching", 'pairs = [["a"], "b"]'), ("matching", "pairs = 3"), ("ordering", "items = [[1], 2]"),
        ("cloze", "gaps = [3]"), ("cloze", "gaps = [{ menu = 3 }]"), ("numeric", "answer = [1]"),
        ("numeric", "answers = 1"),        ("short_answer", "keywords = [3]"),
        ("short_answer", "keywords = [{ words = 3 }]"), ("single", "options = 3"),
        ("single", 'options.a = "x"\nanswer = 3'), ("fill_in", "blanks = 3"), ("group", "stem_ = 3"),
    ],
)  # fmt: skip
def test_what_is_of_the_wrong_shape_is_refused(tmp_path: Path, code: str, rest: str) -> None:
    with pytest.raises(Problems):
        read(tmp_path, question(code, rest))


def test_members_stand_behind_their_group(tmp_path: Path) -> None:
    passage = question("group", "", uid="g")
    member = question("true_false", 'answer = true\ngroup = "g"', uid="m")
    assert [draft.group for draft in read(tmp_path, passage + member)] == ["", "g"]
    with pytest.raises(Problems) as refused:
        read(tmp_path, member + passage)
    [problem] = refused.value.problems
    assert (problem.code, problem.place.uid, problem.params) == ("pack.group_unknown", "m", {"group": "g"})
