"""Files as people have them, and as attackers make them."""

import io
import struct
import wave
import zipfile
import zlib
from typing import Any

import pypdf
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

SECRET = b"Nikon of Aiko"
"""Words that only the metadata has: no cleaned file may contain them."""


def exif(orientation: int = 1) -> Image.Exif:
    """EXIF with a maker, a place, and how the picture is turned."""
    made = Image.Exif()
    made[0x0112] = orientation
    made[0x010F] = SECRET.decode()
    made.get_ifd(0x8825).update({1: "N", 2: (35.0, 41.0, 22.0), 3: "E", 4: (139.0, 41.0, 30.0), 29: "2026:11:28"})
    return made


XMP = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + SECRET + b"</x:xmpmeta>"


def picture(mode: str = "RGB", size: tuple[int, int] = (800, 600)) -> Image.Image:
    """A picture whose upper left corner is red and whose others are blue."""
    made = Image.new("RGB", size, (0, 0, 255))
    made.paste((255, 0, 0), (0, 0, size[0] // 2, size[1] // 2))
    if mode.startswith("I;16"):
        return made.convert("L").convert("I").point(lambda value: value * 256).convert("I;16")
    return made.convert(mode)


def encoded(image: Image.Image, form: str, **options: Any) -> bytes:
    output = io.BytesIO()
    image.save(output, form, **options)
    return output.getvalue()


def private_picture(form: str, orientation: int = 1) -> bytes:
    """A picture with all the metadata that its format may have."""
    options: dict[str, Any] = {"exif": exif(orientation), "xmp": XMP, "comment": SECRET}
    if form == "PNG":
        texts = PngInfo()
        texts.add_text("Author", SECRET.decode())
        texts.add_itxt("XML:com.adobe.xmp", XMP.decode())
        options = {"exif": exif(orientation), "pnginfo": texts}
    if form == "GIF":
        options = {"comment": SECRET}
    if form in {"AVIF", "WEBP"}:
        del options["comment"]
    return encoded(picture(), form, **options)


def animation(form: str, frames: int = 3, size: tuple[int, int] = (60, 40), **options: Any) -> bytes:
    shades = [Image.new("RGB", size, (index * 7 % 256, index * 31 % 256, 99)) for index in range(frames)]
    return encoded(shades[0], form, save_all=True, append_images=shades[1:], duration=50, loop=0, **options)


def png_chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_of_size(width: int, height: int) -> bytes:
    """A PNG that says it is large, and hardly has a byte."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + png_chunk(b"IDAT", rows) + png_chunk(b"IEND", b"")


def box(kind: bytes, *bodies: bytes) -> bytes:
    body = b"".join(bodies)
    return struct.pack(">I", len(body) + 8) + kind + body


HEIC = box(b"ftyp", b"heic\0\0\0\0mif1heic") + box(b"meta", b"\0\0\0\0")


def pdf(pages: int = 3, password: str | None = None, text: str = "Page {page}: hello") -> bytes:
    writer = pypdf.PdfWriter()
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        }
    )
    for number in range(pages):
        page = writer.add_blank_page(595, 842)
        fonts = DictionaryObject({NameObject("/F1"): font})
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
        content = DecodedStreamObject()
        content.set_data(f"BT /F1 24 Tf 50 700 Td ({text.format(page=number + 1)}) Tj ET".encode())
        page[NameObject("/Contents")] = writer._add_object(content)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def zipped(files: dict[str, bytes | str], **options: Any) -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return output.getvalue()


_MAIN = "application/vnd.openxmlformats-officedocument.{kind}.main+xml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def _types(part: str, kind: str) -> str:
    return f'<Types><Override PartName="{part}" ContentType="{_MAIN.format(kind=kind)}"/></Types>'


def _rels(targets: list[str]) -> str:
    rows = "".join(f'<Relationship Id="r{number}" Target="{target}"/>' for number, target in enumerate(targets))
    return f"<Relationships>{rows}</Relationships>"


def docx(body: str | None = None, **more: bytes | str) -> bytes:
    body = body or (
        '<w:p><w:pPr><w:tabs><w:tab w:pos="9"/></w:tabs></w:pPr>'
        "<w:r><w:t>Hello</w:t><w:tab/><w:t>🙂 world</w:t></w:r></w:p>"
        '<w:p><w:r><w:br w:type="page"/><w:t>Second page</w:t></w:r></w:p>'
    )
    files = {
        "[Content_Types].xml": _types("/word/document.xml", "wordprocessingml.document"),
        "word/document.xml": f'<w:document xmlns:w="urn:w"><w:body>{body}</w:body></w:document>',
    }
    return zipped({**files, **more})


def pptx() -> bytes:
    slide = '<p:sld xmlns:p="urn:p" xmlns:a="urn:a"><a:p><a:r><a:t>Slide {}</a:t></a:r></a:p></p:sld>'
    listed = "".join(f'<p:sldId id="{256 + number}" r:id="r{number}"/>' for number in range(2))
    return zipped(
        {
            "[Content_Types].xml": _types("/ppt/presentation.xml", "presentationml.presentation"),
            "ppt/presentation.xml": f'<p:presentation xmlns:p="urn:p" xmlns:r="{_RELATION}">{listed}</p:presentation>',
            "ppt/_rels/presentation.xml.rels": _rels(["slides/slide2.xml", "/ppt/slides/slide1.xml"]),
            "ppt/slides/slide1.xml": slide.format("last"),
            "ppt/slides/slide2.xml": slide.format("first"),
        }
    )


def xlsx() -> bytes:
    rows = (
        '<row><c r="A1" t="s"><v>0</v></c><c r="C1"><v>42</v></c></row>'
        '<row><c r="A2" t="inlineStr"><is><t>in line</t></is></c><c r="B2" t="b"><v>1</v></c></row>'
    )
    return zipped(
        {
            "[Content_Types].xml": _types("/xl/workbook.xml", "spreadsheetml.sheet"),
            "xl/workbook.xml": f'<book xmlns:r="{_RELATION}"><sheets><sheet name="Budget" r:id="r0"/></sheets></book>',
            "xl/_rels/workbook.xml.rels": _rels(["worksheets/sheet1.xml"]),
            "xl/sharedStrings.xml": "<sst><si><r><t>To</t></r><r><t>tal</t></r><rPh><t>x</t></rPh></si></sst>",
            "xl/worksheets/sheet1.xml": f"<worksheet><sheetData>{rows}</sheetData></worksheet>",
        }
    )


def open_document(kind: str, body: str, **more: bytes | str) -> bytes:
    content = f'<o:content xmlns:o="urn:o" xmlns:text="urn:t" xmlns:table="urn:b" xmlns:draw="urn:d">{body}</o:content>'
    return zipped({"mimetype": f"application/vnd.oasis.opendocument.{kind}", "content.xml": content, **more})


def wav(seconds: float = 0.5) -> bytes:
    output = io.BytesIO()
    with wave.open(output, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(int(8000 * seconds) * 2))
    return output.getvalue()


def mp3(frames: int = 50) -> bytes:
    """Silence at 128 kbit/s and 44.1 kHz: 26 ms a frame."""
    return (b"\xff\xfb\x90\x00" + bytes(413)) * frames


def aac(frames: int = 20) -> bytes:
    return (b"\xff\xf1\x50\x80\x02\x1f\xfc" + bytes(9)) * frames


def mp4(*, brand: bytes = b"isom", video: bool = True, turned: bool = False, private: bytes = b"") -> bytes:
    def track(handler: bytes, width: int, height: int) -> bytes:
        matrix = (
            (0, 0x10000, 0, 0xFFFF0000, 0, 0, 0, 0, 0x40000000)
            if turned
            else (0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
        )
        sides = struct.pack(">9III", *matrix, width << 16, height << 16)
        return box(
            b"trak",
            box(b"tkhd", bytes(40), sides),
            box(b"mdia", box(b"hdlr", bytes(8), handler, bytes(13))),
        )

    header = box(b"mvhd", bytes(12), struct.pack(">II", 1000, 2500), bytes(80))
    tracks = [track(b"vide", 1920, 1080)] if video else []
    movie = box(b"moov", header, *tracks, track(b"soun", 0, 0), box(b"udta", private) if private else b"")
    return box(b"ftyp", brand, bytes(4), brand) + movie + box(b"mdat", b"pixels" * 100)


def _element(marker: bytes, body: bytes) -> bytes:
    return marker + struct.pack(">I", 0x10000000 | len(body)) + body


def webm(*, doc_type: bytes = b"webm", video: bool = True, duration: float | None = 3000.0) -> bytes:
    info = _element(b"\x2a\xd7\xb1", (1_000_000).to_bytes(3, "big"))
    info += _element(b"\x44\x89", struct.pack(">d", duration)) if duration else b""
    screen = _element(b"\xe0", _element(b"\xb0", b"\x05\x00") + _element(b"\xba", b"\x02\xd0"))
    track = _element(b"\xae", _element(b"\x83", b"\1" if video else b"\2") + (screen if video else b""))
    body = _element(b"\x15\x49\xa9\x66", info) + _element(b"\x16\x54\xae\x6b", track)
    body += _element(b"\x1f\x43\xb6\x75", b"pixels")
    head = _element(b"\x1a\x45\xdf\xa3", _element(b"\x42\x82", doc_type))
    return head + b"\x18\x53\x80\x67\x01" + b"\xff" * 7 + body  # a segment of unknown size, as browsers record


def flac() -> bytes:
    info = struct.pack(">HH", 4096, 4096) + bytes(6)
    info += (44100 << 44 | 1 << 41 | 15 << 36 | 44100 * 2).to_bytes(8, "big") + bytes(16)
    return b"fLaC\x80" + len(info).to_bytes(3, "big") + info + bytes(64)


def ogg_page(body: bytes, sequence: int, flags: int, granule: int) -> bytes:
    sizes = bytes([255] * (len(body) // 255) + [len(body) % 255])
    head = b"OggS\0" + bytes([flags]) + struct.pack("<QIII", granule, 7, sequence, 0)
    return head + bytes([len(sizes)]) + sizes + body


def opus() -> bytes:
    head = b"OpusHead\1\1" + struct.pack("<HIhB", 0, 48000, 0, 0)
    tags = b"OpusTags" + struct.pack("<I", 4) + b"test" + struct.pack("<I", 0)
    return ogg_page(head, 0, 2, 0) + ogg_page(tags, 1, 0, 0) + ogg_page(bytes(99), 2, 4, 96000)
