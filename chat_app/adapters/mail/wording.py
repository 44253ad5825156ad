"""Render mail from the pages' own catalogues."""

from collections.abc import Callable

from chat_app.adapters.mail.branded import branded_html
from chat_app.catalogues import sentence
from chat_app.core.kernel.policy import Policy
from chat_app.core.mail.commands import path_of
from chat_app.core.mail.ports import Letter
from chat_app.core.mail.tables import Mail


class CatalogueWording:
    """Renders mail in its receiver's language; a path on the site becomes an address below ``origin``."""

    def __init__(self, origin: str, policy: Callable[[], Policy]) -> None:
        """Take the site's address, and its current policy."""
        self._origin, self._policy = origin, policy

    def __call__(self, mail: Mail) -> Letter:
        """Return the rendered mail."""
        policy = self._policy()
        values = {
            **mail.details,
            "app": policy.brand.name or "Parley",
            "site": self._origin,
            "link": self._origin + path_of(mail, policy.keys),
        }
        subject, text = (sentence("mail", mail.kind + part, mail.locale, values) or "" for part in ("Subject", "Text"))
        links = {self._origin, values["link"]}
        html = branded_html(text, policy.brand, self._origin, mail.locale, links)
        return Letter(mail.id, mail.kind, mail.address, subject, text, html)
