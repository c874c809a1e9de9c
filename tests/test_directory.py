"""The operator's directory: persons, appointments, substitutions, the dated tables, and a file of them all."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from test_people import PPHP, PPK, again
from walks import KEY, Walk

from engine import accounts, cases, directory, operations, people, replay, sla, tasks
from engine.database import Database
from engine.directory import Change
from engine.errors import BadForm, BadValue, NotAllowed, NotReady
from engine.model import Account, Appointment, HistoryEvent, LaneRole, Opening, Person, WorkItem
from engine.people import Actor, today
from engine.transaction import transaction
from engine.typed import Reader

Cast = dict[str, Actor]
HEAD = "nama,nip,nama_pengguna,peran,opd,jabatan,sk,mulai,selesai\n"
NIP = "198501012010011001"  # of nobody
DAY = {"begins": "2026-01-01", "ends": ""}
JOB = {"role_key": "ppk", "opd": "Dinas Contoh", "title": "Kepala Bidang", "decree": "SK 1/2026", **DAY}


def do(database: Database, command, *given, **more):
    with database.session() as session, transaction(session):
        return command(session, *given, **more)


def wrong(database: Database, command, *given) -> list[str]:
    with pytest.raises(BadForm) as refusal:
        do(database, command, *given)
    return [error.field for error in refusal.value.errors]


def test_a_person_gets_an_office_and_with_it_the_right(deployed: Database, cast: Cast) -> None:
    person = do(deployed, directory.change, cast["operator"], {"name": "Citra Rekaan", "nip": "19850101 201001 1 001"})
    assert person.nip == NIP
    do(deployed, directory.appoint, cast["operator"], person.id, JOB)
    with deployed.session() as session:
        assert people.actor(session, person.id).roles == {"ppk"}


def test_a_resigned_person_loses_the_right_the_day_after(deployed: Database, cast: Cast) -> None:
    with deployed.session() as session:
        [held] = session.scalars(sa.select(Appointment).where(Appointment.person_id == cast["ppk"].id))
    do(deployed, directory.resign, cast["operator"], held.id, {"ends": today().isoformat()})
    assert again(deployed, cast["ppk"]).roles == {"ppk"}
    do(deployed, directory.resign, cast["operator"], held.id, {"ends": (today() - timedelta(days=1)).isoformat()})
    assert again(deployed, cast["ppk"]).roles == frozenset()


def test_names_and_nips_stand_in_the_history_only_where_they_can_be_erased(deployed: Database, cast: Cast) -> None:
    do(deployed, directory.change, cast["operator"], {"name": "Citra Rekaan", "nip": NIP})
    with deployed.session() as session:
        [event] = session.scalars(sa.select(HistoryEvent).where(HistoryEvent.kind == "person.changed"))
        assert "Citra" not in str(event.body) and NIP not in str(event.body)
        assert "Citra Rekaan" in str(session.get_one(Opening, ("system", event.seq)).fields)


@pytest.mark.parametrize("nip", ["1985", "19851301" + "0" * 10, "a" * 18, "00010101" + "0" * 10])
def test_a_nip_that_is_none_is_refused(nip: str) -> None:
    read = Reader({"nip": nip})
    directory.persons.read_nip(read)
    assert [error.field for error in read.errors] == ["nip"]


def test_two_people_have_not_one_nip(deployed: Database, cast: Cast) -> None:
    do(deployed, directory.change, cast["operator"], {"name": "Citra Rekaan", "nip": NIP})
    assert wrong(deployed, directory.change, cast["operator"], {"name": "Doni Rekaan", "nip": NIP}) == ["nip"]


@pytest.mark.parametrize("who", ["ppk", "pa", "auditor", "analis"])
def test_only_the_operator_keeps_the_directory(deployed: Database, cast: Cast, who: str) -> None:
    for command in (
        lambda s: directory.change(s, cast[who], {"name": "X"}),
        lambda s: directory.appoint(s, cast[who], cast["ppk"].id, JOB),
        lambda s: directory.substitute(s, cast[who], cast["ppk"].id, {}),
        lambda s: directory.add(s, cast[who], directory.LANE, {}),
        lambda s: directory.listed(s, cast[who], directory.PAIR),
        lambda s: directory.search(s, cast[who]),
        lambda s: directory.preview(s, cast[who], HEAD.encode()),
        lambda s: directory.end(s, cast[who], directory.LANE, "x", {}),
        lambda s: directory.add_role(s, cast[who], {}),
        lambda s: directory.resign(s, cast[who], "x", {}),
        lambda s: directory.revoke(s, cast[who], "x"),
        lambda s: directory.assign(s, cast[who], cast["ppk"].id, {}),
        lambda s: directory.dismiss(s, cast[who], "x"),
        lambda s: directory.found(s, cast[who], cast["ppk"].id),
        lambda s: directory.officials(s, cast[who]),
        lambda s: directory.steads(s, cast[who], cast["ppk"].id),
        lambda s: directory.aides(s, cast[who], cast["ppk"].id),
        lambda s: directory.usernames(s, cast[who], [cast["ppk"].id]),
        lambda s: operations.hand_over(s, cast[who], cast["ppk"].id, {}),
    ):
        with pytest.raises(NotAllowed):
            do(deployed, command)


STAND_IN = {"kind": "plh", "letter": "800/17/2026", "letter_date": "2026-11-20", "begins": "2026-11-23"}


def test_a_substitution_is_refused_where_it_would_chain_or_give_too_much(deployed: Database, cast: Cast) -> None:
    def tried(**more: str) -> list[str]:
        typed = STAND_IN | {"ends": "2026-11-30", "for_id": cast["ppk"].id} | more
        return wrong(deployed, directory.substitute, cast["operator"], cast["pptk"].id, typed)

    assert tried(role_key="pphp") == ["for_id"]
    assert tried(for_id=cast["pptk"].id) == ["for_id"]
    assert tried(for_id="") == ["for_id"]
    assert tried(kind="plt", for_id="") == ["role_key"]
    assert tried(ends="") == ["ends"]
    assert tried(kind="wakil", letter="") == ["kind", "letter"]


def test_who_holds_no_office_stands_in_for_nobody(deployed: Database, cast: Cast) -> None:
    vendor = do(deployed, directory.change, cast["operator"], {"name": "Rekanan Rekaan"})
    typed = STAND_IN | {"ends": "2026-11-30", "for_id": cast["ppk"].id}
    assert wrong(deployed, directory.substitute, cast["operator"], vendor.id, typed) == ["for_id"]


def test_a_revoked_substitution_is_over_at_once(deployed: Database, cast: Cast) -> None:
    typed = STAND_IN | {"ends": "2026-11-30", "for_id": cast["ppk"].id}
    row = do(deployed, directory.substitute, cast["operator"], cast["pptk"].id, typed)
    assert again(deployed, cast["pptk"]).roles == {"pptk", "ppk"}
    do(deployed, directory.revoke, cast["operator"], row.id)
    assert again(deployed, cast["pptk"]).roles == {"pptk"}
    with pytest.raises(NotReady):
        do(deployed, directory.revoke, cast["operator"], row.id)


def test_a_lane_has_one_role_a_day(deployed: Database, cast: Cast) -> None:
    typed = {"key": KEY, "lane": PPHP, "role_key": "pptk", **DAY}
    assert wrong(deployed, directory.add, cast["operator"], directory.LANE, typed) == ["begins"]
    with deployed.session() as session:
        [old] = session.scalars(sa.select(LaneRole).where(LaneRole.key == KEY, LaneRole.lane == PPHP))
    do(deployed, directory.end, cast["operator"], directory.LANE, str(old.id), {"ends": "2025-12-31"})
    do(deployed, directory.add, cast["operator"], directory.LANE, typed)
    with deployed.session() as session:
        assert people.lane_roles(session, KEY)[PPHP] == "pptk"


def test_a_table_takes_no_row_that_means_nothing(deployed: Database, cast: Cast) -> None:
    def tried(table: str, **typed: str) -> list[str]:
        return wrong(deployed, directory.add, cast["operator"], table, {"key": KEY, **DAY, **typed})

    assert tried(directory.LANE, lane="Lurah", role_key="raja") == ["lane", "role_key"]
    assert tried(directory.START, role_key="ppk", key="tidak_ada") == ["key"]
    assert tried(directory.PAIR, one=PPK, other=PPK, strict="larang") == ["other"]
    assert tried(directory.PAIR, one=PPHP, other=PPK, strict="larang") == ["begins"]


@pytest.mark.parametrize("key", [KEY, ""], ids=["one process", "every process"])
def test_the_role_that_a_row_names_changes_deadlines(deployed: Database, cast: Cast, key: str) -> None:
    typed = {"key": key, "act": sla.PROPOSE, "role_key": "pptk", **DAY}
    do(deployed, directory.add, cast["operator"], directory.DEADLINE, typed)
    assert wrong(deployed, directory.add, cast["operator"], directory.DEADLINE, typed) == ["begins"]
    with deployed.session() as session:
        assert sla.may(session, cast["pptk"], KEY, sla.PROPOSE) and not sla.may(session, cast["ppk"], KEY, sla.PROPOSE)


def test_only_rights_over_deadlines_are_of_every_process(deployed: Database, cast: Cast) -> None:
    typed = {"key": "", "role_key": "pptk", **DAY}
    assert wrong(deployed, directory.add, cast["operator"], directory.START, typed) == ["key"]
    assert wrong(deployed, directory.add, cast["operator"], directory.DEADLINE, typed | {"act": "beri"}) == ["act"]


def test_a_lane_that_gets_a_role_gets_the_work_that_waits(deployed: Database, cast: Cast) -> None:
    with deployed.session() as session, transaction(session):
        session.execute(sa.delete(LaneRole).where(LaneRole.lane == PPK))
    walk = Walk(deployed, cast)
    typed = {"key": KEY, "lane": PPK, "role_key": "ppk", **DAY}
    operation = do(deployed, operations.add_row, cast["operator"], directory.LANE, typed, "k" * 20)
    assert do(deployed, operations.add_row, cast["operator"], directory.LANE, typed, "k" * 20) is None  # sent again
    assert operation is not None and walk.item("A01").role is None
    while operations.work(deployed.session):
        pass
    with deployed.session() as session:
        assert [item.element for item in tasks.inbox(session, cast["ppk"])] == ["A01"]
        assert list(replay.differences(session, walk.instance())) == []


def test_all_that_a_person_has_goes_to_another(deployed: Database, cast: Cast) -> None:
    walks = [Walk(deployed, cast, number=n) for n in (1, 2)]
    for walk in walks:
        do(deployed, tasks.claim, walk.item("A01").id, cast["ppk"])
    typed = {"to": cast["ppk2"].id, "letter": "800/99/2026"}
    operation = do(deployed, operations.hand_over, cast["operator"], cast["ppk"].id, typed, "k" * 20)
    assert do(deployed, operations.hand_over, cast["operator"], cast["ppk"].id, typed, "k" * 20).id == operation.id
    while operations.work(deployed.session):
        pass
    for walk in walks:
        assert walk.item("A01").holder == cast["ppk2"].id
        with deployed.session() as session:
            assert list(replay.differences(session, walk.instance())) == []


def test_what_the_other_may_not_do_goes_back_to_its_role(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast)
    do(deployed, tasks.claim, walk.item("A01").id, cast["ppk"])
    typed = {"to": cast["opd"].id, "letter": "800/99/2026"}
    do(deployed, operations.hand_over, cast["operator"], cast["ppk"].id, typed)
    while operations.work(deployed.session):
        pass
    assert walk.item("A01").holder is None


def sheet(*lines: str) -> bytes:
    return (HEAD + "\n".join(lines)).encode()


def test_a_file_says_first_what_it_would_change(deployed: Database, cast: Cast) -> None:
    content = sheet(
        f"Citra Rekaan,{NIP},citra,ppk,Dinas Contoh,Kepala Bidang,SK 1/2026,2026-01-01,",
        f"Citra Rekaan,{NIP},citra,pptk,Dinas Contoh,,SK 2/2026,2026-01-01,2026-12-31",
        "Rahmawati Siregar,,ppk,ppk,Dinas Komunikasi dan Informatika,,SK/ppk/2020,2020-01-01,2026-12-31",
        "Rahmawati Siregar,,ppk,,,,,,",
    )
    with deployed.session() as session:
        lines = directory.preview(session, cast["operator"], content)
    assert [line.changes for line in lines] == [
        (Change.PERSON, Change.ACCOUNT, Change.APPOINTMENT),
        (Change.APPOINTMENT,),
        (Change.END,),
        (),
    ]
    assert [line.errors for line in lines] == [()] * 4


def test_a_file_is_done_as_it_was_shown_and_then_changes_nothing_more(deployed: Database, cast: Cast) -> None:
    content = sheet(
        f"Citra Rekaan,{NIP},citra,ppk,Dinas Contoh,,SK 1/2026,2026-01-01,",
        f"Citra Rekaan,{NIP},,pptk,Dinas Contoh,,SK 2/2026,2026-01-01,",
        "Rahmawati Siregar,,ppk,ppk,Dinas Komunikasi dan Informatika,,SK/ppk/2020,2020-01-01,2026-11-01",
    )
    for _ in range(2):
        do(deployed, directory.apply, cast["operator"], content, "k" * 20)
    with deployed.session() as session:
        assert not any(line.changes for line in directory.preview(session, cast["operator"], content))
        [account] = session.scalars(sa.select(Account).where(Account.username == "citra"))
        assert people.actor(session, account.person_id).roles == {"ppk", "pptk"}
    assert again(deployed, cast["ppk"]).roles == frozenset()


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("Citra,,,ppk,Dinas,,SK 1/2026,2026-01-01,", "nip"),
        (f"Citra,{NIP},,raja,Dinas,,SK 1/2026,2026-01-01,", "peran"),
        (f"Citra,{NIP},,ppk,,,SK 1/2026,2026-01-01,", "opd"),
        (f"Citra,{NIP},,ppk,Dinas,,,2026-01-01,", "sk"),
        (f"Citra,{NIP},,ppk,Dinas,,SK 1/2026,kemarin,", "mulai"),
        (f"Citra,{NIP},,ppk,Dinas,,SK 1/2026,2026-01-02,2026-01-01", "selesai"),
        (f"Citra,{NIP},a b,,,,,,", "nama_pengguna"),
        (f",{NIP},,,,,,,", "nama"),
    ],
)
def test_a_wrong_line_is_named_and_nothing_is_done(deployed: Database, cast: Cast, line: str, column: str) -> None:
    good = "Doni Rekaan,,doni,,,,,,"
    fields = wrong(deployed, directory.apply, cast["operator"], sheet(good, line))
    assert fields == [f"3: {column}"]
    with deployed.session() as session:
        assert accounts.named(session, "doni") is None


def test_a_line_without_a_nip_takes_none_away(deployed: Database, cast: Cast) -> None:
    do(deployed, directory.apply, cast["operator"], sheet(f"Citra Rekaan,{NIP},citra,,,,,,"))
    do(deployed, directory.apply, cast["operator"], sheet("Citra R. Rekaan,,citra,,,,,,"))
    with deployed.session() as session:
        person = session.scalars(sa.select(Person).where(Person.nip == NIP)).one()
        assert person.name == "Citra R. Rekaan"


@pytest.mark.parametrize("day", ["20260105", "2026-W10-1", "0001-01-01", "9999-12-31", "2026-02-30"])
def test_a_day_is_written_one_way_and_of_our_time(day: str) -> None:
    read = Reader({"begins": day})
    assert read.day("begins") is None and [error.field for error in read.errors] == ["begins"]


def test_what_has_ended_gets_no_later_end(deployed: Database, cast: Cast) -> None:
    with deployed.session() as session:
        [held] = session.scalars(sa.select(Appointment).where(Appointment.person_id == cast["ppk"].id))
    do(deployed, directory.resign, cast["operator"], held.id, {"ends": "2026-06-30"})
    assert wrong(deployed, directory.resign, cast["operator"], held.id, {"ends": "2027-06-30"}) == ["ends"]


def test_a_file_that_contradicts_itself_is_refused(deployed: Database, cast: Cast) -> None:
    content = sheet("Doni Rekaan,,doni,,,,,,", "Dani Rekaan,,doni,,,,,,")
    assert wrong(deployed, directory.apply, cast["operator"], content) == ["3: nama"]


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"a,b\n1,2", HEAD.encode() + b'"x', b"x" * 1_000_001])
def test_a_file_that_is_none_is_refused_in_words(deployed: Database, cast: Cast, content: bytes) -> None:
    with deployed.session() as session, pytest.raises((BadValue, BadForm)):
        directory.preview(session, cast["operator"], content)


@given(st.text())
def test_any_text_in_a_field_is_read_or_refused(text: str) -> None:
    read = Reader(dict.fromkeys(("name", "letter", "begins", "ends", "nip"), text))
    read.text("name", "?")
    read.letter()
    begins, ends = read.days()
    directory.persons.read_nip(read)
    assert read.errors or (begins and text.strip())


def test_the_unassigned_work_is_nobodys_until_it_is_placed(deployed: Database, cast: Cast) -> None:
    with deployed.session() as session:
        with transaction(session):
            session.execute(sa.delete(LaneRole).where(LaneRole.lane == PPK))
        Walk(deployed, cast)
        assert [item.element for item in cases.unassigned(session)] == ["A01"]
        assert session.scalar(sa.select(WorkItem.pool)) is None
