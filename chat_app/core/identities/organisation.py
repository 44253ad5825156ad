"""An organisation behind a provider: its domains, and the groups and roles that its groups give. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from chat_app.core.accounts.domains import dns_name, domain_of


@dataclass(frozen=True, slots=True)
class Organisation:
    """The operator's rules for a provider.

    The provider is the authority for addresses of its email ``domains``. ``groups`` and ``roles`` map the groups of a
    person there to groups of the directory owner and to site roles here.
    """

    domains: frozenset[str] = frozenset()
    groups: Mapping[str, str] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Normalise the domains for comparison."""
        object.__setattr__(self, "domains", frozenset(map(dns_name, self.domains)))

    def may_verify(self, email: str) -> bool:
        """Return whether the provider's statement about the owner of an address counts.

        That of a public provider does.
        """
        return not self.domains or self.speaks_for(email)

    def speaks_for(self, email: str) -> bool:
        """Return whether the organisation is the authority for an address."""
        return domain_of(email) in self.domains
