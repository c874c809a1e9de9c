"""Commands for who may sign in: for the operator who has the shell, when nobody can open the page."""

import click

from engine import accounts
from engine.cli.running import SHELL
from engine.cli.shell import cli, folder_option, json_option, opened, say
from engine.errors import NotFound
from engine.transaction import transaction


@cli.group("account")
def account_group() -> None:
    """The accounts with which people sign in."""


@account_group.command("link")
@click.argument("username")
@click.option("--address", default="http://127.0.0.1:8000", help="The address of Sopan as browsers see it.")
@click.option("--forget-codes", is_flag=True, help="Take away the second code too: the phone is lost.")
@json_option
@folder_option
@click.pass_context
def account_link(
    context: click.Context, username: str, address: str, forget_codes: bool, as_json: bool, data: str | None
) -> None:
    """A one-time link under which somebody sets the password of an account."""
    with opened(context).session() as session, transaction(session):
        account = accounts.named(session, username)
        if account is None:
            raise NotFound(f"Tidak ada akun {username}.")
        if forget_codes:
            accounts.forget_codes(session, account.id, SHELL)
        link = f"{address.rstrip('/')}/tautan/{accounts.invite(session, account, SHELL)}"
    hours = int(accounts.VALID.total_seconds()) // 3600
    say({"ok": True, "username": account.username, "link": link, "hours": hours}, as_json, [link])
