"""The floor: the least an exam over the web can cost. Bare Flask, a cookie session, the same password hash,
hand-written SQL, one SELECT and one UPSERT a save; no roles, no shuffle, no audit; and one Markdown page.

FLOOR_DATABASE is a path (SQLite) or a postgresql:// address.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
import time
from typing import Any

from argon2 import PasswordHasher
from flask import Flask, Response, abort, jsonify, redirect, request, session
from markdown_it import MarkdownIt

QUESTIONS = 20
DATABASE = os.environ["FLOOR_DATABASE"]
POSTGRES = DATABASE.startswith("postgresql")
HASHER = PasswordHasher(memory_cost=19456, time_cost=2, parallelism=1)
LESSON = "# A lesson\n\n" + "\n\n".join(
    f"A paragraph, number {number}, **with** some words in it." for number in range(30)
)
SCHEMA = """
CREATE TABLE IF NOT EXISTS person (id INTEGER PRIMARY KEY, username TEXT UNIQUE, password_hash TEXT);
CREATE TABLE IF NOT EXISTS question (id INTEGER PRIMARY KEY, stem TEXT, options TEXT, answer TEXT);
CREATE TABLE IF NOT EXISTS attempt (id INTEGER PRIMARY KEY, person_id INTEGER UNIQUE, deadline REAL, points INTEGER);
CREATE TABLE IF NOT EXISTS answer (attempt_id INTEGER, question_id INTEGER, response TEXT,
    PRIMARY KEY (attempt_id, question_id));
"""
if POSTGRES:
    SCHEMA = SCHEMA.replace("attempt (id INTEGER", "attempt (id SERIAL").replace("REAL", "DOUBLE PRECISION")

app = Flask(__name__)
app.secret_key = "floor"
_local = threading.local()
_lane = threading.Lock()


def connection() -> Any:
    """One connection a thread."""
    if not hasattr(_local, "connection"):
        if POSTGRES:
            import psycopg

            _local.connection = psycopg.connect(DATABASE)
        else:
            _local.connection = sqlite3.connect(DATABASE, timeout=15, isolation_level=None)
            for pragma in ("journal_mode=wal", "synchronous=full"):
                _local.connection.execute(f"pragma {pragma}")
    return _local.connection


def sql(text: str) -> str:
    """The statement in the placeholders of the database."""
    return text.replace("?", "%s") if POSTGRES else text


def read(text: str, *values: object) -> list[Any]:
    """Rows of a SELECT."""
    here = connection()
    rows = here.execute(sql(text), values).fetchall()
    if POSTGRES:
        here.rollback()
    return rows


def write(*statements: tuple[str, tuple[object, ...]]) -> None:
    """Statements in one transaction."""
    here = connection()
    if POSTGRES:
        for text, values in statements:
            here.execute(sql(text), values)
        here.commit()
        return
    with _lane:
        here.execute("BEGIN IMMEDIATE")
        for text, values in statements:
            here.execute(text, values)
        here.execute("COMMIT")


def person_id() -> int:
    """Who is signed in."""
    return int(session.get("person") or abort(401))


@app.post("/login")
def login() -> Response:
    rows = read("SELECT id, password_hash FROM person WHERE username = ?", request.form["username"])
    if not rows:
        abort(401)
    HASHER.verify(rows[0][1], request.form["password"])
    session["person"] = rows[0][0]
    return redirect("/exam")


@app.get("/exam")
def cover() -> str:
    person_id()
    return f"<h1>An exam</h1><p>{QUESTIONS} questions</p><form method=post action=/start><button>Start</button></form>"


@app.post("/start")
def start() -> Response:
    insert = "INSERT INTO attempt (person_id, deadline) VALUES (?, ?) ON CONFLICT DO NOTHING"
    write((insert, (person_id(), time.time() + 3600)))
    return redirect("/paper", 303)


@app.get("/paper")
def paper() -> str:
    attempt = read("SELECT id FROM attempt WHERE person_id = ?", person_id())[0][0]
    saved = dict(read("SELECT question_id, response FROM answer WHERE attempt_id = ?", attempt))
    parts = []
    for number, stem, options in read("SELECT id, stem, options FROM question ORDER BY id"):
        choices = "".join(
            f"<label><input type=radio name=q{number} value={key}"
            f"{' checked' if saved.get(number) == key else ''}>{text}</label>"
            for key, text in json.loads(options).items()
        )
        parts.append(f"<fieldset><legend>{stem}</legend>{choices}</fieldset>")
    return "<form method=post action=/submit>" + "".join(parts) + "<button>Hand in</button></form>"


@app.put("/answers/<int:number>")
def save(number: int) -> Response:
    rows = read("SELECT id, deadline FROM attempt WHERE person_id = ? AND points IS NULL", person_id())
    if not rows or rows[0][1] < time.time():
        abort(409)
    upsert = (
        "INSERT INTO answer (attempt_id, question_id, response) VALUES (?, ?, ?) "
        "ON CONFLICT (attempt_id, question_id) DO UPDATE SET response = excluded.response"
    )
    write((upsert, (rows[0][0], number, request.get_json()["response"])))
    return jsonify(saved=1, remaining=int(rows[0][1] - time.time()))


@app.post("/submit")
def submit() -> Response:
    attempt = read("SELECT id FROM attempt WHERE person_id = ?", person_id())[0][0]
    right = read(
        "SELECT count(*) FROM answer JOIN question ON question.id = question_id AND answer = response "
        "WHERE attempt_id = ?",
        attempt,
    )[0][0]
    write(("UPDATE attempt SET points = ? WHERE id = ?", (right * 5, attempt)))
    return redirect("/result", 303)


@app.get("/result")
def result() -> str:
    return f"<h1>{read('SELECT points FROM attempt WHERE person_id = ?', person_id())[0][0]} points</h1>"


@app.get("/lesson")
def lesson() -> str:
    return MarkdownIt("commonmark", {"html": False}).render(LESSON)
