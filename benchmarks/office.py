"""Whether LibreOffice opens what leaves as xlsx and docx, and finds in it what was written.

    python -m benchmarks.office [FOLDER]

Makes a small demo city, takes every table along as HR and organizers do, and lets `soffice` turn the workbooks into
csv and the documents into pdf. Each cell is compared: text as it is (leading zeros too), numbers and times by value;
no cell may be a formula. Prints one line a file; ends with status 1 where something differs. Files stay in FOLDER, and
those that are there already are compared once more.
"""

from __future__ import annotations

import csv
import io
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
from sqlalchemy import select

CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
REASON = {"reason": "inspection"}
ODD = ("=1+1", "@SUM(A1)", "+8613800000000", "-2", "张三\t李四", "1e5", "2026/1/1", "007", "TRUE", "　空格 ")
"""Names that a spreadsheet would like to take for something else."""


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.mkdtemp())
    files = folder / "files"
    files.mkdir(parents=True, exist_ok=True)
    if not any(files.iterdir()):
        for name, content in taken(folder):
            (files / name).write_bytes(content)
    print(subprocess.run(["soffice", "--version"], capture_output=True, text=True, check=True).stdout.strip())
    made, faults = folder / "made", 0
    for suffix, form in ((".xlsx", CSV), (".docx", "pdf")):
        opened([path for path in sorted(files.iterdir()) if path.suffix == suffix], form, made)
    for path in sorted(files.iterdir()):
        said, wrong = compared(path, made)
        faults += len(wrong)
        print(f"{path.name}: {said}", *wrong[:5], sep="\n    ")
    sys.exit(1 if faults else 0)


