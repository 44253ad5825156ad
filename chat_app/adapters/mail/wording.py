"""Render mail from the pages' own catalogues."""

from collections.abc import Callable

from chat_app.catalogues import sentence
from chat_app.core.mail.ports import Letter
from chat_app.core.mail.tables import Mail


class CatalogueWording:
    """Renders mail in its receiver's language; a path on the site becomes an address below ``origin``."""

    def __init__(self, origin: str, name: Callable[[], str] = str) -> None:
        """Take the site's address, and what it is called now."""
        self._origin, self._name = origin, name

    def __call__(self, mail: Mail) -> Letter:
        """Return the rendered mail."""
        values = {
            **mail.details,
            "app": self._name() or "Parley",
            "site": self._origin,
            "link": self._origin + mail.details.get("path", "/"),
        }
        subject, text = (sentence("mail", mail.kind + part, mail.locale, values) or "" for part in ("Subject", "Text"))
        return Letter(mail.id, mail.kind, mail.address, subject, text)
