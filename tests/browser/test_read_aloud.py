"""Large text, read aloud: lessons from where one looks, questions with their options; nothing where there is no voice.

The voice is the test's own, since no machine that runs tests has one: it notes what it is given, and ends when told.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.browser.pages import faults, too_small
from tests.browser.sitters import MakePhone, begin, signed_in
from tests.factories import course_draft, learn, learner, single, stage, stored_bank, stored_course

VOICE = """(() => {
  const voice = {said: [], now: null, speaking: false};
  window.SpeechSynthesisUtterance = function (text) { this.text = text; };
  voice.speak = one => {
    voice.said.push(`${one.lang}: ${one.text}`);
    voice.now = one;
    if (!voice.mute) one.onstart();
  };
  voice.cancel = () => { const was = voice.now; voice.now = null; if (was) was.onerror({error: "canceled"}); };
  Object.defineProperty(window, "speechSynthesis", {value: voice});
})();"""
END_OF_PIECE = """() => {
  const was = speechSynthesis.now;
  speechSynthesis.now = null;
  if (was) was.onend();
  return Boolean(was);
}"""
SAID = "() => speechSynthesis.said"
LESSON = """第一段，**两句**。第二句！

- 一根绳
- 两把锯

| 样子 | 怎么办 |
|---|---|
| 冒烟 | 停机 |

半个是 $\\frac{1}{2}$。

::question q-1

""" + "\n\n".join(f"第{number}段。" for number in range(2, 30))
LONG = f"{'长' * 90}，{'短' * 300}。"
LONGEST = 240


@pytest.fixture
def lesson(app: Flask) -> str:
    """A lesson with a list, a table, a formula and a question in its text, and somebody to listen."""
    here, draft = learn(app), replace(single(1), uid="q-1")
    with here.database.writing() as session:
        stored_bank(session, now=here.now(), questions=[draft])
        plain = course_draft(("q-1",))
        lessons = tuple(replace(one, title="一节课", text=f"{LESSON}\n\n{LONG}") for one in plain.lessons)
        stored_course(session, replace(plain, lessons=lessons), now=here.now())
        learner(session, now=here.now(), username="lin")
    return "/courses/soil/lesson-1"


def _listener(live_url: str, phone: MakePhone) -> Page:
    """Somebody who reads large text in a browser that speaks."""
    context = phone()
    context.add_init_script(VOICE)
    page = signed_in(context, live_url)
    page.click('button[name="elder"]')
    return page


def test_a_lesson_is_read_from_where_one_looks(live_url: str, lesson: str, phone: MakePhone) -> None:
    page = _listener(live_url, phone)
    page.goto(live_url + lesson)
    button = page.locator(".sl-aloud button")
    found = [*faults(page), *too_small(page)]
    button.click()
    expect(button).to_have_text("Stop reading")
    expect(page.locator("h1.is-spoken")).to_be_visible()
    found += faults(page)
    for _piece in range(8):
        page.evaluate(END_OF_PIECE)
    assert page.evaluate(SAID) == [
        "zh-Hans: 一节课",
        "zh-Hans: 第一段，两句。第二句！",
        "zh-Hans: 一根绳",
        "zh-Hans: 两把锯",
        "zh-Hans: 样子， 怎么办，",
        "zh-Hans: 冒烟， 停机，",
        "zh-Hans: 半个是 1 / 2。",
        "zh-Hans: Question 1?",
        "zh-Hans: A，right answer 1",
    ]
    expect(page.locator(".sl-inlay.is-spoken")).to_be_in_viewport()
    button.click()
    expect(button).to_have_text("Read aloud")
    expect(page.locator(".is-spoken")).to_have_count(0)
    page.locator("p", has_text="第20段").evaluate("one => one.scrollIntoView()")
    page.evaluate("speechSynthesis.said.length = 0")
    expect(button).to_be_in_viewport(ratio=1)  # it stays at hand
    button.evaluate("one => one.click()")  # playwright's own click scrolls
    while page.evaluate(END_OF_PIECE):
        pass
    said = [one.removeprefix("zh-Hans: ") for one in page.evaluate(SAID)]
    first = next(number for number in range(2, 30) if f"第{number}段。" == said[0])
    assert 19 <= first <= 21
    assert said[29 - first] == "第29段。"
    assert "".join(said[30 - first :]) == LONG  # in pieces that a phone speaks to their end
    assert max(len(one) for one in said) <= LONGEST
    expect(button).to_have_text("Read aloud")
    assert found == []


def test_a_question_is_read_with_its_options(app: Flask, live_url: str, phone: MakePhone) -> None:
    given = stage(app, questions=[single(1)], shuffle_questions=False)
    page = _listener(live_url, phone)
    begin(page, live_url, given)
    page.get_by_role("button", name="Read aloud").click()
    while page.evaluate(END_OF_PIECE):
        pass
    said = " ".join(page.evaluate(SAID))
    assert "right answer" in said
    assert "wrong answer 1.1" in said
    page.get_by_role("button", name="Read aloud").click()
    page.evaluate("speechSynthesis.now.onerror({error: 'synthesis-failed'})")
    expect(page.get_by_role("button", name="Read aloud")).to_be_visible()  # it has spoken before: no more than that


def test_a_browser_without_a_voice_says_so(live_url: str, lesson: str, phone: MakePhone) -> None:
    page = _listener(live_url, phone)
    page.goto(live_url + lesson)
    page.evaluate("speechSynthesis.mute = true")
    page.locator(".sl-aloud button").click()
    page.evaluate("speechSynthesis.now.onerror({error: 'voice-unavailable'})")
    expect(page.locator(".sl-aloud")).to_contain_text("This device cannot read aloud.")
    expect(page.locator(".sl-aloud button")).to_be_hidden()
