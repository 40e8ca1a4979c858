"""A real worker on real servers: nothing leaves too early, nothing is lost, nothing told twice."""

import json
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from redis import Redis

from tests.faults.post_office import PostOffice, post_office
from tests.faults.scene import Actor, Scene, kill
from tests.servers import Server, free_port, redis

pytestmark = [pytest.mark.faults, pytest.mark.timeout(400)]

A_MOMENT = 1.0  # long enough for a mail that should not come


class Queue:
    """A Redis-protocol server on one address, that comes and goes."""

    def __init__(self) -> None:
        """Choose the address."""
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"

    @contextmanager
    def there(self) -> Iterator[None]:
        """Be there for a while, empty at first."""
        with redis(own=True, port=self.port):
            yield


@pytest.fixture(scope="module")
def queue() -> Queue:
    """Give the address of the queue, where nobody answers yet."""
    return Queue()


@pytest.fixture(scope="module")
def scene(
    postgres_server: Server, queue: Queue, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Scene]:
    """Give Rebond with production settings, its database ready."""
    folder: Path = tmp_path_factory.mktemp("telling")
    port = free_port()
    with post_office() as (office, mail_server):
        environment = {
            "DJANGO_SETTINGS_MODULE": "backend.config.settings.production",
            "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
            "FIELD_KEYS": "cmVib25kIHRlc3RzIG9ubHksIDMyIGJ5dGVzIGxvbmc=",
            "SITE_URL": f"http://localhost:{port}",
            "ALLOWED_HOSTS": "localhost",
            "DATABASE_URL": postgres_server.url,
            "REDIS_URL": queue.url,
            "EMAIL_URL": mail_server,
            "EMAIL_TIMEOUT": "120",  # a busy machine holds a worker for long
            "NOTICE_SETTLE_SECONDS": "1",
            "DATA_DIR": str(folder),
            "PORT": str(port),
            "WEB_CONCURRENCY": "1",
        }
        scene = Scene(environment, folder, office)
        scene.manage("migrate", "--verbosity", "0")
        yield scene


@pytest.fixture(scope="module")
def actor(scene: Scene) -> Iterator[Actor]:
    """Give a process that acts."""
    with scene.acting() as actor:
        yield actor


@pytest.fixture(scope="module")
def witness(scene: Scene) -> Iterator[Actor]:
    """Give another process, with a connection of its own."""
    with scene.acting() as actor:
        yield actor


@pytest.fixture
def office(scene: Scene) -> Iterator[PostOffice]:
    """Give the post office; whom it holds goes free in the end."""
    yield scene.office
    scene.office.release()


@pytest.fixture
def address(request: pytest.FixtureRequest) -> str:
    """Give an address of this test's own."""
    return f"{request.node.name.replace('_', '-')[:60]}@exemple.example"


class TestWithOneWorker:
    """Stories that break nothing share a worker."""

    @pytest.fixture(scope="class", autouse=True)
    @classmethod
    def _worker(cls, scene: Scene, queue: Queue) -> Iterator[None]:
        with queue.there(), scene.running("worker"):
            yield

    def test_a_mail_leaves_once_however_often_the_clock_asks(
        self, scene: Scene, actor: Actor, office: PostOffice, address: str
    ) -> None:
        pledge = actor("announce", to=address)["pledge"]
        scene.wait_for_mail(address)
        for _time in range(3):
            actor("sweep")
        time.sleep(A_MOMENT)
        assert len(office.names_to(address)) == 1
        assert actor("look", pledge=pledge)["states"] == ["sent"]

    def test_nothing_leaves_before_the_commit(
        self, scene: Scene, actor: Actor, witness: Actor, office: PostOffice, address: str
    ) -> None:
        pledge = actor("announce", to=address, hold=True)["pledge"]
        witness("sweep")
        time.sleep(A_MOMENT)
        seen = witness("look", pledge=pledge)
        assert (seen["states"], seen["events"]) == ([], 0)
        assert office.names_to(address) == []
        actor("commit")
        scene.wait_for_mail(address)
        assert len(office.names_to(address)) == 1

    def test_what_is_undone_is_never_told(
        self, scene: Scene, actor: Actor, office: PostOffice, address: str
    ) -> None:
        actor("announce", to=address, hold=True)
        actor("undo")
        after = f"after.{address}"
        actor("announce", to=after)
        scene.wait_for_mail(after)
        assert office.names_to(address) == []


def timed(act: Callable[[], Any]) -> tuple[float, Any]:
    """Give how many seconds something took, and its result."""
    began = time.monotonic()
    result = act()
    return time.monotonic() - began, result


