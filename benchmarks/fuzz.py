"""Hostile files for every format in which questions come in.

    python -m benchmarks.fuzz [FORMAT ...] [--text 100000] [--zipped 10000] [--seed 1] [--keep FOLDER] [--json]

Sound files, made by the writers and by the small builders below, are changed in random ways, always the same for the
same seed. A reader may answer or raise Problem or Problems; anything else, more than 5 seconds for one file, or more
than 300 MB for the process is a finding. Every format registered is tried, those of plug-ins too.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import re
import sys
import time
import traceback
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

sys.path.insert(0, str(Path(__file__).parents[1]))

from suyu_learn import defaults
from suyu_learn.content.drafts import QuestionDraft
from suyu_learn.content.formats import question_template
from suyu_learn.domain.problems import Problem, Problems
from suyu_learn.hooks import BankFormat
from suyu_learn.plugins import Plugins

LONGEST_SECONDS = 5.0
MOST_MEMORY_MB = 300
_INSIDE = re.compile(r"[>=\"]([^<>\"]*)[<\"]")
LARGEST = 2 * 1024 * 1024
TEXT = """一、单选题（每题2分）
1. 下列做法最安全的是（ B ）。
A. 用压缩空气吹 B. 用防爆吸尘器吸
C. 扫
解析：粉尘会爆炸。
二、多选题
2. 哪些？ A.甲 B.乙 C.丙
答案：AB
三、判断题
3. 抗生素对病毒有效。（ × ）
四、填空题
4. 水在____度沸腾，在____度结冰。
答案：100|0
五、材料题
5. 某厂着火。
（1）应先报警。答案：对
（2）用什么灭火？A. 水 B. 沙 答案：B
六、简答题
6. 说说步骤。
答案：先通风再检测。关键词：通风（2分）；检测（2分）
"""
TOKENS: Sequence[bytes] = (
    b'"', b",", b"\n", b"\t", b"\x00", b"\xff", b"A. ", b"{", b"}", b"~", b"=", b"<", b">", b"&", b"]]>", b"<!--",
    b"&a;", b"%%", b"\\", b"$", b"../", b"'", b"|", b";", b"999999999", b"-1", b"1e999", "（".encode(), "）".encode(),
    "答案：".encode(), b"____", "①".encode(), "\ud7ff".encode(), b"<!DOCTYPE a [<!ENTITY a 'b'>]>",
    b'r="XFD1048576"', b'count="4294967295"', b"</", b"/>", b"A-1,B-2", b"\xef\xbb\xbf", b"\xff\xfe",
)  # fmt: skip


@dataclass
class Report:
    """What came of the files for one format."""

    format: str
    tried: int = 0
    taken: int = 0
    refused: int = 0
    questions: int = 0
    slowest: float = 0.0
    memory_mb: int = 0
    findings: list[str] = field(default_factory=list)


def plugins() -> Plugins:
    """All formats, types and writers."""
    return Plugins([defaults])


def sample_questions(found: Plugins) -> list[QuestionDraft]:
    """A question of every kind, out of the template."""
    template = question_template.workbook().getvalue()
    read = found.bank_formats["xlsx"].read(template, file_name="t.xlsx", options={}, types=found.question_types)
    return list(read.items)


def seeds(one: BankFormat, found: Plugins) -> list[tuple[str, bytes]]:
    """Sound files for a format: names with their content."""
    built = dict(_built(found))
    fitting = [(f"q{suffix}", built[suffix]) for suffix in one.suffixes if suffix in built]
    for writer in found.bank_writers.values():
        if writer.suffix in one.suffixes or writer.code == one.code:
            stream = io.BytesIO()
            try:
                writer.write(sample_questions(found), stream, title="q", lang="zh_Hans", media=_no_media, options={})
            except (Problem, Problems):
                continue
            fitting.append((f"q{writer.suffix}", stream.getvalue()))
    return fitting or [(f"q{one.suffixes[0] if one.suffixes else ''}", TEXT.encode())]


def _no_media(sha256: str) -> tuple[bytes, str]:
    raise KeyError(sha256)


def _built(found: Plugins) -> Iterable[tuple[str, bytes]]:
    rows = (question_template.HEADINGS, *question_template.EXAMPLES)
    quoted = (",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows)
    table = "\r\n".join(quoted).encode("utf-8-sig")
    yield ".csv", table
    yield ".txt", TEXT.encode()
    objects = [dict(zip(question_template.HEADINGS, row, strict=False)) for row in question_template.EXAMPLES]
    yield ".json", json.dumps(objects, ensure_ascii=False, indent=1).encode()
    yield ".xlsx", question_template.workbook().getvalue()
    try:
        from tests.xls_files import old_workbook
    except ImportError:  # without the tests beside it
        return
    yield ".xls", old_workbook(rows)


def mutated(content: bytes, chance: random.Random) -> bytes:
    """The file changed in one to twelve places; of an archive, mostly inside one of its parts."""
    if content.startswith(b"PK") and chance.random() < 0.9:
        return _in_archive(content, chance)
    if content.startswith(b"\xd0\xcf") and chance.random() < 0.8:
        return _in_place(content, chance)
    if chance.random() < 0.25:
        return _bytes_changed(content, chance)
    return _text_changed(content, chance)


def _in_place(content: bytes, chance: random.Random) -> bytes:
    """A file of fixed places with some bytes replaced."""
    changed = bytearray(content)
    for _number in range(chance.choice([1, 2, 5, 20])):
        at = chance.randrange(len(changed))
        changed[at] = chance.choice([0, 1, 255, changed[at] ^ 1, chance.randrange(256)])
    return bytes(changed)


def _text_changed(content: bytes, chance: random.Random) -> bytes:
    """A text that stays one; of XML and JSON mostly what stands between the marks."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return _bytes_changed(content, chance)
    for _number in range(chance.randint(1, 6)):
        token = chance.choice(TOKENS).decode(errors="ignore") or "\ufffd"
        inside = _INSIDE.search(text, chance.randrange(len(text))) if text and text.lstrip()[:1] == "<" else None
        if inside is not None and chance.random() < 0.9:
            start, end = inside.span(1)
            said = chance.choice(
                [escape(token), "", "9" * chance.choice([1, 9, 40]), inside[1] * 2, escape(token) * 99]
            )
        else:
            start = chance.randrange(len(text) + 1)
            end = min(len(text), start + chance.choice([0, 0, 1, 5, 40]))
            said = chance.choice([token, token * chance.choice([2, 40, 2000]), text[end : end + 60], "", "\n"])
        text = (text[:start] + said + text[end:])[:LARGEST]
    return text.encode(errors="replace")


