"""Logs on stderr: one line an entry, for people or as JSON for machines; nothing that was typed can make a second."""

import logging
import sys
from typing import Any

import structlog
from structlog.stdlib import ProcessorFormatter

FORMATS = ("text", "json")
ORDER = ["timestamp", "level", "logger", "event"]
QUIET = {"alembic": logging.WARNING, "waitress.queue": logging.ERROR}  # a short queue is no news


def begin(form: str = "text") -> None:
    """Send what every logger of this process says to stderr, in one of FORMATS."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter(form))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for name, level in QUIET.items():
        logging.getLogger(name).setLevel(level)


def formatter(form: str) -> ProcessorFormatter:
    """An entry: when, how bad, who says it, what, and what is bound to this request."""
    steps: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        ProcessorFormatter.remove_processors_meta,
        structlog.processors.format_exc_info,
    ]
    last: list[Any] = [structlog.processors.JSONRenderer(sort_keys=True)]
    if form == "text":
        last = [_printable, structlog.processors.LogfmtRenderer(key_order=ORDER)]
    return ProcessorFormatter(processors=[*steps, *last])


def _printable(_: Any, __: str, entry: Any) -> Any:
    """Every line break and control character as it is escaped, so that a value stays in its line."""
    return {key: _escaped(value) if isinstance(value, str) else value for key, value in entry.items()}


def _escaped(text: str) -> str:
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
