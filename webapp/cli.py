"""The command `sopan`: the engine's commands, the web server, and the demo."""

import json
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import waitress
from flask import Flask

from engine import database, demo, logs
from engine.cli import attached, cli, folder_option, least_free_option, log_option, must_be_safe, opened
from engine.cli import main as run
from engine.database import Database
from engine.doctor import SHORTEST_SECRET
from engine.errors import SystemNotReady
from engine.worker import Worker
from webapp import create_app, oidc
from webapp.pace import COMMANDS
from webapp.security import LOOPBACK as LOOPBACK_NAMES

LOOPBACK = "127.0.0.1"
THREADS = 8
PROXIED = {"clear_untrusted_proxy_headers": False}  # webapp.health looks for them, nobody else
ACCOUNTS = "demo-accounts.json"
OIDC = {  # option -> (environment, help)
    "oidc_issuer": ("SOPAN_OIDC_ISSUER", "The city's own sign-in: the issuer of an OpenID Connect provider."),
    "oidc_client_id": ("SOPAN_OIDC_CLIENT_ID", "How Sopan is known there."),
    "oidc_secret_file": ("SOPAN_OIDC_SECRET_FILE", "A file with the secret by which Sopan is known there."),
    "oidc_address": ("SOPAN_OIDC_ADDRESS", "The address of Sopan as browsers see it, behind a proxy."),
}


def oidc_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--oidc-issuer` and what belongs to it."""

    def remember(context: click.Context, param: click.Parameter, given: str) -> None:
        context.obj = context.obj | {param.name: given}

    for name, (variable, text) in reversed(OIDC.items()):
        flag = f"--{name.replace('_', '-')}"
        option = click.option(flag, name, envvar=variable, default="", expose_value=False, callback=remember, help=text)
        command = option(command)
    return command


@cli.command()
@click.option("--host", default=LOOPBACK)
@click.option("--port", default=8000)
@click.option("--name", "names", multiple=True, help="A host name under which browsers may come; may be repeated.")
@click.option("--with-worker", is_flag=True, help="Fire timers in this process too (SQLite: one process).")
@click.option(
    "--metrics-token-file",
    "token_file",
    envvar="SOPAN_METRICS_TOKEN_FILE",
    default=None,
    help="A file with the token by which another machine may read /siap and /metrics.",
)
@oidc_options
@click.option(
    "--security-contact",
    "contact",
    envvar="SOPAN_SECURITY_CONTACT",
    default=None,
    help="Where to report a weakness, for /.well-known/security.txt: mailto:, https: or tel:.",
)
@click.option(
    "--most-commands",
    "commands",
    type=click.IntRange(min=1),
    envvar="SOPAN_MOST_COMMANDS",
    default=COMMANDS,
    help="How many commands one account may send in a minute.",
)
@log_option
@least_free_option
@folder_option
@click.pass_context
def serve(
    context: click.Context,
    host: str,
    port: int,
    names: tuple[str, ...],
    with_worker: bool,
    token_file: str | None,
    contact: str | None,
    commands: int,
    log_format: str,
    least_free: int,
    data: str | None,
) -> None:
    """The web server."""
    found = opened(context)
    must_be_safe(found, least_free)
    logs.begin(log_format)
    token = _token(Path(token_file)) if token_file else None
    provider = oidc.provider(*(context.obj[name] for name in OIDC))
    hosts = (*LOOPBACK_NAMES, *names)
    app = create_app(found, hosts=hosts, metrics_token=token, provider=provider, contact=contact, commands=commands)
    _serve(found, host, port, with_worker, app)


@cli.command("demo")
@click.option("--port", default=8000, show_default=True, help="Where the pages are, on this machine alone.")
@click.option("--reset", is_flag=True, help="Throw the demo's data away and begin anew.")
@folder_option
@click.pass_context
def demo_command(context: click.Context, port: int, reset: bool, data: str | None) -> None:
    """The demo: a database with 40 cases, people to sign in as, web server and worker."""
    folder = Path(context.obj["folder"])
    found = _demo_database(context, reset)
    accounts = json.loads((folder / ACCOUNTS).read_text())
    click.echo(f"\nSopan: http://{LOOPBACK}:{port}/\n")
    for account in accounts:
        click.echo(f"  {account['role']:<18} {account['username']:<18} {account['password']}   {account['person']}")
    click.echo(f"\nJuga di {folder / ACCOUNTS}. Berhenti: Ctrl+C.\n")
    logs.begin()
    _serve(found, LOOPBACK, port, True, create_app(found, demo=True, commands=COMMANDS))


def _token(path: Path) -> str:
    """The token of monitoring. Raises SystemNotReady for one that could be guessed."""
    token = path.read_text().strip()
    if len(token) < SHORTEST_SECRET:
        raise SystemNotReady(f"{path}: token paling sedikit {SHORTEST_SECRET} huruf.")
    return token


def _demo_database(context: click.Context, reset: bool) -> Database:
    found = attached(context)
    if database.version(found) is not None:
        if not database.is_demo(opened(context)):
            raise SystemNotReady(f"{found.folder} memuat basis data yang bukan demo. Pakai --data folder lain.")
        if not reset:
            return opened(context)
        found = _thrown_away(context, found)
    click.echo("Menyiapkan demo: basis data, model, orang dan 40 berkas...", err=True)
    database.upgrade(found)
    demo.fill(found, found.folder / ACCOUNTS)
    return opened(context)


def _thrown_away(context: click.Context, found: Database) -> Database:
    if found.engine.dialect.name != "sqlite":
        raise SystemNotReady("--reset hanya untuk SQLite. Buat basis data PostgreSQL yang kosong, lalu mulai lagi.")
    found.engine.dispose()
    for path in found.folder.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return attached(context)


def _serve(found: Database, host: str, port: int, worker: bool, app: Flask) -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # as Ctrl+C does: the worker finishes what it has in hand
    loop = Worker(found.session) if worker else None
    if loop:
        loop.start()
    try:
        waitress.serve(app, host=host, port=port, threads=THREADS, ident="sopan", **PROXIED)
    finally:
        if loop:
            loop.stop()


def main() -> None:
    """The entry point of the command."""
    run(cli)
