"""Word documents from strangers: read or refused, in time and within bounds."""

# ruff: noqa: E501  (pieces of files in a line each)

from __future__ import annotations

import contextlib
import io
import random
import re
import subprocess
import sys
import time
import zipfile
from typing import Any

import pytest

from suyu_learn.content.drafts import BankFile
from suyu_learn.content.formats.docx_remarks import annotated
from suyu_learn.content.formats.question_docx import FORMATS
from suyu_learn.domain.problems import Place, Problem
from suyu_learn.domain.questions import BUILT_IN
from tests.word_documents import (
    PNG,
    changed,
    document,
    formula,
    letter,
    level,
    listed,
    numbering,
    paragraph,
    run,
    table,
)

TYPES = {kind.code: kind for kind in BUILT_IN}
SEED, MUTATIONS = 20_261_123, 500
W = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
PARTS = ("word/document.xml", "word/numbering.xml", "word/styles.xml", "word/_rels/document.xml.rels", "_rels/.rels",
         "[Content_Types].xml")  # fmt: skip


def picture(made: Any) -> None:
    made.paragraphs[-1].add_run().add_picture(io.BytesIO(PNG))


def rich() -> bytes:
    """A little of everything that is read."""
    lists = numbering(
        f'<w:abstractNum w:abstractNumId="0">{level(0, "decimal", "%1.")}{level(1, "upperLetter", "%2.")}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    )
    field = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>EQ \\f(1,2)</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    box = "<w:r><w:pict><v:shape><v:textbox><w:txbxContent><w:p><w:r><w:t>A. 红 B. 黄</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
    return document(
        lists, "一、单选题", listed("甲？", 1), listed("红", 1, 1), listed("黄", 1, 1), "答案：A", listed("乙？", 1), picture,
        paragraph(run("A. 红", "<w:b/>")), "B. 黄", paragraph("3. 求", formula(f"<m:f><m:num>{letter('1')}</m:num><m:den>{letter('x')}</m:den></m:f>"), field),
        "答案：1", paragraph("4. 丙？", box), "答案：B", table(["1", "2"], ["A", "B"]), table(["题干", "答案"], ["对吗？", "对"]),
        paragraph(run("隐", "<w:vanish/>"), '<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>', run("  ", '<w:u w:val="single"/>')),
    )  # fmt: skip


def tried(content: bytes) -> str:
    """The code of the refusal; "" where the document was read."""
    began = time.process_time()
    try:
        found = FORMATS[0].read(content, file_name="a.docx", options={}, types=TYPES)
    except Problem as refused:
        found, code = BankFile(()), refused.code
    else:
        code = ""
        assert all(one.problems and one.cells for one in found.errors)
        with contextlib.suppress(Problem):  # parts that nothing needs may be damaged
            annotated(content, "a.docx", [(Place(row=1), "x")], "y")
    assert time.process_time() - began < 5
    assert found.read == len(found.items) + len(found.errors)
    return code


def mutated(parts: dict[str, bytes], rng: random.Random) -> bytes:
    """The document with a few things in its XML moved, doubled, cut or changed."""
    parts = dict(parts)
    for _change in range(rng.randint(1, 4)):
        name = rng.choice([one for one in PARTS if one in parts] or list(parts))
        part = parts[name]
        tags = [found.span() for found in re.finditer(rb"<[^>]+>", part)] or [(0, 1)]
        (start, end), (other, stop) = rng.choice(tags), rng.choice(tags)
        low, high = min(start, other), min(max(end, stop), min(start, other) + 2000)
        way = rng.randrange(9)
        if way == 0:
            part = part[:low] + part[high:]
        elif way == 1:
            part = part[:high] + part[low:high] * rng.randint(1, 50) + part[high:]
        elif way == 2:
            part = part[:start] + part[other:stop] + part[end:]
        elif way == 3:
            part = re.sub(
                rb'"\d+"', lambda _old: b'"%d"' % rng.choice([-1, 0, 7, 10**9, 10**30]), part, count=rng.randint(1, 30)
            )
        elif way == 4:
            at = rng.randrange(len(part) or 1)
            part = part[:at] + bytes([rng.randrange(256)]) + part[at + 1 :]
        elif way == 5:
            part = part[: rng.randrange(len(part) or 1)]
        elif way == 6:
            part = re.sub(
                rb'w:val="[^"]*"',
                lambda _old: b'w:val="%s"' % rng.choice([b"", b"%9%9", b"List1", "题".encode(), b"x" * 999]),
                part,
                count=rng.randint(1, 30),
            )
        elif way == 7:
            del parts[name]
            continue
        else:
            part = (
                part[:start]
                + re.sub(
                    rb"<(/?)w:\w+", rb"<\1w:" + rng.choice([b"p", b"r", b"tbl", b"tc", b"drawing"]), part[start:end]
                )
                + part[end:]
            )
        parts[name] = part
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    content = bytearray(stream.getvalue())
    if rng.random() < 0.15:
        for _flip in range(rng.randint(1, 20)):
            content[rng.randrange(len(content))] = rng.randrange(256)
    return bytes(content)


@pytest.mark.slow
def test_500_mutated_documents() -> None:
    rng = random.Random(SEED)
    base = rich()
    assert tried(base) == ""
    with zipfile.ZipFile(io.BytesIO(base)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist() if "theme" not in name and "thumb" not in name}
    codes = {tried(mutated(parts, rng)) for _number in range(MUTATIONS)}
    assert {"", "docx.broken", "docx.not_docx"} <= codes
    assert all(code.startswith(("docx.", "text.", "table.", "sheet.")) for code in codes - {""})


def body(inner: bytes) -> bytes:
    return b"<w:document " + W + b"><w:body>" + inner + b"</w:body></w:document>"


def with_body(inner: bytes) -> bytes:
    return changed(document("1. 对吗？", "答案：对"), {"word/document.xml": body(inner)})


P = "<w:p><w:r><w:t>1. 对吗？</w:t></w:r></w:p><w:p><w:r><w:t>答案：对</w:t></w:r></w:p>".encode()


@pytest.mark.parametrize(
    "inner, code",
    [
        (b"<w:tbl><w:tr><w:tc>" * 1000 + P + b"</w:tc></w:tr></w:tbl>" * 1000, "docx.too_deep"),
        (b"<w:tbl><w:tr><w:tc>" * 40 + P + b"</w:tc></w:tr></w:tbl>" * 40, ""),
        (b"<w:p><w:r>" + b"<w:t/>" * 600_000 + b"</w:r></w:p>", "docx.too_large_piece"),
        (b'<w:p w:x="' + b"x" * 3_000_000 + b'"/>', "docx.broken"),
        (b"<w:p " + b" ".join(b'w:a%d=""' % at for at in range(200_000)) + b"/>", "docx.broken"),
        (b"<w:p/>" * 1_000_000, "docx.too_large_piece"),
        (b"<w:p/>" * 20_000, "text.no_questions"),
        (b"<w:p><w:r><w:t>" + b"x" * 30_000_000 + b"</w:t></w:r></w:p>", "docx.too_large_piece"),
        (b"<w:p><w:hyperlink>" * 60 + b"</w:hyperlink></w:p>" * 60, "text.no_questions"),
        (P + b"<w:p>" + b'<w:r><w:fldChar w:fldCharType="begin"/></w:r>' * 5000 + b"</w:p>", ""),
        (P + b"<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val='999999999'/></w:tcPr><w:p/></w:tc></w:tr></w:tbl>", ""),
        (P + b"<w:p><w:r><w:sym w:font='Wingdings' w:char='FFFFFFFFFF'/></w:r></w:p>", ""),
    ],
)  # fmt: skip
def test_bodies_out_of_proportion(inner: bytes, code: str) -> None:
    assert tried(with_body(inner)) == code


def test_bombs_entities_and_ways_out() -> None:
    good = document("1. 对吗？", "答案：对", picture)
    entities = b'<!DOCTYPE d [<!ENTITY a "xxxxxxxxxx"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>' + body(
        P.replace("对吗".encode(), b"&b;")
    )
    assert tried(changed(good, {"word/document.xml": entities})) == "docx.entities"
    assert (
        tried(changed(good, {"word/document.xml": b'<!DOCTYPE d SYSTEM "file:///etc/passwd">' + body(P)}))
        == "docx.entities"
    )
    assert tried(changed(good, {"word/styles.xml": entities})) == "docx.entities"
    assert tried(changed(good, {"word/document.xml": bytes(120_000_000)})) == "docx.too_large"
    assert tried(changed(good, {"word/document.xml": body(b" " * 60_000_000)})) == "docx.too_large"
    assert tried(changed(good, {f"x/{at}": b"" for at in range(6000)})) == "docx.too_many_parts"
    for target in (b"../../../etc/passwd", b"/etc/passwd", b"C:\\x", b"https://example.org/x.png", b""):
        rels = {"word/_rels/document.xml.rels": lambda old, to=target: old.replace(b"media/image1.png", to)}
        found = FORMATS[0].read(changed(good, rels), file_name="a.docx", options={}, types=TYPES)
        assert [one.code for one in found.losses] == ["docx.picture_missing"]
        assert found.media == ()


def test_loops_end() -> None:
    good = document("1. 对吗？", "答案：对")
    styles = b"".join(
        b'<w:style w:type="paragraph" w:styleId="S%d"><w:basedOn w:val="S%d"/></w:style>' % (at, (at + 1) % 3)
        for at in range(3)
    )
    links = b"".join(
        b'<w:abstractNum w:abstractNumId="%d"><w:numStyleLink w:val="N%d"/></w:abstractNum>' % (at, at)
        for at in range(2)
    ) + b"".join(b'<w:num w:numId="%d"><w:abstractNumId w:val="%d"/></w:num>' % (at, at) for at in range(2))
    named = b"".join(
        b'<w:style w:type="numbering" w:styleId="N%d"><w:pPr><w:numPr><w:numId w:val="%d"/></w:numPr></w:pPr></w:style>'
        % (at, 1 - at)
        for at in range(2)
    )
    asked = b'<w:p><w:pPr><w:pStyle w:val="S0"/><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:p>' + P
    looped = {
        "word/document.xml": body(asked), "word/styles.xml": b"<w:styles " + W + b">" + styles + named + b"</w:styles>",
        "word/numbering.xml": b"<w:numbering " + W + b">" + links + b"</w:numbering>",
    }  # fmt: skip
    assert tried(changed(good, looped)) == ""


def test_memory_stays_bounded(tmp_path: Any) -> None:
    """Nearly the largest that is let in."""
    one = "<w:p><w:pPr><w:jc w:val='left'/></w:pPr><w:r><w:t>天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往秋收冬藏</w:t></w:r></w:p>".encode()
    path = tmp_path / "large.docx"
    path.write_bytes(with_body(P + one * 40_000))
    measured = subprocess.run(
        [sys.executable, "-c", _MEASURE, str(path)], capture_output=True, text=True, check=True, timeout=120
    ).stdout.split()
    assert int(measured[0]) < 300_000


_MEASURE = """
import sys
from pathlib import Path
from suyu_learn.content.formats.question_docx import FORMATS
from suyu_learn.domain.problems import Problem
from suyu_learn.domain.questions import BUILT_IN
try:
    FORMATS[0].read(Path(sys.argv[1]).read_bytes(), file_name="a.docx", options={}, types={kind.code: kind for kind in BUILT_IN})
except Problem:
    pass
print(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])
"""
