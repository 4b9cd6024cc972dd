"""Reading from a real replica: who wrote sees it, and what happens to the replica harms nobody."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from geoportal.bootstrap.server import Server
from tests.scaling import servers
from tests.scaling.servers import Person, ask, soon

MAX_LAG_S = 3
PAGES = (
    *("/", "/problems/", "/problems/1/", "/about/", "/tiles/problems.json", "/tiles/problems/5/22/10.mvt"),
    *("/tiles/problems/14/11399/5520.mvt", "/api/v1/problems/?bbox=70,50,71,51", "/api/v1/search/?q=roads"),
)


@pytest.fixture(scope="module")
def portal(folder: Path, primary: Server, replica: Server) -> Iterator[str]:
    with servers.portal(
        folder / "portal.log",
        DATABASE_URL=servers.address(primary),
        DATABASE_REPLICA_URLS=servers.address(replica),
        REPLICA_MAX_LAG_S=str(MAX_LAG_S),
    ) as url:
        yield url


@pytest.fixture(autouse=True)
def _replica_is_used(portal: str, replica: Server) -> Iterator[None]:
    soon(lambda: is_read_from_replica(portal))
    yield
    if replica.listener():
        ask(replica, "select pg_wal_replay_resume()")


def is_read_from_replica(portal: str) -> bool:
    return bool(Person(portal).get("/categories/").data["by_replica"])


def state(portal: str) -> str:
    return str(Person(portal).get("/readyz").data["checks"]["replicas"]["detail"])


def test_who_wrote_nothing_reads_from_the_replica_and_gets_no_cookie(portal: str) -> None:
    reader = Person(portal)

    for path in PAGES:
        assert reader.get(path).status == 200, path

    assert reader.get("/categories/").data["by_replica"]
    assert list(reader.cookies) == []


def test_who_wrote_sees_it_at_once_while_the_replica_stands_still(portal: str, replica: Server) -> None:
    writer, stranger = Person(portal), Person(portal)
    ask(replica, "select pg_wal_replay_pause()")

    answered = writer.post("/categories/?code=mine").data

    assert "mine" in answered["codes"]
    assert not answered["by_replica"]
    seen = writer.get("/categories/").data
    assert "mine" in seen["codes"]
    assert seen["raw"] == len(seen["codes"])
    assert not seen["by_replica"]
    # A stranger may see the old for a while: that is what a replica costs.
    old = stranger.get("/categories/").data
    assert old["by_replica"]
    assert "mine" not in old["codes"]

    ask(replica, "select pg_wal_replay_resume()")
    soon(lambda: writer.get("/categories/").data["by_replica"])
    assert "mine" in writer.get("/categories/").data["codes"]


def test_a_raw_statement_that_writes_is_remembered_too(portal: str, replica: Server) -> None:
    writer = Person(portal)
    ask(replica, "select pg_wal_replay_pause()")

    writer.post("/raw-write/")

    assert not writer.get("/categories/").data["by_replica"]


def test_writes_and_reads_in_a_row_never_miss_what_was_written(portal: str) -> None:
    writer = Person(portal)
    by_replica = 0
    for number in range(60):
        code = f"row{number}"
        writer.post(f"/categories/?code={code}")
        seen = writer.get("/categories/").data
        assert code in seen["codes"]
        by_replica += seen["by_replica"]
    assert by_replica > 30  # most did not need the primary


def test_a_cookie_that_we_did_not_sign_is_worth_nothing(portal: str) -> None:
    assert Person(portal).get("/categories/", Cookie=f"written={2**62}").data["by_replica"]


def test_after_a_write_the_rest_of_the_request_reads_from_the_primary(portal: str, replica: Server) -> None:
    ask(replica, "select pg_wal_replay_pause()")
    visitor = Person(portal)

    before, after = visitor.get("/visit/?code=visit").data

    assert before["by_replica"]
    assert not after["by_replica"]
    assert "visit" in after["codes"]
    assert "visit" in visitor.get("/categories/").data["codes"]


def test_a_transaction_on_the_primary_reads_there(portal: str) -> None:
    assert not Person(portal).get("/atomic/").data["by_replica"]


def test_a_read_in_conflict_with_replaying_is_answered_by_the_primary(portal: str, primary: Server) -> None:
    ask(primary, "insert into probe select generate_series(1, 3)")
    soon(lambda: Person(portal).get("/slow/?seconds=0").data == {"count": 3, "by_replica": True})
    found = []
    reader = threading.Thread(target=lambda: found.append(Person(portal).get("/slow/?seconds=1")))
    reader.start()
    time.sleep(0.3)

    ask(primary, "truncate probe")

    reader.join()
    assert found[0].status == 200
    assert not found[0].data["by_replica"]
    assert "left out: it failed a moment ago" in state(portal)
    assert 'handed_over_total{replica="replica_1"}' in Person(portal).get("/metrics").content.decode()


def test_a_table_that_has_not_arrived_yet_is_read_from_the_primary(
    portal: str, primary: Server, replica: Server
) -> None:
    ask(replica, "select pg_wal_replay_pause()")
    ask(primary, "create table new_one as select 1")

    answered = Person(portal).get("/slow/?seconds=0&table=new_one")

    assert answered.data == {"count": 1, "by_replica": False}
    assert is_read_from_replica(portal)  # which is no reason to leave it out


def test_a_wrong_statement_is_as_wrong_on_a_replica_and_does_it_no_harm(portal: str) -> None:
    assert Person(portal).get("/slow/?seconds=0&table=nothing").status == 500
    assert Person(portal).get("/tiles/slow/").data["code"] == "too_slow"

    assert is_read_from_replica(portal)


def test_a_replica_that_is_too_far_behind_is_left_out_until_it_has_caught_up(
    portal: str, primary: Server, replica: Server
) -> None:
    ask(replica, "select pg_wal_replay_pause()")
    ask(primary, "insert into probe values (1)")

    soon(lambda: "too far behind" in state(portal), within_s=MAX_LAG_S + 5)
    assert not is_read_from_replica(portal)

    ask(replica, "select pg_wal_replay_resume()")
    soon(lambda: is_read_from_replica(portal))


def test_a_killed_replica_is_noticed_by_nobody_and_used_again_when_it_is_back(
    portal: str, replica: Server
) -> None:
    statuses: list[int] = []
    counts: set[int] = set()
    over = threading.Event()

    def read() -> None:
        while not over.is_set():
            answered = Person(portal).get("/categories/")
            statuses.append(answered.status)
            counts.add(answered.data["raw"] if answered.status == 200 else -1)
            statuses.append(Person(portal).get("/tiles/problems/5/22/10.mvt").status)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    time.sleep(0.5)
    servers.kill(replica)
    soon(lambda: "cannot be reached" in state(portal))
    while_dead = Person(portal).get("/readyz").data
    replica.start()
    soon(lambda: is_read_from_replica(portal))
    over.set()
    for reader in readers:
        reader.join()

    assert set(statuses) == {200}
    assert len(statuses) > 100
    assert len(counts) == 1
    assert "replicas" not in while_dead["failing"]
    measured = Person(portal).get("/metrics").content.decode()
    assert 'geoportal_replica_used{replica="replica_1"} 1.0' in measured
    assert 'geoportal_reads_total{database="default"}' in measured


def test_without_the_primary_people_can_still_read_and_who_writes_is_told_to_come_back(
    portal: str, primary: Server, replica: Server
) -> None:
    servers.kill(primary)
    try:
        reader = Person(portal)
        statuses = {path: reader.get(path).status for path in (*PAGES, "/categories/")}
        refused = reader.post("/categories/?code=later")
    finally:
        primary.start()

    assert set(statuses.values()) == {200}
    assert (refused.status, refused.headers["retry-after"]) == (503, "5")
