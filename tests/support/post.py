"""The mail in people's mailboxes."""

from sqlalchemy import select

from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.mail.commands import path_of
from chat_app.core.mail.tables import Mail, MailKind
from tests.support.waiting import until


async def mails_to(work: UnitOfWork, address: str) -> list[Mail]:
    """All that was written to an address, the oldest first."""
    async with work.begin() as ctx:
        return list(await ctx.db.scalars(select(Mail).where(Mail.address == address).order_by(Mail.id)))


async def link_token(work: UnitOfWork, address: str, kind: MailKind) -> str:
    """Wait for a mail of this kind, and return the token of the newest one's link."""

    async def arrived() -> list[Mail]:
        return [mail for mail in await mails_to(work, address) if mail.kind == kind]

    return path_of((await until(arrived))[-1], work.policy.keys).partition("#")[2]
