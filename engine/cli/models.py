"""Commands for analysts: lint, deploy, try, due."""

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

import click

from engine import calendars, database, definition, deployments, dmn, history, lint, people, scenario, worktime
from engine.cli.shell import DONE, FAILED, REFUSED, attached, cli, folder_option, json_option, key_option, opened, say
from engine.errors import BadValue, NotFound, Rejected
from engine.transaction import transaction
from engine.worktime import Calendar

KINDS = (".bpmn", ".dmn", ".json")


@cli.command("lint")
@click.argument("files", nargs=-1, required=True)
@json_option
@folder_option
def lint_command(files: tuple[str, ...], as_json: bool, data: str | None) -> None:
    """Every problem of the models and forms. What a model names may be among the files, or beside them."""
    read = read_files(files)
    problems = lint.check(read, beside(read), neighbours(read), decisions_beside(read))
    ok = not any(problem.severity == "error" for problem in problems)
    say({"ok": ok, "problems": [vars(p) for p in problems]}, as_json, [f"{p.severity}: {p}" for p in problems])
    sys.exit(DONE if ok else FAILED)


@cli.command("deploy")
@click.argument("paths", nargs=-1, required=True)
@json_option
@folder_option
@key_option
@click.pass_context
def deploy_command(
    context: click.Context, paths: tuple[str, ...], as_json: bool, data: str | None, request: str | None
) -> None:
    """Lint, then deploy all of it or nothing."""
    found = opened(context)
    try:
        with found.session() as session, transaction(session):
            done, problems = deployments.deploy(session, read_files(paths), history.SYSTEM, request=request)
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
@click.option("--unit", type=click.Choice([str(unit) for unit in worktime.Unit if unit is not worktime.Unit.PLAIN]))
@click.option("--calendar", default=None)
@json_option
@folder_option
@click.pass_context
def due(
    context: click.Context,
    begin: str,
    text: str,
    unit: str | None,
    calendar: str | None,
    as_json: bool,
    data: str | None,
) -> None:
    """When a duration ends, and why."""
    iso = text.startswith(("P", "p")) and text[1:2].isalnum() and text[1:2].upper() in "T0123456789"
    if unit and not iso:
        raise BadValue("--unit hanya untuk lama waktu ISO 8601.")
    span = worktime.read_iso(text, unit) if iso else worktime.read_sop(text)
    office = stored_calendar(context, calendar) if calendar else worktime.calendar()
    found = worktime.deadline(span, scenario.instant(begin), office)
    local = {name: at and at.astimezone(people.ZONE) for name, at in (("due", found.due), ("warn", found.warn))}
    say(local | {"why": list(found.why)}, as_json, [str(local["due"]), *found.why])


def stored_calendar(context: click.Context, key: str) -> Calendar:
    """A calendar of the data folder, if there is one that has it; else the built-in one. Raises NotFound."""
    folder, url = Path(context.obj["folder"]), context.obj["url"]
    if not url and not (folder / "sopan.db").exists():
        return worktime.calendar(key)
    found = attached(context)
    if database.version(found) != database.newest():
        return worktime.calendar(key)
    with found.session() as session:
        return calendars.book(session).calendar(key)


def read_files(paths: Iterable[str]) -> dict[str, bytes]:
    """The models and forms under some paths, by the name that was given. Raises NotFound, BadValue."""
    found: dict[str, bytes] = {}
    for text in paths:
        path = Path(text)
        if not path.exists():
            raise NotFound(f"{text} tidak ada.")
        inside = sorted(p for p in path.rglob("*") if p.suffix in KINDS and ".moddle." not in p.name)
        chosen = inside if path.is_dir() else [path]
        found |= {str(p): p.read_bytes() for p in chosen}
    return found


def beside(files: Mapping[str, bytes]) -> set[str]:
    """The keys of the forms in the folder `forms` beside the models' folder."""
    folders = {Path(file).resolve().parent.parent / "forms" for file in files}
    return {path.stem for folder in folders if folder.is_dir() for path in folder.glob("*.json")}


def neighbours(files: Mapping[str, bytes]) -> set[str]:
    """The keys of the executable processes in the models that lie in the folders of some models."""
    found: set[str] = set()
    for path in {path for file in files for path in Path(file).resolve().parent.glob("*.bpmn")}:
        try:
            found |= {process.key for process in definition.read(path.read_bytes(), path.name) if process.executable}
        except (Rejected, OSError):
            continue  # whoever lints that file is told
    return found


def decisions_beside(files: Mapping[str, bytes]) -> set[str]:
    """The keys of the decisions that lie in the folders of some models."""
    found: set[str] = set()
    for path in {path for file in files for path in Path(file).resolve().parent.glob("*.dmn")}:
        try:
            found |= {decision.key for decision in dmn.read(path.read_bytes(), path.name)}
        except (Rejected, OSError):
            continue  # whoever lints that file is told
    return found
