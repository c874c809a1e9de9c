"""Every form and command carries an idempotency key: sent again, it gets the first answer and changes nothing."""

import io
import re
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa
from browsing import KEY, Visitor, said
from models import model
from test_cli import sopan
from walks import KEY as SOP
from walks import PDF, PLAN, Walk

from engine import calendars, cases, clock, deployments, documents, history, operations, people, tasks
from engine.database import Database
from engine.demo import answers
from engine.demo import cast as casting
from engine.errors import AlreadyDone, BadForm, Conflict
from engine.model import Deployment, Document, HistoryEvent, Instance, StartRight, System
from engine.people import OPERATOR, Actor
from engine.transaction import transaction
from engine.worktime import DEFAULT
from webapp import create_app
from webapp.security import KEYLESS

Cast = dict[str, Actor]
TEMPLATES = Path(__file__).parent.parent / "webapp" / "templates"
WAITS = "start S | user A | end E | message M on=A name=m interrupting | end F | S > A | A > E | M > F"


def events(database: Database) -> int:
    with database.session() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(HistoryEvent)) or 0


def posts(database: Database) -> list[str]:
    """Every address that takes a form, with something in the place of its variables."""
    app = create_app(database, demo=True)
    rules = [rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())]
    return [re.sub("<[^>]+>", "x", rule.rule) for rule in rules if rule.endpoint not in KEYLESS]


def test_no_form_of_any_page_works_without_a_key(demo: Database) -> None:
    visitor, before = Visitor(demo, "operator", demo=True), events(demo)
    visitor.read_token()
    assert len(posts(demo)) >= 10
    for path in posts(demo):
        for key in ("", "pendek", "x" * 65, "dengan spasi di dalamnya"):
            answer = visitor.post(path, {"request": key})
            assert answer.status_code == 422 and "tidak lengkap terkirim" in said(answer.text), path
    assert events(demo) == before


@pytest.mark.parametrize("page", sorted(TEMPLATES.glob("*.html")), ids=lambda page: page.stem)
def test_every_form_that_is_posted_carries_a_key(page: Path) -> None:
    forms = re.findall(r"<form\b[^>]*\bmethod=\"post\".*?</form>", page.read_text(), re.S)
    assert [form for form in forms if "{{ hidden() }}" not in form] == []
    assert '"csrf_token"' not in page.read_text()


def test_a_form_that_comes_back_keeps_its_key_and_a_new_page_has_a_new_one(deployed: Database, cast: Cast) -> None:
    item, visitor = Walk(deployed, cast).item("A01").id, Visitor(deployed, "ppk")
    keys = [visitor.page(f"/tugas/{item}").xpath("//form[@class='work stack']//input[@name='request']/@value")[0]]
    keys += [visitor.page(f"/tugas/{item}").xpath("//form[@class='work stack']//input[@name='request']/@value")[0]]
    answer = visitor.send(item, {}, key=KEY)
    assert answer.status_code == 422 and f'name="request" value="{KEY}"' in answer.text
    assert len(set(keys)) == 2


def test_a_repeated_claim_takes_nothing_back(deployed: Database, cast: Cast) -> None:
    item, who = Walk(deployed, cast).item("A01").id, cast["ppk"]
    with deployed.session() as session:
        for command, key in ((tasks.claim, "1"), (tasks.release, "2"), (tasks.claim, "1"), (tasks.release, "2")):
            with transaction(session):
                command(session, item, who, key)
        assert session.query(HistoryEvent).filter(HistoryEvent.kind.like("item.%")).count() == 2
        assert tasks.find(session, item).holder is None


def test_a_repeated_upload_is_one_document_and_another_file_another(deployed: Database, cast: Cast) -> None:
    item = Walk(deployed, cast).item("A01").id
    with deployed.session() as session:
        for content in (PDF, PDF, PDF + b"%", PDF):
            upload = documents.keep(deployed.store, "a.pdf", io.BytesIO(content))
            with transaction(session):
                given = documents.add(session, item, cast["ppk"], "HPS", upload, "k")
            assert given.sha256 == upload.sha256
        assert sorted(one.version for one in session.query(Document)) == [1, 2]


def test_a_repeated_cancellation_and_message_find_what_they_did(deployed: Database, cast: Cast) -> None:
    walk, operator = Walk(deployed, cast), cast["operator"]
    files = {"m.bpmn": model(WAITS)}
    with deployed.session() as session:
        with transaction(session):
            deployments.deploy(session, files, "system")
            case = cases.start(session, "p", operator, {}, "start").id
        for _ in range(2):
            with transaction(session):
                assert cases.start(session, "p", operator, {}, "start").id == case
            with transaction(session):
                cases.cancel(session, walk.id, operator, "Anggaran digeser.", "cancel")
            with transaction(session):
                cases.receive(session, case, operator, "m", {}, "message")
        ended = [e.kind for e in session.query(HistoryEvent).filter(HistoryEvent.request.in_(["cancel", "message"]))]
        assert sorted(ended) == ["instance.cancelled", "message.received"]
        with pytest.raises(AlreadyDone, match="diselesaikan oleh Fitri"), transaction(session):
            cases.receive(session, case, operator, "m", {}, "another")


