"""Verify a person's password with an LDAP directory."""

import asyncio
import ssl
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from socket import SHUT_RDWR
from typing import Any, Final, TypeVar

import structlog

from chat_app.adapters.auth.claims import email, line, subject, texts
from chat_app.core.identities.errors import ProviderUnavailable
from chat_app.core.identities.organisation import Organisation
from chat_app.core.identities.ports import ProviderProfile
from chat_app.core.kernel.errors import DomainError

SECONDS: Final = 5
"""The time-out of each step: connecting, and each answer."""
PATIENCE: Final = 12.0
"""The seconds for a whole query: a directory may answer each step late, or byte by byte."""
LISTING: Final = 120.0
"""The seconds for a list of all people."""
PAGE: Final = 500
AT_ONCE: Final = 8
LOGIN_MAX: Final = 320
_PAGED: Final = "1.2.840.113556.1.4.319"
_AWAY: Final = frozenset({1, 3, 51, 52, 80})
"""Results of a search that has found nothing out: operations error, time limit, busy, unavailable, other."""

log = structlog.get_logger()
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class LdapConfig:
    """A directory; ``login_filter`` contains ``{login}``, and ``attributes`` name the id, email, name and groups."""

    url: str
    base_dn: str
    bind_dn: str
    bind_password: str
    login_filter: str
    attributes: tuple[str, str, str, str]
    organisation: Organisation
    start_tls: bool = False
    ca_file: Path | None = None

    @property
    def issuer(self) -> str:
        """Return what identifies the directory in the database."""
        return f"{self.url}/{self.base_dn}"


class _Question:
    """Keeps the connections of one query, to close them when it takes too long: the directory may never answer."""

    def __init__(self) -> None:
        self._connections: list[Any] = []
        self._is_over = False

    def hold(self, connection: Any) -> None:
        """Register a connection. Raises ``OSError`` if the query was abandoned."""
        self._connections.append(connection)
        if self._is_over:
            self.end()
            raise OSError("nobody waits for the directory any more")

    def end(self) -> None:
        """End open connections: the thread that reads notices it at once."""
        self._is_over = True
        for connection in self._connections:
            with suppress(OSError, AttributeError):  # closed already
                connection.socket.shutdown(SHUT_RDWR)


