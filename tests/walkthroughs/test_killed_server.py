"""A server killed with SIGKILL while answers come in has lost none that it acknowledged."""

from __future__ import annotations

import http.client
import json
import os
import signal
import threading
import time
from collections.abc import Callable
from contextlib import closing

from flask import Flask
from sqlalchemy import select

from suyu_learn.models import Attempt, Exam, Step
from suyu_learn.services import sitting
from tests.browser_without_script import Paper, Visitor
from tests.factories import learn, learner, stage
from tests.served import free_port, serve, wait_until_it_answers

LEARNERS = 6
SECONDS_OF_SAVING = 2.0


def test_no_acknowledged_answer_is_lost(make_app: Callable[..., Flask], database_url: str) -> None:
    app = make_app()
    given = stage(app)
    with learn(app).database.writing() as session:
        session.get_one(Exam, given.exam_id).unit_id = None
        names = [learner(session, now=learn(app).now(), username=f"w{number}").username for number in range(LEARNERS)]
    papers = [Visitor(app).sign_in(str(name)).start(given.exam_id) for name in names]
    cookies = [
        "; ".join(f"{one.key}={one.value}" for one in paper.visitor.client._cookies.values()) for paper in papers
    ]
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
        time.sleep(SECONDS_OF_SAVING)
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
            assert sitting.rebuild(session, attempt) == {}
