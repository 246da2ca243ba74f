"""Has LibreOffice Calc save the table, its cells typed as a secretary's hands would leave them."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.sax.saxutils import escape

from papers import OFFICE, soffice
from people import Cell, read_people

WORKBOOK = f"""<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="{OFFICE}office:1.0" xmlns:style="{OFFICE}style:1.0"
 xmlns:text="{OFFICE}text:1.0" xmlns:table="{OFFICE}table:1.0" xmlns:number="{OFFICE}datastyle:1.0"
 xmlns:fo="{OFFICE}xsl-fo-compatible:1.0"
 office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.spreadsheet">
<office:automatic-styles>
 <number:date-style style:name="N1"><number:day number:style="long"/><number:text>/</number:text>
  <number:month number:style="long"/><number:text>/</number:text><number:year number:style="long"/>
 </number:date-style>
 <number:date-style style:name="N2"><number:day number:style="long"/><number:text>/</number:text>
  <number:month number:style="long"/><number:text>/</number:text><number:year number:style="long"/>
  <number:text> </number:text><number:hours number:style="long"/><number:text>:</number:text>
  <number:minutes number:style="long"/><number:text>:</number:text><number:seconds number:style="long"/>
 </number:date-style>
 <style:style style:name="day" style:family="table-cell" style:data-style-name="N1"/>
 <style:style style:name="moment" style:family="table-cell" style:data-style-name="N2"/>
 <style:style style:name="head" style:family="table-cell"><style:table-cell-properties
  fo:background-color="#dddddd"/><style:text-properties fo:font-weight="bold"/></style:style>
</office:automatic-styles><office:body><office:spreadsheet>%s</office:spreadsheet></office:body>
</office:document>"""


def cell(value: Cell, style: str = "") -> str:
    """One cell with its own type: text stays text, a number is a number, a date a date."""
    named = f' table:style-name="{style}"' if style else ""
    if value == "":
        return f"<table:table-cell{named}/>"
    if isinstance(value, date):
        named = f' table:style-name="{"moment" if isinstance(value, datetime) else "day"}"'
        return f'<table:table-cell{named} office:value-type="date" office:date-value="{value.isoformat()}"/>'
    if isinstance(value, int):
        return f'<table:table-cell{named} office:value-type="float" office:value="{value}"/>'
    lines = "".join(f"<text:p>{escape(line)}</text:p>" for line in value.split("\n"))
    return f'<table:table-cell{named} office:value-type="string">{lines}</table:table-cell>'


def row(cells: Sequence[Cell], style: str = "") -> str:
    """One row of the sheet."""
    return "<table:table-row>" + "".join(cell(value, style) for value in cells) + "</table:table-row>"


def workbook() -> str:
    """A first sheet of remarks, then the answers below a title, with empty rows in between and at the end."""
    headers, people = read_people()
    blank = [""] * len(headers)
    remarks = [
        "Léeme",
        "Todas las personas de este archivo son inventadas.",
        "Los PDF están en la carpeta Documentos; los del formulario, en la carpeta Formulario.",
    ]
    answers = [row(["", "RESPUESTAS · TALLER DE ESCRITURA DE GUION 2025"]), row(["", "DATOS FICTICIOS"])]
    answers += [row(blank), row(headers, "head")]
    for person in people:
        answers += [row(blank)] * person.empty_row_before + [row(person.cells)]
    answers += [row(blank, "head")] * 3
    return WORKBOOK % (
        f'<table:table table:name="Léeme">{"".join(row([text]) for text in remarks)}</table:table>'
        f'<table:table table:name="Respuestas de formulario 1">{"".join(answers)}</table:table>'
    )


def make_table(target: Path) -> None:
    """Writes the .xlsx."""
    with TemporaryDirectory() as scratch:
        source = Path(scratch) / "respuestas.fods"
        source.write_text(workbook(), "utf-8")
        soffice(source, "xlsx:Calc MS Excel 2007 XML", target)
