"""QTI packages: which files hold questions, in which order, and what the manifest and the tests say of them."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from xml.etree.ElementTree import Element

from suyu_learn.content.formats import xml_guard
from suyu_learn.content.formats.packages import Package
from suyu_learn.content.formats.qti_metadata import about_of
from suyu_learn.content.formats.qti_names import ITEM, SECTION, STIMULUS, TEST, all_of, in_version_2, words_of
from suyu_learn.content.formats.qti_reading import About
from suyu_learn.domain.problems import Place, Problem

MANIFEST = "imsmanifest.xml"
MOST_XML = 48 * 1024 * 1024
OLD_ROOT = "questestinterop"
_XML_ENDINGS = (".xml", ".qti", ".xml.qti")
_REFERENCE = re.compile(rb"stimulus-?ref", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """One file of a package that may hold questions, or the reason why it cannot be read."""

    name: str
    about: About = field(default_factory=About)
    fault: Problem | None = None


@dataclass
class Contents:
    """What a package holds, in order."""

    package: Package
    file_name: str
    found: dict[str, Found] = field(default_factory=dict)
    warnings: list[Problem] = field(default_factory=list)
    has_manifest: bool = False
    _roots: dict[str, str] = field(default_factory=dict)
    _abouts: dict[str, About] = field(default_factory=dict)
    _declared: dict[str, str] = field(default_factory=dict)
    _xml_read: int = 0

    def root(self, name: str) -> str:
        """The name of a file's root element, in the vocabulary of version 2."""
        if name not in self._roots:
            head = xml_guard.root_name(self.read(name))
            if head.startswith("qti-"):
                probe = Element(head)
                head = in_version_2(probe).tag
            self._roots[name] = head
        return self._roots[name]

    def tree(self, name: str) -> Element:
        """A file as a tree; raises Problem."""
        return in_version_2(xml_guard.parse(self.read(name), place=Place(file=self.file_name, sheet=name)))

    def read(self, name: str) -> bytes:
        content = self.package.read(name)
        self._xml_read += len(content)
        if self._xml_read > 4 * MOST_XML:  # each file is read for its root, its order, its passage and its questions
            raise Problem("package.too_large", place=Place(file=self.file_name), most=MOST_XML // 1024 // 1024)
        return content

    def about(self, name: str) -> About | None:
        """What the manifest says of a file; None where it says nothing."""
        return self._abouts.get(name)

    def add(self, name: str, *, topic: str = "") -> None:
        """Note a file, once, with what is known about it."""
        if name not in self.found:
            about = self._abouts.get(name, About())
            if topic and not about.topics:
                about = replace(about, topics=(topic,))
            self.found[name] = Found(name, about)

    def fail(self, href: str, fault: Problem) -> None:
        """Note something that the package names and does not have, once."""
        self.found.setdefault(f"\0{href}", Found(href[:200], fault=fault))


def contents_of(package: Package, *, file_name: str) -> Contents:
    """The files with questions: in the order of the tests, then of the manifest, then any other that holds some."""
    contents = Contents(package, file_name)
    manifest = min((name for name in package.names if posixpath.basename(name).lower() == MANIFEST),
                   key=lambda name: name.count("/"), default=None)  # fmt: skip
    if manifest is not None:
        contents.has_manifest = True
        _read_manifest(contents, manifest)
    for name in _tests(contents):
        _read_test(contents, name)
    for name in contents._declared:
        if _holds_questions(contents, name):
            contents.add(name)
    undeclared = 0
    for name in package.names:
        if name not in contents.found and name.lower().endswith(_XML_ENDINGS) and _holds_questions(contents, name):
            contents.add(name)
            undeclared += name not in contents._declared
    if undeclared and contents.has_manifest:
        contents.warnings.append(Problem("qti.undeclared", place=Place(file=file_name), count=undeclared))
    return contents


def _holds_questions(contents: Contents, name: str) -> bool:
    return contents.root(name) in (ITEM, OLD_ROOT)


def _read_manifest(contents: Contents, manifest: str) -> None:
    content = contents.read(manifest)
    named: list[tuple[str, str, About]] = []

    def take(resource: Element) -> None:
        href = resource.get("href") or next((one.get("href", "") for one in all_of(resource, "file")), "")
        kind = resource.get("type", "").lower()
        if href and _is_of_qti(kind, href):
            named.append((resource.get("base", "") + href, kind, about_of(resource.find("metadata"))))

    xml_guard.each(content, "resource", take, place=Place(file=contents.file_name, sheet=manifest))
    for href, kind, about in named:
        try:
            name = contents.package.resolve(href, base=manifest)
        except Problem as fault:
            contents.fail(href, fault)
            continue
        contents._declared[name] = kind
        contents._abouts[name] = about
        _tell_mismatch(contents, name, kind)


def _is_of_qti(kind: str, href: str) -> bool:
    return "qti" in kind and href.lower().endswith(_XML_ENDINGS) and "manifest" not in kind


def _tell_mismatch(contents: Contents, name: str, kind: str) -> None:
    root = contents.root(name)
    for said, is_one in (("_test_", ITEM), ("_item_", TEST)):
        if said in kind and root == is_one:
            place = Place(file=contents.file_name, sheet=name)
            contents.warnings.append(Problem("qti.declared_otherwise", place=place, name=name, said=kind[:60]))


def _tests(contents: Contents) -> Iterator[str]:
    for name in (*contents._declared, *(one for one in contents.package.names if one not in contents._declared)):
        if name.lower().endswith(_XML_ENDINGS) and contents.root(name) == TEST:
            yield name


def _read_test(contents: Contents, name: str) -> None:
    try:
        root = contents.tree(name)
    except Problem as fault:
        contents.fail(name, fault)
        return
    sections = [one for one in root.iter(SECTION) if next(iter(all_of(one, "assessmentItemRef")), None) is not None]
    titled = len(sections) > 1
    topics = {id(ref): section.get("title", "") for section in sections for ref in all_of(section, "assessmentItemRef")}
    for ref in root.iter():
        if ref.tag == "assessmentSectionRef":
            _read_section(contents, name, ref.get("href", ""))
        elif ref.tag == "assessmentItemRef":
            _add_reference(contents, name, ref, topics.get(id(ref), "") if titled else "")


def _read_section(contents: Contents, base: str, href: str) -> None:
    try:
        name = contents.package.resolve(href, base=base)
        section = contents.tree(name)
    except Problem as fault:
        contents.fail(href, fault)
        return
    for ref in section.iter("assessmentItemRef"):
        _add_reference(contents, name, ref, "")


def _add_reference(contents: Contents, base: str, ref: Element, topic: str) -> None:
    href = ref.get("href", "")
    try:
        contents.add(contents.package.resolve(href, base=base), topic=topic)
    except Problem as fault:
        contents.fail(href, fault)


def stimulus_of(contents: Contents, item: Element, base: str) -> str:
    """The file of the passage that an item refers to; empty where it has none. Raises Problem when it is missing."""
    ref = next(item.iter("assessmentStimulusRef"), None)
    return "" if ref is None else contents.package.resolve(ref.get("href", ""), base=base)


def members_of_passages(contents: Contents) -> dict[str, list[str]]:
    """The items that refer to each passage, in order; items are looked into only where they speak of one."""
    members: dict[str, list[str]] = {}
    for name, found in contents.found.items():
        if found.fault is None and contents.root(name) == ITEM and _REFERENCE.search(contents.read(name)):
            with suppress(Problem):
                members.setdefault(stimulus_of(contents, contents.tree(name), name), []).append(name)
    return members


def is_stimulus(root: Element) -> bool:
    """Whether a file is a passage."""
    return root.tag == STIMULUS and root.find("stimulusBody") is not None


def title_of(root: Element) -> str:
    """What an item is called, or how it begins."""
    return root.get("title", "") or words_of(root.find("itemBody"))[:100]
