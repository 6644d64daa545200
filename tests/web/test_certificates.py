"""Certificates: set, issued, printed, checked by everybody, revoked; and completions that HR takes back."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from flask import Flask
from sqlalchemy import select

from suyu_learn.domain.problems import Problem
from suyu_learn.exports import certificate_pdf, pdf_fonts
from suyu_learn.exports.certificate_pdf import Sheet
from suyu_learn.models import (
    AuditEntry,
    Certificate,
    CertificateTerms,
    Completion,
    CompletionKind,
    Person,
    Role,
    Shown,
    Unit,
    new_key,
)
from suyu_learn.services import certificates
from tests.browser_without_script import Visitor
from tests.clock import FrozenClock
from tests.conftest import MakeApp
from tests.factories import learn, learner, manager
from tests.web.test_exam_managing import City

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PUBLIC = "https://learn.example.org"
SURNAMES = "张王李赵欧阳司徒令狐"
RARE = "䶮㛃𠮷喆堃翀昇犇淼垚燚鑫彧祎玥頔赟"
CYRILLIC = ("Иван Петрович Щукин", "Ольга Ёлкина", "Ґалина Їжак", "Наталья Цыбуля")


@pytest.fixture
def app(make_app: MakeApp, clock: FrozenClock) -> Flask:
    return make_app(clock=clock, SUYU_LEARN_PUBLIC_URL=PUBLIC)


@pytest.fixture
def city(app: Flask) -> City:
    made = City(app)
    with learn(app).database.writing() as session:
        water = session.get_one(Unit, made.water_id)
        manager(session, Role.HR, water, now=learn(app).now()).username = "hr"
    return made


def setting(boss: Visitor, exam_id: int, **said: str) -> None:
    path = f"/manage/certificates/exam/{exam_id}"
    boss.get(path)
    usual = {"issued": "y", "issuer": "Pine City Science Association", "heading": "", "months": "", "signature": ""}
    boss.post(path, **{**usual, **said})


def passing(app: Flask, city: City, **policy: Any) -> int:
    """An exam with certificates that Lin passes; one question is enough to pass."""
    exam_id = city.published(questions=1, points=100, **policy)
    setting(Visitor(app).sign_in("boss"), exam_id, months="12", signature="Head of training")
    sit(app, exam_id, "lin")
    return exam_id


def sit(app: Flask, exam_id: int, who: str) -> Visitor:
    visitor = Visitor(app).sign_in(who)
    paper = visitor.start(exam_id)
    right = "right" if 'value="right"' in visitor.text else ["a", "c"]
    paper.save(1, right)
    paper.submit()
    return visitor


def number_of(app: Flask) -> str:
    with learn(app).database.reading() as session:
        return session.scalars(select(Certificate.number).order_by(Certificate.id.desc())).first() or ""


def issued(app: Flask) -> str:
    """The number of a certificate of a course that somebody completed."""
    with learn(app).database.writing() as session:
        now, terms = learn(app).now(), {"kind": CompletionKind.COURSE, "subject_id": 1}
        session.add(CertificateTerms(issued=True, issuer="Pine City", **terms))
        done = Completion(key=new_key(), person_id=learner(session, now=now).id, title="Soil", rule={}, evidence={},
                          completed_at=now, **terms)  # fmt: skip
        session.add(done)
        session.flush()
        made = certificates.issue(session, done, now=now)
        assert made is not None
        return made.number


def pages_of(content: bytes) -> Iterator[tuple[str, Any]]:
    """The text and the picture of each page."""
    document = pypdfium2.PdfDocument(content)
    for page in document:
        text = page.get_textpage()
        yield text.get_text_range(), page.render(scale=2).to_pil()
        text.close()
        page.close()
    document.close()


@ON_SQLITE
def test_a_certificate_is_set_issued_printed_and_checked(app: Flask, city: City) -> None:
    exam_id = passing(app, city)
    lin = Visitor(app).sign_in("lin")
    lin.get("/records")
    number = number_of(app)
    assert f'href="/records/certificates/{number}"' in lin.text
    assert "valid until 1 Mar 2027" in lin.words
    lin.get(f"/records/certificates/{number}")
    for said in ("Certificate of a passed exam", "Lin", "Pine City / Water Bureau", "Pine City Science Association",
                 "Head of training", "It is no official licence"):  # fmt: skip
        assert said in lin.words
    assert "&#34;code&#34;: [&#34;1" in lin.text  # the picture has the code too
    answer = lin.get(f"/records/certificates/{number}/certificate.pdf")
    assert answer.mimetype == "application/pdf"
    [(text, picture)] = pages_of(answer.data)
    for said in ("Lin", number, "passed the exam “An exam” on 2 Mar 2026.", "Valid until: 1 Mar 2027", "no official"):
        assert said in text.replace("\r\n", " ")
    [code] = zxingcpp.read_barcodes(picture)
    assert code.text == f"{PUBLIC}/certificates/{number}"
    anybody = Visitor(app)
    anybody.get(code.text.removeprefix(PUBLIC))
    assert "This certificate is valid." in anybody.words
    for said in ("L**", "An exam", "2 Mar 2026", "1 Mar 2027"):
        assert said in anybody.words
    assert "Lin" not in anybody.words
    assert "Water Bureau" not in anybody.words
    assert anybody.page is not None
    assert anybody.page.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert 'content="noindex, nofollow"' in anybody.text
    boss = Visitor(app).sign_in("boss")
    boss.get(f"/manage/exams/{exam_id}")
    assert f'href="/manage/certificates/exam/{exam_id}"' in boss.text


@ON_SQLITE
def test_a_number_typed_by_hand(app: Flask) -> None:
    anybody, number = Visitor(app), issued(app)
    anybody.get("/login")
    assert 'href="/certificates"' in anybody.text
    anybody.get(f"/certificates?number={number.lower().replace('-', '+')}")
    assert "This certificate is valid." in anybody.words
    slip = number[:-1] + ("2" if number[-1] != "2" else "3")
    for typed in (slip, "1234", "<script>", "张三"):
        answer = anybody.get(f"/certificates?number={typed}")
        assert answer.status_code == 200
        assert "This is not the number of a certificate." in anybody.words
    answer = anybody.get("/certificates/7KQP-3MXA-92HD")
    assert answer.status_code == 404
    answer = anybody.get("/certificates/2222-2222-2222")
    assert answer.status_code == 404
    assert "There is no certificate with this number." in anybody.words or "not the number" in anybody.words
    chinese = Visitor(app, lang="zh-CN")
    chinese.get(f"/certificates/{number}")
    assert "这份证明有效" in chinese.words


@ON_SQLITE
def test_who_tries_many_numbers_waits(app: Flask) -> None:
    from suyu_learn.domain.certificates import new_number

    anybody, rng = Visitor(app), random.Random(5)
    said = []
    for _time in range(14):
        said.append(anybody.get(f"/certificates/{new_number(rng)}").status_code)
    assert said[:10] == [404] * 10
    assert said[-1] == 429


@ON_SQLITE
def test_a_certificate_falls_with_its_completion_and_alone(app: Flask, city: City, clock: FrozenClock) -> None:
    passing(app, city)
    hr, anybody, number = Visitor(app).sign_in("hr"), Visitor(app), number_of(app)
    with learn(app).database.reading() as session:
        done = session.scalars(select(Completion)).one()
    path = f"/manage/people/{done.person_id}/completions"
    hr.get(f"/manage/people/{done.person_id}")
    assert f'href="{path}"' in hr.text
    hr.get(path)
    assert number in hr.words
    hr.get(f"{path}/{done.id}/void")
    hr.post(f"{path}/{done.id}/void", reason="")
    assert "Write in a few words why" in hr.words or "required" in hr.words
    hr.post(f"{path}/{done.id}/void", reason="Somebody else sat there")
    assert "The completion is taken back." in hr.words
    anybody.get(f"/certificates/{number}")
    assert "This certificate is revoked." in anybody.words
    assert "Somebody else" not in anybody.words
    lin = Visitor(app).sign_in("lin")
    lin.get("/records")
    assert "Taken back: Somebody else sat there" in lin.words
    lin.get(f"/records/certificates/{number}")
    assert "because the completion was taken back" in lin.words
    assert lin.get(f"/records/certificates/{number}/certificate.pdf").status_code == 409
    hr.get(path)
    hr.post(f"{path}/{done.id}/reinstate", reason="Mixed up")
    anybody.get(f"/certificates/{number}")
    assert "This certificate is valid." in anybody.words
    hr.post(f"{path}/{done.id}/revoke", reason="Lent to others")
    anybody.get(f"/certificates/{number}")
    assert "It proves nothing any more." in anybody.words
    hr.post(f"{path}/{done.id}/reissue", reason="The lender is known")
    second = number_of(app)
    assert second != number
    anybody.get(f"/certificates/{second}")
    assert "This certificate is valid." in anybody.words
    clock.advance(days=365)
    anybody.get(f"/certificates/{second}")
    assert "genuine, but no longer valid" in anybody.words
    assert hr.get(f"{path}/{done.id}/certificate.pdf").status_code == 200


@ON_SQLITE
def test_nobody_learns_from_a_certificate_what_the_exam_hides(app: Flask, city: City) -> None:
    passing(app, city, show_score=Shown.NEVER, show_key=Shown.NEVER, show_explanation=Shown.NEVER)
    lin, number = Visitor(app).sign_in("lin"), number_of(app)
    assert number
    lin.get("/records")
    assert number not in lin.text
    assert lin.get(f"/records/certificates/{number}").status_code == 404


@ON_SQLITE
def test_certificates_of_a_unit_in_one_file(app: Flask, city: City) -> None:
    exam_id = city.published(questions=1, points=100)
    with learn(app).database.writing() as session:
        unit = session.get_one(Unit, city.water_id)
        for name in ("Wu", "Sun"):
            learner(session, now=learn(app).now(), name=name, username=name.lower(), unit=unit)
    for who in ("lin", "wu", "sun"):
        sit(app, exam_id, who)
    with learn(app).database.writing() as session:
        elsewhere = session.scalars(select(Completion).order_by(Completion.id.desc())).first()
        assert elsewhere is not None
        elsewhere.unit_path = session.get_one(Unit, city.roads_id).path
    boss, path = Visitor(app).sign_in("boss"), f"/manage/certificates/exam/{exam_id}"
    setting(boss, exam_id, issued="", issuer="")
    boss.post(f"{path}/issue")
    assert "Switch them on first" in boss.words
    setting(boss, exam_id, issuer="")
    assert "Who issues the certificates?" in boss.words
    setting(boss, exam_id)
    assert "3 people completed it before and have no certificate." in boss.words
    boss.post(f"{path}/issue")
    assert "3 certificates are issued." in boss.words
    assert "2 certificates of people in your units that were not revoked" in boss.words
    answer = boss.post(f"{path}/print", unit="", reason="inspection", note="")
    assert answer.mimetype == "application/pdf"
    texts = list(texts_of(answer.data))
    assert [any(name in text for text in texts) for name in ("Lin", "Wu", "Sun")] == [True, True, False]
    boss.get(path)
    boss.post(f"{path}/print", unit="", reason="other", note="")
    assert boss.page is not None
    assert boss.page.status_code == 400


def test_hr_takes_the_certificates_of_a_filter_of_the_records(app: Flask, city: City) -> None:
    exams = [passing(app, city), passing(app, city, show_score=Shown.NEVER)]
    with learn(app).database.writing() as session:
        water = session.get_one(Unit, city.water_id)
        for name in ("Wu", "Far"):
            learner(session, now=learn(app).now(), name=name, username=name.lower(), unit=water)
        hr = session.scalars(select(Person).where(Person.username == "hr")).one()
        hr.name = "Own"
    for who in ("wu", "hr", "far"):
        sit(app, exams[0], who)
    with learn(app).database.writing() as session:
        elsewhere = session.scalars(select(Completion).order_by(Completion.id.desc())).first()
        assert elsewhere is not None
        elsewhere.unit_path = session.get_one(Unit, city.roads_id).path
    sit(app, exams[1], "hr")
    hr_page = Visitor(app).sign_in("hr")
    hr_page.get("/manage/records")
    assert "All certificates of this filter in one PDF" in hr_page.words
    hr_page.get("/manage/records?status=learning")
    assert "All certificates of this filter" not in hr_page.words

    def names(**asked: str) -> list[str]:
        answer = hr_page.post("/manage/records/certificates", reason="inspection", format="pdf", **asked)
        assert answer.mimetype == "application/pdf"
        texts = list(texts_of(answer.data))
        return sorted(name for text in texts for name in ("Lin", "Wu", "Far", "Own") if name in text)

    assert names() == ["Lin", "Lin", "Own", "Wu"]  # not what one's own exam hides, and nobody of another unit
    assert names(subject=f"exam:{exams[0]}") == ["Lin", "Own", "Wu"]
    with learn(app).database.writing() as session:
        first = session.scalars(select(Certificate).order_by(Certificate.id)).first()
        assert first is not None
        first.revoked_at = learn(app).now()
    assert names() == ["Lin", "Own", "Wu"]
    taken = hr_page.post("/manage/records/certificates", reason="inspection", subject="course")
    assert taken.status_code == 404
    assert "no valid certificate here" in hr_page.words
    assert hr_page.post("/manage/records/certificates", reason="").status_code == 400
    with learn(app).database.reading() as session:
        logged = session.scalars(select(AuditEntry).where(AuditEntry.action == "certificates.printed")).all()
    assert [(one.detail["people"], one.reason) for one in logged] == [(n, "inspection") for n in (4, 3, 3)]
    hr_page.get("/manage/records/exports")
    assert "Certificates printed for many" in hr_page.words


# The file itself

SHEET = Sheet(
    heading="培训合格证明", holder="", unit="绥芬河市 / 红松木业", body="于 2026年11月30日 完成培训项目“安全生产”。",
    facts=("24 学时", "有效期至：2027年11月29日"), issuer="市科学技术协会", signature="培训负责人",
    issued="2026年11月30日", number="编号 7KQP-3MXA-92HD", statement="本证明不是法定资格证书。", check="扫码核验",
    address=f"{PUBLIC}/certificates/x",
)  # fmt: skip


def generated_names(count: int) -> list[str]:
    """Names as people have them: two to four characters with rare ones, with a dot, in Cyrillic and Latin letters."""
    rng, fonts = random.Random(6), pdf_fonts.load()
    han = [chr(code) for code in range(0x3400, 0x4DC0) if code in fonts.text.widths]
    han += [chr(code) for code in range(0x20000, 0x2FA20) if code in fonts.text.widths or code in fonts.bold.widths]
    han += [sign for sign in RARE if fonts.of(sign, bold=False) is not None]
    names = []
    for place in range(count):
        if place % 10 == 9:
            names.append(rng.choice(CYRILLIC) if place % 20 == 9 else f"Ivan Petrov-{place}")
        elif place % 10 == 8:
            names.append(f"买买提·{rng.choice(han)}{rng.choice(han)}")
        else:
            names.append(rng.choice(SURNAMES) + "".join(rng.choices(han, k=rng.choice((1, 2, 2, 3)))))
    return names


def test_two_hundred_names_are_read_back_from_the_file_as_they_were_written() -> None:
    """Five on each page, each on a line of its own; the one of the heading in the bold font."""
    names = generated_names(200)
    places = ("heading", "holder", "unit", "issuer", "signature")
    fives = [dict(zip(places, five, strict=True)) for five in zip(*[iter(names)] * len(places), strict=True)]
    content = certificate_pdf.written([replace(SHEET, address="", check="", **five) for five in fives])
    lines = [text.split("\r\n") for text in texts_of(content)]
    lost = [name for five, there in zip(fives, lines, strict=True) for name in five.values() if name not in there]
    assert lost == []
    assert len(content) < 1_500_000


def texts_of(content: bytes) -> Iterator[str]:
    """The text of each page."""
    document = pypdfium2.PdfDocument(content)
    for page in document:
        text = page.get_textpage()
        yield text.get_text_range()
        text.close()
        page.close()
    document.close()


def test_a_sign_that_no_font_has_is_named_and_never_a_box() -> None:
    for sign in ("\U0002a6d7", "ሀ"):
        if pdf_fonts.load().of(sign, bold=False) is not None:
            continue
        with pytest.raises(Problem) as refused:
            certificate_pdf.written([replace(SHEET, holder=f"张{sign}")])
        assert refused.value.code == "certificate.no_font"
        assert refused.value.params["signs"] == f"{sign} (U+{ord(sign):04X})"


def test_a_font_of_ones_own_fills_the_gap(tmp_path: Any) -> None:
    with pytest.raises(Problem, match=r"certificate\.extra_font"):
        pdf_fonts.load(str(tmp_path / "none.ttf"))
    broken = tmp_path / "broken.ttf"
    broken.write_bytes(b"no font")
    with pytest.raises(Problem, match=r"certificate\.extra_font"):
        pdf_fonts.load(str(broken))
    rest = pdf_fonts.load().rest.path
    assert certificate_pdf.written([replace(SHEET, holder="张三")], extra_font=rest).startswith(b"%PDF-")
