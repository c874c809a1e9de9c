"""A letter as DOCX, for those who must change its words before they print it."""

import io
from collections.abc import Callable
from typing import Any

import segno
from docx import Document
from docx.document import Document as Docx
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.enum.text import WD_BREAK, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from engine.papers.shape import SIZES, Paper

FONT = "Times New Roman"
WIDTH = 165  # millimetres between the margins of A4
LABEL, COLON = 48, 5
GREY = RGBColor(90, 90, 90)


def docx(paper: Paper) -> bytes:
    """The letter as DOCX."""
    made, written = Document(), io.BytesIO()
    _page(made, paper)
    _head(made, paper)
    for block in paper.blocks:
        for kind, data in block.items():
            if kind == "qr":
                _qr(made, data, paper.address)
            elif kind == "break":
                made.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
                _head(made, paper)
            else:
                BLOCKS[kind](made, data)
    made.core_properties.title, made.core_properties.author = paper.name, "Sopan"
    made.save(written)
    return written.getvalue()


def _page(made: Docx, paper: Paper) -> None:
    section, style = made.sections[0], made.styles["Normal"]
    section.page_width, section.page_height = (Mm(length) for length in SIZES[paper.size])
    section.left_margin, section.right_margin = Mm(25), Mm(20)
    section.top_margin, section.bottom_margin = Mm(16), Mm(20)
    style.font.name, style.font.size = FONT, Pt(11.5)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    style.paragraph_format.space_after = Pt(4)
    made.styles["Footer"].paragraph_format.tab_stops.clear_all()  # they end elsewhere
    _foot(section.footer.paragraphs[0], paper.foot)


def _foot(line: Paragraph, text: str) -> None:
    """What the letter is of, and at the right which page of how many, which the program that opens it counts."""
    line.paragraph_format.tab_stops.add_tab_stop(Mm(WIDTH), WD_TAB_ALIGNMENT.RIGHT)
    for words, field in ((f"{text}\tHalaman ", "PAGE"), (" dari ", "NUMPAGES")):
        line.add_run(words)
        counted = OxmlElement("w:fldSimple")
        counted.set(qn("w:instr"), field)
        line._p.append(counted)
        counted.append(line.add_run("1")._r)
    for run in line._p.xpath(".//w:r"):
        Run(run, line).font.size, Run(run, line).font.color.rgb = Pt(7.5), GREY
    _border(line, "top", "single", 4)


def _head(made: Docx, paper: Paper) -> None:
    for number, line in enumerate(paper.head):
        run = _centred(made, line, bold=number < 2)
        run.font.size = Pt((13, 15, 9.5)[min(number, 2)])
    _border(made.paragraphs[-1], "bottom", "thickThinSmallGap", 18)


def _centred(made: Docx | _Cell, text: str, bold: bool = False) -> Any:
    """A centred line."""
    line = made.add_paragraph()
    line.alignment = ALIGN.CENTER
    line.paragraph_format.space_after = Pt(2)
    run = line.add_run(text)
    run.bold = bold
    return run


def _title(made: Docx, text: str) -> None:
    run = _centred(made, text, bold=True)
    run.font.size = Pt(13)
    made.paragraphs[-1].paragraph_format.space_before = Pt(10)


def _number(made: Docx, text: str) -> None:
    _centred(made, text)
    made.paragraphs[-1].paragraph_format.space_after = Pt(12)


def _text(made: Docx, text: str) -> None:
    made.add_paragraph(text).alignment = ALIGN.JUSTIFY
    made.paragraphs[-1].paragraph_format.space_before = Pt(6)


def _list(made: Docx, all_: list[str]) -> None:
    for one in all_:
        made.add_paragraph(one, style="List Number").alignment = ALIGN.JUSTIFY


def _facts(made: Docx, rows: list[list[str]]) -> None:
    table = made.add_table(len(rows), 3)
    for line, (label, text) in zip(table.rows, rows, strict=True):
        for cell, said in zip(line.cells, (label, ":", text), strict=True):
            _say(cell, said)
    _widths(table, [LABEL, COLON, WIDTH - LABEL - COLON])


def _table(made: Docx, data: dict[str, Any]) -> None:
    columns = data["columns"]
    rows = [columns, *data["rows"], *([""] * len(columns) for _ in range(data.get("blank", 0)))]
    _gap(made)
    table = made.add_table(len(rows), len(columns), style="Table Grid")
    for number, row in enumerate(rows):
        table.rows[number].height = Mm(7)  # at least: what is blank is filled in by hand
        table.rows[number]._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for cell, text in zip(table.rows[number].cells, row, strict=True):
            _say(cell, text, ALIGN.CENTER if number == 0 else None, bold=number == 0)
            cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    _top(table)
    _padding(table, 1.2)
    last = table.add_row() if "foot" in data else None
    whole = sum(data["widths"])
    _widths(table, [WIDTH * width / whole for width in data["widths"]])
    if last:
        _say(last.cells[0].merge(last.cells[-2]), data["foot"][0], ALIGN.RIGHT)
        _say(last.cells[-1], data["foot"][1], ALIGN.RIGHT)
    _gap(made)


