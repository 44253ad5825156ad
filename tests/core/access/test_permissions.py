"""The permission table, written a second time, so that no change of a role's permissions is an accident."""

import pytest

from chat_app.core.access.permissions import AI_RIGHTS, PERMISSIONS, Permission, Role, can
from tests.support.roles import permissions_of

#                        reader guest member admin master
TABLE = """
    view                   x      x     x      x     x
    send                   .      x     x      x     x
    ask_ai                 .      .     x      x     x
    choose_model           .      .     .      x     x
    regenerate_any_answer  .      .     .      x     x
    manage_ai              .      .     .      x     x
    approve_tools          .      .     .      x     x
    mention_all            .      .     x      x     x
    pin                    .      .     .      x     x
    invite                 .      .     .      x     x
    manage_members         .      .     .      x     x
    edit_room              .      .     .      x     x
    export_room            .      .     .      x     x
    delete_any_message     .      .     .      .     x
    archive_room           .      .     .      .     x
    transfer_room          .      .     .      .     x
    manage_billing         .      .     .      .     x
    delete_room            .      .     .      .     x
"""
ARCHIVED = {"view", "export_room", "archive_room", "transfer_room", "delete_room"}

ROWS = {name: marks for name, *marks in (line.split() for line in TABLE.strip().splitlines())}
CELLS = [(role, permission) for role in Role for permission in Permission]


def expected(role: Role, permission: Permission) -> bool:
    return ROWS[permission][("reader", "guest", "member", "admin", "master").index(role)] == "x"


def test_the_table_names_every_role_and_permission():
    assert set(ROWS) == {permission.value for permission in Permission}
    assert set(PERMISSIONS) == set(Role)


@pytest.mark.parametrize(("role", "permission"), CELLS)
def test_each_cell_of_the_table_is_what_the_check_says(role: Role, permission: Permission):
    assert can(role, permission) is expected(role, permission)
    assert can(role, permission, archived=True) is (expected(role, permission) and permission.value in ARCHIVED)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("archived", [False, True])
def test_list_matches_cells(role: Role, archived: bool):
    listed = [permission for permission in Permission if can(role, permission, archived=archived)]
    assert permissions_of(role, archived=archived) == listed


def test_each_role_has_all_that_the_one_below_has():
    for lower, higher in zip(Role, list(Role)[1:], strict=False):
        assert PERMISSIONS[lower] < PERMISSIONS[higher]
        assert lower.rank < higher.rank


@pytest.mark.parametrize("permission", AI_RIGHTS)
def test_the_defaults_of_ai_rights_are_the_tables(permission: Permission):
    for role in Role:
        assert can(role, permission) is (role.rank >= AI_RIGHTS[permission].rank)


@pytest.mark.parametrize("permission", AI_RIGHTS)
@pytest.mark.parametrize("least", Role)
def test_a_room_chooses_the_least_role_of_an_ai_right(permission: Permission, least: Role):
    for role in Role:
        assert can(role, permission, least={permission: least}) is (role.rank >= least.rank)
        assert not can(role, permission, least={permission: least}, archived=True)
        others = set(permissions_of(role, least={permission: least})) ^ set(permissions_of(role))
        assert others <= {permission}
