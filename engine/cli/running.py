"""Commands for operators: the schema, the worker, cases from a shell, history and its proof."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import cases, database, history, incidents, logs, onpaper, people, queue, readings, schema, tasks, values
from engine.cli.shell import (
    DONE,
    FAILED,
    attached,
    cli,
    folder_option,
    json_option,
    key_option,
    least_free_option,
    log_option,
    must_be_safe,
    opened,
    say,
)  # fmt: skip
from engine.errors import BadValue, BrokenState, NotFound, SystemNotReady
from engine.model import Account, ItemStatus, Person, WorkItem
from engine.people import OPERATOR, Actor
from engine.transaction import transaction
from engine.worker import Worker

happened_option = click.option(
    "--happened", default="", metavar="DAY[THH:MM]", help="When it happened on paper, if it is entered afterwards."
)
basis_option = click.option("--basis", default="", help="With --happened: the letter on paper, or the reason.")
SHELL = Actor(history.SYSTEM, "sopan", frozenset({OPERATOR}), frozenset())  # whoever has the shell has the database


@cli.group("db")
def db_group() -> None:
    """The schema of the database."""


@db_group.command("upgrade")
@click.option("--dry-run", is_flag=True, help="Only try it; nothing is kept.")
@json_option
@folder_option
@click.pass_context
def db_upgrade(context: click.Context, dry_run: bool, as_json: bool, data: str | None) -> None:
    """Create the schema, or bring it up to date, tried first."""
    found = attached(context)
    done = schema.rehearse(found) if dry_run else schema.upgrade(found)
    if not dry_run:
        queue.prepare(found)
    lines = [f"Skema {done.before or 'kosong'} -> {done.after}{', hanya dicoba' if dry_run else ''}."]
    if done.cases:
        lines.append(f"{done.cases} berkas berjalan terbaca oleh program ini.")
    if done.kept:
        lines.append(f"Salinan sebelumnya: {done.kept}")
    say({"ok": True, **vars(done), "kept": done.kept and str(done.kept)}, as_json, lines)


@cli.command()
@log_option
@least_free_option
@folder_option
@click.pass_context
def worker(context: click.Context, log_format: str, least_free: int, data: str | None) -> None:
    """A worker alone: does what falls due until SIGTERM or Ctrl+C, then finishes what it has in hand."""
    found = opened(context)
    must_be_safe(found, least_free)
    logs.begin(log_format)
    if found.engine.dialect.name == "postgresql":
        queue.work(found)
        return
    loop = Worker(found.session)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: loop.ending.set())
    loop.start()
    loop.join()


@cli.command("start")
@click.argument("key")
@json_option
@folder_option
@key_option
@happened_option
@basis_option
@click.option("--as", "person", default=None, help="Username or person id; default: the operator at this shell.")
@click.pass_context
def start_command(
    context: click.Context, key: str, as_json: bool, data: str | None, request: str | None, person: str | None,
    happened: str, basis: str,
) -> None:  # fmt: skip
    """Start a case."""
    with changing(context) as session:
        paper = on_paper(happened, basis)
        instance = cases.start(session, key, actor(session, person), fields(data), request, typed=True, paper=paper)
        told = {"instance": instance.id, "number": instance.number, "status": str(instance.status)}
    say(told, as_json, [f"{instance.number} {instance.id}"])


@cli.command("tasks")
@json_option
@folder_option
@click.pass_context
def tasks_command(context: click.Context, as_json: bool, data: str | None) -> None:
    """Every open work item."""
    names = ("id", "element", "round", "name", "lane", "role", "due_at", "holder")
    with opened(context).session() as session:
        query = sa.select(WorkItem).where(WorkItem.status == ItemStatus.OPEN).order_by(WorkItem.opened_at)
        items = [{n: getattr(i, n) for n in names} | {"number": i.instance.number} for i in session.scalars(query)]
    say({"tasks": items}, as_json, [f"{i['id']}  {i['number']}  {i['name']} ({i['role'] or i['lane']})" for i in items])


@cli.command("complete")
@click.argument("task")
@json_option
@folder_option
@key_option
@happened_option
@basis_option
@click.option("--as", "person", required=True, help="Username or person id.")
@click.pass_context
def complete_command(
    context: click.Context, task: str, as_json: bool, data: str | None, request: str | None, person: str,
    happened: str, basis: str,
) -> None:  # fmt: skip
    """Complete a work item."""
    with changing(context) as session:
        paper = on_paper(happened, basis)
        receipt = tasks.complete(session, task, actor(session, person), fields(data), request, typed=True, paper=paper)
    opens = ", ".join(receipt.opened)
    say(vars(receipt), as_json, [f"{receipt.number}: peristiwa {receipt.seq}, sidik {receipt.hash}", opens])


@cli.command("history")
@click.argument("instance")
@json_option
@folder_option
@click.pass_context
def history_command(context: click.Context, instance: str, as_json: bool, data: str | None) -> None:
    """The events of an instance, by its id or number; with --json their values too, which is recorded as read."""
    with opened(context).session() as session:
        found = cases.find(session, SHELL, instance)
        case, tagged = found.id, people.sight(session, SHELL, found).tagged
        opened_values = history.openings(session, found.id) if as_json else {}
        events = [history.as_json(e, opened_values.get(e.seq)) for e in history.events(session, found.id)]
        told = {history.about(key) for filled in opened_values.values() for key in filled}
        one = readings.reading(case, SHELL.id, "sopan history", "", told & tagged)
        with transaction(session):
            readings.add(session, one)
    row = "{seq:>3} {at:%Y-%m-%d %H:%M} {kind} {element} {hash:.12}".format_map
    lines = [row(e) + (f" kertas {e['body']['happened']}" if "happened" in e["body"] else "") for e in events]
    say({"instance": case, "events": events}, as_json, lines)


@cli.command("verify")
@json_option
@folder_option
@click.pass_context
def verify_command(context: click.Context, as_json: bool, data: str | None) -> None:
    """Check every event chain, and name the first broken event of each broken one."""
    found = attached(context)
    if database.version(found) is None:
        raise SystemNotReady("Belum ada basis data di folder ini.")
    with found.session() as session:
        broken = [vars(b) for b in history.verify(session)]
    row = "{instance} peristiwa {seq}: {why}".format_map
    say({"ok": not broken, "broken": broken}, as_json, [row(b) for b in broken] or ["Semua rantai utuh."])
    sys.exit(FAILED if broken else DONE)


@contextmanager
def changing(context: click.Context) -> Iterator[Session]:
    """A session in a transaction for one command; a broken case that it meets becomes an incident."""
    found = opened(context)
    try:
        with found.session() as session, transaction(session):
            yield session
    except BrokenState as error:
        incidents.met(found.session, error)
        raise


def actor(session: Any, person: str | None) -> Actor:
    """Who acts: a username or a person's id; nobody named: the operator at the shell. Raises NotFound."""
    if person is None:
        return SHELL
    account = session.scalars(sa.select(Account).where(Account.username == person)).one_or_none()
    found = session.get(Person, account.person_id if account else person)
    if found is None:
        raise NotFound(f"Tidak ada orang bernama {person}.")
    return people.actor(session, found.id)


def on_paper(happened: str, basis: str) -> onpaper.Sent:
    """What --happened and --basis say."""
    day, _, hour = happened.partition("T")
    return {onpaper.DAY: day, onpaper.HOUR: hour, onpaper.BASIS: basis}


def fields(data: str | None) -> dict[str, Any]:
    """The JSON of `--data`. Raises BadValue."""
    found = values.from_json(data or "{}")
    if not isinstance(found, dict):
        raise BadValue("--data harus berupa objek JSON.")
    return found
