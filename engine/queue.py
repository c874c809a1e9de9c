"""The worker on many machines: Procrastinate wakes and spreads the workers that share a PostgreSQL.

What there is to do stands in our own rows and is claimed there. A job only says "look": lost, it comes again with the
next tick; repeated, it finds nothing. So its tables may be thrown away at any time, its connections see none of ours,
and a job commits nothing.
"""

import asyncio
import hashlib
import logging
import signal
import threading
from collections.abc import Callable
from functools import partial

import psycopg
import sqlalchemy as sa
from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Status
from procrastinate.schema import SchemaManager

from engine.database import Database
from engine.errors import SystemNotReady
from engine.worker import PAUSE, WORKS, Work

SCHEMA = "sopan_queue"
TICK = "* * * * * *"  # each second one job a kind of work, whoever makes it; NOTIFY wakes whoever is idle
SWEEP = "* * * * *"
OPTIONS = f"-c search_path={SCHEMA} -c synchronous_commit=off"  # a tick that a power cut loses is no loss
log = logging.getLogger("sopan.queue")


def prepare(database: Database) -> None:
    """Make Procrastinate's tables, or make them anew for another version of it. SQLite needs none."""
    if database.engine.dialect.name == "sqlite":
        return
    with database.engine.begin() as connection:
        if _there(connection) == _wanted():
            return
        connection.exec_driver_sql(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
        connection.exec_driver_sql(f"CREATE SCHEMA {SCHEMA}")
        connection.exec_driver_sql(f"COMMENT ON SCHEMA {SCHEMA} IS '{_wanted()}'")
        connection.exec_driver_sql(f"SET LOCAL search_path TO {SCHEMA}")
        connection.execution_options(no_parameters=True).exec_driver_sql(SchemaManager.get_schema())


def work(database: Database) -> None:
    """Do what is due, together with every other worker, until SIGTERM or SIGINT; the item in hand is finished first.

    Raises SystemNotReady if Procrastinate's tables are not there, or not those of this version.
    """
    with database.engine.connect() as connection:
        if _there(connection) != _wanted():
            raise SystemNotReady("Antrean pekerja belum disiapkan. Jalankan: sopan db upgrade.")
    asyncio.run(_work(database))


async def _work(database: Database) -> None:
    ending, woken = threading.Event(), asyncio.Event()

    def end() -> None:
        ending.set()
        woken.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, end)
    stopping = asyncio.create_task(woken.wait())
    while not ending.is_set():
        jobs = asyncio.create_task(_jobs(app(database, ending.is_set)))
        await asyncio.wait({jobs, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if ending.is_set():
            jobs.cancel()  # Procrastinate takes no new job then, and waits for the one in hand
        try:
            await jobs
        except asyncio.CancelledError:
            break
        except (ConnectorException, psycopg.Error) as error:
            log.error("the queue is away, trying again: %s", error.__cause__ or error)
        await asyncio.wait({stopping}, timeout=PAUSE)


async def _jobs(queue: App) -> None:
    async with queue.open_async():
        await queue.run_worker_async(install_signal_handlers=False, delete_jobs="always")


def app(database: Database, ending: Callable[[], bool]) -> App:
    """Procrastinate with one task for each kind of work, and the sweeping up after workers that never came back."""
    url = sa.make_url(database.url).set(drivername="postgresql").render_as_string(hide_password=False)
    settings = {"options": OPTIONS, "application_name": "sopan-queue"}
    queue = App(connector=PsycopgConnector(conninfo=url, kwargs=settings, min_size=1, max_size=4))
    for name, one in WORKS.items():
        task = queue.task(name=name, queueing_lock=name)(partial(_all, one, database, ending))
        queue.periodic(cron=TICK)(task)
    queue.periodic(cron=SWEEP)(queue.task(name="sweep", queueing_lock="sweep")(partial(_sweep, queue)))
    return queue


def _all(one: Work, database: Database, ending: Callable[[], bool], timestamp: int) -> None:
    while not ending() and one(database.session, ending):
        pass  # there may be more than a batch


async def _sweep(queue: App, timestamp: int) -> None:
    """Forget the jobs of workers that are gone: the next tick has told the others already."""
    for job in await queue.job_manager.get_stalled_jobs():
        await queue.job_manager.finish_job(job, Status.FAILED, delete_job=True)


def _wanted() -> str:
    return hashlib.sha256(SchemaManager.get_schema().encode()).hexdigest()


def _there(connection: sa.Connection) -> str | None:
    query = "SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = :name"
    told: str | None = connection.scalar(sa.text(query), {"name": SCHEMA})
    return told
