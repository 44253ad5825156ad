"""An organisation behind a provider: its domains, and the groups and roles that its groups give. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from chat_app.core.accounts.domains import dns_name, domain_of


@dataclass(frozen=True, slots=True)
class Organisation:
    """The operator's rules for a provider: the statements about its people that count.

    It vouches for the addresses of its email ``domains``. ``groups`` and ``roles`` say which groups of the directory
    owner, and which roles of the site, the people of a group there have here.
    """

    domains: frozenset[str] = frozenset()
    groups: Mapping[str, str] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Have the domains in the one form in which they are compared."""
        object.__setattr__(self, "domains", frozenset(map(dns_name, self.domains)))

    def may_verify(self, email: str) -> bool:
        """Return whether the provider's statement that an address belongs to a person counts; that of a public provider
        does.
        """
        return not self.domains or self.speaks_for(email)

    def speaks_for(self, email: str) -> bool:
        """Return whether the organisation is the authority for an address."""
        return domain_of(email) in self.domains
