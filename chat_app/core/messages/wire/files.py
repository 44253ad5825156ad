"""The shapes of the files of messages."""

from typing import Annotated, Literal, NotRequired

from pydantic import WithJsonSchema
from typing_extensions import TypedDict

FileStatusName = Annotated[str, WithJsonSchema({"type": "string", "enum": ["pending", "checking", "ready", "refused"]})]


TranscriptStatusName = Annotated[str, WithJsonSchema({"type": "string", "enum": ["pending", "done", "failed"]})]


class TranscriptJson(TypedDict):
    """The transcript of a recording: `text` once it is `done`; `error` is the code of why it has failed."""

    status: TranscriptStatusName
    text: NotRequired[str]
    error: NotRequired[str]


class AttachmentJson(TypedDict):
    """A file of a message: at `/attachments/{id}/file`, and with `thumbnails` at `/attachments/{id}/thumbnail`.

    `kind`: `image`, `video`, `audio`, `pdf`, `document`, `text` or `archive`. `size` is in bytes, `width` and `height`
    in pixels as displayed, `seconds` the duration, `pages` the number of pages. For a voice message, `peaks` are the
    loudness: up to 64 numbers from 0 to 31, each for a part of the same length.
    """

    id: str
    name: str
    mime_type: str
    kind: str
    size: int
    width: int | None
    height: int | None
    caption: NotRequired[str]
    thumbnails: NotRequired[int]
    seconds: NotRequired[float]
    peaks: NotRequired[list[int]]
    transcript: NotRequired[TranscriptJson]
    pages: NotRequired[int]
    animated: NotRequired[Literal[True]]
    exclude_from_ai: NotRequired[Literal[True]]
