"""Our own pack as a zip file: everything survives, and nothing hostile gets in."""

from __future__ import annotations

import contextlib
import io
import random
import time
import tomllib
import zipfile
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suyu_learn import _resources
from suyu_learn.content.drafts import BankFile, QuestionDraft
from suyu_learn.content.formats import toml_writing
from suyu_learn.content.formats.question_pack import PackFormat, PackWriter
from suyu_learn.content.question_packs import read_pack
from suyu_learn.domain.problems import NOWHERE, Problem, Problems
from suyu_learn.domain.questions.opaque import in_another_language, with_opaque_keys
from tests.drafts import TYPES, drafts
from tests.pictures import drawing, photo
from tests.shipped import some_questions

PICTURES = {sha256(content).hexdigest(): content for content in (drawing(40, 30), photo(40, 30))}


def written(questions: list[QuestionDraft]) -> bytes:
    stream = io.BytesIO()
    PackWriter().write(questions, stream, title="A bank", lang="zh_Hans",
                       media=lambda sha: (PICTURES[sha], "image/png"), options={})  # fmt: skip
    return stream.getvalue()


def read(content: bytes) -> BankFile:
    return PackFormat().read(content, file_name="a.zip", options={"uid_prefix": "x"}, types=TYPES)


def zipped(**files: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, text in files.items():
            archive.writestr(name.replace("__", "/") + ".toml", text)
    return stream.getvalue()


def with_keys_of_ours(one: QuestionDraft) -> QuestionDraft:
    """As it stands in a bank."""
    texts = {lang: in_another_language(one.type, one.uid, one.body, said) for lang, said in one.translations.items()}
    return replace(one, body=with_opaque_keys(one.type, one.uid, one.body), translations=texts)


@settings(max_examples=60, deadline=None)
@given(drafts(shas=tuple(PICTURES)))
def test_what_is_written_comes_back_equal(questions: list[QuestionDraft]) -> None:
    if not questions:
        return
    questions = [with_keys_of_ours(one) for one in questions]
    content = written(questions)
    assert PackFormat().claims(content)
    assert PackWriter().losses(questions) == ()
    back = read(content)
    assert back.errors == ()
    assert [replace(one, place=NOWHERE) for one in back.items] == questions
    assert all(PICTURES[one.sha256] == one.content for one in back.media)
    assert written(list(back.items)) == content


SAID = st.text(st.characters(exclude_categories=["Cs"]))
JSON = st.recursive(
    st.booleans() | st.integers(-(2**60), 2**60) | SAID,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(SAID, inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), JSON, max_size=4))
def test_toml_is_read_back_as_it_was(values: dict[str, object]) -> None:
    assert tomllib.loads(toml_writing.table(values)) == values


def test_our_own_banks_go_out_and_come_back_whole() -> None:
    for bank in read_pack(_resources.folder("question_bank"), types=TYPES):
        back = read(written(list(bank.questions)))
        assert [replace(one, place=NOWHERE) for one in back.items] == [
            replace(one, place=NOWHERE) for one in bank.questions
        ]


def test_authors_see_the_form_that_authors_write() -> None:
    choices = [one for one in some_questions() if one.type == "single"][:3]
    with zipfile.ZipFile(io.BytesIO(written(choices))) as archive:
        text = archive.read("questions/0001.toml").decode()
    assert "body =" not in text
    assert "options = { a = " in text


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        ('type = "single"', "pack.field_missing"),
        ('uid = "q"\ntype = "single"\nstem = "?"', "question"),
        ('uid = "q"\ntype = "essay"\nstem = "?"\nnonsense = 1', "pack.unknown_field"),
        ('uid = ["q"]\ntype = "essay"', "pack.wrong_value"),
        ('uid = "q"\ntype = ["essay"]', "pack.wrong_value"),
        ('uid = "q"\ntype = "essay"\ntags = 3', "pack.wrong_value"),
        ('uid = "q"\ntype = "essay"\nstem = "?"\ntags = [3]', "pack.wrong_value"),
        ('uid = "q"\ntype = "essay"\nstem = "?"\ncriterion = 27', "pack.wrong_value"),
        ('uid = "q"\ntype = "essay"\nstem = "?"\ntranslations = {en = 1}', "pack.wrong_value"),
        ('uid = "q"\ntype = "essay"\nbody = {stem = 2026-11-23}', "question"),
        ('uid = "q"\ntype = "essay"\nstem = "![x](media/none.png)"', "pack.no_picture"),
        ('uid = "q"\ntype = "essay"\nstem = "?"\ngroup = "g"', "pack.group_unknown"),
    ],
)
def test_a_wrong_entry_is_refused_with_its_place_and_the_others_come_in(entry: str, code: str) -> None:
    good = '[[question]]\nuid = "good"\ntype = "essay"\nstem = "Why?"\n'
    found = read(zipped(bank="lang = 'en'", q__one=f"{good}[[question]]\n{entry}\n"))
    assert [one.uid for one in found.items] == ["good"]
    [refused] = found.errors
    assert refused.place.row == 2
    assert refused.place.sheet == "q/one.toml"
    assert refused.problems[0].code.startswith(code)


