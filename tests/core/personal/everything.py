"""One row in every table that can name a person."""

from uuid import UUID

from sqlalchemy import func, select, update
from sqlmodel import SQLModel

from chat_app.core.access.permissions import Role
from chat_app.core.ai.asking.commands import post_message
from chat_app.core.applications.consents import remember_consent
from chat_app.core.applications.tables import Application, Grant
from chat_app.core.assistants.commands import create_assistant
from chat_app.core.auth.addresses import ask_to_change_email, ask_to_verify
from chat_app.core.auth.factors.passkey_tables import Ceremony, Passkey, PasskeyChallenge
from chat_app.core.auth.tables import ApiToken, Authenticator, MailedToken, RecoveryCode, UserSession
from chat_app.core.auth.tokens.api_tokens import make_api_token
from chat_app.core.billing.budgets.commands import BudgetWish, set_my_budget
from chat_app.core.billing.ledger.changing import credit
from chat_app.core.billing.ledger.entries import UsageRecord, post
from chat_app.core.direct.blocking import block_person
from chat_app.core.files.commands import announce_file
from chat_app.core.files.tables import Attachment
from chat_app.core.groups.commands import add_to_group, create_group
from chat_app.core.groups.tables import Group, GroupMember
from chat_app.core.identities.commands import link_identity
from chat_app.core.identities.ports import ProviderProfile, SignInRedirect
from chat_app.core.identities.sign_in.attempts import note_departure
from chat_app.core.identities.tables import Identity, SignInAttempt
from chat_app.core.invitations.links import create_invite_link
from chat_app.core.invitations.personal import invite
from chat_app.core.invitations.tables import InviteLink
from chat_app.core.kernel.actor import Actor
from chat_app.core.messages.marks.commands import react, star_message
from chat_app.core.messages.marks.ratings import rate_answer
from chat_app.core.messages.tables import Star
from chat_app.core.payments.customers import note_customer
from chat_app.core.payments.tables import Payment, PaymentCustomer, Subscription
from chat_app.core.people.contacts import add_contact
from chat_app.core.people.presence import note_presence
from chat_app.core.people.tables import Block, Contact, Presence
from chat_app.core.prompts.commands import create_prompt
from chat_app.core.rooms.commands import create_room
from chat_app.core.rooms.members import ban_member
from chat_app.core.rooms.membership.tables import Ban, JoinRequest
from chat_app.core.rooms.tables import Member, Room, RoomInvitation
from chat_app.core.safety.commands import report_message
from chat_app.core.support.commands import ask_for_help
from tests.core.identities.test_identities import Named
from tests.support.factory import PASSWORD, Factory
from tests.support.use_cases import Do

THEIRS = [
    (Contact, "user_id"),
    (Contact, "contact_id"),
    (Block, "blocker_id"),
    (Block, "blocked_id"),
    (Presence, "user_id"),
    (UserSession, "user_id"),
    (ApiToken, "user_id"),
    (MailedToken, "user_id"),
    (Authenticator, "user_id"),
    (Passkey, "user_id"),
    (PasskeyChallenge, "user_id"),
    (RecoveryCode, "user_id"),
    (Identity, "user_id"),
    (SignInAttempt, "user_id"),
    (Group, "owner_id"),
    (GroupMember, "user_id"),
    (Star, "user_id"),
    (JoinRequest, "user_id"),
    (Ban, "user_id"),
    (RoomInvitation, "user_id"),
    (Member, "user_id"),
    (Attachment, "uploader_id"),
    (PaymentCustomer, "user_id"),
    (Subscription, "user_id"),
]


async def pay(do: Do, make: Factory, who: Actor) -> None:
    """Have somebody pay for a plan; `ben` pays 987654."""
    await do(who, note_customer, f"cus_{who.user_id}")
    async with make.work.begin() as ctx:
        names = {"user_id": who.user_id, "payment_rail": "stripe", "reference": str(who.user_id)}
        money = {"amount": 5 if who.person.username == "mara" else 987_654, "currency": "usd", "looked_at": ctx.now}
        plan = {"plan": "plus", "status": "active", "cancels": False}
        ctx.db.add(Subscription(**names, **money, **plan, created_at=ctx.now))
        bought = {"item": "plus", "tokens": 5, "refunded": 0, "owed_back": 0, "taken_back": 0, "corrections": 0}
        ctx.db.add(Payment(**names, **money, **bought, status="paid", paid_at=ctx.now))


async def consented(make: Factory, who: Actor, name: str) -> None:
    """Have somebody sign in at an application."""
    async with make.work.begin() as ctx:
        texts = {"redirect_uris": ["https://app.test/"], "logout_uris": [], "scopes": ["openid"]}
        ctx.db.add(app := Application(name=name, trusted=False, signing_alg="RS256", created_at=ctx.now, **texts))
        await ctx.db.flush()
        ctx.db.add(
            Grant(
                application_id=app.id,
                user_id=who.user_id,
                session_id=who.session_id,
                scopes=["openid"],
                code_hash=app.id.bytes,
                redirect_uri="https://app.test/",
                created_at=ctx.now,
                code_expires_at=ctx.now,
            )
        )
    async with make.work.begin(who) as ctx:
        await remember_consent(ctx, str(app.id), name, ["openid"])


