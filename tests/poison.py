"""Text that breaks out of any place of a page where it is not escaped, wherever people, models and forms carry text."""

import json
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from lxml import etree
from walks import PLAN

from engine import definition, deployments, model
from engine.database import Database
from engine.demo import cast as casting
from engine.demo.plans import Plan
from engine.model import LaneRole, StartRight
from engine.transaction import transaction

ROOT = Path(__file__).parent.parent
TAG = "xss-mark"
TEXT = f"\"'><{TAG} a=\"' onerror=alert(1)><b>&lt;${{7*7}} "  # an element of this name on a page: it was not escaped
TEMPLATE = "{{7*7}}"  # forms refuse it; people may write it
POISONED = Plan(TEXT + TEMPLATE + PLAN.title, PLAN.opd, PLAN.steps)
NAMED = {"process", "lane", "userTask", "sequenceFlow", "exclusiveGateway", "parallelGateway", "startEvent", "endEvent"}
SAID = {"label", "description", "text"}  # of a form's component
COLUMNS = {  # what people type, or models bring, and pages show
    "calendar": ["name"], "calendar_version": ["reason"], "calendar_use": ["opd"], "deployment_entry": ["name"],
    "person": ["name"], "role": ["name"], "receiver": ["unit"], "retention_rule": ["law"], "document": ["filename"],
    "instance": ["title", "opd", "letter"], "legal_hold": ["reason", "letter"], "work_item": ["name"],
    "deadline_change": ["letter", "reason"], "incident": ["reason"], "start_timer": ["reason"],
    "operation_item": ["label", "reason"],
}  # fmt: skip


def deploy(database: Database) -> None:
    """The models and forms of the repository, with every text in them poisoned."""
    files = {path.name: _model(path) for path in ROOT.glob("bpmn/*.bpmn")}
    files |= {path.name: _form(path) for path in ROOT.glob("forms/*.json")}
    with database.session() as session, transaction(session):
        session.execute(sa.delete(LaneRole))
        session.execute(sa.delete(StartRight))
        for file, content in files.items():
            for process in definition.read(content, file) if file.endswith(".bpmn") else ():
                casting.map_lanes(session, process)
        deployments.deploy(session, files, "system")


def columns(database: Database) -> None:
    """Poison the texts that are stored in columns of their own."""
    with database.session() as session, transaction(session):
        for name, found in COLUMNS.items():
            table = model.Base.metadata.tables[name]
            session.execute(sa.update(table).values({one: TEXT + sa.func.substr(table.c[one], 1, 40) for one in found}))


def _model(path: Path) -> bytes:
    root = etree.fromstring(path.read_bytes())
    for element in root.iter("{*}*"):
        if etree.QName(element).localname in NAMED and element.get("name"):
            element.set("name", element.get("name") + " " + TEXT)
        if etree.QName(element).localname in ("documentation", "text") and element.text:
            element.text = TEXT + element.text
    return etree.tostring(root)


def _form(path: Path) -> bytes:
    def poisoned(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {name: poisoned(one, name) for name, one in value.items()}
        if isinstance(value, list):
            return [poisoned(one) for one in value]
        return TEXT + value if key in SAID and isinstance(value, str) else value

    return json.dumps(poisoned(json.loads(path.read_text()))).encode()
