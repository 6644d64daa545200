"""What people write around questions in a chat: answers without a colon, other numbers, names, times, greetings."""

from __future__ import annotations

import re
from collections.abc import Sequence

from suyu_learn.content.formats import text_lines
from suyu_learn.content.formats.text_answers import answers_follow
from suyu_learn.content.formats.text_lines import SIGNS, Line, Numbered

LONGEST = 200
"""Longer lines are none of these."""
_VERDICT = rf"[{SIGNS}]|正确|错误|不正确"
_LETTERS = r"[A-ZＡ-Ｚ](?:[\s,，、]{0,2}[A-ZＡ-Ｚ]){0,8}"
_ANSWER = re.compile(
    rf"[（(【\[]?\s*(?:(?:正确|参考|标准)?答案\s*(?:应?[是为选])?|(?:故|应)?选择?|正确选项\s*[是为]?|答)\s*[:：]?\s*"
    rf"(?P<said>{_LETTERS}|{_VERDICT})\s*[)）】\]]?\s*[。.!！]?"
)
_ALONE = re.compile(
    rf"[（(【\[]?\s*(?P<said>{_LETTERS})\s*[)）】\]]?\s*(?:(?:是?对的?|是?正确的?|√|✓|✅)\s*)?[。.!！]?"
)
_BEHIND = re.compile(rf"(?<=\s)(?:正确|参考|标准)?答案\s*(?:应?[是为选])?\s*(?P<said>{_LETTERS}|{_VERDICT})\s*[。.]?$")

_BULLET = re.compile(r"[•●◆■▪▶►➤‣❖★☆✦\U0001f449\U0001f4cc\U0001f539\U0001f538❓✨\U0001f4dd]\ufe0f?\s*")
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_WAYS: Sequence[tuple[str, re.Pattern[str]]] = (
    ("Q", re.compile(r"[QqＱ]\s*(\d{1,4})\s*(?:[:：.．、)）]|(?=\s))\s*(.*)", re.DOTALL)),
    ("题", re.compile(r"(?:题目?|问题?)\s*(\d{1,4})\s*(?:[:：.．、)）]|(?=\s))\s*(.*)", re.DOTALL)),
    ("#", re.compile(r"[#＃]\s*(\d{1,4})\s*[:：.．、]?\s*(.*)", re.DOTALL)),
    ("【", re.compile(r"[【\[]\s*(?:第\s*)?(\d{1,4})\s*题?\s*[】\]]\s*[:：.．、]?\s*(.*)", re.DOTALL)),
    ("：", re.compile(r"(\d{1,4})\s*[:：](?!\d)\s*(.*)", re.DOTALL)),
    ("①", re.compile(rf"([{_CIRCLED}])\s*[.．、:：]?\s*(.*)", re.DOTALL)),
    ("（", re.compile(r"[（(]\s*(\d{1,4})\s*[)）]\s*[.．、:：]?\s*(.*)", re.DOTALL)),
    ("一", re.compile(r"([一二三四五六七八九十]{1,3})\s*[、.．]\s*(.*)", re.DOTALL)),
    ("1.1", re.compile(r"\d{1,3}[.．\-－](\d{1,3})(?:\s|[、.．])\s*(.*)", re.DOTALL)),
    (" ", re.compile(r"(\d{1,4})\s+(?=\D)(.*)", re.DOTALL)),
)
"""Numbers that begin questions only where a text counts its questions in no clearer way."""
_BESIDE_PASSAGES = frozenset("①（")

_DAY = r"(?:\d{4}[-/年.]\d{1,2}[-/月.]\d{1,2}日?|\d{1,2}[-/月]\d{1,2}日?|昨天|今天|前天|(?:星期|周)[一二三四五六日天])"
_STAMP = re.compile(
    rf"(?:\S{{1,20}}\s{{1,3}})?(?:{_DAY}\s{{0,3}})?(?:(?:上午|下午|晚上|凌晨|早上|中午|AM|PM)\s{{0,3}})?"
    rf"\d{{1,2}}[:：]\d{{2}}(?:[:：]\d{{2}})?(?:\s{{0,3}}\S{{1,20}}[:：]?)?|[—\-]{{0,3}}\s{{0,3}}{_DAY}\s{{0,3}}[—\-]{{0,3}}",
    re.IGNORECASE,
)
_SPEAKER = re.compile(r"@?[^\s:：，。？?！!、；;（(）)0-9]{1,12}(?:\s[^\s:：，。？?！!]{1,8})?[:：]")
_PAGE = re.compile(
    r"第\s*\d{1,4}\s*页(?:\s*[,，/（(]?\s*[共总]\s*\d{1,4}\s*页\s*[)）]?)?|[共总]\s*\d{1,4}\s*页\s*[,，/]?\s*第\s*\d{1,4}\s*页"
    r"|[-—–]{1,2}\s*\d{1,4}\s*[-—–]{1,2}|page\s*\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?|\d{1,3}\s*/\s*\d{1,3}\s*页",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"[-—=*·…\s【\[（(]*(?:(?:以上|上述)(?:就?是|为|内容|题目|试题|全部|所有|\d{1,4}[道个]).{0,60}|"
    r"请(?:大家|各位|同志|同事|同学|及时|认真|按时|于|在).{0,60}|(?:祝|谢谢|感谢|辛苦|麻烦|收到).{0,40}|大家(?:好|辛苦).{0,60}|"
    r"(?:全卷|全文|试卷|本卷|答题|题目|试题)?(?:完|结束|到此结束|the\s?end|end)[！!。]?)[-—=*·…\s】\])）]*",
    re.IGNORECASE,
)
_TITLE = re.compile(
    r"第?[一二三四五六七八九十]{1,2}[套卷]|[^。？?]{0,30}(?:试题|试卷|题库|测试题|竞赛题)\s?[（(]?[一二三四五A-D\d]?卷?[）)]?"
)
_OF_TASKS = re.compile(r"题|卷|答|学|练|完成|大家|各位|谢|辛苦|祝|完|结束|end|收到|提交|群", re.IGNORECASE)


