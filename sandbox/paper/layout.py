"""Layout of a body's document: masthead with monogram, data in tables, and a footer with CSV and page numbers."""

from dataclasses import dataclass
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from reportlab.graphics import renderPDF
from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import KeepTogether, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from sandbox.bodies.content import Content, Section

INK, MUTED, LINE, PAPER = HexColor("#191c1f"), HexColor("#5b6166"), HexColor("#dcd7cc"), HexColor("#f7f5f0")
TONES = {
    "aeat": "#9b2d2a",
    "tgss": "#6d3c87",
    "inss": "#6d3c87",
    "sepe": "#1d6b52",
    "dgt": "#1d56a0",
    "catastro": "#835408",
    "justicia": "#4a4a8f",
    "educacion": "#0b5563",
    "ine": "#3f5566",
}
MONOGRAMS = {"catastro": "CAT", "justicia": "MJU", "educacion": "EDU"}
MARGIN, WIDTH = 20 * mm, A4[0] - 40 * mm
FRAME_PADDING = 6
WARNING = "DOCUMENTO FICTICIO DEL SANDBOX DE TRÁMITES · NO ES DE NINGÚN ORGANISMO · SIN VALOR"


@dataclass(frozen=True)
class Sheet:
    """Document metadata printed on every page: issuing body, date, CSV and the address to verify it."""

    entity: str
    entity_name: str
    issued: str
    csv: str
    csv_url: str


def _style(name: str, size: float, **more: Any) -> ParagraphStyle:
    return ParagraphStyle(name, fontName="Helvetica", fontSize=size, leading=size * 1.35, textColor=INK, **more)


TITLE = _style("title", 19, spaceAfter=4)
HEADING = _style("heading", 11.5, spaceBefore=10, spaceAfter=4)
BODY = _style("body", 10, spaceAfter=6)
CELL = _style("cell", 8.8)
AMOUNT = _style("amount", 8.8, alignment=TA_RIGHT)
SMALL = _style("small", 8.5, spaceBefore=8)


def layout_of(content: Content, sheet: Sheet) -> bytes:
    """Return the unsigned PDF, laid out twice because the first pass counts the pages."""
    pages: list[int] = []
    _set(content, sheet, 0, pages)
    return _set(content, sheet, len(pages), [])


def _set(content: Content, sheet: Sheet, total: int, pages: list[int]) -> bytes:
    out = BytesIO()

    def frame(canvas: Canvas, document: Any) -> None:
        pages.append(document.page)
        _masthead(canvas, sheet)
        _footer(canvas, sheet, document.page, total)

    document = SimpleDocTemplate(
        out,
        pagesize=A4,
        leftMargin=MARGIN - FRAME_PADDING,
        rightMargin=MARGIN - FRAME_PADDING,
        topMargin=36 * mm,
        bottomMargin=42 * mm,
        title=content.title,
        author=sheet.entity_name,
        subject="Documento ficticio del sandbox de Trámites",
        lang="es-ES",
    )
    document.build(_story(content, sheet), onFirstPage=frame, onLaterPages=frame)
    return out.getvalue()


def _story(content: Content, sheet: Sheet) -> list[Any]:
    story: list[Any] = [Paragraph(f"<b>{escape(content.title)}</b>", TITLE)]
    if content.statement:
        story += [
            Paragraph(f"<b>{escape(sheet.entity_name)}</b> CERTIFICA:", BODY),
            Paragraph(escape(content.statement), BODY),
        ]
    tone = HexColor(TONES[sheet.entity])
    for section in content.sections:
        heading = Paragraph(f"<b>{escape(section.heading)}</b>", HEADING)
        if section.columns:
            story += [heading, _table(section, tone)]
        else:
            story.append(KeepTogether([heading, _rows(section)]))
    if content.notice:
        story.append(Paragraph(escape(content.notice), SMALL))
    story += [Spacer(1, 6 * mm), Paragraph(f"Expedido el {sheet.issued} y sellado electrónicamente.", BODY)]
    return story


