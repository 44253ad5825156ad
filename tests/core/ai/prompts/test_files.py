"""Files in prompts: which contents are included."""

import re
from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from chat_app.core.ai.context.prompt import estimate_tokens
from chat_app.core.ai.context.shapes.files import Contents, FileText, PromptFile, prompt_files
from chat_app.core.ai.ports.gateway import ModelInfo
from chat_app.core.ai.summaries.request import ask_summary
from chat_app.core.ai.summaries.stretch import Stretch
from chat_app.core.files.kinds import FileKind
from tests.core.ai.prompts.sent_files import build, line, sent


def document(name: str = "plan.pdf", pages: int | None = 2) -> PromptFile:
    return PromptFile(uuid4(), 1, name, FileKind.PDF, "application/pdf", 1, pages=pages)


def picture(name: str = "cat.png", width: int = 750, height: int = 100) -> PromptFile:
    return PromptFile(uuid4(), 1, name, FileKind.IMAGE, "image/png", 1, width, height)


def test_a_document_is_given_with_its_pages_before_the_question():
    plan, note = document(), PromptFile(uuid4(), 1, "a.py", FileKind.TEXT, "text/x-python", 9)
    texts = {plan.id: FileText(["One\n", "\nTwo"], 2), note.id: FileText(["print(1)"], 1)}
    assert line(build(sent(plan, note, text="Sum it up"), contents=Contents(texts))) == (
        'Aiko: [Parley: file 1: "plan.pdf", PDF, 2 pages; its text follows]\n'
        "[Parley: page 1 of file 1]\nOne\n[Parley: page 2 of file 1]\nTwo\n[Parley: end of file 1]\n"
        '[Parley: file 2: "a.py", text; its text follows]\nprint(1)\n[Parley: end of file 2]\nSum it up'
    )


def test_long_document_is_included_by_whole_pages():
    plan = document(pages=9)
    texts = {plan.id: FileText([f"{n} " + "word " * 300 for n in range(1, 8)], 8)}
    told = line(build(sent(plan), budget=2_500, contents=Contents(texts)))
    assert "; pages 1 to 3 follow, pages 4 to 9 are left out for want of space]" in told
    assert re.findall(r"page (\d) of", told) == ["1", "2", "3"]
    assert told.count("word ") + told.count("word\n") == 3 * 300
    assert estimate_tokens(told) < 1_250


def test_a_long_page_is_begun_where_none_fits():
    note = replace(document("log.txt", None), kind=FileKind.TEXT)
    told = line(build(sent(note), budget=400, contents=Contents({note.id: FileText(["word " * 900], 1)})))
    assert "text; the beginning of its text follows, the rest is left out for want of space]\nword word" in told
    assert 500 < len(told) < 1_000
    book = document(pages=30)
    told = line(build(sent(book), budget=400, contents=Contents({book.id: FileText(["word " * 900], 30)})))
    assert "the beginning of page 1 follows, the rest until page 30 is left out for want of space]" in told


def test_the_newest_documents_come_first():
    old, new = document("old.pdf"), document("new.pdf")
    texts = {each.id: FileText(["word " * 400, "word " * 400], 2) for each in (old, new)}
    told = line(build(sent(old), sent(new), budget=3_000, contents=Contents(texts)))
    assert '"new.pdf", PDF, 2 pages; its text follows]' in told
    assert '"old.pdf", PDF, 2 pages; its text is left out for want of space]' not in told  # a page fits
    assert '"old.pdf", PDF, 2 pages; the beginning of page 1 follows' in told
    told = line(build(sent(old), sent(new), budget=2_080, contents=Contents(texts)))
    assert '"new.pdf", PDF, 2 pages; its text follows]' in told
    assert '"old.pdf", PDF, 2 pages; its text is left out for want of space]' in told


def test_a_document_without_text_and_files_of_other_kinds_are_named():
    scan, film = (
        document("scan.pdf", 1),
        PromptFile(uuid4(), 1, "a.mp4", FileKind.VIDEO, "video/mp4", 9, caption="Waves"),
    )
    assert line(build(sent(scan, film, text=""), contents=Contents())) == (
        'Aiko: [Parley: file 1: "scan.pdf", PDF, 1 page; no text was found in it]\n'
        '[Parley: file 2: "a.mp4", video, captioned "Waves"; its contents are not shown to you]'
    )


