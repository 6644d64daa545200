"""Pictures of a demo for the documentation: `make screenshots` writes docs/pictures/*.png.

Makes a demo in a folder of its own, serves it on a free port, and looks at it with the system's Chromium.
"""

from __future__ import annotations

import io
import json
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from os import environ
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen
from zoneinfo import ZoneInfo

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "pictures"
MOST_BYTES = 120_000
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 820}
QUESTIONS = """题型,题目,A,B,C,D,答案,解析
单选,木粉尘遇到明火最可能发生什么？,爆炸,结冰,褪色,生锈,A,悬浮的木粉尘达到一定浓度遇火会爆炸。
单选,清理除尘管道前应先做什么？,停机断电,开大风量,洒汽油,什么都不做,A,先停机、断电、挂牌，再清理。
多选,下列哪些属于个人防护用品？,护目镜,防尘口罩,耳塞,手机,ABC,手机不是防护用品。
判断,电锯运转时可以用手清理木屑。,,,,,错,必须停机后用工具清理。
填空,发现火情应拨打____报警。,,,,,119,火警电话是119。
单选,这一题没有答案,甲,乙,丙,丁,,
单选,木粉尘遇到明火最可能发生什么？,爆炸,结冰,褪色,生锈,A,重复的题。
"""
WORD_LINES = """一、单选题（每题2分）
1. 发现火情应拨打哪个电话？
A. 110
B. 119
答案：E
2. 清理除尘管道前应先做什么？
A. 停机断电
B. 开大风量
3. 木粉尘遇到明火最可能发生什么变化？（ A ）
A. 爆炸  B. 结冰  C. 褪色
4. 木粉尘碰到明火最可能发生什么变化？（ A ）
A. 爆炸  B. 结冰  C. 褪色
二、判断题
5. 电锯运转时可以用手清理木屑。（ × ）
6. 先断电再救人。
答案：也许
"""
OTHER_ANSWER = """题型,题目,A,B,答案
单选,发现火情应拨打哪个电话？,110,119,A
"""
SLIDES = (
    ("木粉尘为什么会爆炸", "堆着的木粉慢慢烧；扬起来的木粉遇到火花，一瞬间烧完，就是爆炸。"),
    ("三样东西凑齐才会炸", "悬浮的粉尘、空气里的氧、一个火源。少一样都不会炸。"),
    ("班前三查", "一查除尘风机，二查积灰厚度，三查动火票。"),
)
UNKNOWN_HEADINGS = """甲,乙,丙,丁
灭火器应放在哪里？,明显易取处,上锁的柜子,A
木屑应多久清理一次？,每班,每年,A
电线破损应怎么办？,立即报修,继续使用,A
"""


