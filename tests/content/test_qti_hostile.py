"""QTI files that were damaged, or made to hurt: a sentence each, and never a wait."""

from __future__ import annotations

import random
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from suyu_learn.domain.problems import Problem, Problems
from tests.content import test_qti, test_qti12
from tests.content.qti_files import MAP, PNG, choice, item, manifest, read, response, zipped

ROOT = Path(__file__).parents[2]
ODD = ["", "0", "-1", "1e999999", "NaN", "9" * 400, "\u202e", "&#x1F600;", "../../etc/passwd", "RESPONSE", "____",
       "<b>", "&lt;b", "single", "multiple", "ordered", "float", "A B", "a" * 50_000]  # fmt: skip

CLOZE = item(
    f"<p>{test_qti.GAP.format('A')} {test_qti.GAP.format('B')} <img src='data:image/png;base64,iVBO' alt='x'/></p>",
    response("x", base="string", name="A", more=test_qti.MAPPING.format("x", "y")),
    response("1", base="float", name="B"), rules=test_qti._points("A", "B"),
)  # fmt: skip
SECOND = [item(choice("a", "b", "c", most=0), response("A", "C", many="multiple")), CLOZE,
          item(test_qti.MATCHING.format(test_qti._associable("a"), test_qti._associable("x", "y")),
               response("a x", base="directedPair", many="multiple"), rules=MAP)]  # fmt: skip
FIRST = [
    test_qti12.file(
        test_qti12.item("Which?", test_qti12.lid("a", "b"), test_qti12.rule(test_qti12.equal("1"))),
        test_qti12.item("How many?", test_qti12.typed(kind='fibtype="Decimal"'),
                        test_qti12.rule(test_qti12.equal("42") + "<vargte respident='response1'>1</vargte>")),
    )
]  # fmt: skip


def damaged(rng: random.Random, text: str) -> str:
    """The text with pieces cut, doubled, moved or filled with odd values."""
    for _ in range(rng.randint(1, 6)):
        parts = re.split(r"(<[^>]*>)", text)
        at = rng.randrange(len(parts))
        kind = rng.randrange(6)
        if kind == 0:
            del parts[at]
        elif kind == 1:
            parts.insert(rng.randrange(len(parts)), parts[at] * rng.choice([1, 2, 30]))
        elif kind == 2:
            parts[at] = re.sub(r'="[^"]*"', lambda _found: f'="{rng.choice(ODD)}"', parts[at])
        elif kind == 3 and not parts[at].startswith("<"):
            parts[at] = rng.choice(ODD)
        elif kind == 4:
            names = re.findall(r"<([A-Za-z_]+)", text)
            parts[at] = parts[at].replace(rng.choice(names), rng.choice(names)) if names else parts[at]
        else:
            other = rng.randrange(len(parts))
            parts[at], parts[other] = parts[other], parts[at]
        text = "".join(parts)[:2_000_000]
    return text


def outcome(content: bytes, name: str) -> str:
    """How a file fares: read whole, refused in parts, or refused; anything else escapes."""
    try:
        found = read(content, name)
    except (Problem, Problems):
        return "refused"
    assert found.read > 0
    assert all(refused.problems for refused in found.errors)
    return "in parts" if found.errors else "read"


@pytest.mark.parametrize("whole", [SECOND, FIRST], ids=["version 2", "version 1.2"])
def test_500_damaged_items_end_in_a_sentence(whole: list[str]) -> None:
    rng = random.Random(20261123)
    fared = set()
    for _ in range(500):
        started = time.process_time()
        fared.add(outcome(damaged(rng, rng.choice(whole)).encode("utf-8", errors="replace"), "q.xml"))
        assert time.process_time() - started < 5
    assert fared == {"read", "in parts", "refused"}


def test_500_damaged_packages_end_in_a_sentence() -> None:
    rng = random.Random(20261124)
    refs = '<assessmentItemRef href="a.xml"/><assessmentItemRef href="b/b.xml"/>'
    files: dict[str, bytes | str] = {
        "imsmanifest.xml": manifest(("imsqti_item_xmlv2p1", "a.xml"), ("imsqti_test_xmlv2p1", "t.xml")),
        "a.xml": SECOND[0], "b/b.xml": CLOZE, "c.xml": FIRST[0], "p.png": PNG,
        "t.xml": f"<assessmentTest>{refs}</assessmentTest>",
    }  # fmt: skip
    fared = set()
    for number in range(500):
        if number % 2:
            content = bytearray(zipped(files))
            for _ in range(rng.randint(1, 10)):
                content[rng.randrange(len(content))] = rng.randrange(256)
        else:
            name = rng.choice([name for name in files if name != "p.png"])
            content = bytearray(
                zipped({**files, name: damaged(rng, str(files[name])).encode("utf-8", errors="replace")})
            )
        started = time.process_time()
        fared.add(outcome(bytes(content), "p.zip"))
        assert time.process_time() - started < 5
    assert fared == {"read", "in parts", "refused"}


