"""The commands of the engine from a shell. What needs the web server stands in webapp/cli.py."""

from engine.cli import access, keeping, models, people, running, time
from engine.cli.shell import attached, cli, folder_option, least_free_option, log_option, main, must_be_safe, opened

__all__ = [
    "access", "attached", "cli", "folder_option", "keeping", "least_free_option", "log_option", "main", "models",
    "must_be_safe", "opened", "people", "running", "time",
]  # fmt: skip