async def everything_of(do: Do, make: Factory, me: Actor, ben: Actor) -> dict[str, Room]:
    """Have `me` do everything that people do, and `ben` do everything to them that can be done."""
    room = await make.room({Role.MASTER: ben, Role.MEMBER: me}, name="Tea")
    said = await do(me, post_message, room.id, "Mine @ai")
    theirs = await do(ben, post_message, room.id, "Not yours, @mara")
    await do(me, react, theirs.id, "👍")
    await do(ben, react, theirs.id, "🎉")
    await do(me, star_message, theirs.id)
    for who in (me, ben):
        await do(who, announce_file, room.id, name="mine.png" if who is me else "Not yours.png", mime_type="", size=1)
    for who in (me, ben):
        async with make.work.begin() as ctx:
            await credit(ctx, who.user_id, 5 if who is me else 987_654, "grant", str(who.user_id))
            await post(ctx, usages=[UsageRecord("answer", None, who.user_id, who.user_id, room.id, "demo", 1, 2, 3)])
    for who in (me, ben):
        await pay(do, make, who)
        await do(who, set_my_budget, BudgetWish(7_000 if who is me else 987_654))
    answer = await make.message(room, None, "Secretly wrong", asked_by_id=ben.user_id, model="demo")
    await do(me, rate_answer, answer.id, "down", "Wrong")
    await do(ben, rate_answer, answer.id, "down", "Not yours either")
    await do(me, report_message, theirs.id, "spam", "Look")
    await do(me, ask_for_help, room.id, "Stuck")
    await do(me, add_contact, "ben")
    await do(ben, add_contact, "mara")
    other = await make.actor(username="chloe")
    await do(me, block_person, "chloe")
    await do(other, block_person, "mara")
    group = await do(me, create_group, "Friends")
    await do(me, add_to_group, group.id, "ben")
    await do(ben, add_to_group, (await do(ben, create_group, "People")).id, "mara")
    for who, name in ((me, "mine"), (ben, "yours")):
        await do(who, create_prompt, name, "Not yours" if who is ben else "Sum up", shared=True)
    for who, name in ((me, "mine"), (ben, "yours")):
        await do(who, create_assistant, name, name.title(), instructions="Not yours" if who is ben else "Be strict")
    await do(me, make_api_token, name="Bot", scopes=["read"], password=PASSWORD)
    await do(me, ask_to_change_email, "other@example.com", PASSWORD)
    await do(me, ask_to_verify)
    await do(me, link_identity, ProviderProfile("https://id.example", "42", "mara@id.example"))
    for who in (me, ben):
        await consented(make, who, "Wiki" if who is me else "Not yours")
    await do(
        me, note_departure, Named(), SignInRedirect("url", "state", "nonce", "verifier"), "browser", "/", link=True
    )
    await do(None, note_presence, {me.user_id: True})
    door, banned, asked = [await make.room({Role.MASTER: ben}) for _ in "123"]
    await make.waiting(door, me)
    await do(ben, ban_member, banned.id, me.user_id)
    await do(ben, invite, asked.id, "mara")
    own = await do(me, create_room, name="Own")
    await do(me, invite, own.room.id, "ben")
    await do(me, create_invite_link, own.room.id)
    await do(ben, invite, asked.id, "mara.new@example.com")
    async with make.work.begin() as ctx:
        ctx.db.add(Authenticator(user_id=me.user_id, sealed_secret="x", created_at=ctx.now))
        ctx.db.add(RecoveryCode(user_id=me.user_id, code_hash=b"x"))
        key = {"credential_id": b"x", "public_key": b"x", "created_at": ctx.now}
        ctx.db.add(Passkey(user_id=me.user_id, name="Phone", **key))
        challenge = {"challenge_hash": b"x", "ceremony": Ceremony.ADD, "expires_at": ctx.now}
        ctx.db.add(PasskeyChallenge(user_id=me.user_id, **challenge))
        await ctx.db.execute(
            update(InviteLink).where(InviteLink.sent_to.is_not(None)).values(sent_to="mara@example.com")
        )
    assert said.author == me.person
    return {"room": room, "door": door, "banned": banned, "asked": asked, "own": own.room}


async def naming(make: Factory, user_id: UUID) -> set[str]:
    """Return the columns that refer to the person."""
    found = set()
    async with make.work.begin() as ctx:
        for table in SQLModel.metadata.sorted_tables:
            for key in table.foreign_keys:
                if key.column.table.name == "users" and await ctx.db.scalar(
                    select(func.count()).select_from(table).where(key.parent == user_id)
                ):
                    found.add(f"{table.name}.{key.parent.name}")
    return found
