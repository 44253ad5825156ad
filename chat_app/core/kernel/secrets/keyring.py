"""The keys that seal what must be read again."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Keyring:
    """The keys by their ids: the ``current`` one encrypts, and all of them decrypt. The site's secret key has an empty
    id.
    """

    current: str
    keys: Mapping[str, bytes] = field(repr=False)