def test_a_repeated_delivery_by_key_reaches_one_case(deployed: Database, cast: Cast) -> None:
    with deployed.session() as session:
        with transaction(session):
            deployments.deploy(
                session, {"m.bpmn": model("start S message=m | user A | end E | S > A | A > E")}, "system"
            )
        for _ in range(2):
            with transaction(session):
                cases.deliver(session, cast["operator"], "m", None, {}, "k")
        assert session.query(Instance).count() == 1


def test_a_repeated_deployment_gets_the_first_answer_and_other_files_none(deployed: Database) -> None:
    first, second = ({"m.bpmn": model(f"start S | user {name} | end E | S > {name} | {name} > E")} for name in "AB")
    with deployed.session() as session:
        answers = []
        for _ in range(2):
            with transaction(session):
                answers.append(deployments.deploy(session, first, "system", request="k"))
        assert answers[0] == answers[1] and answers[0][0][0].new
        with pytest.raises(Conflict, match="dipakai untuk hal lain"), transaction(session):
            deployments.deploy(session, second, "system", request="k")
        assert session.query(Deployment).count() == 2


def test_a_repeated_move_of_the_clock_moves_once(demo: Database) -> None:
    visitor = Visitor(demo, "operator", demo=True)
    for _ in range(2):
        assert visitor.post("/demo/jam", {"maju": "PT1H", "request": KEY}).status_code == 302
    with demo.session() as session:
        assert session.get_one(System, 1).shift_seconds == 3600 and clock.shift().total_seconds() == 3600


def test_a_key_belongs_to_one_person_and_one_command(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast).to("A01")
    with deployed.session() as session:
        with transaction(session):
            item = tasks.claim(session, walk.item("A02").id, cast["pejabat_pengadaan"], "k").id
        with pytest.raises(Conflict, match="dipakai untuk hal lain"), transaction(session):
            tasks.release(session, item, cast["pejabat_pengadaan"], "k")
        with pytest.raises(Conflict, match="dipakai untuk hal lain"), transaction(session):
            cases.start(session, SOP, cast["ppk"], {}, "k")


def test_another_persons_receipt_is_not_given_for_their_key(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast)
    item = walk.item("A01").id
    walk.complete("A01", request="k")
    with deployed.session() as session, pytest.raises(Conflict, match="hal lain"), transaction(session):
        tasks.complete(session, item, cast["ppk2"], {}, "k")


def test_a_refusal_is_judged_anew_under_the_same_key(deployed: Database, cast: Cast) -> None:
    walk = Walk(deployed, cast)
    item = walk.item("A01").id
    with deployed.session() as session, pytest.raises(BadForm), transaction(session):
        tasks.complete(session, item, cast["ppk"], {}, "k")
    walk.complete("A01", request="k")
    with deployed.session() as session:
        assert history.answered(session, "k", history.Kind.ITEM_COMPLETED, cast["ppk"].id, item=item)


def test_a_command_at_the_shell_is_done_once_for_its_key(deployed: Database, cast: Cast) -> None:
    with deployed.session() as session, transaction(session):
        deployments.deploy(session, {"m.bpmn": model("start S | user A | end E | S > A | A > E")}, "system")
        session.add(StartRight(key="p", role_key=OPERATOR, begins=casting.BEGINS))
        case = cases.start(session, "p", cast["operator"], {}).id
    with deployed.session() as session:
        [item] = cases.open_items(session, [case])[case]
    file = deployed.folder / "n.bpmn"
    file.write_bytes(model("start S | user A | end E | S > A | A > E", "q"))
    place = ["--database-url", deployed.url]
    for command in (["start", "p"], ["deploy", str(file)], ["complete", item.id, "--as", "operator"]):
        key = f"{command[0]}-kunci-panjang"
        assert sopan(*place, *command, "--key", key) == sopan(*place, *command, "--key", key)
    assert "16 sampai 64" in sopan(*place, "start", "p", "--key", "pendek", code=2, out="text")
    with deployed.session() as session:
        assert session.query(Instance).count() == 2 and session.query(Deployment).count() == 3


def test_a_calendar_imported_again_under_its_key_is_imported_once(deployed: Database, cast: Cast) -> None:
    Walk(deployed, cast)
    sheet = deployed.folder / "skb.csv"
    sheet.write_text("tanggal,nama,jenis,sumber\n2026-11-26,Pilkada,libur nasional,Keppres 99/2026\n")
    words = ["--database-url", deployed.url, "calendar", "import", sheet, "--reason", "Keppres", "--key", KEY]
    first, again = sopan(*words), sopan(*words)
    assert first == again and first["operation"]
    with deployed.session() as session:
        [operation] = operations.listed(session)
        assert operation.id == first["operation"] and calendars.find(session, DEFAULT).number == first["number"] == 2
    assert (
        "dipakai untuk hal lain" in sopan("--database-url", deployed.url, "start", "p", "--key", KEY, code=2)["error"]
    )


def test_the_second_of_two_clicks_at_once_waits_for_the_first_answer(deployed: Database, cast: Cast) -> None:
    begun: list[str] = []

    def click() -> None:
        with deployed.session() as session, transaction(session):
            begun.append(cases.start(session, SOP, cast["ppk"], answers.start(PLAN, 1, people.today()), "k", True).id)

    threads = [threading.Thread(target=click) for _ in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert len(begun) == 4 and len(set(begun)) == 1