def with_label(line: str, *, optioned: bool) -> str:
    """The line with 答案： before an answer that is said without a colon, as in 答案 A, 选A, A对 and (B)."""
    if len(line) > LONGEST or not (optioned or "答" in line or "选" in line):
        return line
    found = _ANSWER.fullmatch(line) or (_ALONE.fullmatch(line) if optioned else None)
    if found is not None:
        return f"答案：{found['said']}"
    behind = _BEHIND.search(line) if "答案" in line else None
    return f"{line[: behind.start()]}答案：{behind['said']}" if behind is not None else line


def without_bullet(line: str) -> str:
    """The line without the sign of a list before it."""
    return _BULLET.sub("", line, count=1) if _BULLET.match(line) else line


def has_bullet(line: str) -> bool:
    """Whether the sign of a list stands before the line."""
    return _BULLET.match(line) is not None


def numbered(line: str, way: str) -> Numbered | None:
    """The number with which the line begins, if it is written in this way."""
    pattern = next(pattern for name, pattern in _WAYS if name == way)
    found = pattern.match(line)
    if found is None or not found[2].strip():
        return None
    number = found[1]
    if way == "一":
        return Numbered(_counted(number), way, found[2].strip()) if text_lines.heading(line) is None else None
    return Numbered(_CIRCLED.index(number) + 1 if way == "①" else int(number), way, found[2].strip())


def _counted(said: str) -> int:
    """The number that 一 to 九十九 say."""
    tens, ten, ones = said.rpartition("十")
    digits = "一二三四五六七八九"
    return (10 * (digits.find(tens) + 1 or 1) if ten else 0) + (digits.find(ones) + 1 if ones else 0)


def way_of_counting(lines: Sequence[Line]) -> str:
    """How a text counts its questions that has no such numbers as `1.`; "" if it counts none."""
    texts = [without_bullet(line.text[:LONGEST]) for line in lines if line.text and not line.solid]
    for way, _pattern in _WAYS:
        reached, first = 0, 0
        for at, text in enumerate(texts):
            if answers_follow(text):
                break
            found = numbered(text, way)
            if found is not None and found.number == reached + 1:
                first = first if reached else at
                reached += 1
        if reached > 1 and (way not in _BESIDE_PASSAGES or all(map(_before_questions, texts[:first]))):
            return way
    return ""


def _before_questions(text: str) -> bool:
    """Whether a line is no passage: a heading, a greeting, or the words that announce questions."""
    return text.endswith((":", "：")) or text_lines.heading(text) is not None or is_aside(text) or is_closing(text)


def is_aside(line: str) -> bool:
    """Whether the line is the number of a page, or the time at which something was sent."""
    return len(line) <= 60 and (_PAGE.fullmatch(line) is not None or _STAMP.fullmatch(line) is not None)


def is_page(line: str) -> bool:
    """Whether the line is the number of a page."""
    return len(line) <= 60 and _PAGE.fullmatch(line) is not None


def is_speaker(line: str) -> bool:
    """Whether the line could be the name of who sent what follows, as 张三：."""
    return len(line) <= 30 and _SPEAKER.fullmatch(line) is not None


def is_closing(line: str) -> bool:
    """Whether the line thanks, greets or says that these were the questions."""
    return len(line) <= 100 and _CLOSING.fullmatch(line) is not None and _OF_TASKS.search(line) is not None


def is_title(line: str) -> bool:
    """Whether the line could name a paper, as 第二套 or 科普知识试题（B卷）."""
    return len(line) <= 40 and _TITLE.fullmatch(line) is not None
