"""Limits of the stored parts of a file. The child process applies them; its answer is checked against them."""

from typing import Final

TEXT_MAX: Final = 2_000_000
"""The bytes of text that are kept of a file."""

PAGES_MAX: Final = 2_000
"""The pages whose texts are kept: each is a row, and a small file can have a million."""

NUMBER_MAX: Final = 2**31 - 1
"""The largest number of pixels or pages that the database takes."""

SQUARE_MAX: Final = 256 * 1024
"""The bytes of a small square picture."""

FITTED_MAX: Final = 2 * 1024 * 1024
"""The bytes of a picture of the brand: more than the pixels of its box take."""