def main() -> None:
    """Take every picture anew."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("Chromium is missing. Install it: sudo apt-get install -y chromium fonts-wqy-microhei")
    PICTURES.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        served(Path(folder)) as (address, passwords),
        sync_playwright() as play,
    ):
        browser = play.chromium.launch(
            executable_path=chromium,
            args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking"],
        )
        take = Camera(browser, address, passwords, Path(folder))
        take.learner()
        take.organizer()
        take.importing()
        take.teaching()
        take.proving()
        browser.close()


@contextmanager
def served(folder: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """A demo on a free port, and the passwords of its ways in."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    here = {**environ, "SUYU_LEARN_INSTANCE": str(folder), "SUYU_LEARN_DATABASE_URL": "",
            "SUYU_LEARN_PUBLIC_URL": "https://learn.example.org"}  # fmt: skip
    suyu = [sys.executable, "-m", "flask", "--app", "app", "suyu"]
    made = subprocess.run([*suyu, "demo"], cwd=ROOT, env=here, check=True, capture_output=True, text=True)
    passwords = dict(re.findall(r"^    (\w+) +(\S+)", made.stdout, re.MULTILINE))
    server = subprocess.Popen([*suyu, "serve", "--port", str(port)], cwd=ROOT, env=here, stdout=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(address)
        yield address, passwords
    finally:
        server.terminate()
        server.wait(timeout=20)


def wait_for(address: str) -> None:
    """Until the server answers, half a minute at most."""
    for _ in range(100):
        try:
            with urlopen(f"{address}/healthz"):
                return
        except (URLError, ConnectionError):
            time.sleep(0.3)
    sys.exit("The server did not answer.")


class Camera:
    """Takes the pictures of one demo."""

    def __init__(self, browser: Browser, address: str, passwords: dict[str, str], folder: Path) -> None:
        self.browser, self.address, self.passwords, self.folder = browser, address, passwords, folder

    @contextmanager
    def signed_in(self, username: str, size: dict[str, int]) -> Iterator[Page]:
        """A browser window of that size, in Chinese, signed in."""
        context = self.browser.new_context(viewport=size, locale="zh-CN", timezone_id="Asia/Shanghai")  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(f"{self.address}/login")
        page.fill("[name=username]", username)
        page.fill("[name=password]", self.passwords[username])
        page.click("main button[type=submit]")
        page.wait_for_load_state()
        yield page
        context.close()

    def learner(self) -> None:
        """On a phone: a paper, the same with large text, and its result."""
        with self.signed_in("learner", PHONE) as page:
            page.goto(f"{self.address}/exams/2")
            page.click(".sl-cover__actions button")
            page.wait_for_selector("[data-slot]")
            answer_all(page, self.folder)
            shoot(page, "phone-paper")
            elder(page, self.address)
            shoot(page, "phone-large-text")
            elder(page, self.address, on=False)
            submit(page)
            shoot(page, "phone-result")

    def organizer(self) -> None:
        """On a desk: report, roster, an import of questions."""
        with self.signed_in("organizer", DESK) as page:
            page.goto(f"{self.address}/manage/exams/1/report")
            shoot(page, "desk-report")
            page.goto(f"{self.address}/manage/exams/1/roster")
            shoot(page, "desk-roster")
            page.goto(f"{self.address}/manage/bank")
            page.fill("main [name=name]", "木材加工安全（自编）")
            page.locator("main form:has([name=name]) button[type=submit]").last.click()
            page.wait_for_load_state()
            page.set_input_files("[name=file]", {"name": "安全试题.csv", "mimeType": "text/csv",
                                                 "buffer": QUESTIONS.encode("gb18030")})  # fmt: skip
            page.locator("main form:has([name=file]) button[type=submit]").last.click()
            page.wait_for_load_state()
            shoot(page, "desk-bank-import")

    def importing(self) -> None:
        """On a desk: a Word file with three mistakes from the import page to the bank, and what asks on the way."""
        with self.signed_in("organizer", DESK) as page:
            page.goto(f"{self.address}/manage/bank")
            page.fill("main [name=name]", "车间安全（Word 导入）")
            page.locator("main form:has([name=name]) button[type=submit]").last.click()
            page.wait_for_load_state()
            start = page.url
            shoot(page, "desk-import-1-choose")
            page.set_input_files("[name=file]", {"name": "安全试题.docx", "mimeType": "", "buffer": word_file()})
            page.locator("main form:has([name=file]) button[type=submit]").last.click()
            page.wait_for_selector("#faulty")
            page.locator("#faulty .sl-mend").first.evaluate("one => scrollBy(0, one.getBoundingClientRect().top - 32)")
            shoot(page, "desk-import-2-mend")
            for place, answer in enumerate(("B", "A", "对")):
                card = page.locator("#faulty .sl-mend").nth(place)
                card.locator("[name=answer]").fill(answer)
                card.locator("button[value=save]").click()
                page.wait_for_selector(f"#faulty .sl-mend:nth-of-type({place + 1}):not(.is-refused)")
            page.locator("#near h2").evaluate("one => one.scrollIntoView()")
            shoot(page, "desk-import-3-near")
            page.locator("button[name=how][value=all]").click()
            page.wait_for_load_state()
            shoot(page, "desk-import-4-done")
            page.goto(start)
            page.set_input_files("[name=file]", {"name": "安全试题（改）.csv", "mimeType": "text/csv",
                                                 "buffer": OTHER_ANSWER.encode("gb18030")})  # fmt: skip
            page.locator("main form:has([name=file]) button[type=submit]").last.click()
            page.wait_for_selector(".sl-sides")
            page.locator("#hide-answers").evaluate("one => one.scrollIntoView()")
            shoot(page, "desk-import-6-answers")
            page.goto(start)
            page.set_input_files("[name=file]", {"name": "题目.csv", "mimeType": "text/csv",
                                                 "buffer": UNKNOWN_HEADINGS.encode("gb18030")})  # fmt: skip
            page.locator("main form:has([name=file]) button[type=submit]").last.click()
            page.wait_for_selector(".sl-mapping")
            shoot(page, "desk-import-5-columns")

    def teaching(self) -> None:
        """On a desk: slides become a lesson with questions, a programme adds up and is given, a lecture has its code;
        on a phone what the learner finds."""
        with self.signed_in("organizer", DESK) as page:
            page.goto(f"{self.address}/manage/courses/new")
            page.fill("[name=title]", "木粉尘防爆")
            page.locator("main .sl-choice, main label").filter(has_text="产业工人").first.click()
            page.locator("main form:has([name=title]) button[type=submit]").last.click()
            page.wait_for_load_state()
            page.goto(f"{page.url.split('/lessons')[0]}/pdf")
            page.set_input_files("#file", {"name": "木粉尘防爆.pdf", "mimeType": "application/pdf", "buffer": slides()})
            page.locator("main form:has(#file) button[type=submit]").last.click()
            page.wait_for_selector("[name=text]", timeout=30_000)
            page.fill("[name=sources]", "《粉尘防爆安全规程》（GB 15577-2018）")
            page.wait_for_timeout(800)
            shoot_at(page, "[name=text]", "desk-course-lesson")
            page.get_by_role("button", name="保存并选题").click()
            page.wait_for_load_state()
            for place in range(5):
                page.locator(".sl-pick").nth(place).click()
            page.locator(".sl-pick").nth(1).scroll_into_view_if_needed()
            shoot(page, "desk-course-questions")
            page.get_by_role("button", name="加入所选").click()
            page.get_by_role("button", name="保存", exact=True).click()
            page.wait_for_load_state()
            shoot(page, "desk-course")
            page.goto(f"{self.address}/manage/programmes/new")
            page.locator("main label").filter(has_text="三级安全教育").first.click()
            page.locator("main form button[type=submit]").last.click()
            page.wait_for_load_state()
            shoot_at(page, ".sl-stage", "desk-programme")
            page.goto(f"{self.address}/manage/events/new")
            for field, text in lecture():
                page.fill(f"[name={field}]", text)
            page.locator("main form:has([name=starts_at]) button[type=submit]").last.click()
            page.wait_for_selector("main a[href$='/screen']")
            page.goto(f"{page.url.rstrip('/')}/screen")
            page.wait_for_selector("[data-code]")
            shoot(page, "desk-event-code")
        with self.signed_in("learner", PHONE) as page:
            page.goto(f"{self.address}/")
            shoot(page, "phone-home")
            page.goto(f"{self.address}/courses/wood-workshop-safety")
            page.locator("main a.sl-button").first.click()
            page.wait_for_load_state()
            shoot(page, "phone-lesson")

    def proving(self) -> None:
        """On a desk: the records of HR, and the statistics."""
        with self.signed_in("hr", DESK) as page:
            page.goto(f"{self.address}/manage/records")
            shoot_at(page, "main form", "desk-records")
            page.goto(f"{self.address}/manage/statistics")
            shoot_at(page, "main table", "desk-statistics")


def lecture() -> tuple[tuple[str, str], ...]:
    """A lecture of two hours that has just begun, as the fields of its form."""
    began = datetime.now(ZoneInfo("Asia/Shanghai"))
    moments = (f"{one:%Y-%m-%dT%H:%M}" for one in (began, began + timedelta(hours=2)))
    return (("title", "木粉尘防爆讲座"), *zip(("starts_at", "ends_at"), moments, strict=True),
            ("hours", "2"), ("place", "二楼会议室"), ("trainer", "安师傅（虚构）"))  # fmt: skip


def slides() -> bytes:
    """Slides as they are saved as PDF."""
    from fpdf import FPDF

    from suyu_learn.exports import pdf_fonts

    made = FPDF(orientation="landscape", format=(190, 254))
    made.add_font("song", fname=pdf_fonts.load().bold.path)
    for title, text in SLIDES:
        made.add_page()
        made.set_font("song", size=34)
        made.multi_cell(0, 30, title, new_x="LMARGIN", new_y="NEXT")
        made.set_font("song", size=22)
        made.multi_cell(0, 14, text, new_x="LMARGIN", new_y="NEXT")
    return bytes(made.output())


def word_file() -> bytes:
    """Questions as people write them in Word, three of them with a mistake."""
    import docx

    document = docx.Document()
    for line in WORD_LINES.splitlines():
        document.add_paragraph(line)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def answer_all(page: Page, folder: Path) -> None:
    """Right answers to most questions of the latest attempt."""
    with closing(sqlite3.connect(folder / "suyu_learn.sqlite3")) as database:
        rows = database.execute(
            "SELECT suyu_slot.number, body FROM suyu_slot JOIN suyu_question_version AS asked ON asked.id = version_id"
            " WHERE attempt_id = (SELECT max(id) FROM suyu_attempt) ORDER BY 1"
        ).fetchall()
    for number, body in ((number, json.loads(body)) for number, body in rows):
        fields = page.locator(f"input[name='q{number}']")
        if "answer" not in body:  # written in words or figures
            if fields.count() and "blanks" in body:
                fields.first.fill(body["blanks"][0]["accepted"][0])
            continue
        answer = body["answer"]
        wanted = {str(answer).lower()} if isinstance(answer, bool) else set(answer)
        for one in fields.all():
            if (one.get_attribute("value") in wanted) != (number % 6 == 0):
                one.evaluate("field => field.click()")
    page.wait_for_timeout(1500)
    page.evaluate("window.scrollTo(0, 0)")


def elder(page: Page, address: str, *, on: bool = True) -> None:
    """Switch large text on or off and come back to the same page."""
    here = page.url
    page.context.add_cookies([{"name": "suyu_elder", "value": "1" if on else "0", "url": address}])
    page.goto(here)


def submit(page: Page) -> None:
    """Hand in what has been answered."""
    page.goto(page.url.split("?")[0].rstrip("/") + "/review")
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_url("**/result")


def shoot_at(page: Page, place: str, name: str) -> None:
    """One picture with a place of the page near its top."""
    page.locator(place).first.evaluate("one => scrollBy(0, one.getBoundingClientRect().top - 96)")
    shoot(page, name)


def shoot(page: Page, name: str) -> None:
    """One picture of what the window shows."""
    content = page.screenshot()
    if len(content) > MOST_BYTES:
        print(f"{name}.png has {len(content)} bytes, more than {MOST_BYTES}.")
    (PICTURES / f"{name}.png").write_bytes(content)
    print(f"{name}.png {len(content)}")


if __name__ == "__main__":
    main()
