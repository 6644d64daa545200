"""XML of strangers: what is read, and which bounds hold."""

from __future__ import annotations

import pytest

from suyu_learn.content.formats.xml_guard import DEEPEST, MOST_ATTRIBUTES, each, parse, root_name
from suyu_learn.domain.problems import Problem


def test_names_come_without_their_namespaces() -> None:
    root = parse(b'\xef\xbb\xbf<a:quiz xmlns:a="urn:x" xmlns="urn:y"><b a:kind="k" xml:lang="en">t<c/>u</b></a:quiz>')
    assert (root.tag, root[0].tag, root[0].attrib) == ("quiz", "b", {"kind": "k", "lang": "en"})
    assert "".join(root.itertext()) == "tu"


@pytest.mark.parametrize("encoding", ["gb2312", "GBK", "gb18030", "utf-8", "utf-16"])
def test_chinese_encodings_are_read(encoding: str) -> None:
    content = f'<?xml version="1.0" encoding="{encoding}"?>\n<quiz>安全</quiz>'.encode(encoding)
    assert parse(content).text == "安全"
    assert root_name(content) == "quiz"


def test_blank_lines_and_a_doctype_without_entities_pass() -> None:
    content = b'\n <?xml version="1.0"?><!DOCTYPE q SYSTEM "q.dtd" [<!ELEMENT q (a)><!ATTLIST q s CDATA "No">]><q/>'
    assert parse(content).get("s") == "No"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b'<?xml version="1.0"encoding="UTF-8"?><a/>', "xml.bad_declaration"),
        (b"<a><b></a>", "xml.broken"),
        (b"", "xml.broken"),
        (b"<a/>" + b"\0" * 1_000, "xml.broken"),
        (b"\0" * 1_000_000, "xml.broken"),
        (b'<!DOCTYPE a [<!ENTITY b "x">]><a>&b;</a>', "xml.entities"),
        (b'<!DOCTYPE a [<!ENTITY % b SYSTEM "file:///etc/passwd"> %b;]><a/>', "xml.entities"),
        (b'<!DOCTYPE a SYSTEM "http://x.org/a.dtd"><a>&b;</a>', "xml.entities"),
        (b'<!DOCTYPE a [<!ATTLIST a b CDATA "' + b"x" * 5_000 + b'">]><a/>', "xml.entities"),
        (b"<a>" * (DEEPEST + 1), "xml.too_deep"),
        (b"<a>" + b"<b/>" * 300_001, "xml.too_many"),
        (b"<a " + b"".join(b'b%d="" ' % n for n in range(MOST_ATTRIBUTES + 1)) + b"/>", "xml.too_many_attributes"),
        (b"<a b='" + b"x" * 9_000_000, "xml.tag_too_long"),
        (b'<?xml version="1.0" encoding="no-such"?><a/>', "xml.unreadable"),
        (b'<?xml version="1.0" encoding="utf-16"?><a/>', "xml.broken"),
    ],
)
def test_what_is_faulty_or_beyond_bounds_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(Problem) as caught:
        parse(content)
    assert caught.value.code == code


def test_long_lists_are_read_one_by_one_and_forgotten() -> None:
    seen: list[str] = []
    content = b"<m>" + b'<r i="1"><a/><b/>x</r>' * 120_000 + b"</m>"
    each(content, "r", lambda element: seen.append(element.get("i", "") + str(len(element))))
    assert (len(seen), set(seen)) == (120_000, {"12"})
    with pytest.raises(Problem) as caught:
        each(b"<m>" + b"<r/>" * 300_100 + b"</m>", "r", lambda element: None)
    assert caught.value.code == "xml.too_many"