class LdapDirectory:
    """Queries an LDAP directory.

    Each query uses its own connection in a thread, because ldap3 blocks. The threads form a separate pool, so that a
    blocked query delays no other work.
    """

    id = "ldap"

    def __init__(self, config: LdapConfig) -> None:
        self._config, self.organisation, self.issuer = config, config.organisation, config.issuer
        self._threads = ThreadPoolExecutor(AT_ONCE, "ldap")

    async def verify(self, login: str, password: str) -> ProviderProfile | None:
        """Return the person of the login, if the password is theirs. Raises ``ProviderUnavailable``."""
        if not login or not password or len(login) > LOGIN_MAX:  # a bind without a password succeeds as anonymous
            return None
        return await self._ask(PATIENCE, lambda question: self._verify(question, login, password))

    async def listed(self) -> Collection[str]:
        """Return the ids of all people that the filter matches, for any login. Raises ``ProviderUnavailable``."""
        return await self._ask(LISTING, self._list)

    async def _ask(self, seconds: float, ask: Callable[[_Question], T]) -> T:
        question = _Question()
        asked = asyncio.get_running_loop().run_in_executor(self._threads, self._in_words, ask, question)
        try:
            async with asyncio.timeout(seconds):
                return await asked
        except TimeoutError:
            log.warning("ldap_unavailable", error="TimeoutError")
            raise ProviderUnavailable() from None
        finally:
            question.end()

    def _in_words(self, ask: Callable[[_Question], T], question: _Question) -> T:
        try:
            return ask(question)
        except DomainError:
            raise
        except Exception as error:  # any error that a directory's answer causes in the library
            log.warning("ldap_unavailable", error=type(error).__name__)
            raise ProviderUnavailable() from None

    async def check(self) -> None:
        """Bind as the account that searches. Raises ``OSError`` with a message if that fails."""
        await asyncio.to_thread(self._check)

    def _check(self) -> None:
        from ldap3.core.exceptions import LDAPException

        try:
            with self._connection(_Question(), self._config.bind_dn, self._config.bind_password) as connection:
                bound = bool(connection.bound)
        except LDAPException as error:
            raise OSError(f"{self._config.url} cannot be reached: {error}") from None
        if not bound:
            raise OSError(f"{self._config.url} refuses LDAP_BIND_DN and LDAP_BIND_PASSWORD")

    def _verify(self, question: _Question, login: str, password: str) -> ProviderProfile | None:
        found = self._find(question, login)
        return self._profile(found) if found and self._binds(question, found.entry_dn, password) else None

    def _list(self, question: _Question) -> frozenset[str]:
        """Return the ids of everybody, page by page. An incomplete list counts as none, because missing people are
        suspended.
        """
        from ldap3 import SUBTREE

        wanted, name = self._config.login_filter.replace("{login}", "*"), self._config.attributes[0]
        found: set[str] = set()
        cookie: Any = None
        with self._connection(question, self._config.bind_dn, self._config.bind_password) as connection:
            while connection.bound:
                asked = {"attributes": [name], "paged_size": PAGE, "paged_cookie": cookie}
                connection.search(self._config.base_dn, wanted, SUBTREE, **asked)
                if connection.result["result"] != 0:
                    break
                # All values of each attribute: servers send several in any order, and the login can be any of them.
                found.update(str(value) for each in connection.entries if name in each for value in each[name].values)
                cookie = connection.result.get("controls", {}).get(_PAGED, {}).get("value", {}).get("cookie")
                if not cookie:
                    return frozenset(found)
        raise OSError("the directory has not listed its people")

    def _find(self, question: _Question, login: str) -> Any:
        """Return the entry of a login, or none if no entry matches, or more than one may match."""
        from ldap3 import SUBTREE
        from ldap3.utils.conv import escape_filter_chars

        wanted = self._config.login_filter.replace("{login}", escape_filter_chars(login))
        names = list(self._config.attributes)
        with self._connection(question, self._config.bind_dn, self._config.bind_password) as connection:
            if not connection.bound:
                raise OSError("the directory refuses this site")
            connection.search(self._config.base_dn, wanted, SUBTREE, attributes=names, size_limit=2, time_limit=SECONDS)
            entries, result = connection.entries, connection.result["result"]
        if result in _AWAY:
            raise OSError("the directory has not searched")
        return entries[0] if len(entries) == 1 and result == 0 else None

    def _binds(self, question: _Question, dn: str, password: str) -> bool:
        with self._connection(question, dn, password) as connection:
            return bool(connection.bound)

    def _connection(self, question: _Question, dn: str, password: str) -> Any:
        from ldap3 import AUTO_BIND_NONE, NONE, Connection, Server, Tls

        tls = Tls(validate=ssl.CERT_REQUIRED, ca_certs_file=str(self._config.ca_file) if self._config.ca_file else None)
        server = Server(self._config.url, get_info=NONE, connect_timeout=SECONDS, tls=tls)
        connection = Connection(
            server,
            dn or None,
            password or None,
            auto_bind=AUTO_BIND_NONE,
            read_only=True,
            receive_timeout=SECONDS,
            auto_referrals=False,
            check_names=False,
        )
        connection.open()
        question.hold(connection)
        if self._config.start_tls and not connection.start_tls():
            raise OSError("the directory refuses TLS")
        connection.bind()
        return connection

    def _profile(self, entry: Any) -> ProviderProfile | None:
        known = entry.entry_attributes_as_dict
        person, address, name, groups = (
            [str(each) for each in known.get(key) or ()] for key in self._config.attributes
        )
        if not person:  # a name is given to the next person too, who would become this one
            log.warning("ldap_person_without_id", attribute=self._config.attributes[0])
            return None
        found = email(address[0] if address else "")
        return ProviderProfile(
            issuer=self.issuer,
            subject=subject(person[0]),
            email=found,
            email_verified=self.organisation.speaks_for(found),
            name=line(name[0] if name else ""),
            groups=texts(groups),
        )