def test_facts_of_a_zip_are_filled_in_and_no_learner_reads_the_key_of_one() -> None:
    question = '[[question]]\nuid = "q"\ntype = "essay"\nstem = "Why {{fact:hours}}?"\n'
    fact = '[[fact]]\nkey = "hours"\nabout = "a"\nvalue = "24"\nsource = "b"\nchecked = 2026-11-30\n'
    [asked] = read(zipped(bank="lang = 'en'", facts=fact, q=question)).items
    assert asked.body["stem"] == "Why 24?"
    for facts, codes in {
        "": ["fact.unknown"],
        fact.replace("[[fact]]", "[fact]"): ["fact.wrong_shape", "fact.unknown"],
        "fact = [3]": ["fact.wrong_shape", "fact.unknown"],
        fact.replace('value = "24"', ""): ["pack.field_missing", "fact.unknown"],
    }.items():
        found = read(zipped(bank="lang = 'en'", facts=facts, q=question))
        assert not found.items
        assert [one.problems[0].code for one in found.errors] == codes


def test_what_is_no_pack_says_so() -> None:
    for content, code in ((zipped(x="a = 1"), "pack.no_bank_toml"), (zipped(bank="a = 1"), "pack.no_questions"),
                          (zipped(bank="a ="), "pack.not_toml")):  # fmt: skip
        with pytest.raises(Problem) as refused:
            read(content)
        assert refused.value.code == code


def test_hostile_packs_are_refused_in_time(tmp_path: Path) -> None:
    whole = written([QuestionDraft("q", "essay", {"stem": "?", "explanation": "", "reference": ""})])
    text = '[[question]]\nuid = "good"\ntype = "single"\nstem = "?"\noptions.a = "x"\nanswer = "a"\n'
    chance, began = random.Random(5), time.monotonic()
    for number in range(500):
        if number % 2:
            broken = bytearray(whole)
            for _change in range(3):
                broken[chance.randrange(len(broken))] = chance.randrange(256)
            content = bytes(broken)
        else:
            signs = list(text)
            for _change in range(chance.randint(1, 6)):
                signs[chance.randrange(len(signs))] = chance.choice("\"'[]{}=\n.0né\\#-")
            content = zipped(bank="lang = 'en'", q__one="".join(signs), q__two="a = " + "[" * 3000)
        with contextlib.suppress(Problem, Problems):
            read(content)
    assert time.monotonic() - began < 30


ENDLESS = {
    "a key of many parts": ".".join(["a"] * 60_000) + " = 1",
    "quoted parts, spaced": ' . "b"'.join(["a"] * 30_000) + " = 1",
    "a table's name of many parts": f"[{'.'.join(['a'] * 60_000)}]",
    "tables": "".join(f"[a{number}]\n" for number in range(400_000)),
    "lists in a list": "a = [" + "[]," * 400_000 + "]",
    "lines": "a = 1\n" * 400_000,
}


@pytest.mark.parametrize("text", ENDLESS.values(), ids=ENDLESS)
def test_a_small_pack_cannot_take_time_or_room_without_end(text: str) -> None:
    began = time.monotonic()
    found = read(zipped(bank="lang = 'en'", q__one=text))
    assert [problem.code for one in found.errors for problem in one.problems] == ["package.bomb"]
    assert time.monotonic() - began < 2


def test_a_number_of_thousands_of_digits_is_refused() -> None:
    found = read(zipped(bank="lang = 'en'", q__one=f"a = {'9' * 18_000}"))
    assert [problem.code for one in found.errors for problem in one.problems] == ["pack.not_toml"]


def test_a_long_word_in_a_pack_takes_no_time() -> None:
    began = time.monotonic()
    text = f'[[question]]\nuid = "a"\ntype = "essay"\nstem = "{"x" * 2_000_000}"\n'
    assert [problem.code for one in read(zipped(bank="lang = 'en'", q__one=text)).errors for problem in one.problems]
    assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    "field", [r'uid = "a\u0000"', r'uid = "a"; source = "b\u0000"', r'uid = "a"; tags = ["b\u0000"]',
              r'uid = "a"; topics = ["b\u0000"]', r'uid = "a"; translations.en.stem = "b\u0000"',
              f'uid = "a"; translations.{"e" * 17}.stem = "b"']
)  # fmt: skip
def test_what_no_database_keeps_is_refused(field: str) -> None:
    text = '[[question]]\ntype = "essay"\nstem = "?"\n' + field.replace("; ", "\n")
    found = read(zipped(bank=f"lang = '{'x' * 100}'", q__one=text))
    assert [problem.code for one in found.errors for problem in one.problems] == ["pack.wrong_value"]
