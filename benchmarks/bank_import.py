"""10,000 questions from xlsx, read, checked, stored and committed, beside openpyxl merely reading the same file.

    python benchmarks/bank_import.py [--questions 10000] [--rounds 3] [--database URL]

Both run in this process, in turn; the ratio is that of the medians. It must stay below 2 (design, budgets).
CPU seconds are told beside wall seconds, since a busy machine stretches the latter; those of a PostgreSQL server are
not among them.
"""

from __future__ import annotations

import argparse
import io
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from suyu_learn import migrations
from suyu_learn.content.formats.question_tables import FORMATS
from suyu_learn.db import Database
from suyu_learn.domain.questions import BUILT_IN
from suyu_learn.services import bank_applying, bank_contents, bank_files, bank_imports, people

HEADINGS = (
    "题号", "题型", "题干", "选项A", "选项B", "选项C", "选项D", "正确答案", "解析", "难度", "分值", "知识点", "来源",
)  # fmt: skip
WORDS = "安全生产知识消防粉尘爆炸电力有限空间农药土壤食品卫生网络诈骗统计决策应急生态环境科学素质"
TYPES = {kind.code: kind for kind in BUILT_IN}


def workbook(questions: int) -> bytes:
    """Three fifths single choice, one multiple, one true or false; a stem of 45, options of 14 characters."""
    import xlsxwriter

    chance = random.Random(1)
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet("题库")
    sheet.write_row(0, 0, HEADINGS)
    for number in range(questions):
        sheet.write_row(number + 1, 0, _row(number, lambda length: "".join(chance.choices(WORDS, k=length)), chance))
    book.close()
    return stream.getvalue()


def _row(number: int, text: Callable[[int], str], chance: random.Random) -> list[object]:
    options: list[object] = [text(14) for _option in range(4)]
    kind, answer = [("单选题", chance.choice("ABCD")), ("多选题", "ABD"), ("判断题", chance.choice(["正确", "错误"]))][
        max(0, number % 5 - 2)
    ]
    if kind == "判断题":
        options = [""] * 4
    return [number + 1, kind, f"第{number}题{text(40)}", *options, answer, text(40), chance.choice("易中难"), 2,
            chance.choice(["消防", "电力", "粉尘"]), "《安全生产法》第三十条"]  # fmt: skip


class Watch:
    """Wall and CPU seconds since it was made."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def read(self) -> tuple[float, float]:
        return time.perf_counter() - self._wall, time.process_time() - self._cpu


def merely_read(content: bytes) -> tuple[float, float]:
    """What openpyxl takes to walk over all values."""
    import openpyxl

    watch = Watch()
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
    for sheet in book:
        for _row in sheet.iter_rows(values_only=True):
            pass
    return watch.read()


def imported(content: bytes, database: Database, name: str) -> tuple[float, float]:
    """What it takes from the bytes to the commit."""
    now = datetime.now(UTC)
    with database.writing() as session:
        bank_id = bank_contents.own_bank(session, name, unit=people.root_unit(session, now=now), now=now).id
    watch = Watch()
    key = bank_imports.new_import_key()
    read = bank_files.read(content, file_name="bank.xlsx", key=key, formats={one.code: one for one in FORMATS},
                           types=TYPES)  # fmt: skip
    with database.writing() as session:
        target = session.get_one(bank_contents.Bank, bank_id)
        batch = bank_applying.import_at_once(
            session, target, read, bank_imports.Upload("bank.xlsx", content), key=key, actor_id=None,
            day=now.date().isoformat(), reviewer="benchmark", now=now,
        )  # fmt: skip
    if batch.counts["imported"] != batch.counts["read"]:
        raise SystemExit(f"Not all came in: {batch.counts}")
    return watch.read()


def main() -> None:
    """Measure in turn and print medians and ratio."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--questions", type=int, default=10_000)
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--database", default="")
    options = asked.parse_args()
    content = workbook(options.questions)
    with tempfile.TemporaryDirectory() as folder:
        database = Database(options.database or f"sqlite:///{folder}/bench.sqlite3")
        migrations.upgrade(database)
        floor, ours = [], []
        for number in range(options.rounds):
            floor.append(merely_read(content))
            ours.append(imported(content, database, f"Bank {number} {time.time()}"))
        database.dispose()
    for place, measure in enumerate(("wall", "CPU")):
        read, stored = (statistics.median(one[place] for one in figures) for figures in (floor, ours))
        print(f"{measure}: openpyxl reads {options.questions} questions in {read:.2f} s; "
              f"read, checked, stored, committed in {stored:.2f} s; ratio {stored / read:.2f}")  # fmt: skip


if __name__ == "__main__":
    main()
