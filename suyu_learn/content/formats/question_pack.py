"""Our own question pack as one zip file, `bank.toml` beside a folder with its media; in it everything survives."""

from __future__ import annotations

import posixpath
import re
import shutil
import tomllib
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

from suyu_learn.content import facts, pack_pictures, pictures
from suyu_learn.content.drafts import BankFile, MediaDraft, QuestionDraft, Refused
from suyu_learn.content.formats import packages, toml_writing
from suyu_learn.content.pack_bodies import body_of
from suyu_learn.content.question_packs import question_of
from suyu_learn.domain.library import Fact, facts_named, filled, unknown_in
from suyu_learn.domain.problems import NOWHERE, Place, Problem, Problems
from suyu_learn.domain.questions import QuestionType
from suyu_learn.domain.questions.words import texts_in

ABOUT = "bank.toml"
COURSE = "course.toml"
"""What a course that lies beside the bank says of itself; no questions."""
FOLDER = "questions"
IN_ONE_FILE = 200
LARGEST_TOML = 8 * 1024 * 1024
MOST_QUESTIONS = 20_000
LONGEST_LANG = 16
SUFFIXES = {"image/png": ".png", "image/jpeg": ".jpg", "image/webp": ".webp"}
_EPOCH = (2000, 1, 1, 0, 0, 0)
"""The same questions make the same file."""
MOST_WEIGHT = 300_000
_KEY_WITHOUT_END = re.compile(r"""(?<![\w"'-])(?:[\w"'-]++[ \t]*+\.[ \t]*+){40}""")
"""`a.a.a...`: the time to read such a key grows with the square of its parts."""
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class PackFormat:
    """Reads a pack that came as a zip file."""

    code: str = "pack"
    suffixes: tuple[str, ...] = (".zip",)

    def claims(self, content: bytes) -> bool:
        """Whether a zip file is a pack of ours."""
        try:
            return _about(packages.open_package(content)) is not None
        except Problem:
            return False

    def read(
        self, content: bytes, *, file_name: str, options: Mapping[str, Any], types: Mapping[str, QuestionType[Any]]
    ) -> BankFile:
        """The questions of all banks of the pack; see `suyu_learn.hooks.BankFormat`."""
        package = packages.open_package(content, file=file_name)
        about_name = _about(package)
        if about_name is None:
            raise Problem("pack.no_bank_toml", place=Place(file=file_name))
        about, base = read_toml(package, about_name), posixpath.dirname(about_name)
        lang = str(about.get("lang") or options.get("lang") or "zh_Hans")[:LONGEST_LANG]
        reader = _Reader(types, lang, _media(package, base))
        reader.learn_facts(package)
        for name in sorted(package.names):
            within = name.startswith(f"{base}/" if base else "") and posixpath.basename(name) != COURSE
            if name.endswith(".toml") and name not in (about_name, posixpath.join(base, facts.FILE)) and within:
                reader.take(name, package)
        if not reader.items and not reader.errors:
            raise Problem("pack.no_questions", place=Place(file=file_name))
        return reader.closed()


