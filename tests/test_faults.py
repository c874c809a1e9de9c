"""A short run of every fault: what was acknowledged is there once, what was refused is not, and nothing is torn."""

from collections.abc import Iterator

import pytest

from tests.faults import ground
from tests.faults.ground import Ground
from tests.faults.nursery import Nursery
from tests.faults.table import ALL

SECONDS, SEED = 4.0, 1


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    return ground.make(tmp_path_factory.mktemp("faults") / "ground")


@pytest.fixture(scope="module")
def nursery(place: Ground) -> Iterator[Nursery]:
    with Nursery(place.folder) as nursery:
        yield nursery


@pytest.mark.slow
@pytest.mark.parametrize("name", ALL)
def test_nothing_is_lost_doubled_torn_or_answered_wrongly(place: Ground, nursery: Nursery, name: str) -> None:
    tally = ALL[name].run(place, nursery, SECONDS, SEED)
    assert tally.violations == []
    assert tally.runs > 0
