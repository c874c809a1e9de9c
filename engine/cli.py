"""The commands of the engine from a shell. What needs the web server stands in webapp/cli.py."""

import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import click
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from engine import cases, database, deployments, history, lint, people, scenario, tasks, values, worktime
from engine.database import Database
from engine.errors import BadForm, BadValue, EngineError, NotFound, Problem, Rejected, SystemNotReady
from engine.model import Account, ItemStatus, Person, WorkItem
from engine.people import OPERATOR, Actor
from engine.transaction import transaction
from engine.worker import Worker

DONE, FAILED, REFUSED, USAGE, NOT_READY = 0, 1, 2, 3, 4
SHELL = Actor(history.SYSTEM, "sopan", frozenset({OPERATOR}), frozenset())  # whoever has the shell has the database


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--data", "folder", envvar="SOPAN_DATA_DIR", default="instance", help="The data folder.")
@click.option("--database-url", envvar="SOPAN_DATABASE_URL", default=None, help="Instead of the folder's database.")
@click.pass_context
def cli(context: click.Context, folder: str, database_url: str | None) -> None:
    """Sopan: written SOPs as running, timed, provable processes."""
    context.obj = {"folder": folder, "url": database_url}


def folder_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--data DIR` after the command's name too. What begins with "{" is the JSON of `start` and `complete`."""

    def remember(context: click.Context, _: object, given: tuple[str, ...]) -> str | None:
        folders = [value for value in given if not value.lstrip().startswith("{")]
        if folders:
            context.obj = context.obj | {"folder": folders[-1]}
        return next((value for value in given if value.lstrip().startswith("{")), None)

    option = click.option("--data", "data", multiple=True, callback=remember, help="The data folder, or JSON data.")
    return option(command)


json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")


def opened(context: click.Context) -> Database:
    """The data folder of a command, ready for work. Raises SystemNotReady."""
    return database.open_(Path(context.obj["folder"]), context.obj["url"])


def say(data: Any, as_json: bool, lines: Iterable[str]) -> None:
    """Print one JSON document, or lines for people."""
    click.echo(values.to_json(data, indent=2) if as_json else "\n".join(lines))


@cli.group("db")
def db_group() -> None:
    """The schema of the database."""


@db_group.command("upgrade")
@folder_option
@click.pass_context
def db_upgrade(context: click.Context, data: str | None) -> None:
    """Create the schema, or bring it up to date."""
    found = database.attach(Path(context.obj["folder"]), context.obj["url"])
    database.upgrade(found)
    click.echo(f"Skema {database.version(found)}.")


@cli.command()
@folder_option
@click.pass_context
def worker(context: click.Context, data: str | None) -> None:
    """A worker alone: fires what falls due, until it is interrupted."""
    found = opened(context)
    refuse_demo(found)
    loop = Worker(found.session)
    loop.start()
    try:
        loop.join()
    except KeyboardInterrupt:
        loop.stop()


@cli.command("lint")
@click.argument("files", nargs=-1, required=True)
@json_option
@folder_option
def lint_command(files: tuple[str, ...], as_json: bool, data: str | None) -> None:
    """Every problem of the models and forms. A form that a model names may be among the files or in forms/."""
    read = read_files(files)
    problems = lint.check(read, beside(read))
    ok = not any(problem.severity == "error" for problem in problems)
    say({"ok": ok, "problems": [vars(p) for p in problems]}, as_json, [f"{p.severity}: {p}" for p in problems])
    sys.exit(DONE if ok else FAILED)


@cli.command("deploy")
@click.argument("paths", nargs=-1, required=True)
@json_option
@folder_option
@click.pass_context
def deploy_command(context: click.Context, paths: tuple[str, ...], as_json: bool, data: str | None) -> None:
    """Lint, then deploy all of it or nothing."""
    found = opened(context)
    try:
        with found.session() as session, transaction(session):
            done, problems = deployments.deploy(session, read_files(paths), history.SYSTEM)
    except Rejected as error:
        told = {"ok": False, "deployed": [], "problems": [vars(p) for p in error.problems]}
        say(told, as_json, [f"{p.severity}: {p}" for p in error.problems])
        sys.exit(REFUSED)
    told = {"ok": True, "deployed": [vars(d) for d in done], "problems": [vars(p) for p in problems]}
    say(told, as_json, [*(f"{d.key} v{d.version}{' (baru)' if d.new else ''}" for d in done), *map(str, problems)])


@cli.command("try")
@click.argument("files", nargs=-1, required=True)
@click.option("--limit", default=100_000, help="Engine steps a scenario.")
@click.option("--seconds", default=10.0, help="Seconds a scenario.")
@json_option
@folder_option
def try_command(files: tuple[str, ...], limit: int, seconds: float, as_json: bool, data: str | None) -> None:
    """Run scenarios in memory with a stopped clock. Stores nothing."""
    results = [scenario.run(scenario.read(file), limit, seconds) for file in files]
    lines = []
    for result in results:
        lines.append(f"{'ok' if result.ok else 'GAGAL'}  {result.file}: {result.name}")
        lines += [f"    langkah {s.n}: {s.message}" for s in result.steps if not s.ok]
        lines += [f"    {p}" for p in result.refused if result.unexpected]
    ok = all(result.ok for result in results)
    say({"ok": ok, "scenarios": [result.as_json() for result in results]}, as_json, lines)
    sys.exit(REFUSED if any(result.unexpected for result in results) else DONE if ok else FAILED)


@cli.command()
@click.option("--from", "begin", required=True, help="ISO instant at which the time begins.")
@click.option("--time", "text", required=True, help='As in an SOP ("5 hari"), or ISO 8601 with --unit.')
@click.option("--unit", type=click.Choice(["hari_kerja", "hari_kalender", "jam_kerja"]))
@click.option("--calendar", default=worktime.DEFAULT)
@json_option
@folder_option
def due(begin: str, text: str, unit: str | None, calendar: str, as_json: bool, data: str | None) -> None:
    """When a duration ends, and why."""
    iso = text.startswith(("P", "p")) and text[1:2].isalnum() and text[1:2].upper() in "T0123456789"
    if unit and not iso:
        raise BadValue("--unit hanya untuk lama waktu ISO 8601.")
    span = worktime.read_iso(text, unit) if iso else worktime.read_sop(text)
    found = worktime.deadline(span, scenario.instant(begin), worktime.calendar(calendar))
    local = {name: at and at.astimezone(people.ZONE) for name, at in (("due", found.due), ("warn", found.warn))}
    say(local | {"why": list(found.why)}, as_json, [str(local["due"]), *found.why])


@cli.command("start")
@click.argument("key")
@json_option
@folder_option
@click.option("--as", "person", default=None, help="Username or person id; default: the operator at this shell.")
@click.pass_context
def start_command(context: click.Context, key: str, as_json: bool, data: str | None, person: str | None) -> None:
    """Start a case."""
    with opened(context).session() as session, transaction(session):
        instance = cases.start(session, key, actor(session, person), fields(data), typed=True)
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
@click.option("--as", "person", required=True, help="Username or person id.")
@click.pass_context
def complete_command(context: click.Context, task: str, as_json: bool, data: str | None, person: str) -> None:
    """Complete a work item."""
    with opened(context).session() as session, transaction(session):
        receipt = tasks.complete(session, task, actor(session, person), fields(data), typed=True)
    opens = ", ".join(receipt.opened)
    say(vars(receipt), as_json, [f"{receipt.number}: peristiwa {receipt.seq}, sidik {receipt.hash}", opens])


@cli.command("history")
@click.argument("instance")
@json_option
@folder_option
@click.pass_context
def history_command(context: click.Context, instance: str, as_json: bool, data: str | None) -> None:
    """The events of an instance, by its id or number."""
    with opened(context).session() as session:
        found = cases.find(session, SHELL, instance)
        opened_values = history.openings(session, found.id)
        events = [history.as_json(e, opened_values.get(e.seq)) for e in history.events(session, found.id)]
    row = "{seq:>3} {at:%Y-%m-%d %H:%M} {kind} {element} {hash:.12}".format_map
    lines = [row(e) for e in events]
    say({"instance": found.id, "events": events}, as_json, lines)


@cli.command("verify")
@json_option
@folder_option
@click.pass_context
def verify_command(context: click.Context, as_json: bool, data: str | None) -> None:
    """Check every event chain, and name the first broken event of each broken one."""
    found = database.attach(Path(context.obj["folder"]), context.obj["url"])
    if database.version(found) is None:
        raise SystemNotReady("Belum ada basis data di folder ini.")
    with found.session() as session:
        broken = [vars(b) for b in history.verify(session)]
    row = "{instance} peristiwa {seq}: {why}".format_map
    say({"ok": not broken, "broken": broken}, as_json, [row(b) for b in broken] or ["Semua rantai utuh."])
    sys.exit(FAILED if broken else DONE)


def refuse_demo(found: Database) -> None:
    """Raises SystemNotReady for a database that the demo made: its clock may run ahead."""
    if database.is_demo(found):
        raise SystemNotReady("Basis data ini dibuat oleh `sopan demo`; jalankan dengan `sopan demo`.")


def read_files(paths: Iterable[str]) -> dict[str, bytes]:
    """The models and forms under some paths, by the name that was given. Raises NotFound, BadValue."""
    found: dict[str, bytes] = {}
    for text in paths:
        path = Path(text)
        if not path.exists():
            raise NotFound(f"{text} tidak ada.")
        inside = sorted(p for p in path.rglob("*") if p.suffix in (".bpmn", ".json") and ".moddle." not in p.name)
        chosen = inside if path.is_dir() else [path]
        found |= {str(p): p.read_bytes() for p in chosen}
    return found


def beside(files: Mapping[str, bytes]) -> set[str]:
    """The keys of the forms in the folder `forms` beside the models' folder."""
    folders = {Path(file).resolve().parent.parent / "forms" for file in files}
    return {path.stem for folder in folders if folder.is_dir() for path in folder.glob("*.json")}


def actor(session: Any, person: str | None) -> Actor:
    """Who acts: a username or a person's id; nobody named: the operator at the shell. Raises NotFound."""
    if person is None:
        return SHELL
    account = session.scalars(sa.select(Account).where(Account.username == person)).one_or_none()
    found = session.get(Person, account.person_id if account else person)
    if found is None:
        raise NotFound(f"Tidak ada orang bernama {person}.")
    return people.actor(session, found.id)


def fields(data: str | None) -> dict[str, Any]:
    """The JSON of `--data`. Raises BadValue."""
    found = values.from_json(data or "{}")
    if not isinstance(found, dict):
        raise BadValue("--data harus berupa objek JSON.")
    return found


def main(group: click.Group = cli) -> None:
    """Run a command; every refusal becomes a sentence and an exit code, never a traceback."""
    try:
        group.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(USAGE)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(USAGE)
    except SystemNotReady as error:
        fail(error, NOT_READY)
    except OperationalError as error:
        fail(SystemNotReady(f"Basis data tidak dapat dipakai: {error.orig}"), NOT_READY)
    except EngineError as error:
        fail(error, REFUSED)


def fail(error: EngineError, code: int) -> None:
    """Say why on stderr (and, with --json, as a document on stdout), then leave."""
    problems: list[Problem] = error.problems if isinstance(error, Rejected) else []
    wrong = {e.field: str(e) for e in error.errors} if isinstance(error, BadForm) else {}
    click.echo(str(error), err=True)
    if "--json" in sys.argv:
        told = {"ok": False, "error": str(error), "problems": [vars(p) for p in problems], "fields": wrong}
        click.echo(values.to_json(told))
    sys.exit(code)
