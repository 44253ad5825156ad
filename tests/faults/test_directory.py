"""An LDAP directory whose answers never end."""

from collections.abc import Callable, Iterator

import pytest

from chat_app.adapters.auth import ldap
from chat_app.adapters.auth.ldap import LdapConfig, LdapDirectory
from chat_app.core.identities.errors import ProviderUnavailable
from chat_app.core.identities.organisation import Organisation
from tests.ldap.server import BASE, SERVICE, LdapServer


@pytest.fixture
def server() -> Iterator[LdapServer]:
    with LdapServer() as server:
        server.add("rin", "rins own password")
        yield server


@pytest.fixture
def directory(server: LdapServer, monkeypatch: pytest.MonkeyPatch) -> LdapDirectory:
    """A directory that is asked one question at a time."""
    monkeypatch.setattr(ldap, "AT_ONCE", 1)
    names = ("entryUUID", "mail", "cn", "groups")
    return LdapDirectory(LdapConfig(server.url, BASE, *SERVICE, "(uid={login})", names, Organisation()))


def drip(server: LdapServer) -> None:
    server.broken = "drips"


def list_without_end(server: LdapServer) -> None:
    server.endless = True


@pytest.mark.parametrize("fault", [drip, list_without_end])
async def test_a_question_that_was_given_up_takes_no_thread_with_it(
    server: LdapServer,
    directory: LdapDirectory,
    fault: Callable[[LdapServer], None],
    monkeypatch: pytest.MonkeyPatch,
):
    fault(server)
    with monkeypatch.context() as patch:
        patch.setattr(ldap, "LISTING", 0.5)
        with pytest.raises(ProviderUnavailable):
            await directory.listed()
    server.broken = ""  # while a list still has no end
    assert await directory.verify("rin", "rins own password")