def _rows(section: Section) -> Table:
    cells = [[_cell(label, MUTED), Paragraph(f"<b>{escape(value)}</b>", CELL)] for label, value in section.rows]
    made = Table(cells, colWidths=(WIDTH * 0.36, WIDTH * 0.64), hAlign="LEFT")
    made.setStyle(
        TableStyle([("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE), ("VALIGN", (0, 0), (-1, -1), "TOP"), *_tight()])
    )
    return made


def _table(section: Section, tone: Any) -> Table:
    styles = [AMOUNT if line.endswith(" €") else CELL for line in section.table[0]] if section.table else []
    styles += [CELL] * (len(section.columns) - len(styles))
    head = [
        Paragraph(f'<font color="white"><b>{escape(name)}</b></font>', style)
        for name, style in zip(section.columns, styles, strict=True)
    ]
    lines = [
        [Paragraph(escape(value), style) for value, style in zip(line, styles, strict=True)] for line in section.table
    ]
    made = Table([head, *lines], colWidths=_widths(section), repeatRows=1, hAlign="LEFT")
    look = [
        ("BACKGROUND", (0, 0), (-1, 0), tone),
        ("ROWBACKGROUNDS", (0, 1), (-1, -1), (HexColor("#ffffff"), PAPER)),
        ("LINEBELOW", (0, 1), (-1, -1), 0.3, LINE),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
    ]
    made.setStyle(TableStyle([*look, *_tight()]))
    return made


def _widths(section: Section) -> list[float]:
    """Return column widths weighted by the longest text in each column."""
    longest = [
        min(max([len(name), *(len(line[index]) for line in section.table)]) + 3, 34)
        for index, name in enumerate(section.columns)
    ]
    return [WIDTH * size / sum(longest) for size in longest]


def _cell(text: str, colour: Any) -> Paragraph:
    return Paragraph(f'<font color="{colour.hexval().replace("0x", "#")}">{escape(text)}</font>', CELL)


def _tight() -> list[tuple[Any, ...]]:
    return [(side, (0, 0), (-1, -1), 3) for side in ("TOPPADDING", "BOTTOMPADDING")] + [
        ("LEFTPADDING", (0, 0), (-1, -1), 5),
        ("RIGHTPADDING", (0, 0), (-1, -1), 5),
    ]


def _masthead(canvas: Canvas, sheet: Sheet) -> None:
    top = A4[1] - 16 * mm
    canvas.setFillColor(HexColor(TONES[sheet.entity]))
    canvas.roundRect(MARGIN, top - 12 * mm, 18 * mm, 12 * mm, 2.5 * mm, stroke=0, fill=1)
    canvas.setFillColor(HexColor("#ffffff"))
    canvas.setFont("Helvetica-Bold", 11)
    canvas.drawCentredString(MARGIN + 9 * mm, top - 7.5 * mm, MONOGRAMS.get(sheet.entity, sheet.entity.upper()))
    canvas.setFillColor(INK)
    canvas.setFont("Helvetica-Bold", 12)
    canvas.drawString(MARGIN + 22 * mm, top - 5 * mm, sheet.entity_name)
    canvas.setFillColor(MUTED)
    canvas.setFont("Helvetica", 7.5)
    canvas.drawString(MARGIN + 22 * mm, top - 10 * mm, WARNING)
    canvas.setStrokeColor(LINE)
    canvas.line(MARGIN, top - 16 * mm, A4[0] - MARGIN, top - 16 * mm)


def _footer(canvas: Canvas, sheet: Sheet, page: int, total: int) -> None:
    canvas.setStrokeColor(LINE)
    canvas.line(MARGIN, 35 * mm, A4[0] - MARGIN, 35 * mm)
    _qr(canvas, sheet.csv_url)
    left = MARGIN + 24 * mm
    canvas.setFillColor(INK)
    canvas.setFont("Helvetica-Bold", 8.5)
    canvas.drawString(left, 29 * mm, f"CSV: {sheet.csv}")
    canvas.setFont("Helvetica", 8)
    canvas.drawString(left, 24.5 * mm, f"Verificación: {sheet.csv_url}")
    canvas.linkURL(sheet.csv_url, (left, 23 * mm, A4[0] - MARGIN, 28 * mm))
    canvas.setFillColor(MUTED)
    canvas.drawString(
        left, 20 * mm, "Quien tenga este código puede leer el documento: no lo des a quien no deba verlo."
    )
    canvas.drawRightString(A4[0] - MARGIN, 12 * mm, f"Página {page} de {total}")


def _qr(canvas: Canvas, url: str) -> None:
    if not canvas.hasForm("qr"):
        widget = QrCodeWidget(url, barLevel="L")
        left, bottom, right, top = widget.getBounds()
        size = 20 * mm
        drawing = Drawing(size, size, transform=[size / (right - left), 0, 0, size / (top - bottom), 0, 0])
        drawing.add(widget)
        canvas.beginForm("qr", 0, 0, size, size)
        renderPDF.draw(drawing, canvas, 0, 0)
        canvas.endForm()
    canvas.saveState()
    canvas.translate(MARGIN, 13.5 * mm)
    canvas.doForm("qr")
    canvas.restoreState()
