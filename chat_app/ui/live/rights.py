"""The permissions of roles, as vars: for roles that only the browser knows."""

import reflex as rx

from chat_app.core.access.permissions import PERMISSIONS, Permission, Role


def may(role: rx.Var[str] | str, permission: Permission) -> rx.Var[bool]:
    """Return whether a role has a permission that rooms cannot change."""
    return rx.Var.create([each.value for each in Role if permission in PERMISSIONS[each]]).contains(role)


def rank_of(role: rx.Var[str] | str) -> rx.Var[int]:
    """Return a role's position in the order of roles; -1 for none."""
    return rx.match(role, *((each.value, each.rank) for each in Role), -1).to(int)
