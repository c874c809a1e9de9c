"""A lane's name means the same people throughout a case, in its own process and in those that it calls."""

from datetime import date

import pytest
from models import model
from test_people import again
from test_staffing import letter

from engine import cases, deployments, staffing, tasks
from engine.database import Database
from engine.errors import BadForm, NotAllowed
from engine.model import DutyPair, Instance, LaneRole, StartRight
from engine.people import Actor, today
from engine.transaction import transaction

Cast = dict[str, Actor]
CALLS = """start S | user A lane=Satu | call C of=anak | end E | S > A | A > C | C > E
process anak | start S2 | user B lane=Dua | end E2 | S2 > B | B > E2"""


@pytest.fixture(params=["p", "anak"])
def case(request: pytest.FixtureRequest, deployed: Database, cast: Cast) -> str:
    """A case whose two lanes have one role and are kept apart: by a row of its process, or of the called one."""
    with deployed.session() as session, transaction(session):
        session.add(StartRight(key="p", role_key="ppk", begins=today()))
        session.add_all(
            LaneRole(key=k, lane=n, role_key="ppk", begins=today()) for k, n in [("p", "Satu"), ("anak", "Dua")]
        )
        session.add(DutyPair(key=request.param, one="Satu", other="Dua", strict=True, begins=date(2020, 1, 1)))
        session.flush()
        deployments.deploy(session, {"m.bpmn": model(CALLS)}, "system")
        return cases.start(session, "p", cast["ppk"], {}, typed=True).id


def done(database: Database, case: str, who: Actor) -> None:
    with database.session() as session, transaction(session):
        [item] = cases.open_items(session, [case])[case]
        tasks.complete(session, item.id, again(database, who), {}, typed=True)


def test_who_worked_in_the_calling_process_is_kept_out_of_the_called_one(deployed, cast, case):
    done(deployed, case, cast["ppk"])
    with pytest.raises(NotAllowed, match="jalur Satu"):
        done(deployed, case, cast["ppk"])
    done(deployed, case, cast["ppk2"])


def test_the_lanes_of_a_called_process_can_be_given_to_people(deployed, cast, case):
    with deployed.session() as session:
        instance = session.get_one(Instance, case)
        assert [seat.lane for seat in staffing.seats(session, instance)] == ["Satu", "Dua"]
        with transaction(session):
            staffing.name(session, case, cast["pa"], letter("Satu", person=cast["ppk"].id))
        with pytest.raises(BadForm, match="harus dipisahkan"), transaction(session):
            staffing.name(session, case, cast["pa"], letter("Dua", person=cast["ppk"].id))
