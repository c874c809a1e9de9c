"""What every command shares: the group, the data folder, printing, refusals as sentences and exit codes."""

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click
from sqlalchemy.exc import DatabaseError

from engine import database, doctor, logs, values
from engine.database import Database
from engine.errors import BadForm, BadValue, EngineError, Problem, Rejected, SystemNotReady
from engine.history import KEY

DONE, FAILED, REFUSED, USAGE, NOT_READY = 0, 1, 2, 3, 4


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--data", "folder", envvar="SOPAN_DATA_DIR", default="instance", help="The data folder.")
@click.option("--database-url", envvar="SOPAN_DATABASE_URL", default=None, help="Instead of the folder's database.")
@click.option("--documents", envvar="SOPAN_DOCUMENTS", default=None, help="Instead of the folder's documents.")
@click.pass_context
def cli(context: click.Context, folder: str, database_url: str | None, documents: str | None) -> None:
    """Sopan: written SOPs as running, timed, provable processes."""
    context.obj = {"folder": folder, "url": database_url, "documents": documents}


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

least_free_option = click.option(
    "--min-free-mb",
    "least_free",
    envvar="SOPAN_MIN_FREE_MB",
    default=doctor.LEAST_FREE,
    type=click.IntRange(min=0),
    help="Free space on the disk of the data folder below which nothing starts.",
)

log_option = click.option(
    "--log-format",
    "log_format",
    envvar="SOPAN_LOG_FORMAT",
    type=click.Choice(logs.FORMATS),
    default="text",
    help="How the lines of the log on stderr are written.",
)


def _key(_: click.Context, __: object, given: str | None) -> str | None:
    if given is not None and not KEY.fullmatch(given):
        raise BadValue("Kunci permintaan: 16 sampai 64 huruf, angka, - atau _.")
    return given


key_option = click.option("--key", "request", callback=_key, help="Idempotency key: repeated, the first answer.")


def attached(context: click.Context) -> Database:
    """The data folder of a command, whatever its schema. Raises SystemNotReady."""
    return database.attach(Path(context.obj["folder"]), context.obj["url"], context.obj["documents"])


def opened(context: click.Context) -> Database:
    """The data folder of a command, ready for work. Raises SystemNotReady."""
    return database.open_(Path(context.obj["folder"]), context.obj["url"], context.obj["documents"])


def say(data: Any, as_json: bool, lines: Iterable[str]) -> None:
    """Print one JSON document, or lines for people."""
    click.echo(values.to_json(data, indent=2) if as_json else "\n".join(lines))


def must_be_safe(found: Database, least_free: int) -> None:
    """Raises SystemNotReady for what is unsafe to start, a database that the demo made too: its clock may run ahead."""
    doctor.must_be_safe(doctor.Place(found, least_free))
    if database.is_demo(found):
        raise SystemNotReady("Basis data ini dibuat oleh `sopan demo`; jalankan dengan `sopan demo`.")


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
    except DatabaseError as error:
        fail(SystemNotReady(f"Basis data tidak dapat dipakai: {error.orig}"), NOT_READY)
    except EngineError as error:
        fail(error, REFUSED)
    except OSError as error:  # a port that is taken, a folder that cannot be written, a full disk
        fail(SystemNotReady(f"{error.strerror or error}: {error.filename or ''}".rstrip(": ")), NOT_READY)


def fail(error: EngineError, code: int) -> None:
    """Say why on stderr (and, with --json, as a document on stdout), then leave."""
    problems: list[Problem] = error.problems if isinstance(error, Rejected) else []
    wrong = {e.field: str(e) for e in error.errors} if isinstance(error, BadForm) else {}
    click.echo(str(error), err=True)
    if "--json" in sys.argv:
        told = {"ok": False, "error": str(error), "problems": [vars(p) for p in problems], "fields": wrong}
        click.echo(values.to_json(told))
    sys.exit(code)
