"""Commands about time: calendars, and the operations that follow when one changes."""

from pathlib import Path

import click
from sqlalchemy.orm import Session

from engine import calendars, deadlines, operations, people, worktime
from engine.calendars import Holiday
from engine.cli.running import SHELL, changing
from engine.cli.shell import cli, folder_option, json_option, key_option, opened, say
from engine.deadlines import Move, Unmoved


@cli.group("calendar")
def calendar_group() -> None:
    """The calendars of offices."""


@calendar_group.command("show")
@click.argument("key", default=worktime.DEFAULT)
@click.option("--year", type=click.IntRange(worktime.YEARS[0], worktime.YEARS[-1]), help="Default: this year.")
@json_option
@folder_option
@click.pass_context
def calendar_show(context: click.Context, key: str, year: int | None, as_json: bool, data: str | None) -> None:
    """The office hours and a year's holidays of a calendar."""
    with opened(context).session() as session:
        found = calendars.book(session).calendar(key)
    wanted = year or people.today().year
    days = {day: name for day, name in found.holidays.items() if day.year == wanted}
    rows = [{"hours": p.hours, "since": p.since, "until": p.until, "source": p.source} for p in found.profiles]
    told = {"key": key, "version": found.version, "timezone": found.timezone, "year": wanted, "profiles": rows}
    lines = [
        f"{key}@{found.version}",
        *(f"{p.hours}  {p.since or '-'} .. {p.until or '-'}  {p.source}" for p in found.profiles),
    ]
    holidays = [{"date": day, "name": name} for day, name in days.items()]
    say(told | {"holidays": holidays}, as_json, [*lines, *(f"{day}  {name}" for day, name in days.items())])


@calendar_group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--calendar", "key", default=worktime.DEFAULT, help="The calendar's key.")
@click.option("--reason", default="", help="Why; required unless --dry-run.")
@click.option("--dry-run", is_flag=True, help="Tell which open deadlines would move, and store nothing.")
@json_option
@folder_option
@key_option
@click.pass_context
def calendar_import(
    context: click.Context,
    file: Path,
    key: str,
    reason: str,
    dry_run: bool,
    as_json: bool,
    data: str | None,
    request: str | None,
) -> None:
    """A year's holidays from a CSV file (tanggal,nama,jenis,sumber), all of it or nothing."""
    holidays = calendars.read_sheet(file.read_bytes())
    told: dict[str, object] = {"ok": True, "calendar": key, "stored": not dry_run}
    if dry_run:
        with opened(context).session() as session:
            number = calendars.find(session, key).number
            changed = calendars.import_year(calendars.book(session).content(key), holidays)
            moves = list(deadlines.moves(session, calendars.book(session, draft={key: changed})))
        told |= {"number": number, "moves": [_as_json(one) for one in moves]}
        lines = list(map(_line, moves))
    else:
        with changing(context) as session:
            number, operation = _import(session, key, holidays, reason, request)
        told |= {"number": number, "operation": operation}
        lines = [f"Operasi {operation} menggeser tenggat yang terbuka."] if operation else []
    say(told, as_json, [f"{key} versi {number}", *lines])


def _import(
    session: Session, key: str, holidays: list[Holiday], reason: str, request: str | None
) -> tuple[int, str | None]:
    """The version of a calendar that was made, or was made already under this key; the operation that follows."""
    if event := calendars.answered(session, request, SHELL.id, key):
        number, found = int(event.body["number"]), operations.followed(session, event)
    else:
        base = calendars.office(session, key).number
        changed = calendars.import_year(calendars.book(session).content(key), holidays)
        number, found = base + 1, operations.change_calendar(session, key, changed, SHELL.id, reason, base, request)
    return number, found.id if found else None


@cli.command("operations")
@json_option
@folder_option
@click.pass_context
def operations_command(context: click.Context, as_json: bool, data: str | None) -> None:
    """The long operations, the newest first, and how far each is."""
    with opened(context).session() as session:
        found = operations.listed(session)
        far = operations.progress(session, [one.id for one in found])
    rows = [
        {"id": one.id, "kind": one.kind, "status": one.status, "at": one.at, "body": one.body} | vars(far[one.id])
        for one in found
    ]
    say(rows, as_json, [f"{r['id']}  {r['status']:<9}  {far[str(r['id'])].percent:>3} %  {r['kind']}" for r in rows])


def _as_json(one: Move | Unmoved) -> dict[str, object]:
    told: dict[str, object] = {"timer": one.timer, "case": one.number, "step": one.name}
    if isinstance(one, Unmoved):
        return told | {"why": one.why}
    return told | {"old": one.old.due, "new": one.new.due, "working_days": one.days}


def _line(one: Move | Unmoved) -> str:
    if isinstance(one, Unmoved):
        return f"{one.number}  {one.name}: {one.why}"
    old, new = (at.astimezone(people.ZONE).isoformat(" ", "minutes") for at in (one.old.due, one.new.due))
    return f"{one.number}  {one.name}: {old} -> {new} ({one.days:+d} hari kerja)"
