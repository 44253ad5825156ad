"""Answer questions about files, one after another, until no more can come."""

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

from chat_app.adapters.media.child.limits import limit_process, limit_work
from chat_app.adapters.media.child.look import look_into
from chat_app.adapters.media.child.writing import DiskFailed
from chat_app.adapters.media.frames import framed, read_frame
from chat_app.core.files.errors import FileRefused


def main() -> None:
    """Read questions from the standard input, and write answers to what was the standard output."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a library that prints must not be read as an answer
    limit_process()
    while (question := read_frame(sys.stdin.buffer)) is not None:
        if not _answer(json.loads(question), answers):
            return


def _answer(question: dict[str, Any], answers: BinaryIO) -> bool:
    """Answer one question. Return whether the process can continue."""
    sound = True
    try:
        limit_work(question["seconds"])
        reply = _looked(question)
    except FileRefused as error:
        reply = {"refused": error.code, "details": error.details}
    except DiskFailed as error:
        reply = {"failed": str(error)}
    except (MemoryError, RecursionError) as error:
        reply, sound = _broken(error), False
    except Exception as error:  # a library's answer to a file that is not as it should be
        reply = _broken(error)
    answers.write(framed(json.dumps(reply, ensure_ascii=False).encode()))
    answers.flush()
    return sound


def _looked(question: dict[str, Any]) -> dict[str, object]:
    """Return the findings about a file; or scale, crop or fit a picture, or draw a page, as requested."""
    path, into = Path(question["path"]), Path(question["into"])
    if side := question.get("side"):
        from chat_app.adapters.media.child.pictures.squared import square_picture

        square_picture(path, into, side)
        return {"squared": True}
    if box := question.get("box"):
        from chat_app.adapters.media.child.pictures.fitted import fit_picture

        return {"fitted": fit_picture(path, into, box[0], box[1])}
    if page := question.get("page"):
        from chat_app.adapters.media.child.documents.pdf import draw_page

        return {"scaled": draw_page(path, into, page, question["longest"])}
    if longest := question.get("longest"):
        from chat_app.adapters.media.child.pictures.scaled import scale_picture

        return {"scaled": scale_picture(path, into, longest)}
    return {"examined": asdict(look_into(path, name=question["name"], declared=question["declared"], into=into))}


def _broken(error: BaseException) -> dict[str, object]:
    return {
        "refused": "file_broken",
        "why": f"{type(error).__name__}: {error}"[:200].encode("ascii", "replace").decode(),
    }


main()