def _nested(tag: str) -> str:
    return f"<{tag}>" * 90 + f"</{tag}>" * 90


PASSAGE = "<assessmentStimulus><stimulusBody><p>x</p></stimulusBody></assessmentStimulus>"


def _many_rules() -> str:
    mapping = "<mapping>" + '<mapEntry mapKey="A" mappedValue="1"/>' * 60_000 + "</mapping>"
    total = "<sum>" + "<mapResponse identifier='RESPONSE'/>" * 60_000 + "</sum>"
    rules = f"<responseProcessing><setOutcomeValue identifier='SCORE'>{total}</setOutcomeValue></responseProcessing>"
    return item(choice("a", "b"), response("A", more=mapping), rules=rules)


def _deep_rules() -> str:
    fragments = "<responseProcessingFragment>" * 90 + "</responseProcessingFragment>" * 90
    setting = f"<setOutcomeValue identifier='SCORE'><not>{_nested('not')}</not></setOutcomeValue>"
    return item(choice("a", "b"), response("A"), rules=f"<responseProcessing>{fragments}{setting}</responseProcessing>")


def _signs() -> str:
    lists, rule = test_qti12.lid("a", "b", name="response_c"), test_qti12.rule(test_qti12.equal("1", "response_c"))
    return test_qti12.file(
        test_qti12.item("<" * 90_000 + "[c]" * 9_000, lists, rule, kind="multiple_dropdowns_question")
    )


def _ends() -> str:
    rule = test_qti12.rule(test_qti12.equal("y"))
    return test_qti12.file(test_qti12.item("x" + "</p>" * 500_000, test_qti12.typed(), rule))


def _many_lists() -> str:
    lists = "".join(test_qti12.lid("a", "b", name=f"r{number}") for number in range(2_000))
    return test_qti12.file(test_qti12.item("?", lists))


def _many_passages() -> bytes:
    member = item(choice("a", "b"), response("A"))
    members = {
        f"{n}.xml": member.replace("<itemBody>", f'<assessmentStimulusRef href="{n % 150}s.xml"/><itemBody>')
        for n in range(300)
    }
    return zipped({**members, **{f"{n}s.xml": PASSAGE for n in range(150)}})


def _circle() -> bytes:
    refs = '<assessmentSectionRef href="t.xml"/><assessmentItemRef href="t.xml"/>'
    return zipped({"t.xml": f"<assessmentTest>{refs}</assessmentTest>"})


HURTING: dict[str, Callable[[], bytes | str]] = {
    "a mapping of many and many who ask for it": _many_rules,
    "rules in rules": _deep_rules,
    "gaps without end": lambda: item(test_qti.GAP.format("RESPONSE") * 50_000, response("x", base="string")),
    "choices without end": lambda: item(choice(*("x" for _n in range(20_000))), response("A")),
    "signs of tags": _signs,
    "paragraphs that only end": _ends,
    "responses without end": _many_lists,
    "a number as large as the file": lambda: item(
        test_qti.GAP.format("R"), response("9" * 500_000, base="float", name="R")),
    "as many passages as questions": _many_passages,
    "a hundred megabytes of zeros": lambda: zipped({"imsmanifest.xml": b"\0" * 100_000_000}),
    "a test that leads to itself": _circle,
}  # fmt: skip


@pytest.mark.parametrize("name", HURTING)
def test_what_is_made_to_hurt_takes_neither_time_nor_memory(name: str) -> None:
    made = HURTING[name]()
    content = made if isinstance(made, bytes) else made.encode()
    started = time.process_time()
    outcome(content, "p.zip" if content.startswith(b"PK") else "q.xml")
    assert time.process_time() - started < 5


MEASURED = """
from pathlib import Path
from tests.content.test_qti_hostile import outcome
outcome(("<questestinterop>" + "<item><presentation><material/></presentation></item>" * 60_000
         + "</questestinterop>").encode(), "q.xml")
print(int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]) // 1024)
"""


def test_memory_stays_bounded() -> None:
    told = subprocess.run([sys.executable, "-c", MEASURED], capture_output=True, text=True, check=True, cwd=ROOT)
    assert int(told.stdout) < 300
