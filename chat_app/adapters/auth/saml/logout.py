"""Single logout by SAML 2.0: ask a provider to end a session, and end one here that it asks for."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from xml.sax.saxutils import escape

from chat_app.adapters.auth.saml.messages import Site, request_at, sent_to, verified_query
from chat_app.core.identities.ports import LogoutAsked

FRESH: Final = timedelta(minutes=10)
"""The greatest age of a provider's request to log out, by clocks that differ."""


def logout_address(settings: Any, endpoint_url: str, subject: str, session: Mapping[str, str], state: str) -> str:
    """Return the address that asks a provider to end the session that it began for a person."""
    from onelogin.saml2.logout_request import OneLogin_Saml2_Logout_Request

    request = OneLogin_Saml2_Logout_Request(
        settings,
        name_id=subject,
        session_index=escape(session["index"]) if session.get("index") else None,
        nq=session.get("qualifier") or None,
        name_id_format=session.get("format") or None,
        spnq=session.get("sp_qualifier") or None,
    )
    return sent_to(endpoint_url, settings, "SAMLRequest", request.get_request(), state)


def read_logout_request(settings: Any, site: Site, query: str) -> LogoutAsked:
    """Return whose sessions a provider wants to end. Raises ``ValueError`` and the library's errors."""
    from onelogin.saml2.logout_request import OneLogin_Saml2_Logout_Request as Request
    from onelogin.saml2.utils import OneLogin_Saml2_Utils
    from onelogin.saml2.xml_utils import OneLogin_Saml2_XML

    found = verified_query(settings, site, query, "SAMLRequest")
    request = Request(settings, found["SAMLRequest"])
    request.is_valid(request_at(site.slo) | {"get_data": found}, raise_exceptions=True)
    root = OneLogin_Saml2_XML.to_etree(request.get_xml())
    _check_ends(settings, root, Request.get_issuer(root), site.slo)
    issued = datetime.fromtimestamp(OneLogin_Saml2_Utils.parse_SAML_to_time(root.get("IssueInstant")), UTC)
    if abs(datetime.now(UTC) - issued) > FRESH:
        raise ValueError("issued")
    return LogoutAsked(
        message_id=str(request.id),
        subject=Request.get_nameid(root, settings.get_sp_key()),
        indexes=tuple(Request.get_session_indexes(root)),
        state=found.get("RelayState", ""),
    )


def logout_answer(settings: Any, endpoint_url: str, asked: LogoutAsked) -> str:
    """Return the address that reports to a provider that a session has ended."""
    from onelogin.saml2.logout_response import OneLogin_Saml2_Logout_Response

    response = OneLogin_Saml2_Logout_Response(settings)
    response.build(asked.message_id)
    return sent_to(endpoint_url, settings, "SAMLResponse", response.get_response(), asked.state)


def read_logout_answer(settings: Any, site: Site, query: str) -> bool:
    """Return whether a provider confirms that its session has ended. Raises ``ValueError`` and the library's errors."""
    from onelogin.saml2.constants import OneLogin_Saml2_Constants
    from onelogin.saml2.logout_response import OneLogin_Saml2_Logout_Response

    found = verified_query(settings, site, query, "SAMLResponse")
    response = OneLogin_Saml2_Logout_Response(settings, found["SAMLResponse"])
    response.is_valid(request_at(site.slo) | {"get_data": found}, raise_exceptions=True)
    _check_ends(settings, response.document, response.get_issuer(), site.slo)
    return bool(response.get_status() == OneLogin_Saml2_Constants.STATUS_SUCCESS)


def _check_ends(settings: Any, root: Any, issuer: str | None, slo: str) -> None:
    """Check the sender and the receiver of a message: the library accepts a message without them, or with a longer
    address.
    """
    if issuer != settings.get_idp_data()["entityId"] or root.get("Destination") != slo:
        raise ValueError("destination")