class _Reader:
    """Gathers what the files of a pack say."""

    def __init__(self, types: Mapping[str, QuestionType[Any]], lang: str, media: Mapping[str, MediaDraft]) -> None:
        self.types, self.lang, self.media = types, lang, media
        self.items: list[QuestionDraft] = []
        self.errors: list[Refused] = []
        self._uids: set[str] = set()
        self._facts: Mapping[str, Fact] = {}

    def learn_facts(self, package: packages.Package) -> None:
        """Read what its questions may name as a fact; a file of facts that is wrong is refused, with who names them."""
        place = Place(sheet=facts.FILE, row=1)
        try:
            self._facts = facts_beside(package)
        except Problem as problem:
            self._refuse(place, [problem])
        except Problems as found:
            told = (one.at(replace(place, uid=one.place.uid, field=one.place.field)) for one in found.problems)
            self.errors.append(Refused(place, tuple(told)))

    def take(self, name: str, package: packages.Package) -> None:
        """The questions of one file; what is wrong with it is told, and the others go on."""
        try:
            said = read_toml(package, name)
        except Problem as problem:
            self._refuse(Place(sheet=name, row=1), [problem])
            return
        entries = said.get("question", ())
        if not isinstance(entries, list):
            self._refuse(Place(sheet=name, row=1), [Problem("question.wrong_shape")])
            return
        for number, entry in enumerate(entries, start=1):
            if len(self.items) + len(self.errors) >= MOST_QUESTIONS:
                raise Problem("pack.too_many", most=MOST_QUESTIONS)
            place = Place(sheet=name, row=number)
            try:
                self.items.append(self._question(entry, place, str(said.get("topic") or "")))
            except Problems as found:
                self._refuse(place, found.problems, entry)

    def _question(self, entry: Any, place: Place, topic: str) -> QuestionDraft:
        if not isinstance(entry, Mapping):
            raise Problems([Problem("question.wrong_shape")])
        named = facts_named(entry)
        if unknown := unknown_in(named, self._facts, NOWHERE):
            raise Problems(unknown)
        if named:
            entry = filled(entry, self._facts)
        draft = question_of(entry, place=place, topic=topic, types=self.types, lang=self.lang, sourced=False)
        if draft.uid in self._uids:
            raise Problems([Problem("pack.uid_twice", first=draft.uid)])
        if draft.group and draft.group not in self._uids:
            raise Problems([Problem("pack.group_unknown", group=draft.group)])
        self._uids.add(draft.uid)
        missing = pack_pictures.missing_in(draft, self.media)
        if missing:
            raise Problems(missing)
        return replace(draft, body=pack_pictures.with_marks(draft.body, self.media),
                       translations=pack_pictures.with_marks(draft.translations, self.media))  # fmt: skip

    def _refuse(self, place: Place, problems: Iterable[Problem], entry: Any = None) -> None:
        told = tuple(one.at(replace(place, field=one.place.field)) for one in problems)
        stem = entry.get("stem", "") if isinstance(entry, Mapping) else ""
        self.errors.append(Refused(place, told, (("", str(stem)),) if stem else ()))

    def closed(self) -> BankFile:
        named = {sha for item in self.items for body in (item.body, *item.translations.values())
                 for sha in pictures.named_in(body)}  # fmt: skip
        media = {one.sha256: one for one in self.media.values() if one.sha256 in named}
        return BankFile(tuple(self.items), tuple(self.errors), media=tuple(media.values()))


def _about(package: packages.Package) -> str | None:
    found = [name for name in package.names if posixpath.basename(name) == ABOUT and name.count("/") <= 1]
    return min(found, key=len) if found else None


def facts_beside(package: packages.Package) -> dict[str, Fact]:
    """The facts of the file beside `bank.toml`, by key; none without it; raises Problem or Problems."""
    name = posixpath.join(posixpath.dirname(_about(package) or ""), facts.FILE)
    return facts.facts_in(read_toml(package, name), file=name) if name in package.names else {}


def has_bank(package: packages.Package) -> bool:
    """Whether a zip holds a bank."""
    return _about(package) is not None


def read_toml(package: packages.Package, name: str) -> dict[str, Any]:
    """A TOML file of a zip; raises Problem for what is none, or would take too long to read."""
    try:
        text = package.read(name, most=LARGEST_TOML).decode()
        if _KEY_WITHOUT_END.search(text) or _weight(text) > MOST_WEIGHT:
            raise Problem("package.bomb", place=Place(file=name), name=name)
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # also a number of thousands of digits, which Python does not take
        raise Problem("pack.not_toml", place=Place(file=name), error=str(error)[:200]) from None


def _weight(text: str) -> int:
    """How many tables, lists and lines a text may come to; each costs up to a kilobyte while it is read."""
    return text.count("[") + text.count("{") + text.count("\n")


def _media(package: packages.Package, base: str) -> dict[str, MediaDraft]:
    within = f"{base}/" if base else ""
    names = [name for name in package.names if f"/{pack_pictures.FOLDER}/" in f"/{name}" and name.startswith(within)]
    return {
        name[f"/{name}".index(f"/{pack_pictures.FOLDER}/") :]: MediaDraft(package.read(name), posixpath.basename(name))
        for name in names
    }


class PackWriter:
    """Writes a pack that comes back equal, uids and all."""

    code: str = "pack"
    suffix: str = ".zip"
    mime: str = "application/zip"
    label: str = "Question pack of Suyu Learn (zip)"

    def losses(self, questions: Sequence[QuestionDraft]) -> Sequence[Problem]:
        """None: everything is carried."""
        return ()

    def write(
        self, questions: Sequence[QuestionDraft], stream: BinaryIO, *, title: str, lang: str,
        media: Callable[[str], tuple[bytes, str]], options: Mapping[str, Any],
    ) -> None:  # fmt: skip
        """See `suyu_learn.hooks.BankWriter`."""
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            write_into(archive, questions, title=title, lang=lang, media=media)


