"""The list of a room's files: files sent or deleted meanwhile, and older files that were requested."""

import pytest

from chat_app.ui.files.state import RoomFileVar, older_than


def files(ids: str) -> list[RoomFileVar]:
    return [RoomFileVar(each, each, "image", 1, True, "message", "", hidden=False, own=False) for each in ids]


@pytest.mark.parametrize(
    ("newest", "shown", "older"),
    [
        ("cb", "", ""),
        ("edc", "dcba", "ba"),
        ("dc", "edcba", "ba"),
        ("dca", "dcba", ""),
        ("zyx", "dcba", ""),
        ("", "dcba", ""),
    ],
    ids=["the first time", "another", "the newest was deleted", "one in between was", "many others", "none is left"],
)
def test_files_below_the_newest_stay(newest: str, shown: str, older: str):
    assert older_than(files(newest), files(shown)) == files(older)
