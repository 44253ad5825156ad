"""A file's type: by its first bytes, compared with its name and declared type."""

from pathlib import Path

import pytest

from chat_app.adapters.media.accepted import ACCEPTED, DOCX
from tests.adapters.media import made
from tests.adapters.media.asked import Examine, Refusal, written

PNG = made.encoded(made.picture(), "PNG")
JPEG = made.encoded(made.picture(), "JPEG")
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file_empty"),
        (b"MZ\x90\0" + bytes(99), "file_type_refused"),
        (b"\x7fELF" + bytes(99), "file_type_refused"),
        (b"{\\rtf1 hello}", "file_type_refused"),
        (b"\x1f\x8b\x08\0" + bytes(99), "file_type_refused"),
        (b"RIFF\0\0\0\0AVI LIST", "file_type_refused"),
        (b"\0\1\2\3" * 99, "file_type_refused"),
        (bytes(range(1, 30)) * 9, "file_type_refused"),
        (made.HEIC, "file_heic_refused"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(999), "file_office_refused"),
        (made.webm(doc_type=b"matroska"), "file_type_refused"),
        (made.box(b"ftyp", b"crx \0\0\0\0crx "), "file_type_refused"),
        ("Grüße aus Köln, schöne".encode("latin-1"), "file_encoding_refused"),
    ],
)
async def test_unlisted_type_is_refused(refusal: Refusal, data: bytes, code: str):
    assert await refusal(data) == code


@pytest.mark.parametrize(
    ("data", "name", "declared", "code"),
    [
        (PNG, "report.pdf", "application/pdf", "file_type_mismatch"),
        (PNG, "report.pdf", "", "file_type_mismatch"),
        (PNG, "page.html", "", "file_type_mismatch"),
        (PNG, "setup.exe", "", "file_type_refused"),
        (made.pdf(), "photo.jpg", "image/jpeg", "file_type_mismatch"),
        (made.zipped({"a": "b"}), "letter.docx", DOCX, "file_type_mismatch"),
        (made.zipped({"a": "b"}), "tool.jar", "application/java-archive", "file_type_refused"),
        (made.docx(), "photo.png", "image/png", "file_type_mismatch"),
        (b"just text", "photo.png", "image/png", "file_type_mismatch"),
        (b"just text", "film.mp4", "video/mp4", "file_type_mismatch"),
        (made.mp4(), "sound.txt", "text/plain", "file_type_mismatch"),
    ],
)
async def test_a_file_that_is_called_something_else_is_refused(
    refusal: Refusal, data: bytes, name: str, declared: str, code: str
):
    assert await refusal(data, name, declared) == code


@pytest.mark.parametrize(
    ("data", "name", "declared", "mime_type"),
    [
        (JPEG, "photo.PNG", "image/png", "image/jpeg"),
        (JPEG, "写真 🙂\u202egpj.exe.jpg", "image/jpeg", "image/jpeg"),
        (JPEG, "../../etc/passwd", "application/octet-stream", "image/jpeg"),
        (JPEG, "photo", "IMAGE/JPEG; charset=binary", "image/jpeg"),
        (b"const a: number = 1;", "a.ts", "video/mp2t", "text/plain"),
        (b"a;b\n1;2", "a.csv", "application/vnd.ms-excel", "text/plain"),
        (b"#!/bin/sh\nrm -rf /", "a.sh", "application/x-sh", "text/plain"),
        (b"<!doctype html><script>alert(1)</script>", "a.html", "text/html", "text/plain"),
        (SVG, "a.svg", "image/svg+xml", "text/plain"),
        (b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', "a.xml", "application/xml", "text/plain"),
        (made.docx(), "letter.docx", "application/zip", DOCX),
        (made.mp4(video=False), "memo.m4a", "video/mp4", "audio/mp4"),
        (made.opus(), "memo.ogg", "application/ogg", "audio/ogg"),
        (made.zipped({"a": "b"}), "a.zip", "application/x-zip-compressed", "application/zip"),
    ],
)
async def test_type_by_browser_may_differ(examine: Examine, data: bytes, name: str, declared: str, mime_type: str):
    found = await examine(data, name, declared)
    assert found.mime_type == mime_type
    assert found.kind is ACCEPTED[mime_type]


async def test_html_and_svg_are_never_kept_as_what_runs(examine: Examine, into: Path):
    found = await examine(SVG, "a.svg", "image/svg+xml")
    assert (found.mime_type, found.pages) == ("text/plain", (SVG.decode(),))
    assert written(into) == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp932", "euc_jp"])
async def test_text_is_read_in_its_encoding(examine: Examine, encoding: str):
    text = "こんにちは、世界。\nカタカナと漢字とABC 123\n" * 3
    assert (await examine(text.encode(encoding), "a.txt", "text/plain")).pages == (text,)


async def test_emoji_and_direction_marks_stay_and_controls_go(examine: Examine):
    found = await examine("a\u202eb 👩‍👩‍👧\r\nc\x07".encode() + b" plain" * 99)
    assert found.pages[0].startswith("a\u202eb 👩‍👩‍👧\nc plain")


async def test_long_text_is_cut_but_accepted(examine: Examine):
    found = await examine("あ".encode() * 1_000_000)
    assert 1_999_990 < len(found.pages[0].encode()) <= 2_000_000


async def test_text_that_breaks_far_behind_is_no_text(refusal: Refusal):
    assert await refusal(b"a" * 3_000_000 + b"\0") == "file_type_refused"
    assert await refusal(b"a" * 3_000_000 + b"\xff\xff\xff") == "file_encoding_refused"


async def test_polyglot_file_has_the_type_of_its_first_bytes(examine: Examine):
    found = await examine(made.pdf() + made.zipped({"evil.class": "x"}), "a.pdf", "application/pdf")
    assert found.mime_type == "application/pdf"
