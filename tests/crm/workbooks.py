"""A workbook of one sheet as spreadsheet programs write it: texts, numbers, and days by a style."""

import zipfile
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from xml.sax.saxutils import escape

Cell = str | int | float | datetime | None
_EXCEL_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 - a wall clock
_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
# The second style shows a number as a day and a time.
_PARTS = {
    "[Content_Types].xml": f"""<Types xmlns="{_PACKAGE}/content-types">
        <Default Extension="xml" ContentType="application/xml"/>
        <Default Extension="rels"
            ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
        </Types>""",
    "_rels/.rels": f"""<Relationships xmlns="{_PACKAGE}/relationships">
        <Relationship Id="r1" Type="{_RELS}/officeDocument" Target="xl/workbook.xml"/>
        </Relationships>""",
    "xl/_rels/workbook.xml.rels": f"""<Relationships xmlns="{_PACKAGE}/relationships">
        <Relationship Id="r1" Type="{_RELS}/worksheet" Target="worksheets/sheet1.xml"/>
        <Relationship Id="r2" Type="{_RELS}/styles" Target="styles.xml"/></Relationships>""",
    "xl/workbook.xml": f"""<workbook {_MAIN} xmlns:r="{_RELS}"><sheets>
        <sheet name="Заказы" sheetId="1" r:id="r1"/></sheets></workbook>""",
    "xl/styles.xml": f"""<styleSheet {_MAIN}>
        <cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="22"/></cellXfs></styleSheet>""",
}


def write(path: Path, rows: Sequence[Sequence[Cell]]) -> Path:
    """The rows from the first line on; None leaves a cell out."""
    lines = [
        f'<row r="{number}">{"".join(_cell(number, place, one) for place, one in enumerate(row))}</row>'
        for number, row in enumerate(rows, 1)
    ]
    sheet = f"<worksheet {_MAIN}><sheetData>{''.join(lines)}</sheetData></worksheet>"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in (_PARTS | {"xl/worksheets/sheet1.xml": sheet}).items():
            archive.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>{text}')
    return path


def changed(path: Path, change: Callable[[str], str]) -> Path:
    """The same workbook with another sheet in it."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    parts["xl/worksheets/sheet1.xml"] = change(parts["xl/worksheets/sheet1.xml"])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return path


def _cell(number: int, place: int, value: Cell) -> str:
    where = f'r="{chr(ord("A") + place)}{number}"'
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f'<c {where} s="1"><v>{(value - _EXCEL_ZERO).total_seconds() / 86_400}</v></c>'
    if isinstance(value, str):
        return f'<c {where} t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    return f"<c {where}><v>{value}</v></c>"
