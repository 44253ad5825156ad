"""Examine a PDF: its pages, their text, and a thumbnail of the first one."""

from io import BytesIO
from pathlib import Path

import pypdfium2 as pdfium
from pypdfium2.raw import FPDF_ERR_PASSWORD

from chat_app.adapters.media.child.documents.pages import Pages
from chat_app.adapters.media.child.pictures.thumbnails import BOXES, write_thumbnails
from chat_app.adapters.media.child.writing import write
from chat_app.adapters.media.limits import PAGES_MAX
from chat_app.core.files.errors import FileRefused
from chat_app.core.files.kinds import FileKind
from chat_app.core.files.storage.ports import Examined


def examine_pdf(path: Path, into: Path) -> Examined:
    """Return the text of a PDF. A PDF with a password has neither text nor a number of pages."""
    try:
        document = pdfium.PdfDocument(path)
    except pdfium.PdfiumError as error:
        if getattr(error, "err_code", None) == FPDF_ERR_PASSWORD:
            return Examined("application/pdf", FileKind.PDF)
        raise
    count = len(document)
    if count > PAGES_MAX:
        raise FileRefused("file_pages_limit", maximum=PAGES_MAX)
    if count == 0:
        raise FileRefused("file_broken")
    _draw(document[0], into)
    pages = Pages()
    for number in range(count):
        if pages.full:
            break
        pages.add(_text(document[number]))
    return Examined("application/pdf", FileKind.PDF, pages=tuple(pages.texts), page_count=count)


def draw_page(path: Path, into: Path, number: int, longest: int) -> str:
    """Write a page of a PDF as a picture, so many pixels long or wide; return its media type."""
    document = pdfium.PdfDocument(path)
    if number > len(document):
        raise FileRefused("file_broken")
    page = document[number - 1]
    width, height = page.get_size()
    if min(width, height) <= 0:
        raise FileRefused("file_broken")
    image = page.render(scale=longest / max(width, height)).to_pil().convert("RGB")
    output = BytesIO()
    image.save(output, "JPEG", quality=85)
    write(into, output.getvalue())
    return "image/jpeg"


def _text(page: pdfium.PdfPage) -> str:
    text = page.get_textpage()
    try:
        return str(text.get_text_range(errors="ignore"))
    finally:
        text.close()
        page.close()


def _draw(page: pdfium.PdfPage, into: Path) -> None:
    """Write the thumbnails of a page, unless it is empty."""
    width, height = page.get_size()
    largest = max(width, height)
    if min(width, height) <= 0:
        return
    image = page.render(scale=BOXES[-1] / largest).to_pil()
    write_thumbnails(image, into, largest=BOXES[-1])
