"""QTI files, as one item or as a package: versions 1.2, 2.1, 2.2 and 3.0."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any
from xml.etree.ElementTree import Element

from suyu_learn.content.drafts import BankFile
from suyu_learn.content.formats import packages, xml_guard
from suyu_learn.content.formats.losses import Losses
from suyu_learn.content.formats.qti_items import questions_of
from suyu_learn.content.formats.qti_metadata import lang_of
from suyu_learn.content.formats.qti_names import ITEM, TEST, in_version_2, words_of
from suyu_learn.content.formats.qti_packages import (
    MANIFEST,
    OLD_ROOT,
    Contents,
    Found,
    contents_of,
    is_stimulus,
    members_of_passages,
    stimulus_of,
    title_of,
)
from suyu_learn.content.formats.qti_reading import About, Gathering
from suyu_learn.content.formats.qti_texts import inner_html
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.domain.questions import QuestionType

_ROOTS = frozenset({ITEM, TEST, OLD_ROOT, "qti-assessment-item", "qti-assessment-test", "assessmentSection",
                    "qti-assessment-section", "manifest"})  # fmt: skip


class Qti:
    """One XML file, or a zip of them with or without a manifest."""

    code: str = "qti"
    suffixes: tuple[str, ...] = (".xml", ".zip", ".qti", ".imscc")

    def claims(self, content: bytes) -> bool:
        """Whether a file is QTI by its root element, or by the manifest or the items in its zip."""
        if not packages.is_zip(content):
            return xml_guard.root_name(content) in _ROOTS
        try:
            package = packages.open_package(content)
            if any(name.lower().rpartition("/")[2] == MANIFEST for name in package.names):
                return True
            named = [name for name in package.names if name.lower().endswith((".xml", ".qti"))][:20]
            return any(xml_guard.root_name(package.read(name)) in _ROOTS for name in named)
        except Problem:
            return False

    def read(
        self, content: bytes, *, file_name: str, options: Mapping[str, Any], types: Mapping[str, QuestionType[Any]]
    ) -> BankFile:
        """The questions of a file or package."""
        if packages.is_zip(content):
            return _package(content, file_name=file_name, options=options, types=types)
        gathering = Gathering(file_name=file_name, options=options, types=types, package=None)
        root = in_version_2(xml_guard.parse(content, place=Place(file=file_name)))
        _take_root(gathering, root, file="", about=About())
        if root.tag == TEST:
            raise Problem("qti.test_alone", place=Place(file=file_name))
        return _sound(gathering)


FORMATS = (Qti(),)


def _package(
    content: bytes, *, file_name: str, options: Mapping[str, Any], types: Mapping[str, QuestionType[Any]]
) -> BankFile:
    package = packages.open_package(content, file=file_name)
    contents = contents_of(package, file_name=file_name)
    if not contents.found:
        code = "qti.no_questions" if contents.has_manifest else "qti.no_manifest"
        raise Problem(code, place=Place(file=file_name))
    gathering = Gathering(file_name=file_name, options=options, types=types, package=package)
    gathering.warnings += contents.warnings
    members = members_of_passages(contents)
    taken: set[str] = set()
    for name in list(contents.found):
        if name not in taken:
            _take_found(gathering, contents, contents.found[name], members, taken)
    if not contents.has_manifest and all(one.fault is not None for one in contents.found.values()):
        raise Problem("qti.no_manifest", place=Place(file=file_name))
    if package.nested:
        gathering.losses.add("qti.nested_zip", count=len(package.nested))
    if not contents.has_manifest:
        gathering.warnings.append(Problem("qti.without_manifest", place=Place(file=file_name)))
    return gathering.file()


def _take_found(
    gathering: Gathering, contents: Contents, found: Found, members: Mapping[str, Sequence[str]], taken: set[str]
) -> None:
    """One file, and with a passage all others that refer to the same."""
    root = _root(gathering, contents, found, taken)
    if root is None:
        return
    stimulus = _stimulus(gathering, contents, found, root)
    if not stimulus:
        if stimulus is not None:
            _take_root(gathering, root, file=found.name, about=found.about)
        return
    group = _take_passage(gathering, contents, stimulus, found.about)
    _take_item(gathering, root, file=found.name, about=found.about, group=group)
    for name in (one for one in members.get(stimulus, ()) if one not in taken):
        tree = _root(gathering, contents, contents.found[name], taken)
        if tree is not None:
            _take_item(gathering, tree, file=name, about=contents.found[name].about, group=group)


def _root(gathering: Gathering, contents: Contents, found: Found, taken: set[str]) -> Element | None:
    taken.add(found.name)
    if found.fault is not None:
        gathering.refuse([found.fault], file=found.name)
        return None
    try:
        return contents.tree(found.name)
    except Problem as problem:
        gathering.refuse([problem], file=found.name)
        return None


def _stimulus(gathering: Gathering, contents: Contents, found: Found, root: Element) -> str | None:
    """The passage of an item, or nothing; None when it names one that is missing, which refuses it."""
    if root.tag != ITEM:
        return ""
    try:
        return stimulus_of(contents, root, found.name)
    except Problem as problem:
        gathering.refuse([problem], file=found.name, said=title_of(root))
        return None


def _take_passage(gathering: Gathering, contents: Contents, name: str, about: About) -> str:
    def read(losses: Losses, _warn: Callable[..., None]) -> Sequence[tuple[str, Mapping[str, Any], Decimal | None]]:
        root = contents.tree(name)
        if not is_stimulus(root):
            raise Problem("qti.incomplete", what="stimulusBody")
        if next(root.iter("catalogInfo"), None) is not None:
            losses.add("qti.part_not_kept", name="catalogInfo")
        return [("group", {"stem": inner_html(root.find("stimulusBody") or root), "explanation": ""}, None)]

    own = {key: value for key, value in about.own.items() if key != "points"}
    return gathering.take(read, file=name, about=contents.about(name) or About(lang=about.lang, own=own))


def _take_root(gathering: Gathering, root: Element, *, file: str, about: About) -> None:
    if root.tag == OLD_ROOT:
        from suyu_learn.content.formats import qti12

        qti12.take(gathering, root, file=file, about=about)
    elif root.tag == ITEM:
        _take_item(gathering, root, file=file, about=about)
    elif file:
        gathering.refuse([Problem("qti.not_an_item", name=root.tag[:80])], file=file)


def _take_item(gathering: Gathering, item: Element, *, file: str, about: About, group: str = "") -> None:
    uid = gathering.uid()
    lang = about.lang or lang_of(item.get("lang"))

    def read(losses: Losses, warn: Callable[..., None]) -> Sequence[tuple[str, Mapping[str, Any], Decimal | None]]:
        if not about.own:  # ours are the beginnings of their texts
            _tell_title(item, losses)
        made = questions_of(item, uid=uid, losses=losses, warn=warn, own_type=about.own.get("type", ""))
        return [(one.type, one.body, one.points) for one in made]

    gathering.take(read, file=file, about=replace(about, lang=lang), said=title_of(item), group=group)


def _tell_title(item: Element, losses: Losses) -> None:
    """Titles have no place here; one that only repeats the text or the identifier is no loss."""
    title = item.get("title", "").strip()
    if title and title != item.get("identifier") and title not in words_of(item.find("itemBody")):
        losses.add("qti.titles_not_kept")


def _sound(gathering: Gathering) -> BankFile:
    file = gathering.file()
    if not file.read:
        raise Problem("qti.no_questions", place=Place(file=gathering.file_name))
    return file
