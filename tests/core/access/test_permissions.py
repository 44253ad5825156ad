"""The permission table, written out a second time: to change what a role may do, one has to mean it twice."""

import pytest

from chat_app.core.access.permissions import PERMISSIONS, Permission, Role, can, permissions_of

#                        reader guest member admin master
TABLE = """
    view                   x      x     x      x     x
    send                   .      x     x      x     x
    ask_ai                 .      .     x      x     x
    manage_ai              .      .     .      x     x
    invite                 .      .     .      x     x
    manage_members         .      .     .      x     x
    edit_room              .      .     .      x     x
    delete_any_message     .      .     .      .     x
    archive_room           .      .     .      .     x
    delete_room            .      .     .      .     x
"""
ARCHIVED = {"view", "archive_room", "delete_room"}

ROWS = {name: marks for name, *marks in (line.split() for line in TABLE.strip().splitlines())}
CELLS = [(role, permission) for role in Role for permission in Permission]


def expected(role: Role, permission: Permission) -> bool:
    return ROWS[permission][("reader", "guest", "member", "admin", "master").index(role)] == "x"


def test_the_table_names_every_role_and_permission():
    assert set(ROWS) == {permission.value for permission in Permission}
    assert set(PERMISSIONS) == set(Role)


@pytest.mark.parametrize(("role", "permission"), CELLS)
def test_each_cell(role: Role, permission: Permission):
    assert can(role, permission) is expected(role, permission)
    assert can(role, permission, archived=True) is (expected(role, permission) and permission.value in ARCHIVED)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("archived", [False, True])
def test_the_list_says_what_the_cells_say(role: Role, archived: bool):
    listed = [permission for permission in Permission if can(role, permission, archived=archived)]
    assert permissions_of(role, archived=archived) == listed


def test_each_role_has_all_that_the_one_below_has():
    for lower, higher in zip(Role, list(Role)[1:], strict=False):
        assert PERMISSIONS[lower] < PERMISSIONS[higher]
        assert lower.rank < higher.rank
