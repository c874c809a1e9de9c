"""The commands of the engine from a shell. What needs the web server stands in webapp/cli.py."""

from engine.cli import models, running, time
from engine.cli.shell import cli, folder_option, main, opened, refuse_demo

__all__ = ["cli", "folder_option", "main", "models", "opened", "refuse_demo", "running", "time"]
