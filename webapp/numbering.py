"""Numbers that follow: what lacks one, the small form that asks for it, and the correction of one that stands."""

from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from engine import forms, numbers, people, tasks, values
from engine.errors import BadForm, FieldError
from engine.forms import Form, Row
from engine.model import Instance, WorkItem
from engine.numbers import Number
from engine.people import Sight
from engine.transaction import transaction
from webapp import onpaper
from webapp.auth import actor
from webapp.security import key
from webapp.steps import OURS
from webapp.store import db
from webapp.words import say

bp = Blueprint("numbering", __name__)
MOST = 200  # rows of one page
WHICH, WHY = "ralat-isian", "ralat-alasan"  # no field has such a name


@dataclass(frozen=True)
class Value:
    """One value that a number had, in words: who gave it when, and why, if it was a correction."""

    text: str
    told: numbers.Told


@dataclass(frozen=True)
class Line:
    """One number of a step: every value it had, the last one first; none while it lacks."""

    field: forms.Field
    values: tuple[Value, ...]
    form: Form  # with nothing but this field
    rows: list[Row]


@dataclass(frozen=True)
class Step:
    """A step of a case with its numbers; `may` says whether the reader may give them."""

    item: WorkItem
    lines: list[Line]
    may: bool

    @property
    def lacking(self) -> list[Line]:
        return [line for line in self.lines if not line.values]


@bp.app_context_processor
def _offers() -> dict[str, Any]:
    return {
        "numbers_waiting": lambda: numbers.count(db.session(), actor()),
        "numbers_of_case": of_case,
        "paper_names": onpaper.NAMES,
    }


def of_case(case: Instance, seen: Sight) -> dict[str, Any]:
    """What the page of a case says about numbers that follow."""
    session = db.session()
    steps = [
        Step(item, _lines(item, found), numbers.may_give(session, seen, item))
        for item, found in numbers.of_case(session, case)
        if seen.step(item.id)
    ]
    return {"steps": steps, "names": _names(seen, [line for step in steps for line in step.lines])}


@bp.get("/nomor-menyusul")
def index() -> str:
    """The steps that are done and still lack a number."""
    session, who = db.session(), actor()
    found = session.scalars(numbers.waiting(who).limit(MOST + 1)).all()
    lacks = {item.id: [one.label for one in _form(item).fields if one.key in (item.lacks or ())] for item in found}
    names = people.names(session, {item.closed_by or "" for item in found})
    return render_template("numbers.html", items=found[:MOST], lacks=lacks, names=names, more=len(found) > MOST)


@bp.get("/tugas/<item_id>/nomor")
def show(item_id: str) -> str:
    """The numbers of a step: what lacks is asked for, what stands can be corrected."""
    return _page(item_id)


@bp.post("/tugas/<item_id>/nomor")
def give(item_id: str) -> Any:
    """Give what lacks, or some of it."""
    who, typed = actor(), {name: texts for name, texts in request.form.lists() if name not in OURS}
    try:
        with transaction(db.session()) as session:
            case = numbers.give(session, item_id, who, typed, key()).instance_id
    except BadForm as error:
        return _page(item_id, typed, error.errors), 422
    flash(say("Nomor tersimpan. Surat yang dicetak sesudah ini memuatnya."))
    return redirect(url_for("cases.case", case_id=case, _anchor="nomor"))


@bp.post("/tugas/<item_id>/nomor/ralat")
def correct(item_id: str) -> Any:
    """Correct one that stands, with a reason."""
    who, name, reason = actor(), request.form.get(WHICH, "")[:60], request.form.get(WHY, "")
    text = request.form.get(name, "")
    try:
        with transaction(db.session()) as session:
            case = numbers.correct(session, item_id, who, name, text, reason, key()).instance_id
    except BadForm as error:
        return _page(item_id, {name: [text]}, error.errors, name), 422
    flash(say("Ralat tercatat. Nilai semula tetap ada dalam riwayat."))
    return redirect(url_for("cases.case", case_id=case, _anchor="nomor"))


def _page(
    item_id: str,
    typed: dict[str, list[str]] | None = None,
    errors: list[FieldError] | None = None,
    corrected: str = "",
) -> str:
    session, who = db.session(), actor()
    item, found = numbers.find(session, item_id, who)
    lines = [
        replace(line, rows=forms.shown(line.form, {}, typed)) if line.field.key == corrected else line
        for line in _lines(item, found)
    ]
    step = Step(item, lines, True)
    lacking = forms.only(_form(item), [line.field.key for line in step.lacking]) if step.lacking else None
    return render_template(
        "number.html",
        item=item,
        step=step,
        form=lacking,
        rows=forms.shown(lacking, {}, None if corrected else typed) if lacking else [],
        names=_names(people.sight(session, who, item.instance), lines),
        errors=errors or [],
        corrected=corrected,
        reason=request.form.get(WHY, ""),
        most=numbers.LONGEST,
    )


def _lines(item: WorkItem, found: list[Number]) -> list[Line]:
    if not found:
        return []
    form = _form(item)
    return [_line(forms.only(form, [one.field.key], required=True), one) for one in found]


def _line(form: Form, number: Number) -> Line:
    """A number as it reads; the field that corrects it begins with what stands."""
    field = number.field  # never personal data: `sopan:late` refuses it
    values = [Value(forms.text(field, told.value), told) for told in reversed(number.told)]
    last = number.told[-1].value if number.told else None
    return Line(field, tuple(values), form, forms.shown(form, {}, _typed(field, last)))


def _typed(field: forms.Field, value: values.Value) -> dict[str, str]:
    return {field.key: forms.input_text(field, value)} if value is not None else {}


def _form(item: WorkItem) -> Form:
    _, form = tasks.node_and_form(db.session(), item)
    assert form is not None  # only a field of a form can follow
    return form


def _names(seen: Sight, lines: list[Line]) -> dict[str, str]:
    return people.known_names(db.session(), seen, {value.told.by for line in lines for value in line.values})
