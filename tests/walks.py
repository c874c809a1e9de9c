"""Walking a case through its lanes with the demo's answers, by real commands."""

import io
from collections.abc import Mapping
from typing import Any

from engine import cases, documents, library, onpaper, people, tasks
from engine.database import Database
from engine.demo import answers
from engine.demo.plans import Plan
from engine.model import Instance, WorkItem
from engine.people import Actor
from engine.transaction import transaction

KEY = "pembuatan_aplikasi"
PLAN = Plan("Antrean Puskesmas", "Dinas Kesehatan", 11)
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n"


class Walk:
    """One case in a deployed database."""

    def __init__(self, database: Database, cast: Mapping[str, Actor], plan: Plan = PLAN, number: int = 1,
                 paper: onpaper.Sent = onpaper.NONE) -> None:  # fmt: skip
        self.database, self.cast, self.plan, self.number = database, cast, plan, number
        with database.session() as session, transaction(session):
            data = answers.start(plan, number, people.today())
            self.id = cases.start(session, KEY, cast["ppk"], data, typed=True, paper=paper).id

    def open(self) -> list[str]:
        """The elements that are open, sorted."""
        with self.database.session() as session:
            return sorted(item.element for item in cases.open_items(session, [self.id])[self.id])

    def item(self, element: str) -> WorkItem:
        """The open work item of an element."""
        with self.database.session() as session:
            [item] = [i for i in cases.open_items(session, [self.id])[self.id] if i.element == element]
            return item

    def upload(self, element: str) -> None:
        """Upload every document that the step requires."""
        item = self.item(element)
        with self.database.session() as session:
            definition, _ = library.of(session, session.get_one(Instance, self.id))
            names = [r.name for r in definition.nodes[element].requirements if r.upload]
            for name in names:
                upload = documents.keep(self.database.store, "a.pdf", io.BytesIO(PDF))
                with transaction(session):
                    documents.add(session, item.id, self.who(item), name, upload)

    def complete(
        self, element: str, request: str | None = None, paper: onpaper.Sent = onpaper.NONE, **changes: Any
    ) -> tasks.Receipt:
        """Upload what is required, then complete the step with the demo's answers, some of them changed."""
        self.upload(element)
        item = self.item(element)
        data = answers.step(element, item.round, self.plan, self.number, people.today()) | changes
        data = {key: value for key, value in data.items() if value is not None}
        with self.database.session() as session, transaction(session):
            return tasks.complete(session, item.id, self.who(item), data, request, typed=True, paper=paper)

    def to(self, *elements: str) -> "Walk":
        """Complete these steps one after the other."""
        for element in elements:
            self.complete(element)
        return self

    def instance(self) -> Instance:
        with self.database.session() as session:
            return session.get_one(Instance, self.id)

    def who(self, item: WorkItem) -> Actor:
        return self.cast[item.role or ""]