def _boxes(made: Docx, all_: list[str]) -> None:
    _gap(made)
    table = made.add_table(-(-len(all_) // 2), 2)
    for number, one in enumerate(all_):
        _say(table.cell(number // 2, number % 2), f"\N{BALLOT BOX} {one}")


def _signatures(made: Docx, all_: list[dict[str, str]]) -> None:
    made.add_paragraph()
    table = made.add_table(-(-max(len(all_), 2) // 2), 2)
    for number, one in enumerate(all_, 2 - min(len(all_), 2)):
        cell = table.cell(number // 2, number % 2)
        _say(cell, one["above"], ALIGN.CENTER)
        _centred(cell, one["title"])
        cell.paragraphs[-1].paragraph_format.space_after = Pt(56)
        blank = one["name"].startswith("....")
        _centred(cell, f"({one['name']})" if blank else one["name"], bold=not blank).underline = not blank
        _centred(cell, one["under"])
    for paragraph in (line for row in table.rows for cell in row.cells for line in cell.paragraphs):
        paragraph.paragraph_format.keep_with_next = True


def _qr(made: Docx, texts: list[str], address: str) -> None:
    drawn = io.BytesIO()
    segno.make_qr(address, error="m").save(drawn, kind="png", border=0, scale=6)
    drawn.seek(0)
    table = made.add_table(1, 2)
    table.cell(0, 0).paragraphs[0].add_run().add_picture(drawn, Mm(26))
    for number, text in enumerate(texts):
        line = table.cell(0, 1).paragraphs[0] if number == 0 else table.cell(0, 1).add_paragraph()
        line.add_run(text).bold = number == 0
    _widths(table, [32, WIDTH - 32])
    _gap(made)


def _cover(made: Docx, data: dict[str, Any]) -> None:
    for name, size, before in (("above", 17, 110), ("title", 22, 40)):
        _centred(made, data[name], bold=True).font.size = Pt(size)
        made.paragraphs[-1].paragraph_format.space_before = Pt(before)
    made.paragraphs[-1].paragraph_format.space_after = Pt(40)
    _facts(made, data["facts"])
    for name, before in (("below", 130), ("year", 4)):
        _centred(made, data[name].upper() if name == "below" else data[name], bold=name == "below").font.size = Pt(13)
        made.paragraphs[-1].paragraph_format.space_before = Pt(before)


def _say(cell: _Cell, text: str, align: ALIGN | None = None, bold: bool = False) -> None:
    """Text in the first paragraph of a cell; a newline is a line break."""
    line = cell.paragraphs[0]
    line.alignment, line.paragraph_format.space_after = align, Pt(2)
    line.add_run(text).bold = bold


def _widths(table: Table, millimetres: list[float]) -> None:
    """How wide each column is: Word asks the cells, LibreOffice the columns."""
    table.autofit, table.alignment = False, WD_TABLE_ALIGNMENT.CENTER
    for column, width in zip(table.columns, millimetres, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)


def _top(table: Table) -> None:
    """The first row grey, and again on each page."""
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for cell in table.rows[0].cells:
        shade: Any = OxmlElement("w:shd")
        for name, value in (("val", "clear"), ("color", "auto"), ("fill", "EBEBEB")):
            shade.set(qn(f"w:{name}"), value)
        cell._tc.get_or_add_tcPr().insert_element_before(shade, "w:vAlign")


def _padding(table: Table, millimetres: float) -> None:
    """What is free at the left and right of each cell: a narrow column must hold its name."""
    margins: Any = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(Mm(millimetres).twips))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    table._tbl.tblPr.insert_element_before(margins, "w:tblLook")


def _gap(made: Docx) -> None:
    """A little room around a table."""
    made.add_paragraph().paragraph_format.space_after = Pt(0)
    made.paragraphs[-1].paragraph_format.line_spacing = Pt(6)


def _border(line: Paragraph, side: str, kind: str, eighths: int) -> None:
    borders: Any = OxmlElement("w:pBdr")
    border = OxmlElement(f"w:{side}")
    for name, value in (("val", kind), ("sz", str(eighths)), ("space", "4"), ("color", "000000")):
        border.set(qn(f"w:{name}"), value)
    borders.append(border)
    after = ("w:tabs", "w:spacing", "w:ind", "w:jc")  # in the order that Word wants
    line._p.get_or_add_pPr().insert_element_before(borders, *after)


BLOCKS: dict[str, Callable[[Docx, Any], None]] = {
    "cover": _cover,
    "title": _title,
    "number": _number,
    "text": _text,
    "list": _list,
    "facts": _facts,
    "table": _table,
    "boxes": _boxes,
    "signatures": _signatures,
}
