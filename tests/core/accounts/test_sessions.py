"""Signing in, being recognised, signing out."""

from chat_app.core.accounts.sessions import recognise, sign_in
from chat_app.core.kernel.context import UnitOfWork
from tests.support.factory import PASSWORD, Factory


async def test_sign_in_by_username_or_email(work: UnitOfWork, make: Factory):
    user = await make.user(username="aiko")
    for login in ("aiko", "@Aiko", "AIKO@example.com "):
        async with work.begin() as ctx:
            actor, token = await sign_in(ctx, login, PASSWORD)
        async with work.begin() as ctx:
            assert await recognise(ctx, token) == actor
        assert actor.person == user.person()
