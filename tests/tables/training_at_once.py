"""Run by test_training: many threads issue certificates at once, some of which fail afterwards; many post the same try of a slip."""

import json
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[2]
SESSIONS, POSTS = 24, 12


def own_database(url: str) -> str:
    """A fresh database on the same PostgreSQL, so that this script disturbs no other test."""
    import psycopg

    name = f"training_{os.getpid()}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return urlsplit(url)._replace(path=f"/{name}").geturl()


def at_once(works: list[Callable[[], None]]) -> None:
    """Run them in threads that begin together."""
    from django.db import connection

    together = threading.Barrier(len(works))

    def one(work: Callable[[], None]) -> None:
        together.wait()
        try:
            work()
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def main(folder: Path) -> None:
    sys.path[:0] = [str(ROOT / "src"), str(ROOT)]
    os.environ["FENGHUO_DATA"] = str(folder)
    if os.environ.get("FENGHUO_DATABASE_URL"):
        os.environ["FENGHUO_DATABASE_URL"] = own_database(os.environ["FENGHUO_DATABASE_URL"])
    from fenghuo.base.common.django_setup import setup

    setup(folder)
    from django.core.management import call_command
    from django.db import transaction
    from tests.tables import training_world as world

    from fenghuo.base.audit.queries import verify
    from fenghuo.report.training import certificates, quizzes
    from fenghuo.report.training.decide import Refused
    from fenghuo.report.training.models import CertifiedBy
    from fenghuo.report.training.quiz_models import QuizSlip

    call_command("migrate", verbosity=0)
    course = world.course("出席即发证", CertifiedBy.PRESENT)
    sessions = [world.session(course, ("甲", "乙")) for _n in range(SESSIONS)]
    numbers: list[int] = []
    failed: list[int] = []

    def certify(place: int) -> Callable[[], None]:
        def work() -> None:
            # Every session is certified twice at once: the second finds nobody. Every sixth first one is rolled back.
            try:
                with transaction.atomic():
                    made = certificates.issue(world.OFFICE, sessions[place % SESSIONS].id, world.AGENCY)
                    if place % 6 == 0:
                        raise ZeroDivisionError
                numbers.extend(one.number for one in made)
            except (ZeroDivisionError, Refused):
                failed.append(place)

        return work

    at_once([certify(place) for place in range(2 * SESSIONS)])
    for session in sessions:  # who was rolled back on both sides is certified now
        if certificates.candidates(session):
            numbers.extend(one.number for one in certificates.issue(world.OFFICE, session.id, world.AGENCY))
    quiz = world.quiz(world.session(world.course("测验")), tries=5)
    token = world.slips(quiz)["甲"]
    taken: list[int] = []
    refused: list[str] = []

    def post() -> None:
        try:
            taken.append(quizzes.answer(token, 1, world.WRONG).slip.tries)
        except Refused as error:
            refused.append(error.code)

    at_once([post] * POSTS)
    slip = QuizSlip.objects.get(participant__name="甲", quiz=quiz)
    sums = sorted(set(quiz.questions.values_list("answered", flat=True)))
    told = {"numbers": numbers, "failed": len(failed), "trail": verify().finding is None}
    print(json.dumps({**told, "taken": taken, "refused": refused, "tries": slip.tries, "sums": sums}))


main(Path(sys.argv[1]))
