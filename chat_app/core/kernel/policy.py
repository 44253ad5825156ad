"""The policy of a site: the limits and rules that its operator and its admins have set."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Literal

from chat_app.core.kernel.secrets.keyring import Keyring


@dataclass(frozen=True, slots=True)
class Enforced:
    """A provider at which people must sign in, and its name."""

    provider: str
    name: str


@dataclass(frozen=True, slots=True)
class BrandPicture:
    """A picture of the brand: the version, by which its address differs, and the size in pixels."""

    version: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Brand:
    """The name of a site, its accent colour, and the text of its sign-in page; "" for Parley's.

    Without a ``logo`` and an ``icon``, Parley's are shown; without a ``logo_dark``, the dark theme shows ``logo``.
    """

    name: str = ""
    accent: str = ""
    text: str = ""
    logo: BrandPicture | None = None
    logo_dark: BrandPicture | None = None
    icon: BrandPicture | None = None


@dataclass(frozen=True, slots=True)
class Announcement:
    """An announcement to everybody, in either language or both; nothing without a text."""

    en: str = ""
    ja: str = ""
    level: str = "info"
    since: str = ""
    until: str = ""
    dismissible: bool = True
    outside: bool = False
    """Whether it is also shown on the sign-in page."""


@dataclass(frozen=True, slots=True)
class Policy:
    """The decisions of the site's operator."""

    sign_up: Literal["open", "invite", "closed"] = "open"
    sign_up_domains: tuple[str, ...] = ()
    """The domains of email addresses with which people may sign up; any without one."""
    sign_up_approval: bool = False
    """Whether a new account waits until an admin has approved it."""
    session_days: int = 30
    message_max_chars: int = 8000
    upload_max_bytes: int = 100_000_000
    quota_person_bytes: int = 0
    """The bytes of files that a person, a room and the whole site may have; 0 for any number."""
    quota_room_bytes: int = 0
    quota_site_bytes: int = 0
    members_max: int = 0
    """The members that a room may have; 0 for any number."""
    tabs_person: int = 50
    tabs_address: int = 100
    """The tabs that a person, and all strangers at one address, may have open at once at each process."""
    messages_per_minute: int = 0
    """The messages that a person may send in a minute; 0 for the built-in limit alone."""
    off: frozenset[str] = frozenset()
    """The features that are switched off, of ``Feature``."""
    retention_days: int = 0
    """The days after which messages are deleted; 0 for never."""
    audit_days: int = 730
    mail_days: int = 7
    """The days for which the log of the staff, and mail that was sent, are kept."""
    brand: Brand = Brand()
    announcement: Announcement = Announcement()
    fixed: frozenset[str] = frozenset()
    """The settings of the site that the environment decides, so that no admin can."""
    billing: Literal["off", "count", "on"] = "off"
    """Whether what models do is paid for: not at all, only counted, or from people's balances."""
    credits_per_dollar: int = 1000
    """The token credits that pay for a US dollar's worth of what models do."""
    support_joins: bool = False
    """Whether support may join a conversation without a request for help; the people there are notified."""
    support_alerts: tuple[tuple[str, str], ...] = ()
    """The ways by which support is alerted, each with its target."""
    limited: bool = True
    """Whether attempts are limited. No setting turns this off; some tests do."""
    mail_leaves: bool = False
    """Whether mail leaves the site, so that addresses can be verified."""
    origin: str = "http://localhost:3000"
    """The site's public address, to which passkeys are bound."""
    directory: str = ""
    """The issuer of the directory that checks its people's passwords; "" for none."""
    directory_owner: str = ""
    """The username of the owner of directories' groups; the first admin if it is empty."""
    enforced: Mapping[str, Enforced] = field(default_factory=dict)
    """By email domain, the provider at which its people must sign in."""
    break_glass: frozenset[str] = frozenset()
    """The usernames that may always sign in by password."""
    tokens_elsewhere: bool = False
    """Whether another server keeps sessions and tokens of people here, which must end with their access."""
    account_page: str = ""
    """The page where people change how they sign in, if another service keeps passwords."""
    secret: bytes = field(default_factory=partial(secrets.token_bytes, 32), repr=False)
    """The source of the site's keys; the default ends with the process."""
    keyring: Keyring | None = None

    @property
    def keys(self) -> Keyring:
        """Return the keys that encrypt stored secrets: those of the settings, or the site's secret key."""
        return self.keyring or Keyring("", {"": self.secret})
