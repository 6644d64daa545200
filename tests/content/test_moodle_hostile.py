"""Moodle's formats and hostile files: a Problem at most, in time and in bounds, and every question accounted for."""

from __future__ import annotations

import random
import re
import time
import tracemalloc
from typing import Any

import pytest

from suyu_learn.content.formats.aiken import AikenFormat
from suyu_learn.content.formats.cloze_text import ClozeFormat
from suyu_learn.content.formats.gift import GiftFormat
from suyu_learn.content.formats.moodle_xml import MoodleXmlFormat
from suyu_learn.domain.problems import Problem, Problems
from suyu_learn.domain.questions import BUILT_IN

TYPES = {kind.code: kind for kind in BUILT_IN}
MUTATIONS = 500
GIFT = """$CATEGORY: $course$/top/安全//生产

// [id:1] [tag:难度:易] [tag:误差:0.1,-]
::名::[html]<p>首都是<b>哪</b>里？\\(x\\)</p>{=北京#对 ~%50%上海#不 ~天津####理由\\n}

选两个{~%50%甲 ~%50%乙 ~%-100%丙}

约{#=3.14:0.01 =%50%3..4 ~#不}

连{=甲 -> 1 =乙 -> 2 = -> 3}

电话{=119 =一一九*}。

对{T#a#b}

谈{}
"""
AIKEN = "天是什么颜色？\nA) 红\nB) 蓝\nC. 白\nANSWER: B\n\n二\nA) 甲\nB) 乙\nANSWER: A\n"
CLOZE = "首都{1:MULTICHOICE:=北京#对~上海~%50%天津}，<b>电话</b>{2:SA:=119~=火警\\}~%0%*}，约{:NM:=3.14:0.01}。"
XML = """<?xml version="1.0" encoding="UTF-8"?><quiz>
<question type="category"><category><text>$course$/a/b</text></category></question>
<question type="multichoice"><name><text>n</text></name><questiontext format="html"><text><![CDATA[<p>a
<img src="@@PLUGINFILE@@/a.png" alt="x"/></p>]]></text><file name="a.png" encoding="base64">iVBORw0KGgoAAAA=</file>
</questiontext><defaultgrade>1.0</defaultgrade><single>true</single><answer fraction="100" format="html"><text>a</text>
<feedback><text>f</text></feedback></answer><answer fraction="0"><text>b</text></answer><tags><tag><text>t</text></tag>
</tags></question><question type="cloze"><questiontext format="html"><text>x {1:SA:=a~=b} {1:MC:=a~b}</text>
</questiontext></question><question type="numerical"><questiontext><text>n</text></questiontext>
<answer fraction="100"><text>1.5</text><tolerance>0.1</tolerance></answer></question>
<question type="matching"><questiontext><text>m</text></questiontext><subquestion><text>a</text><answer><text>1</text>
</answer></subquestion><subquestion><text>b</text><answer><text>2</text></answer></subquestion></question>
<question type="ddwtos"><questiontext><text>[[1]] [[2]]</text></questiontext><dragbox><text>a</text><group>1</group>
</dragbox><dragbox><text>b</text><group>1</group></dragbox></question></quiz>"""
SAMPLES = [(GiftFormat(), GIFT), (AikenFormat(), AIKEN), (ClozeFormat(), CLOZE), (MoodleXmlFormat(), XML)]
EACH = pytest.mark.parametrize(("reader", "sample"), SAMPLES, ids=[reader.code for reader, _sample in SAMPLES])
PIECES = ["{", "}", "=", "~", "#", "->", "%", "\\", "::", "//", "\n\n", "####", "]]", "$$", "\\(", "%99999%",
          "-1e999", "\x00",
          "\ue000", "{1:SA:", "[html]", "A) ", "ANSWER: ", "NaN", "9" * 50, "\u202e", "media:", "____",
          "[tag:", "*", ""]  # fmt: skip
TAGS = ["<b>", "<", ">", "&", "&#", "<![CDATA[", "<question>", "</text>", "<!--"]
BETWEEN_TAGS = re.compile(r"(?<=>)[^<>]+(?=<)")


def read(reader: Any, content: bytes) -> None:
    """A file is refused as a whole, or every question of it is an item or an error."""
    reader.claims(content)
    try:
        found = reader.read(content, file_name="a", options={"uid_prefix": "h"}, types=TYPES)
    except Problem:
        return
    assert found.read > 0
    assert all(error.problems for error in found.errors)
    assert len({item.uid for item in found.items}) == len(found.items)
    for item in found.items:
        try:
            TYPES[item.type].read(item.body)
        except Problems as faults:  # pragma: no cover
            pytest.fail(str(faults))


def mutated(sample: str, rng: random.Random) -> bytes:
    """The sample with a few changes; in XML most of them between its tags, so that it stays readable."""
    for _change in range(rng.randint(1, 4)):
        within = [found.span() for found in BETWEEN_TAGS.finditer(sample)] if rng.random() < 0.95 else []
        first, last = rng.choice(within) if within and sample.startswith("<?xml") else (0, len(sample))
        start = rng.randint(first, last)
        end = min(last, start + rng.choice([0, 0, 1, 3, 20]))
        pieces = PIECES if within and sample.startswith("<?xml") else PIECES + TAGS
        sample = sample[:start] + rng.choice([rng.choice(pieces), sample[end : min(last, end + 40)]]) + sample[end:]
    return sample.encode()


@EACH
def test_mutated_files_raise_nothing_but_problems(reader: Any, sample: str) -> None:
    rng = random.Random(20261123)
    for _number in range(MUTATIONS):
        read(reader, mutated(sample, rng))


ENDLESS = ["{", "}", "=", "~", "#", "\\", "{1:SA:", "{1:SA:=a}", "::", "####", "$$", "<b>", "&#", "a{T}\n\n",
          "{~", "[tag:",
           "ANSWER: A\n", "q\nA) a\nB) b\nANSWER: A\n\n", "[[1]]", "$CATEGORY: /"]  # fmt: skip


@EACH
def test_endless_repetition_takes_no_time(reader: Any, sample: str) -> None:
    middle = len(sample) // 3
    for piece in ENDLESS:
        texts = [piece * 200_000, sample[:middle] + piece * 50_000 + sample[middle:], f"q{{{piece * 50_000}}}"]
        if reader.code == "moodle_xml":
            inner = piece.replace("&", "&amp;").replace("<", "&lt;") * 20_000
            texts = [f"<quiz><question type='cloze'><questiontext format='html'><text>{inner}</text></questiontext>"
                     f"<tags><tag><text>{inner}</text></tag></tags></question></quiz>"]  # fmt: skip
        for text in texts:
            started = time.process_time()
            read(reader, text[:100_000].encode())
            assert time.process_time() - started < 5, piece


def test_memory_stays_in_proportion() -> None:
    pictures = "A" * 2_000_000
    stem = f"<questiontext format='html'><text>a</text><file name='a.png'>{pictures}</file></questiontext>"
    essay = f"<question type='essay'>{stem}</question>"
    content = f"<quiz>{essay * 10}</quiz>".encode()
    tracemalloc.start()
    read(MoodleXmlFormat(), content)
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 60_000_000
