"""The shapes that only the live feed and REST know, not the features below."""

from typing import NotRequired

from typing_extensions import TypedDict

from chat_app.core.kernel.wire import PersonJson
from chat_app.core.rooms.wire import MyRoomJson


class MyselfJson(PersonJson):
    """The person who asks, with their language and theme."""

    locale: str
    theme: str


class GroupSizeJson(TypedDict):
    """A group, and how many `people` are in it."""

    id: str
    name: str
    people: int


class ListedRoomJson(MyRoomJson):
    """A room in the list of one's rooms, with the places of unread `mentions` and of `deleted` unread messages.

    Of a `small` room one is told who of its people is here; `got` is the last place that was brought to the person.
    """

    mentions: NotRequired[list[int]]
    deleted: NotRequired[list[int]]
    small: NotRequired[bool]
    got: NotRequired[int]


class TyperJson(TypedDict):
    """Who writes."""

    id: str
    name: str
