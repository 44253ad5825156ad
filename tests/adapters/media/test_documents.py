"""Documents: their text by pages, and refused documents."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from chat_app.adapters.media.accepted import DOCX, ODP, ODS, ODT, PPTX, XLSX
from chat_app.core.files.kinds import FileKind
from chat_app.core.files.storage.ports import CLEAN, THUMBNAILS
from tests.adapters.media import made
from tests.adapters.media.asked import Examine, Refusal, written


async def test_a_pdf_has_text_by_pages_and_a_thumbnail(examine: Examine, into: Path):
    found = await examine(made.pdf(3), "a.pdf", "application/pdf")
    assert (found.kind, found.page_count) == (FileKind.PDF, 3)
    assert [page.strip() for page in found.pages] == [f"Page {number}: hello" for number in (1, 2, 3)]
    assert [Image.open(into / name).size for name in THUMBNAILS] == [(254, 360), (509, 720)]
    assert not (into / CLEAN).exists()


async def test_a_pdf_of_300_pages_is_read(examine: Examine):
    found = await examine(made.pdf(300))
    assert found.page_count == len(found.pages) == 300
    assert "Page 300" in found.pages[-1]


async def test_a_pdf_with_too_many_pages_is_refused(refusal: Refusal):
    assert await refusal(made.pdf(2_001)) == "file_pages_limit"


@pytest.mark.parametrize(
    "data",
    [
        made.docx('<w:p><w:r><w:t>a</w:t><w:br w:type="page"/></w:r></w:p>' * 2_500),
        made.open_document("presentation", "<draw:page><text:p/></draw:page>" * 2_500),
    ],
)
async def test_small_document_with_many_pages_keeps_the_first(examine: Examine, data: bytes):
    found = await examine(data)
    assert len(found.pages) == found.page_count == 2_000


async def test_a_pdf_with_a_password_is_a_file_without_text(examine: Examine, into: Path):
    found = await examine(made.pdf(2, password="secret"))
    assert (found.mime_type, found.pages, found.page_count) == ("application/pdf", (), None)
    assert written(into) == []


@pytest.mark.parametrize("data", [b"%PDF-1.7\nnothing", made.pdf()[:200]])
async def test_a_broken_pdf_is_refused(refusal: Refusal, data: bytes):
    assert await refusal(data) == "file_broken"


@pytest.mark.parametrize(
    ("data", "mime_type", "pages"),
    [
        (made.docx(), DOCX, ("Hello\t🙂 world\n", "Second page\n")),
        (made.pptx(), PPTX, ("Slide first\n", "Slide last\n")),
        (made.xlsx(), XLSX, ("Budget\nTotal\t\t42\nin line\tTRUE",)),
        (
            made.open_document("text", "<text:h>Title</text:h><text:p>a<text:tab/>b<text:span>c</text:span>d</text:p>"),
            ODT,
            ("Title\na\tbcd\n",),
        ),
        (
            made.open_document(
                "spreadsheet",
                '<table:table table:name="One"><table:table-row><table:table-cell><text:p>a</text:p></table:table-cell>'
                "<table:table-cell><text:p>b</text:p></table:table-cell></table:table-row></table:table>",
            ),
            ODS,
            ("One\na \tb \t\n",),
        ),
        (
            made.open_document(
                "presentation", "<draw:page><text:p>1</text:p></draw:page><draw:page><text:p>2</text:p></draw:page>"
            ),
            ODP,
            ("1\n", "2\n"),
        ),
    ],
)
async def test_an_office_document_has_text_by_pages(
    examine: Examine, data: bytes, mime_type: str, pages: tuple[str, ...]
):
    found = await examine(data, declared=mime_type)
    assert (found.mime_type, found.kind) == (mime_type, FileKind.DOCUMENT)
    assert (found.pages, found.page_count) == (pages, len(pages))


MACRO_TYPE = (
    '<Types><Override PartName="/word/document.xml"'
    ' ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>'
)
ENTITIES = '<!DOCTYPE a [<!ENTITY x "xxxxxxxxxx"><!ENTITY y "&x;&x;&x;">]><a>&y;</a>'
OUTSIDE = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (made.docx(**{"word/vbaProject.bin": b"x"}), "file_macros_refused"),
        (made.zipped({"[Content_Types].xml": MACRO_TYPE, "word/document.xml": "<a/>"}), "file_macros_refused"),
        (made.open_document("text", "", **{"Basic/Standard/a.xml": "<a/>"}), "file_macros_refused"),
        (made.zipped({"[Content_Types].xml": "<Types/>"}), "file_type_refused"),
        (made.zipped({"mimetype": "application/epub+zip", "content.xml": "<a/>"}), "file_type_refused"),
        (made.docx(**{"word/document.xml": ENTITIES}), "file_broken"),
        (made.docx(**{"word/document.xml": OUTSIDE}), "file_broken"),
        (made.docx(**{"word/document.xml": "<a><b>"}), "file_broken"),
        (made.docx()[:-30], "file_broken"),
    ],
)
async def test_unsafe_document_is_refused(refusal: Refusal, data: bytes, code: str):
    assert await refusal(data) == code


async def test_an_encrypted_open_document_is_a_file_without_text(examine: Examine):
    manifest = "<manifest><file-entry><encryption-data/></file-entry></manifest>"
    found = await examine(made.open_document("text", "", **{"META-INF/manifest.xml": manifest}))
    assert (found.mime_type, found.pages) == (ODT, ())


async def test_the_text_of_a_document_is_limited(examine: Examine):
    found = await examine(made.docx("<w:p><w:r><w:t>" + "word " * 1_000_000 + "</w:t></w:r></w:p>"))
    assert sum(len(page.encode()) for page in found.pages) == 2_000_000


def bomb() -> bytes:
    return made.zipped({"zeros": bytes(60_000_000)}, compresslevel=9)


@pytest.mark.parametrize(
    "make",
    [
        bomb,
        lambda: made.docx(**{"word/document.xml": bytes(60_000_000)}),
        lambda: made.zipped({"../../etc/cron.d/evil": "x"}),
        lambda: made.zipped({"/etc/passwd": "x"}),
        lambda: made.zipped({"C:\\Windows\\evil.dll": "x"}),
        lambda: made.zipped({"a\\..\\..\\evil": "x"}),
        lambda: made.zipped({f"{number}": "" for number in range(20_001)}),
    ],
    ids=["bomb", "docx bomb", "dots", "absolute", "drive", "backslashes", "entries"],
)
async def test_an_archive_that_is_unsafe_to_unpack_is_refused(refusal: Refusal, make: Callable[[], bytes]):
    assert await refusal(make()) == "file_unsafe_archive"


async def test_an_archive_is_not_unpacked(examine: Examine, into: Path):
    found = await examine(made.zipped({"a.txt": "hello", "日本語 🙂/b.exe": b"MZ"}), "a.zip", "application/zip")
    assert (found.mime_type, found.kind, found.pages) == ("application/zip", FileKind.ARCHIVE, ())
    assert written(into) == []


async def test_a_part_that_lies_about_its_size_is_refused(refusal: Refusal):
    data = made.docx(f"<w:p><w:r><w:t>{'a' * 9000}</w:t></w:r></w:p>")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        size = archive.getinfo("word/document.xml").file_size.to_bytes(4, "little")
    assert data.count(size) == 2
    assert await refusal(data.replace(size, (9).to_bytes(4, "little"))) == "file_broken"
