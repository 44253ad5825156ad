"""People with sessions at an Ory Kratos."""

import httpx

from chat_app.core.accounts.tables import User
from tests.api.conftest import Clients
from tests.kratos.server import COOKIE, KratosServer
from tests.support.clock import Clock
from tests.support.factory import Factory


class People:
    """Makes requests with sessions of Kratos."""

    def __init__(self, kratos: KratosServer, clients: Clients, make: Factory, clock: Clock) -> None:
        self.kratos, self._clients, self._make, self._clock = kratos, clients, make, clock

    async def known(self, **fields: object) -> tuple[User, str]:
        """Return the cookie of a session of somebody with an account."""
        user = await self._make.user(**fields)
        identity = self.kratos.add(user.email)
        async with self._make.work.begin() as ctx:
            (await ctx.db.get_one(User, user.id)).kratos_identity_id = identity
        return user, self.kratos.sign_in(identity, now=self._clock())

    def newcomer(self, email: str = "mio@example.com", **traits: object) -> str:
        """Return the cookie of a session of somebody without an account."""
        return self.kratos.sign_in(self.kratos.add(email, **traits), now=self._clock())  # type: ignore[arg-type]

    def browser(self, cookie: str, **headers: str) -> httpx.AsyncClient:
        return self._clients.browser(**{"Cookie": f"{COOKIE}={cookie}", **headers})

    def site(self, cookie: str) -> httpx.AsyncClient:
        return self._clients.site(**{"Cookie": f"{COOKIE}={cookie}"})
