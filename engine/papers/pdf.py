"""A letter as PDF. Typst gets the letter as data, beside a template that never changes; no text becomes its source."""

import io
import json
from pathlib import Path

import segno
import typst

from engine.errors import BadValue
from engine.papers.shape import SIZES, Paper

LACKS = "could not be displayed"  # what Typst says where no font has a character
TEMPLATE = Path(__file__).with_name("letter.typ")


def pdf(paper: Paper) -> bytes:
    """The letter as a PDF that can be archived (PDF/A-2b). Raises BadValue for a character that its fonts lack."""
    width, height = SIZES[paper.size]
    data = {"width": width, "height": height, "qr": qr(paper.address)}
    data |= {"name": paper.name, "head": paper.head, "blocks": paper.blocks, "foot": paper.foot}
    given = {"paper": json.dumps(data)}
    try:
        return typst.compile(
            TEMPLATE, sys_inputs=given, ignore_system_fonts=True, pdf_standards="a-2b", timestamp=paper.at
        )
    except typst.TypstError as error:
        if LACKS not in str(error):
            raise
        raise BadValue("Surat ini memuat huruf yang tidak dapat dicetak sebagai PDF. Unduh DOCX.") from error


def qr(address: str) -> str:
    """The QR code of an address, as SVG."""
    drawn = io.BytesIO()
    segno.make_qr(address, error="m").save(drawn, kind="svg", border=0, xmldecl=False)
    return drawn.getvalue().decode()
