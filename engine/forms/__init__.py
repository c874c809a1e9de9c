"""Forms: form-js JSON read into a form, what was filled in checked, and values shown as people read them."""

from engine.forms.checker import check, check_data
from engine.forms.display import Row, asked, shown
from engine.forms.kinds import plain_text, text
from engine.forms.reader import load
from engine.forms.shape import Field, Form, Limits, Note, Option, Section
from engine.forms.texts import date_text, rupiah_text

__all__ = [
    "Field", "Form", "Limits", "Note", "Option", "Row", "Section",
    "asked", "check", "check_data", "date_text", "load", "plain_text", "rupiah_text", "shown", "text",
]  # fmt: skip