def taken(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file with its name."""
    from app import create_app
    from suyu_learn import migrations
    from suyu_learn.cli.content import load_all
    from suyu_learn.models import Exam, Person, Role
    from suyu_learn.services import demo, outside_certificates
    from suyu_learn.services.outside_certificates import Said
    from tests.browser_without_script import Visitor
    from tests.factories import manager

    app = create_app({"SECRET_KEY": "a check", "SUYU_LEARN_DATABASE_URL": f"sqlite:///{folder / 'city.sqlite3'}",
                      "INSTANCE_PATH": str(folder / "instance"), "SUYU_LEARN_PUBLIC_URL": "https://learn.example.org",
                      "SUYU_LEARN_DEFAULT_LANGUAGE": "zh_Hans"})  # fmt: skip
    here = app.extensions["suyu_learn"]
    migrations.upgrade(here.database)
    with app.test_request_context():
        load_all(None)
    tools = demo.Tools(here.versions, here.pools, here.grace, here.zone, here.credit)
    with here.database.writing() as session:
        demo.build(session, demo.new_passwords(), now=here.now(), tools=tools, size=80, attempts=40)
        admin = str(manager(session, Role.ADMIN, None, now=here.now()).username)
        hr = str(manager(session, Role.HR, None, now=here.now()).username)
        people = session.scalars(select(Person).where(Person.staff_number.is_not(None)).order_by(Person.id)).all()
        for place, (person, odd) in enumerate(zip(people, ODD, strict=False)):
            person.name, person.staff_number = odd, f"000{place}"
        boss = session.scalars(select(Person).where(Person.username == hr)).one()
        for person in people[:20]:
            outside_certificates.enter(
                session, person, Said("special-work", f"0{person.id:017}", datetime(2024, 1, 1).date(), note="=1+1"),
                None, actor=boss, now=here.now(), zone=here.zone,
            )  # fmt: skip
        exams = session.scalars(select(Exam.id).order_by(Exam.id)).all()
    own = Visitor(app, lang="zh-CN").sign_in(admin)

    def file(path: str, **form: Any) -> bytes:
        answer = own.post(path, **REASON, **form) if form else own.get(path)
        assert answer.status_code == 200, (path, answer.status_code, own.words[:300])
        return answer.data

    for status in ("completed", "lacking", "all"):
        yield f"records-{status}.xlsx", file("/manage/records/export", format="xlsx", status=status)
    yield "statistics.xlsx", file("/manage/statistics/export", format="xlsx")
    for code in ("xlsx", "docx"):
        yield f"year.{code}", file("/manage/statistics/report", format=code, year=str(here.now().year))
    for exam in exams[:3]:
        for kind in ("units", "people", "groups", "questions"):
            own.get(f"/manage/exams/{exam}/report")
            answer = own.post(f"/manage/exams/{exam}/report/export", **REASON, format="xlsx", table=kind)
            if answer.status_code == 200:
                yield f"exam-{exam}-{kind}.xlsx", answer.data
        for kind in ("items", "options"):
            answer = own.post(f"/manage/exams/{exam}/report/questions/export", **REASON, format="xlsx", table=kind)
            if answer.status_code == 200:
                yield f"exam-{exam}-{kind}.xlsx", answer.data
        answer = own.get(f"/manage/exams/{exam}/paper/template.xlsx")
        if answer.status_code == 200:
            yield f"exam-{exam}-results.xlsx", answer.data
        yield from _printed(own, f"/manage/exams/{exam}/print", f"exam-{exam}")
    own.get("/manage/bank/1/download")
    for code in ("docx", "xlsx"):
        yield f"bank.{code}", file("/manage/bank/1/download", format=code, answers="1")
    yield "certificates-of-others.xlsx", file("/manage/outside-certificates/export", format="xlsx")
    yield "certificates-template.xlsx", file("/manage/outside-certificates/import/template.xlsx")
    yield "roster-template.xlsx", file("/manage/imports/roster/template.xlsx")
    yield "bank-template.xlsx", file("/manage/bank/template.xlsx")
    yield "own-table.xlsx", _filled(own)


def _printed(own: Any, path: str, name: str) -> Iterator[tuple[str, bytes]]:
    """A paper with its key, and the list to sign, as documents."""
    own.get(path)
    own.post(f"{path}/make", count="1")
    letter = re.search(r'name="variant" value="([^"]+)"', own.text)
    for part in re.findall(r'name="part" value="([^"]+)"', own.text) if letter else ():
        own.get(path)
        answer = own.post(f"{path}/papers", variant=letter[1] if letter else "", part=part, format="docx")
        if answer.mimetype != "text/html":
            yield f"{name}-{part}.docx", answer.data
    own.get(path)
    answer = own.post(f"{path}/sign-in", format="docx", unit="")
    if answer.mimetype != "text/html":
        yield f"{name}-sign-in.docx", answer.data


def _filled(own: Any) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["姓名", "工号", "是否完成", "完成日期", "年度学时"])
    for place, odd in enumerate(ODD):
        sheet.append([odd, f"000{place}", "", "", ""])
        for cell in sheet[sheet.max_row]:
            cell.data_type, cell.number_format = "s", "@"
    stream = io.BytesIO()
    book.save(stream)
    own.get("/manage/records/fill")
    own.post("/manage/records/fill", file=(io.BytesIO(stream.getvalue()), "own.xlsx"))
    path = own.page.request.path
    year = str(datetime.now().year)
    plan = {"key-name": "0", "key-staff_number": "1", "column-0": "4", "what-0": "hours", "year-0": year,
            "column-1": "new", "what-1": "hours", "year-1": "2020"}  # fmt: skip
    own.post(path, sheet="Sheet", **plan)
    return bytes(own.post(f"{path}/file", **REASON).data)


def opened(paths: list[Path], form: str, folder: Path) -> None:
    """Let LibreOffice open files and write them in another form; what it says beside that is shown."""
    done = subprocess.run(["soffice", "--headless", "--convert-to", form, "--outdir", str(folder), *map(str, paths)],
                          capture_output=True, text=True, check=True)  # fmt: skip
    for line in (done.stdout + done.stderr).splitlines():
        if not line.startswith("convert ") and "javaldx" not in line and line.strip():
            print(line)


def compared(path: Path, folder: Path) -> tuple[str, list[str]]:
    """What a file is found to hold, and what differs."""
    if path.suffix != ".xlsx":
        made = folder / f"{path.stem}.pdf"
        return (f"pdf of {made.stat().st_size} bytes", []) if made.exists() else ("", ["not opened"])
    cells = zeros = 0
    wrong: list[str] = []
    for sheet in openpyxl.load_workbook(path).worksheets:
        made = folder / f"{path.stem}-{sheet.title}.csv"
        if not made.exists():
            return "", [f"{sheet.title}: not opened"]
        shown = _rows(made)
        for number, row in enumerate(sheet.iter_rows()):
            for place, cell in enumerate(row):
                found = shown[number][place] if number < len(shown) and place < len(shown[number]) else ""
                cells += 1
                zeros += isinstance(cell.value, str) and bool(re.match(r"0\d", cell.value))
                if cell.data_type == "f":
                    wrong.append(f"{sheet.title}!{cell.coordinate} is a formula: {cell.value!r}")
                elif not _same(cell.value, found):
                    wrong.append(f"{sheet.title}!{cell.coordinate}: {cell.value!r}, LibreOffice {found!r}")
    return f"{cells} cells, {zeros} with leading zeros, {len(wrong)} differ", wrong


def _rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))


def _same(value: Any, shown: str) -> bool:
    if value is None or isinstance(value, str):
        return (value or "").replace("\r\n", "\n") == shown
    if isinstance(value, datetime):
        return shown.startswith(f"{value:%Y-%m-%d}")
    try:
        found = float(shown.rstrip("%").replace(",", ""))
    except ValueError:
        return False
    return abs(found - float(value) * (100 if shown.endswith("%") else 1)) <= 0.05


if __name__ == "__main__":
    main()
