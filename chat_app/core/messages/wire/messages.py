"""The shapes of messages and of their parts."""

from typing import Annotated, Literal, NotRequired

from typing_extensions import TypedDict

from chat_app.core.kernel.wire import PersonJson, Timestamp, one_of
from chat_app.core.messages.answer_tables import CallStatus, RatingValue
from chat_app.core.messages.tables import Status
from chat_app.core.messages.wire.drawings import DrawingJson
from chat_app.core.messages.wire.files import AttachmentJson
from chat_app.core.rooms.wire import LineJson


class QuoteJson(TypedDict):
    """The message that another one replies to, its text cut short. `model` is known once an answer is whole.

    `author` is the name of a person, or of the assistant that answered. `seq` is its number, 0 if it does not exist
    for the reader, who sees no messages from so early: then all else but the `id` is empty too.
    """

    id: str
    author: str | None
    ai: bool
    model: str | None
    text: str
    seq: int


class ReasoningJson(TypedDict):
    """The reasoning of a model before its answer, and for how many `seconds` it took."""

    text: str
    seconds: int


CallName = Annotated[str, one_of(CallStatus)]


class ToolCallJson(TypedDict):
    """A tool call by the model of an answer, in short.

    `arguments` are JSON as the model wrote it: complete while the call waits for approval, else its beginning. `error`:
    the code of its failure, or of an automatic refusal; `words`: the tool's own error text, shortened. `by`: the person
    who approved or refused it.
    """

    id: str
    tool: str
    label: str
    source: NotRequired[str]
    status: CallName
    arguments: str
    error: NotRequired[str]
    words: NotRequired[str]
    by: NotRequired[PersonJson]


class ToolCallWholeJson(TypedDict):
    """A tool call, with its complete `arguments` and its `result`, which are not trustworthy."""

    id: str
    message_id: str
    tool: str
    name: str
    label: str
    source: str
    status: CallName
    arguments: str
    error: str | None
    result: str
    by: PersonJson | None
    created_at: Timestamp
    decided_at: Timestamp | None
    finished_at: Timestamp | None


class AssistantNameJson(TypedDict):
    """The assistant as which a model answers. `id` is null once it is deleted; `picture` is the version of its picture,
    at `/assistants/{id}/picture?v={picture}`.
    """

    id: str | None
    name: str
    picture: int | None


class AnswerJson(TypedDict):
    """The fields of an AI's message.

    `error`: the reason of a failure; for a complete answer, that it was cut or is a refusal. `cost`: of everything that
    the model read and wrote, in millionths of a US dollar; absent if a price is unknown. `outdated`: the question was
    edited after the answer was requested. `instead_of`: the model that could not answer, if the room's fallback,
    `model`, did. `before`: for an answer that is queued at a full connection, the number of answers before it.
    `assistant`: the assistant as which `model` answers. `drawing`: a picture was requested, whose prompt is the text.
    `reasoning`: the model's reasoning before the answer, if the model showed it. `tool_calls`: the tool calls of the
    answer, absent without any. `branches`: the number of its texts, absent for only one. They are numbered without gaps
    from `first_branch`, absent for 1; `branch` is the number of the text that is the answer.
    """

    run: str | None
    model: str | None
    asker: PersonJson | None
    status: Annotated[str, one_of(Status)]
    error: str | None
    tokens: int | None
    cost: NotRequired[int]
    outdated: NotRequired[Literal[True]]
    instead_of: NotRequired[str]
    before: NotRequired[int]
    assistant: NotRequired[AssistantNameJson]
    reasoning: NotRequired[ReasoningJson]
    tool_calls: NotRequired[list[ToolCallJson]]
    drawing: NotRequired[DrawingJson]
    branches: NotRequired[int]
    branch: NotRequired[int]
    first_branch: NotRequired[int]


class BranchJson(TypedDict):
    """One text of an answer: the `chosen` one is the answer, the others are its branches.

    It may have files. `n` never changes. `error`, `tokens` and `cost` are as in an answer.
    """

    n: int
    text: str
    model: str | None
    assistant: NotRequired[AssistantNameJson]
    status: Annotated[str, one_of(Status)]
    error: str | None
    tokens: int | None
    cost: NotRequired[int]
    created_at: Timestamp
    chosen: bool
    attachments: NotRequired[list["AttachmentJson"]]


RatingName = Annotated[str, one_of(RatingValue)]

RatingsJson = dict[str, dict[str, RatingName]]
"""A person's own ratings by message, and by the number of the text."""


class ReactionJson(TypedDict):
    """One emoji as a reaction to a message, and the ids of the people and models who added it, in order of time."""

    emoji: str
    by: list[str]
    models: NotRequired[list[str]]


class MessageJson(TypedDict):
    """A message.

    Absent or false fields are left out; a deleted message has no text. With an `event` it is a line about the room,
    without text. `visibility` is only in REST: *private* in an aside.
    """

    id: str
    seq: int
    rev: int
    text: str
    at: Timestamp
    author: PersonJson | None
    edited: NotRequired[Literal[True]]
    exclude_from_ai: NotRequired[Literal[True]]
    pinned_for_ai: NotRequired[Literal[True]]
    deleted: NotRequired[Literal[True]]
    nonce: NotRequired[str]
    reply: NotRequired[QuoteJson]
    ai: NotRequired[AnswerJson]
    pinned: NotRequired[Literal[True]]
    reactions: NotRequired[list[ReactionJson]]
    mentions: NotRequired[list[PersonJson]]
    mentions_all: NotRequired[Literal[True]]
    attachments: NotRequired[list[AttachmentJson]]
    event: NotRequired[LineJson]
    visibility: NotRequired[Literal["public", "private"]]


class HistoryJson(TypedDict):
    """A page of messages in order of `seq`, at the revision `rev`; `next` is the `cursor` of the next page.

    `starred` has the ids of messages that the person has marked, `rated` their own ratings of answers, by message and
    number of the text; absent without any.
    """

    items: list[MessageJson]
    next: str
    rev: int
    starred: list[str]
    rated: NotRequired[RatingsJson]


class ChangesJson(TypedDict):
    """Messages that changed, up to the revision `rev`, in order of `seq`; with `more`, there are too many to list."""

    items: list[MessageJson]
    more: bool
    rev: int
    starred: list[str]
    rated: NotRequired[RatingsJson]


class StarJson(TypedDict):
    """A message that the person has marked, the time of the mark, and the message's place."""

    message: MessageJson
    room: str
    room_name: str
    at: Timestamp


class ReceiptCountsJson(TypedDict):
    """The numbers of people who have read a message and who have only received it; `of` is the number of people in the
    room without the author. Only people who share their receipts count.
    """

    read: int
    got: int
    of: int