def test_the_pages_of_a_scan_are_pictures_for_models_that_see():
    scan, book = document("scan.pdf", 2), document("book.pdf", 30)
    blank = {each.id: FileText([" \n"] * (each.pages or 1), each.pages or 1) for each in (scan, book)}
    prompt = build(sent(scan), contents=Contents(blank, sees=True), budget=40_000)
    assert '"scan.pdf", PDF, 2 pages; no text was found in it; its pages are attached as pictures]' in line(prompt)
    assert [file.shown for _, file in prompt.pictures] == [(scan.id, 1), (scan.id, 2)]
    prompt = build(sent(book), contents=Contents(blank, sees=True), budget=60_000)
    assert "its first 8 of 30 pages are attached as pictures]" in line(prompt)
    assert prompt.tokens > 8 * book.tokens
    lost = build(sent(scan), contents=Contents(blank, sees=True, lost={scan.id}), budget=40_000)
    assert ("it could not be loaded]" in line(lost), lost.pictures) == (True, ())
    small = build(sent(scan), contents=Contents(blank, sees=True), budget=2_000)
    assert ("its pages are left out for want of space]" in line(small), small.pictures) == (True, ())
    blind = build(sent(scan), contents=Contents(blank), budget=40_000)
    assert ("2 pages; no text was found in it]" in line(blind), blind.pictures) == (True, ())


def test_without_contents_files_are_named_alone():
    told = line(build(sent(document(), picture(), text="")))
    assert told == (
        'Aiko: [Parley: file 1: "plan.pdf", PDF, 2 pages]\n[Parley: file 2: "cat.png", PNG picture, 750 × 100]'
    )


@pytest.mark.parametrize(
    ("sees", "lost", "about"),
    [(True, False, "it is attached"), (False, False, "you can't see it"), (True, True, "it could not be loaded")],
)
def test_a_model_is_told_what_becomes_of_a_picture(sees: bool, lost: bool, about: str):
    cat = picture()
    prompt = build(sent(cat), contents=Contents({}, sees, {cat.id} if lost else set()))
    assert f'[Parley: file 1: "cat.png", PNG picture, 750 × 100; {about}]' in line(prompt)
    assert [(place, file.id) for place, file in prompt.pictures] == ([(1, cat.id)] if sees and not lost else [])


def test_pictures_take_what_vendors_count_once_they_are_scaled_down():
    assert picture(width=750, height=1000).tokens == 1000
    assert picture(width=15_680, height=7_500).tokens == picture(width=1568, height=750).tokens == 1568
    assert picture(width=1, height=1).tokens == 64
    large = picture(width=1568, height=1568)
    prompt = build(sent(large), budget=4_000, contents=Contents({}, sees=True))
    assert "it is left out for want of space]" in line(prompt)
    assert not prompt.pictures
    assert build(sent(large), budget=5_000, contents=Contents({}, sees=True)).tokens > 3_278


def test_the_newest_twenty_pictures_are_given():
    cats = [picture(f"{n}.png") for n in range(25)]
    prompt = build(*(sent(cat) for cat in cats), contents=Contents({}, sees=True))
    assert [file.id for _, file in prompt.pictures] == [cat.id for cat in cats[5:]]


def test_a_long_question_is_cut_and_not_its_files():
    told = line(build(sent(document(), text="word " * 3_000), budget=500, contents=Contents()))
    assert told.startswith('Aiko: [Parley: file 1: "plan.pdf", PDF, 2 pages; no text was found in it]\nword word')
    assert "\n[…]\n" in told


def test_a_summary_has_names_and_captions():
    file = replace(document(), caption="The plan of spring")
    message = replace(sent(file, text=""), seq=1)
    stretch = Stretch(uuid4(), 1, None, None, None, [message], {}, whole=True)
    asked = ask_summary(stretch, ModelInfo("m", "M", "V", 8_000, 1_000))
    assert '"plan.pdf", PDF, 2 pages, captioned "The plan of spring"]' in asked.request.messages[-1].content


def test_files_are_read_from_what_messages_carry():
    shape = {"id": str(uuid4()), "name": "a.pdf", "mime_type": "application/pdf", "kind": "pdf", "size": 9}
    shape |= {"width": None, "height": None, "pages": 3, "caption": "x"}
    assert prompt_files([shape]) == (
        PromptFile(UUID(shape["id"]), 1, "a.pdf", "pdf", "application/pdf", 9, None, None, 3, caption="x"),
    )
    assert prompt_files(None) == ()
