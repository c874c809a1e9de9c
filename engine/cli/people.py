"""Commands for who there is: a new house begins with them, before anybody can open a page."""

import sys
from pathlib import Path

import click

from engine import directory
from engine.cli.running import SHELL
from engine.cli.shell import REFUSED, cli, folder_option, json_option, opened, say
from engine.transaction import transaction


@cli.group("role")
def role_group() -> None:
    """The roles that lanes and people have."""


@role_group.command("add")
@click.argument("key")
@click.argument("name")
@json_option
@folder_option
@click.pass_context
def role_add(context: click.Context, key: str, name: str, as_json: bool, data: str | None) -> None:
    """A role more."""
    with opened(context).session() as session, transaction(session):
        role = directory.add_role(session, SHELL, {"role": key, "title": name})
    say({"ok": True, "role": role.key, "name": role.name}, as_json, [f"{role.key}: {role.name}"])


@cli.group("people")
def people_group() -> None:
    """The people of the house and what they hold."""


@people_group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@json_option
@folder_option
@click.pass_context
def people_import(context: click.Context, file: Path, dry_run: bool, as_json: bool, data: str | None) -> None:
    """People and appointments from a CSV file, all of it or nothing."""
    content = file.read_bytes()
    command = directory.preview if dry_run else directory.apply
    with opened(context).session() as session, transaction(session):
        lines = command(session, SHELL, content)
    rows = [{"line": one.number, "name": one.given["name"], "changes": [str(c) for c in one.changes]} for one in lines]
    wrong = [{"line": one.number, "field": e.field, "message": str(e)} for one in lines for e in one.errors]
    told = [f"{one.number}: {one.given['name']}: {', '.join(one.changes) or '-'}" for one in lines]
    told += [f"{one['line']}: {one['field']}: {one['message']}" for one in wrong]
    say({"ok": not wrong, "stored": not dry_run, "lines": rows, "problems": wrong}, as_json, told)
    if wrong:
        sys.exit(REFUSED)
