"""A worker as a process of its own, on either database."""

from crews import MANY, SECONDS, Cast, Crew, begun


def test_a_worker_that_is_asked_to_end_finishes_what_it_has_in_hand(crew: Crew, cast: Cast) -> None:
    begun(crew.database, cast, MANY)
    worker = crew.hire()
    crew.wait(lambda: crew.fired() >= 3)
    worker.terminate()
    assert worker.wait(SECONDS) == 0, crew.said()
    assert 3 <= crew.fired() < 2 * MANY
