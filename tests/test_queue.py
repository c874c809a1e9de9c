"""Workers as processes: any number on one PostgreSQL, killed, sleeping or cut off; each timer fires once."""

import asyncio
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from crews import MANY, SECONDS, SOME, Cast, Crew, all_is_well, begun
from test_cli import sopan

from engine import cases, instances, outbox, queue, timers
from engine.database import Database
from engine.errors import SystemNotReady
from engine.transaction import transaction


@pytest.mark.slow
def test_two_workers_fire_a_hundred_timers_once_though_one_is_killed(crew: Crew, cast: Cast) -> None:
    walks = begun(crew.database, cast, MANY)
    first = crew.hire()
    crew.wait(lambda: crew.fired() >= 5)
    second = crew.hire()
    crew.wait(lambda: crew.fired() >= 30)
    first.kill()
    crew.wait(lambda: crew.fired() == 2 * MANY)
    second.terminate()
    assert second.wait(SECONDS) == 0, crew.said()
    assert all_is_well(crew.database, walks)


@pytest.mark.slow
def test_a_worker_that_never_comes_back_loses_nothing(crew: Crew, cast: Cast) -> None:
    walks = begun(crew.database, cast)
    asleep = crew.hire()
    crew.wait(lambda: crew.fired() >= 5)
    asleep.send_signal(signal.SIGSTOP)
    crew.hire()
    crew.wait(lambda: crew.fired() >= 2 * SOME - 2)  # it may hold one case
    cut_off(crew.database, 2)
    crew.wait(lambda: crew.fired() == 2 * SOME)
    asleep.send_signal(signal.SIGCONT)  # it does come back, much too late
    time.sleep(2)
    assert all_is_well(crew.database, walks)


def cut_off(database: Database, least: int) -> None:
    """Every connection is lost, as when a machine is gone."""
    query = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database()"
    with database.engine.connect() as connection:
        cut = connection.scalar(sa.text(f"{query} AND pid != pg_backend_pid()"))
    assert cut >= least


@pytest.mark.slow
def test_workers_outlive_a_queue_that_is_away(crew: Crew, cast: Cast) -> None:
    walks = begun(crew.database, cast)
    worker = crew.hire()
    crew.wait(lambda: crew.fired() >= 5)
    with crew.database.engine.begin() as connection:
        connection.exec_driver_sql(f"DROP SCHEMA {queue.SCHEMA} CASCADE")
    crew.wait(lambda: "the queue is away" in crew.said() or worker.poll() is not None)
    assert worker.poll() is None, crew.said()
    queue.prepare(crew.database)
    cut_off(crew.database, 1)
    crew.wait(lambda: crew.fired() == 2 * SOME)
    assert worker.poll() is None and all_is_well(crew.database, walks)


def test_a_case_that_somebody_holds_keeps_no_worker_waiting(deployed: Database, cast: Cast) -> None:
    held, free = begun(deployed, cast, 2)
    fired = list[int]()
    worker = threading.Thread(target=lambda: fired.append(timers.fire_due(deployed.session)), daemon=True)
    with deployed.session() as session, transaction(session):
        instances.locked(session, held.id)
        worker.start()
        worker.join(20)  # seconds; who waits for a lock waits for thirty
        assert fired == [2]
    assert timers.fire_due(deployed.session) == 2 and all_is_well(deployed, [held, free])


def test_a_step_that_somebody_holds_keeps_no_letter_waiting(deployed: Database, cast: Cast) -> None:
    held, _ = begun(deployed, cast, 2)
    told = list[int]()
    worker = threading.Thread(target=lambda: told.append(outbox.deliver_due(deployed.session)), daemon=True)
    with deployed.session() as session, transaction(session):
        instances.locked_with(session, cases.open_items(session, [held.id])[held.id][0].id)
        worker.start()
        worker.join(20)  # seconds; who waits for a lock waits for thirty
        assert told == [1]
    assert outbox.deliver_due(deployed.session) == 1


def test_a_later_timer_does_not_overtake_one_whose_case_was_held(deployed: Database, cast: Cast) -> None:
    [walk] = begun(deployed, cast, 1)
    with deployed.session() as session:
        instances.locked(session, walk.id)
        looks = iter([lambda: None, session.rollback])  # whoever holds the case lets it go between the two timers

        def ending() -> bool:
            next(looks)()
            return False

        assert timers.fire_due(deployed.session, ending) == 0
    assert timers.fire_due(deployed.session) == 2 and all_is_well(deployed, [walk])


def test_the_jobs_of_a_worker_that_is_gone_are_forgotten(deployed: Database) -> None:
    queue.prepare(deployed)
    jobs = f"{queue.SCHEMA}.procrastinate_jobs"
    with deployed.engine.begin() as connection:
        connection.exec_driver_sql(f"SET LOCAL search_path TO {queue.SCHEMA}")
        connection.exec_driver_sql(
            f"INSERT INTO {jobs} (queue_name, task_name, status) VALUES ('x', 'timers', 'doing')"
        )

    async def sweep() -> None:
        async with queue.app(deployed, lambda: False).open_async() as opened:
            await opened.tasks["sweep"](timestamp=0)

    with ThreadPoolExecutor(1) as elsewhere:  # the browser of other tests may have an event loop in this thread
        elsewhere.submit(lambda: asyncio.run(sweep())).result()
    with deployed.engine.connect() as connection:
        assert connection.exec_driver_sql(f"SELECT count(*) FROM {jobs}").scalar() == 0


def test_a_worker_needs_its_queue(deployed: Database) -> None:
    with pytest.raises(SystemNotReady, match="sopan db upgrade"):
        queue.work(deployed)
    assert "sopan db upgrade" in sopan("worker", folder=deployed.folder, code=4, out="text")


def test_another_version_of_the_queue_takes_the_place_of_the_old(deployed: Database) -> None:
    queue.prepare(deployed)
    with deployed.engine.begin() as connection:
        connection.exec_driver_sql(f"COMMENT ON SCHEMA {queue.SCHEMA} IS 'older'")
        connection.exec_driver_sql(f"DROP TABLE {queue.SCHEMA}.procrastinate_events")
    queue.prepare(deployed)
    with deployed.engine.connect() as connection:
        assert connection.exec_driver_sql(f"SELECT count(*) FROM {queue.SCHEMA}.procrastinate_events").scalar() == 0


def test_the_queue_sees_none_of_our_tables(deployed: Database) -> None:
    queue.prepare(deployed)
    connector = queue.app(deployed, lambda: False).connector.get_sync_connector()
    connector.open()
    try:
        found = connector.execute_query_one(
            "SELECT to_regclass('history_event') AS ours, current_schemas(false) AS all"
        )
    finally:
        connector.close()
    assert found == {"ours": None, "all": [queue.SCHEMA]}