def write_into(
    archive: zipfile.ZipFile, questions: Sequence[QuestionDraft], *, title: str, lang: str,
    media: Callable[[str], tuple[bytes, str]],
) -> None:  # fmt: skip
    """Write a bank into a zip that may hold more."""
    shas = _named_by(questions)
    suffixes = {sha: SUFFIXES.get(media(sha)[1], "") for sha in shas}

    def name_of(sha: str) -> str:
        return f"{pack_pictures.FOLDER}/{sha}{suffixes[sha]}"

    if shas:
        questions = [
            replace(one, body=pack_pictures.with_names(one.body, name_of),
                    translations=pack_pictures.with_names(one.translations, name_of))
            for one in questions
        ]  # fmt: skip
    about = toml_writing.table({"lang": lang, "review": False})
    add(archive, ABOUT, f"{about}\n[[bank]]\n{toml_writing.table({'folder': FOLDER, 'name': title})}")
    for start in range(0, len(questions), IN_ONE_FILE):
        part = questions[start : start + IN_ONE_FILE]
        text = "\n".join("[[question]]\n" + toml_writing.table(_entry(one, lang)) for one in part)
        add(archive, f"{FOLDER}/{start // IN_ONE_FILE + 1:04}.toml", text)
    for sha in shas:
        add(archive, f"{FOLDER}/{name_of(sha)}", media(sha)[0])


def add(archive: zipfile.ZipFile, name: str, content: str | bytes | Path) -> None:
    """Add a file to a zip, always the same way; what lies on disk is never read whole."""
    entry = zipfile.ZipInfo(name, _EPOCH)
    if isinstance(content, Path):
        with content.open("rb") as source, archive.open(entry, "w", force_zip64=True) as target:
            shutil.copyfileobj(source, target, 1 << 20)
        return
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, content)


def _named_by(questions: Iterable[QuestionDraft]) -> list[str]:
    bodies = (body for one in questions for body in (one.body, *one.translations.values()))
    return sorted({sha for body in bodies if any(pictures.SCHEME in text for text in texts_in(body))
                   for sha in pictures.named_in(body)})  # fmt: skip


def _entry(one: QuestionDraft, lang: str) -> dict[str, Any]:
    """What is said of a question; the usual is left unsaid, as authors do."""
    return {
        "uid": one.uid,
        "type": one.type,
        "format": one.text_format if one.text_format != "markdown" else None,
        "lang": one.lang if one.lang != lang else None,
        "group": one.group or None,
        **_body(one),
        "difficulty": one.difficulty if one.difficulty != "medium" else None,
        "criterion": one.criterion,
        "dimension": one.dimension,
        "source": one.source or None,
        "points": one.points,
        "topics": list(one.topics) or None,
        "tags": list(one.tags) or None,
        "translations": dict(one.translations) or None,
    }


def _body(one: QuestionDraft) -> dict[str, Any]:
    """The body as an author writes it, where that gives the very same one; else as it is stored."""
    for letters in (_LETTERS.lower(), _LETTERS):
        said = _authored(one, letters)
        if said is not None and body_of({**said, "type": one.type}, uid=one.uid) == one.body:
            return {name: value for name, value in said.items() if value not in ("", False) or name == "answer"}
    return {"body": dict(one.body)}


def _authored(one: QuestionDraft, signs: str) -> dict[str, Any] | None:
    body = one.body
    said = {"stem": body.get("stem"), "explanation": body.get("explanation", "")}
    try:
        if one.type in ("single", "multiple"):
            letters = {option["key"]: letter for option, letter in zip(body["options"], signs, strict=False)}
            options = {letters[option["key"]]: option["text"] for option in body["options"]}
            answer = [letters[key] for key in body["answer"]]
            return said | {"options": options, "answer": answer[0] if one.type == "single" else answer}
        if one.type == "true_false":
            return said | {"answer": body["answer"]}
        if one.type == "fill_in":
            return said | {"blanks": [blank["accepted"] for blank in body["blanks"]], "any_order": body["any_order"]}
        return said if one.type == "group" else None
    except (KeyError, IndexError, TypeError):
        return None


FORMATS = (PackFormat(),)
WRITERS = (PackWriter(),)
