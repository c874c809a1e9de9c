"""A worker as a process of its own, on either database."""

import pytest
from crews import MANY, SECONDS, Cast, Crew, begun


@pytest.mark.parametrize("command", ["worker", "serve --with-worker --port 0"])
def test_a_worker_that_is_asked_to_end_finishes_what_it_has_in_hand(crew: Crew, cast: Cast, command: str) -> None:
    begun(crew.database, cast, MANY)
    worker = crew.hire(*command.split())
    crew.wait(lambda: crew.fired() >= 3)
    worker.terminate()
    assert worker.wait(SECONDS) == 0, crew.said()
    assert 3 <= crew.fired() < 2 * MANY
