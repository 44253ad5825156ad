"""Format files for a model: the name of each file, and the texts of documents as far as there is space."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final
from uuid import UUID

from chat_app.core.ai.context.shapes.files import Contents, FileText, PromptFile
from chat_app.core.ai.context.shapes.messages import PromptMessage
from chat_app.core.files.kinds import FileKind
from chat_app.core.kernel.texts.cleaning import cut, cut_start

PICTURES_MAX: Final = 20
"""The maximum number of pictures in a prompt: the newest ones."""

SCANNED_MAX: Final = 8
"""The maximum number of pages of a scanned document in a prompt, as pictures."""

_NAME_LENGTH: Final = 80
_NAME_END: Final = 20
_LEAST_TEXT: Final = 32
"""The minimum tokens left to begin another document."""

_KINDS: Final[Mapping[str, str]] = {
    FileKind.IMAGE: "picture",
    FileKind.VIDEO: "video",
    FileKind.AUDIO: "audio",
    FileKind.PDF: "PDF",
    FileKind.DOCUMENT: "document",
    FileKind.TEXT: "text",
    FileKind.ARCHIVE: "archive",
}
_LINE_ENDS: Final = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_OPEN: Final = str.maketrans('[［【]］】"“”', "((()))'''")
"""The characters that could begin or end a mark, or a name in it."""


class FileLines:
    """Write the lines about the files of messages. The newest files get the space that there is for contents.

    ``quote`` marks the lines of a text that could be taken for a speaker's or for ours. Without ``contents``, files
    only have their names and captions.
    """

    def __init__(
        self,
        messages: Sequence[PromptMessage],
        count: Callable[[str], int],
        quote: Callable[[str], str],
        contents: Contents | None = None,
        room: int = 0,
    ) -> None:
        self._count, self._quote, self._contents = count, quote, contents
        self._texts: dict[UUID, str] = {}
        self._given: set[UUID] = set()
        self._scanned: dict[UUID, int] = {}
        if contents and any(each.files for each in messages):
            self._allot([file for each in reversed(messages) for file in each.files], contents, room)

    def of(self, message: PromptMessage) -> str:
        """Return the lines of a message's files; empty without any."""
        return "\n".join(map(self._lines, message.files))

    def cost(self, message: PromptMessage) -> int:
        """Return the tokens that are reserved for the pictures of a message."""
        return sum(file.tokens for file in self._shown(message))

    def pictures(self, message: PromptMessage) -> list[PromptFile]:
        """Return the pictures of a message that are given, in their order."""
        lost = self._contents.lost if self._contents else ()
        return [file for file in self._shown(message) if file.id not in lost]

    def _shown(self, message: PromptMessage) -> list[PromptFile]:
        """Return the pictures of a message, and the pages of its scanned documents, that there is space for."""
        shown: list[PromptFile] = []
        for file in message.files:
            if file.id in self._given:
                shown.append(file)
            shown += (replace(file, page=n + 1) for n in range(self._scanned.get(file.id, 0)))
        return shown

    def _allot(self, files: Sequence[PromptFile], contents: Contents, room: int) -> None:
        """Choose the contents of files, the newest first: all together take at most three quarters of the budget,
        documents at most half.
        """
        left, for_texts, pictures = room * 3 // 4, room // 2, PICTURES_MAX
        for file in files:
            if file.is_picture and contents.sees and pictures and file.tokens <= left:
                self._given.add(file.id)
                left, pictures = left - file.tokens, pictures - 1
            elif contents.sees and _is_scan(file, contents.texts.get(file.id)):
                fit = min(left, for_texts) // file.tokens
                self._scanned[file.id] = count = min(file.pages or 1, SCANNED_MAX, pictures, fit)
                left, for_texts = left - count * file.tokens, for_texts - count * file.tokens
                pictures -= count
            elif file.has_text:
                text, taken = self._text(file, contents.texts.get(file.id), min(left, for_texts))
                self._texts[file.id] = text
                left, for_texts = left - taken, for_texts - taken

    def _lines(self, file: PromptFile) -> str:
        text = self._texts.get(file.id)
        if text is not None:
            return text
        return _mark(file, self._about(file, self._contents) if self._contents else "")

    def _about(self, file: PromptFile, contents: Contents) -> str:
        """Return the note for a file whose text is not included."""
        if (scanned := self._scanned.get(file.id)) is not None:
            said = "it could not be loaded" if file.id in contents.lost else _attached(scanned, file.pages or 1)
            return f"no text was found in it; {said}"
        if not file.is_picture:
            return "its contents are not shown to you"
        if not contents.sees:
            return "you can't see it"
        if file.id not in self._given:
            return "it is left out for want of space"
        return "it could not be loaded" if file.id in contents.lost else "it is attached"

    def _text(self, file: PromptFile, text: FileText | None, room: int) -> tuple[str, int]:
        """Return the lines of a document, with as many of its pages as fit, and what these take."""
        if text is None or _is_blank(text):
            nothing = "nothing is said in it" if file.is_transcribed else "no text was found in it"
            return _mark(file, nothing), 0
        blocks: list[str] = []
        taken, whole = 0, len(text.pages) - text.cut
        for n, page in enumerate(text.pages[:whole], 1):
            block = self._page(file, n, page, text.number)
            cost = self._count(block) + 1
            if taken + cost > room:
                break
            blocks.append(block)
            taken += cost
        total = max(text.number, file.pages or 0)
        if blocks:
            said = _which(len(blocks), total)
        elif text.pages and room > _LEAST_TEXT:
            block = self._beginning(self._page(file, 1, text.pages[0], text.number), room - 1)
            blocks, taken, said = [block], self._count(block) + 1, _begun(total)
        else:
            return _mark(file, "its text is left out for want of space"), 0
        said = said.replace("its text", "what is said in it, written down by a model,") if file.is_transcribed else said
        return "\n".join([_mark(file, said), *blocks, f"[Parley: end of file {file.number}]"]), taken

    def _page(self, file: PromptFile, n: int, page: str, number: int) -> str:
        text = self._quote(_LINE_ENDS.sub("\n", page).strip("\n"))
        return text if number == 1 else f"[Parley: page {n} of file {file.number}]\n{text}"

    def _beginning(self, text: str, room: int) -> str:
        """Return the beginning of a text within a number of tokens; one token has four characters at most."""
        text = cut(text, 4 * room)
        while (tokens := self._count(text)) > room:
            text = cut(text, min(len(text) - 1, len(text) * room // tokens))
        return text


def _is_blank(text: FileText) -> bool:
    return bool(text.pages) and not any(map(str.strip, text.pages))


def _is_scan(file: PromptFile, text: FileText | None) -> bool:
    """Return whether a file has pages, all without text."""
    return file.kind == FileKind.PDF and text is not None and not text.cut and _is_blank(text)


def _attached(count: int, total: int) -> str:
    """Return which pages of a scanned document are given as pictures, and which are not."""
    if not count:
        return "its pages are left out for want of space"
    if count >= total:
        return "its page is attached as a picture" if total == 1 else "its pages are attached as pictures"
    return f"its first {count} of {total} pages are attached as pictures" if count > 1 else "its first page is attached"


def describe(file: PromptFile) -> str:
    """Return the name and kind of a file on one line, without characters that could end one of our marks."""
    name = _plain(file.name)
    if len(name) > _NAME_LENGTH:
        name = f"{cut(name, _NAME_LENGTH - _NAME_END - 1)}…{cut_start(name, _NAME_END)}"
    kind = _KINDS.get(file.kind, "file")
    if file.is_picture:
        kind = f"{_plain(file.mime_type.partition('/')[2].partition('+')[0]).upper()} {kind}".strip()
    parts = [f'"{name}"', kind]
    if file.is_picture and file.width and file.height:
        parts.append(f"{file.width} × {file.height}")
    if file.pages:
        parts.append("1 page" if file.pages == 1 else f"{file.pages} pages")
    if caption := _plain(file.caption):
        parts.append(f'captioned "{caption}"')
    return ", ".join(parts)


def _mark(file: PromptFile, about: str = "") -> str:
    return f"[Parley: file {file.number}: {describe(file)}{'; ' if about else ''}{about}]"


def _which(given: int, total: int) -> str:
    """Return which pages follow, and which do not."""
    if given >= total:
        return "its text follows"
    follow = "page 1 follows" if given == 1 else f"pages 1 to {given} follow"
    missing = f"page {total} is" if given + 1 == total else f"pages {given + 1} to {total} are"
    return f"{follow}, {missing} left out for want of space"


def _begun(total: int) -> str:
    if total == 1:
        return "the beginning of its text follows, the rest is left out for want of space"
    return f"the beginning of page 1 follows, the rest until page {total} is left out for want of space"


def _plain(text: str) -> str:
    """Return a text on one line, without invisible characters and without the characters of marks."""
    visible = "".join(" " if unicodedata.category(c) in {"Cc", "Zl", "Zp"} else c for c in text.translate(_OPEN))
    return " ".join("".join(c for c in visible if unicodedata.category(c) not in {"Cf", "Cs"}).split())
