"""All tables, for the migrations."""

from sqlmodel import SQLModel

from chat_app.core.accounts import tables as accounts
from chat_app.core.ai import tables as ai
from chat_app.core.applications import tables as applications
from chat_app.core.assistants import tables as assistants
from chat_app.core.audit import tables as audit
from chat_app.core.auth import tables as auth
from chat_app.core.auth.factors import passkey_tables as passkeys
from chat_app.core.billing import tables as billing
from chat_app.core.connections import tables as connections
from chat_app.core.directory import tables as directory
from chat_app.core.files import tables as files
from chat_app.core.groups import tables as groups
from chat_app.core.identities import tables as identities
from chat_app.core.invitations import tables as invitations
from chat_app.core.mail import tables as mail
from chat_app.core.messages import answer_tables as answers
from chat_app.core.messages import tables as messages
from chat_app.core.payments import tables as payments
from chat_app.core.people import tables as people
from chat_app.core.pictures import tables as pictures
from chat_app.core.prompts import tables as prompts
from chat_app.core.rooms import tables as rooms
from chat_app.core.rooms.help import tables as helping
from chat_app.core.rooms.membership import tables as admission
from chat_app.core.safety import tables as safety
from chat_app.core.search import tables as search
from chat_app.core.site import tables as site
from chat_app.core.support import tables as support
from chat_app.core.tools import tables as tools

__all__ = [
    "accounts",
    "admission",
    "ai",
    "answers",
    "applications",
    "assistants",
    "audit",
    "auth",
    "billing",
    "connections",
    "directory",
    "files",
    "groups",
    "helping",
    "identities",
    "invitations",
    "is_ours",
    "mail",
    "messages",
    "metadata",
    "passkeys",
    "payments",
    "people",
    "pictures",
    "prompts",
    "rooms",
    "safety",
    "search",
    "site",
    "support",
    "tools",
]

metadata = SQLModel.metadata


def is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Return whether a database object belongs to Parley: the queue's tables are not compared with the code."""
    return kind != "table" or not (name or "").startswith("procrastinate_")