def _bytes_changed(content: bytes, chance: random.Random) -> bytes:
    changed = bytearray(content)
    for _number in range(chance.randint(1, 12)):
        at = chance.randrange(len(changed)) if changed else 0
        match chance.randrange(7):
            case 0:
                changed[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                del changed[at : at + chance.choice([1, 8, 60, 4000])]
            case 2:
                changed[at:at] = chance.choice(TOKENS)
            case 3:
                changed[at:at] = chance.choice(TOKENS) * chance.choice([2, 50, 3000])
            case 4:
                other = chance.randrange(len(changed)) if changed else 0
                changed[at:at] = changed[other : other + chance.choice([4, 80, 2000])]
            case 5:
                changed[at : at + 4] = chance.randbytes(4)
            case _:
                del changed[at:]
                changed += changed[: chance.randint(0, 200)]
        if len(changed) > LARGEST:
            del changed[LARGEST:]
    return bytes(changed)


def _in_archive(content: bytes, chance: random.Random) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        entries = old.infolist()
        hit = chance.choice(entries).filename if entries else ""
        for entry in entries:
            part = old.read(entry)
            if entry.filename == hit:
                if chance.random() < 0.05:
                    continue
                change = chance.choices([_text_changed, _bytes_changed, _zeros], [85, 12, 3])[0]
                part = change(part, chance)
            new.writestr(entry.filename if chance.random() < 0.995 else f"../{entry.filename}", part)
    return stream.getvalue()


def _zeros(_part: bytes, _chance: random.Random) -> bytes:
    return bytes(2_000_000)


def tried(
    one: BankFormat, found: Plugins, count: int, *, seed: int, keep: Callable[[str, bytes], None] | None = None
) -> Report:
    """Read so many changed files, and tell what was found."""
    report = Report(one.code)
    sound = seeds(one, found)
    chance = random.Random(f"{one.code} {seed}")
    for number in range(count):
        name, content = chance.choice(sound)
        content = mutated(content, chance)
        started = time.perf_counter()
        said = _read(one, name, content, found, report)
        took = time.perf_counter() - started
        report.slowest = max(report.slowest, took)
        if took > LONGEST_SECONDS:
            said = said or f"took {took:.1f} s"
        if said:
            report.findings.append(f"{one.code} {seed}/{number} {name}: {said}")
            if keep is not None:
                keep(f"{one.code}-{seed}-{number}{Path(name).suffix}", content)
        report.tried += 1
    report.slowest = round(report.slowest, 3)
    report.memory_mb = _memory_mb()
    if report.memory_mb > MOST_MEMORY_MB:
        report.findings.append(f"{one.code}: the process took {report.memory_mb} MB")
    return report


def _read(one: BankFormat, name: str, content: bytes, found: Plugins, report: Report) -> str:
    """What is wrong with how a file was read; nothing if it was read or refused as it should be."""
    try:
        read = one.read(content, file_name=name, options={"uid_prefix": "f"}, types=found.question_types)
    except (Problem, Problems):
        report.refused += 1
        return ""
    except Exception:
        return traceback.format_exc(limit=-3).replace("\n", " | ")
    report.taken += 1
    report.questions += read.read
    for draft in read.items:
        kind = found.question_types[draft.type]
        if kind.write(kind.read(draft.body)) != draft.body:
            return f"{draft.uid}: its body is not what its type writes"
    return ""


def _memory_mb() -> int:
    """The most that this process held; 0 where the system does not say.

    Not `ru_maxrss`, which a new process has from the one that started it.
    """
    status = Path("/proc/self/status")
    if not status.exists():
        return 0
    return int(status.read_text(encoding="utf-8").partition("VmHWM:")[2].split()[0]) // 1024


def is_zipped(one: BankFormat, found: Plugins) -> bool:
    """Whether a format's files are archives, or need a process of their own."""
    return one.code == "xls" or any(content.startswith(b"PK") for _name, content in seeds(one, found))


def main() -> int:
    """Try what was asked for; 1 if anything was found."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("formats", nargs="*")
    asked.add_argument("--text", type=int, default=100_000)
    asked.add_argument("--zipped", type=int, default=10_000)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--keep", type=Path, default=None)
    asked.add_argument("--json", action="store_true")
    options = asked.parse_args()
    found = plugins()
    reports: list[dict[str, Any]] = []
    for code in options.formats or sorted(found.bank_formats):
        one = found.bank_formats[code]
        count = options.zipped if is_zipped(one, found) else options.text
        report = tried(one, found, count, seed=options.seed, keep=_keeping(options.keep))
        reports.append(asdict(report))
        if not options.json:
            print(f"{code}: {report.tried} files, {report.taken} read with {report.questions} questions, "
                  f"{report.refused} refused; slowest {report.slowest} s, {report.memory_mb} MB; "
                  f"{len(report.findings)} findings", *report.findings[:20], sep="\n  ", flush=True)  # fmt: skip
    if options.json:
        print(json.dumps(reports))
    return int(any(report["findings"] for report in reports))


def _keeping(folder: Path | None) -> Callable[[str, bytes], None] | None:
    if folder is None:
        return None
    folder.mkdir(parents=True, exist_ok=True)

    def keep(name: str, content: bytes) -> None:
        (folder / name).write_bytes(content)

    return keep


if __name__ == "__main__":
    sys.exit(main())
