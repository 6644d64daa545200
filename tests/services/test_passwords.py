"""Where passwords are hashed."""

from __future__ import annotations

import multiprocessing
import threading

import pytest

from suyu_learn.services import passwords


def test_requests_make_no_hash_in_their_own_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: set[str] = set()
    fits = passwords._fits

    def noted(password: str, stored: str | None) -> bool:
        seen.add(threading.current_thread().name)
        return fits(password, stored)

    monkeypatch.setattr(passwords, "_fits", noted)
    kept = passwords.make_hash("four quiet pines")
    answers: list[bool] = []
    askers = [
        threading.Thread(target=lambda: answers.append(passwords.verify("four quiet pines", kept))) for _ in range(8)
    ]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    assert answers == [True] * 8
    assert 1 <= len(seen) <= 2
    assert all(name.startswith("suyu-passwords") for name in seen)


def test_no_password_fits_nobody() -> None:
    assert not passwords.verify("the password of nobody", None)


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_process_has_threads_of_its_own() -> None:
    kept = passwords.make_hash("four quiet pines")  # the threads of this process run now
    with multiprocessing.get_context("fork").Pool(1) as pool:
        assert pool.apply_async(passwords.verify, ("four quiet pines", kept)).get(timeout=30)
