"""A web server on loopback, for as long as a test needs it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from waitress.server import create_server


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The address of an application, run by the server that carries Sopan everywhere."""
    server = create_server(app, host="127.0.0.1", port=0, threads=4)

    def close() -> None:
        for channel in list(server.active_channels.values()):  # browsers keep theirs open
            channel.handle_close()
        server.close()

    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        server.trigger.pull_trigger(close)  # by its own thread, which may be looking at its sockets now
        thread.join(timeout=10)
        assert not thread.is_alive()
