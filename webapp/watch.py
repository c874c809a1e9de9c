"""What every request leaves behind: a count and its time."""

import time

from flask import Flask, Response, g

from webapp import health


def over(app: Flask) -> None:
    """Measure every request of an application, refused ones too."""
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    g.begun = time.perf_counter()


def _end(response: Response) -> Response:
    health.meters().count(health.route(), response.status_code, time.perf_counter() - g.begun)
    return response
