"""Commands that keep what is there: backup, restore, doctor, retention."""

import sys
import time
from pathlib import Path

import click

from engine import backup, database, doctor, people, retention
from engine.backup import Manifest
from engine.cli.shell import DONE, FAILED, NOT_READY, cli, folder_option, json_option, least_free_option, opened, say
from engine.doctor import Level
from engine.errors import BadValue, NotFound, SystemNotReady

MILLION = 1_000_000


@cli.command("backup")
@click.argument("file")
@json_option
@folder_option
@click.pass_context
def backup_command(context: click.Context, file: str, as_json: bool, data: str | None) -> None:
    """Write database, documents and keys into one archive, while everybody works on."""
    begun = time.perf_counter()
    found = database.attach(Path(context.obj["folder"]), context.obj["url"])
    manifest = backup.make(found, Path(file))
    say(_told(file, manifest, begun) | {"ok": True}, as_json, [f"{file}: {_words(manifest, begun)}"])


@cli.command("restore")
@click.argument("file")
@json_option
@folder_option
@click.pass_context
def restore_command(context: click.Context, file: str, as_json: bool, data: str | None) -> None:
    """Put a backup into an empty data folder, if everything in it holds."""
    begun = time.perf_counter()
    if not Path(file).is_file():
        raise NotFound(f"{file} tidak ada.")
    done = backup.restore(Path(file), Path(context.obj["folder"]), context.obj["url"])
    lines = [*done.problems, "Tidak ada yang dipulihkan."] if done.problems else [_words(done.manifest, begun)]
    told = _told(file, done.manifest, begun)
    say(told | {"ok": not done.problems, "problems": done.problems}, as_json, lines)
    sys.exit(FAILED if done.problems else DONE)


@cli.command("doctor")
@least_free_option
@json_option
@folder_option
@click.pass_context
def doctor_command(context: click.Context, least_free: int, as_json: bool, data: str | None) -> None:
    """Whether it is safe to start, and whether all is well."""
    folder = Path(context.obj["folder"])
    if not folder.is_dir():
        raise SystemNotReady(f"{folder} tidak ada.")
    found = doctor.examine(doctor.Place(database.attach(folder, context.obj["url"]), least_free))
    ok = not any(one.level is Level.ERROR for one in found)
    lines = [f"{one.level:<8} {one.name:<13} {one.seen}{f'  -> {one.todo}' if one.todo else ''}" for one in found]
    say({"ok": ok, "checks": [vars(one) for one in found]}, as_json, lines)
    sys.exit(DONE if ok else NOT_READY)


@cli.command("retention")
@click.option("--dry-run", is_flag=True, help="Needed: nothing is ever destroyed by this command.")
@json_option
@folder_option
@click.pass_context
def retention_command(context: click.Context, dry_run: bool, as_json: bool, data: str | None) -> None:
    """The cases that could be proposed for destruction."""
    if not dry_run:
        raise BadValue("Sopan belum dapat memusnahkan berkas. Daftar usulannya: sopan retention --dry-run.")
    with opened(context).session() as session:
        rows = [
            {
                "number": one.instance.number,
                "process": one.instance.key,
                "ended": people.today(one.instance.ended_at),
                "since": one.since,
                "fate": one.rule.fate,
                "law": one.rule.law,
                "held": one.held,
            }
            for one in retention.due(session)
        ]
    line = "{number} {process} berakhir {ended}, dapat diusulkan sejak {since} ({fate}, {law}){hold}".format
    lines = [line(**row, hold=", DITAHAN" if row["held"] else "") for row in rows]
    say({"proposals": rows}, as_json, [*lines, f"{len(rows)} berkas. Tidak ada yang dimusnahkan."])


def _told(file: str, manifest: Manifest, begun: float) -> dict[str, object]:
    return {
        "file": file,
        "revision": manifest.revision,
        "made_at": manifest.made_at,
        "rows": manifest.rows,
        "documents": manifest.documents,
        "bytes": manifest.size,
        "seconds": round(time.perf_counter() - begun, 3),
    }


def _words(manifest: Manifest, begun: float) -> str:
    cases, size = manifest.rows.get("instance", 0), manifest.size / MILLION
    seconds = time.perf_counter() - begun
    return f"{cases} berkas, {manifest.documents} dokumen, {size:.1f} MB, diperiksa; {seconds:.1f} detik."
