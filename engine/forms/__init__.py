"""Forms: form-js JSON read into a form, what was filled in checked, and values shown as people read them."""

from engine.forms.checker import check, check_data
from engine.forms.display import Row, asked, shown, typed
from engine.forms.kinds import convert, input_text, plain_text, text
from engine.forms.late import at_once, check_late, lacking, only
from engine.forms.reader import load
from engine.forms.shape import Field, Form, Limits, Note, Option, Section
from engine.forms.texts import date_text, rupiah_text

__all__ = [
    "Field", "Form", "Limits", "Note", "Option", "Row", "Section",
    "asked", "at_once", "check", "check_data", "check_late", "convert", "date_text", "input_text", "lacking", "load",
    "only", "plain_text", "rupiah_text", "shown", "text", "typed",
]  # fmt: skip
