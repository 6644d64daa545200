"""A server killed with SIGKILL while answers come in has lost none that it acknowledged, nor the pause."""

from __future__ import annotations

import http.client
import json
import os
import signal
import threading
import time
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy import select

from suyu_learn.models import Attempt, Exam, Person, Role, Step
from suyu_learn.services import invigilation, sitting
from tests.browser_without_script import Paper, Visitor
from tests.factories import learn, learner, manager, stage
from tests.served import free_port, serve, wait_until_it_answers

LEARNERS = 6
SECONDS_OF_SAVING = 2.0


def test_no_acknowledged_answer_is_lost_and_a_paused_exam_stays_paused(
    make_app: Callable[..., Flask], database_url: str
) -> None:
    app = make_app()
    given = stage(app)
    with learn(app).database.writing() as session:
        session.get_one(Exam, given.exam_id).unit_id = None
        names = [learner(session, now=learn(app).now(), username=f"w{number}").username for number in range(LEARNERS)]
        chief = manager(session, Role.ADMIN, None, now=learn(app).now()).username
    papers = [Visitor(app).sign_in(str(name)).start(given.exam_id) for name in names]
    cookies = [_cookies(paper.visitor) for paper in papers]
    board = Visitor(app).sign_in(str(chief))
    board.get(f"/manage/exams/{given.exam_id}/board/pause")
    port = free_port()
    server = serve(port, database_url)
    acknowledged: dict[str, dict[int, int]] = {paper.key: {} for paper in papers}
    try:
        wait_until_it_answers(port)

        def keep_saving(number: int) -> None:
            paper = papers[number]
            headers = {"Cookie": cookies[number], "X-CSRF-Token": paper.token, "Content-Type": "application/json"}
            with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
                save_until_the_end(paper, connection, headers)

        def save_until_the_end(paper: Paper, connection: http.client.HTTPConnection, headers: dict[str, str]) -> None:
            for seq in range(1, 100_000):
                slot = 1 + seq % 5
                body = json.dumps({"epoch": 1, "seq": seq, "response": "right"})
                try:
                    connection.request("PUT", f"{paper.path}/answers/{slot}", body, headers)
                    reply = connection.getresponse()
                    said = json.loads(reply.read())
                except (OSError, http.client.HTTPException, ValueError):
                    return
                assert reply.status == 200, said
                acknowledged[paper.key][seq] = slot

        threads = [threading.Thread(target=keep_saving, args=(number,)) for number in range(LEARNERS)]
        for thread in threads:
            thread.start()
        time.sleep(SECONDS_OF_SAVING / 2)
        assert _pause(port, board, given.exam_id) == 303
        time.sleep(SECONDS_OF_SAVING / 2)
        os.killpg(server.pid, signal.SIGKILL)
        for thread in threads:
            thread.join()
    finally:
        if server.poll() is None:
            os.killpg(server.pid, signal.SIGKILL)
        server.wait()
    assert sum(len(saved) for saved in acknowledged.values()) > 10 * LEARNERS
    with learn(app).database.reading() as session:
        for attempt in session.scalars(select(Attempt)):
            stored = session.execute(
                select(Step.seq, Step.slot).where(Step.attempt_id == attempt.id, Step.kind == "saved")
            )
            kept = {row.seq: row.slot for row in stored}
            assert acknowledged[attempt.key].items() <= kept.items()
            assert attempt.paused_at is not None
            assert sitting.rebuild(session, attempt) == {}
    with learn(app).database.writing() as session:
        exam, later = session.get_one(Exam, given.exam_id), learn(app).now() + timedelta(minutes=10)
        before = {attempt.id: attempt.deadline for attempt in session.scalars(select(Attempt))}
        passed = invigilation.resume(session, exam, actor=session.get_one(Person, given.person_id), now=later)
        assert passed > timedelta(minutes=10)
        for attempt in session.scalars(select(Attempt)):
            assert (attempt.paused_at, attempt.deadline) == (None, before[attempt.id] + passed)
            assert sitting.rebuild(session, attempt) == {}


def _cookies(visitor: Visitor) -> str:
    return "; ".join(f"{one.key}={one.value}" for one in visitor.client._cookies.values())


def _pause(port: int, board: Visitor, exam_id: int) -> int:
    """Pause the exam at the server; what it answered."""
    body = urlencode({"csrf_token": board.token, "reason": "A power cut"})
    headers = {"Cookie": _cookies(board), "Content-Type": "application/x-www-form-urlencoded"}
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
        connection.request("POST", f"/manage/exams/{exam_id}/board/pause", body, headers)
        return connection.getresponse().status