def scan(scene: Scene, place: dict[str, Any], code: str) -> Any:
    """Book a machine in over the API, as the bench does."""
    one = {
        "client_id": f"scan-{code}",
        "code": code,
        "action": "receive",
        "at": datetime.now(UTC).isoformat(),
        "facts": {"line": place["line"]},
    }
    request = urllib.request.Request(  # noqa: S310  # our own address
        scene.environment["SITE_URL"] + "/api/v1/scans/",
        data=json.dumps({"scans": [one]}).encode(),
        headers={
            "authorization": f"Bearer {place['token']}",
            "content-type": "application/json",
            "idempotency-key": one["client_id"],
        },
    )
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
        return json.load(answer)


def test_with_the_queue_away_the_scan_succeeds_and_the_mail_leaves_when_it_is_back(
    scene: Scene, actor: Actor, queue: Queue, office: PostOffice, address: str
) -> None:
    place = actor("bench", to=address)
    with ExitStack() as stack:
        stack.enter_context(scene.running("web"))
        scene.wait_for(lambda: answers(scene))
        with queue.there():
            quiet, _answer = timed(lambda: scan(scene, place, place["codes"][0]))
        seconds, answer = timed(lambda: scan(scene, place, place["codes"][1]))
        assert answer["results"][0]["outcome"] == "applied", answer
        assert seconds < 2 + quiet, "the queue is a nudge, not a promise"
        seen = actor("look", pledge=place["pledge"], template="devices_received")
        assert seen["states"] == []
        assert seen["waiting"] >= 1
        assert office.names_to(address) == []
        stack.enter_context(queue.there())
        stack.enter_context(scene.running("worker"))
        stack.enter_context(scene.running("clock"))
        # announced, accepted, received: one mail each
        scene.wait_for_mail(address, count=3)
        time.sleep(A_MOMENT)
    assert len(office.names_to(address)) == len(set(office.names_to(address))) == 3


def answers(scene: Scene) -> bool:
    try:
        urllib.request.urlopen(scene.environment["SITE_URL"] + "/healthz", timeout=5).close()  # noqa: S310
    except OSError:
        return False
    return True


def test_what_the_queue_loses_is_told_all_the_same(
    scene: Scene, actor: Actor, queue: Queue, office: PostOffice, address: str
) -> None:
    with queue.there():
        actor("announce", to=address)
        with Redis.from_url(queue.url) as server:
            assert server.llen("celery") >= 1
            server.flushall()
        with scene.running("worker"):
            actor("sweep")
            scene.wait_for_mail(address)
            time.sleep(A_MOMENT)
    assert len(office.names_to(address)) == 1


def test_a_worker_killed_while_it_sends_tells_once_after_its_restart(
    scene: Scene,
    actor: Actor,
    witness: Actor,
    queue: Queue,
    office: PostOffice,
    address: str,
) -> None:
    with queue.there():
        with scene.running("worker") as worker:
            office.hold("RCPT", address)
            pledge = actor("announce", to=address)["pledge"]
            scene.wait_for(lambda: office.holds_somebody)
            witness("deliver")  # a second worker leaves alone what the first is sending
            assert office.asked.count(address) == 1
            kill(worker)
        office.release()
        assert office.names_to(address) == []
        with scene.running("worker"):
            actor("sweep")  # the clock does; the queue gives the task back minutes later
            scene.wait_for_mail(address)
            time.sleep(A_MOMENT)
    assert len(office.names_to(address)) == 1
    assert actor("look", pledge=pledge)["states"] == ["sent"]


def test_a_mail_taken_in_the_moment_of_the_kill_comes_again_under_the_same_name(
    scene: Scene, actor: Actor, queue: Queue, office: PostOffice, address: str
) -> None:
    # The one window that no order of steps closes: SMTP takes part in no transaction.
    with queue.there():
        with scene.running("worker") as worker:
            office.hold("DATA", address)
            actor("announce", to=address)
            scene.wait_for(lambda: office.holds_somebody)
            kill(worker)
        office.release()
        with scene.running("worker"):
            actor("sweep")
            scene.wait_for_mail(address, count=2)
    first, second = office.names_to(address)
    assert first == second


def test_a_worker_killed_while_it_listens_tells_once_after_its_restart(
    scene: Scene,
    actor: Actor,
    queue: Queue,
    office: PostOffice,
    address: str,
    postgres_server: Server,
) -> None:
    with queue.there():
        with (
            scene.running("worker") as worker,
            psycopg.connect(postgres_server.url) as blocker,
        ):
            blocker.execute("LOCK TABLE notifications_notice IN ACCESS EXCLUSIVE MODE")
            pledge = actor("announce", to=address)["pledge"]
            scene.wait_for(lambda: somebody_waits(postgres_server))
            kill(worker)
            blocker.rollback()
        with scene.running("worker"):
            actor("sweep")
            scene.wait_for_mail(address)
            time.sleep(A_MOMENT)
    assert len(office.names_to(address)) == 1
    assert actor("look", pledge=pledge)["states"] == ["sent"]


def somebody_waits(server: Server) -> bool:
    with psycopg.connect(server.url) as witness:
        row = witness.execute("SELECT count(*) FROM pg_locks WHERE NOT granted").fetchone()
    return bool(row and row[0])
