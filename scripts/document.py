"""Write what is made from the code: ``docs/permissions.md``, and in ``assets`` the types and rules of the browser."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from chat_app.core.access.permissions import Permission, Role, can  # noqa: E402
from scripts.browser import rules, types  # noqa: E402

PAGE = ROOT / "docs" / "permissions.md"
MEANINGS = {
    Permission.VIEW: "See the room: its messages, members and settings; leave it",
    Permission.SEND: "Write, reply, react; edit and take back one's own messages",
    Permission.ASK_AI: "Have the AI answer; stop and regenerate the answers that one asked for ¹",
    Permission.CHOOSE_MODEL: "Choose the room's model ¹",
    Permission.REGENERATE_ANY_ANSWER: "Stop and regenerate anybody's answers ¹",
    Permission.MANAGE_AI: "Choose when the AI speaks, and which roles have the rights marked ¹",
    Permission.MENTION_ALL: "Call everybody by `@all`",
    Permission.PIN: "Pin messages, and take pins off",
    Permission.INVITE: "Make, see and revoke invite links, for roles up to one's own, never master",
    Permission.MANAGE_MEMBERS: "Change roles below one's own, remove and ban people, let in those who ask",
    Permission.EDIT_ROOM: "Rename and describe the room; slow mode, and whether joining needs approval",
    Permission.DELETE_ANY_MESSAGE: "Take back anybody's message",
    Permission.ARCHIVE_ROOM: "Archive the room, and open it again",
    Permission.TRANSFER_ROOM: "Hand the room over to another member",
    Permission.DELETE_ROOM: "Delete the room for everybody",
}
TEXT = """# Permissions

Made by `make docs` from `chat_app/core/access/permissions.py`, the one table that every check ends in; a test keeps it
fresh.

A person has one role in each room they are in. Who is not in a room does not learn that it exists: every request about
it is answered *not found*. Whoever makes a room is its master; an invite link says which role it gives, *member* unless
told otherwise. Being the site's admin (the first account) gives no right in any room.

{table}

¹ Each room may choose another least role for these. Nobody gives or takes a right that they do not have themselves.

Nobody changes, removes or bans someone whose role is their own or above it. A room has one master: the role is only
handed over, and who hands it over becomes an admin.

An archived room still admits what is marked in the last column, and nothing else.
"""


def page() -> str:
    """Return the page as it should be."""
    head = ["", "What", *(role.value for role in Role), "while archived"]
    rows = [head, ["---", "---", *[":-:"] * (len(Role) + 1)]]
    for permission in Permission:
        allowed = [*(can(role, permission) for role in Role), can(Role.MASTER, permission, archived=True)]
        rows.append([f"`{permission.value}`", MEANINGS[permission], *("✓" if yes else "" for yes in allowed)])
    return TEXT.format(table="\n".join(f"| {' | '.join(row)} |" for row in rows))


MADE = {PAGE: page, ROOT / "assets/rules.js": rules, ROOT / "assets/wire.d.ts": types}
"""Each file that is made, and what makes it."""

if __name__ == "__main__":
    for path, make in MADE.items():
        path.write_text(make(), "utf-8")
