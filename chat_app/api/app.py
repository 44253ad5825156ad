"""Build the API, and the whole app behind its guards."""

from collections.abc import Awaitable
from typing import Any, Final

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import Mount
from starlette.types import ASGIApp, Receive, Scope, Send

from chat_app.api import PREFIX, docs
from chat_app.api.errors import add_error_handlers
from chat_app.api.middleware.body_limit import BodyLimit
from chat_app.api.middleware.branding import Branding
from chat_app.api.middleware.event_socket import EVENTS_PATH, EventSocket
from chat_app.api.middleware.forwarded import Forwarded
from chat_app.api.middleware.headers import ResponseHeaders
from chat_app.api.middleware.host import HEALTH_PATHS, HostGuard
from chat_app.api.middleware.origin import OriginGuard
from chat_app.api.middleware.request_log import RequestLog
from chat_app.api.middleware.turns import RequestTurns
from chat_app.api.oauth import browser, hydra, programs
from chat_app.api.rest import (
    ai,
    assistants,
    billing,
    budgets,
    conversations,
    dictation,
    groups,
    people,
    prompts,
    search,
)
from chat_app.api.rest.account import (
    applications,
    leaving,
    me,
    payments,
    personal,
    security,
    tabs,
)
from chat_app.api.rest.account.sign_in import auth, claims, ending, identities, passkeys, saml
from chat_app.api.rest.message import answers, attachments, images, marks, messages, tool_calls
from chat_app.api.rest.room import conversation_export, invitations, links, members, rooms
from chat_app.api.rest.site import (
    audit,
    health,
    jobs,
    lists,
    outbox,
    overview,
    payment_events,
    safety,
    support,
)
from chat_app.api.rest.site import people as accounts
from chat_app.api.rest.site import rooms as site_rooms
from chat_app.api.rest.site.configuration import applications as clients
from chat_app.api.rest.site.configuration import branding, connections, tools
from chat_app.api.rest.site.configuration import settings as site_settings
from chat_app.api.scim import PREFIX as SCIM
from chat_app.api.scim.mount import Scim
from chat_app.api.serving.built_files import BuiltFiles
from chat_app.api.serving.pages import PagesGuard
from chat_app.api.serving.stored import StoredFiles
from chat_app.api.shapes import ErrorOut
from chat_app.bootstrap import Runtime, runtime
from chat_app.core.files.storage.ports import Served
from chat_app.traffic.meter import Meter
from chat_app.traffic.turns import SLOW

_NO_PAGES: Final = ("/api/", "/scim/", "/oauth2/", "/.well-known/", f"{EVENTS_PATH}/")
"""The paths that only the API answers. Reflex's event socket would never close the socket of a plain request."""
_FEATURES: Final = (
    messages,  # first, because routes are looked through in their order
    auth,
    passkeys,
    ending,
    saml,
    leaving,
    identities,
    claims,
    connections,
    me,
    tabs,
    people,
    personal,
    prompts,
    assistants,
    conversations,
    rooms,
    conversation_export,
    members,
    groups,
    invitations,
    links,
    marks,
    attachments,
    ai,
    dictation,
    images,
    answers,
    tool_calls,
    outbox,
    jobs,
    accounts,
    site_rooms,
    lists,
    site_settings,
    branding,
    audit,
    overview,
    search,
    billing,
    budgets,
    security,
    safety,
    support,
    tools,
    payments,
    payment_events,
    applications,
    clients,
)

_ERRORS: Final[dict[int | str, dict[str, Any]]] = {
    400: {"model": ErrorOut, "description": "The body is not JSON"},
    401: {"model": ErrorOut, "description": "Not signed in, or wrong credentials"},
    402: {"model": ErrorOut, "description": "Whoever pays has too few token credits"},
    403: {"model": ErrorOut, "description": "Seen, but not allowed; or sent by another site's page"},
    404: {"model": ErrorOut, "description": "Not there, or not to be seen by the caller"},
    409: {"model": ErrorOut, "description": "The thing's present state does not admit it"},
    413: {"model": ErrorOut, "description": "The body is too long"},
    421: {"model": ErrorOut, "description": "The request's Host is not that of PARLEY_PUBLIC_URL"},
    422: {"model": ErrorOut, "description": "A value is not acceptable"},
    429: {"model": ErrorOut, "description": "Too many attempts; see Retry-After"},
    503: {"model": ErrorOut, "description": "The database, the storage, or who keeps sessions, cannot be reached"},
    507: {"model": ErrorOut, "description": "No space is left for files"},
}


def mount(asgi_app: ASGIApp, parts: Runtime | None = None) -> ASGIApp:
    """Mount the API beside ``asgi_app``, which serves everything else, and the guards around both."""
    return guard(build_api(), asgi_app, parts or runtime())


def guard(api: FastAPI, asgi_app: ASGIApp, parts: Runtime) -> ASGIApp:
    """Mount the API beside ``asgi_app``, for the process with these parts, behind the guards."""
    api.state.runtime = parts
    slow = Meter(SLOW)
    settings, storage = parts.settings, parts.storage
    limited: ASGIApp = BodyLimit(PagesGuard(_Beside(api, Branding(BuiltFiles(asgi_app), parts)), parts))
    if isinstance(storage, Served):  # whose files are longer than any other body
        limited = StoredFiles(limited, storage, settings.origin, settings.files_url)
    requests = RequestTurns(limited, slow, parts.messages)
    app = OriginGuard(_ByKind(requests, EventSocket(_events(asgi_app), parts, slow)), parts.auth.cookie)
    hosts = HostGuard(app, settings.public_url, settings.files_url)
    whole = ResponseHeaders(hosts, secure=settings.origin.startswith("https:"), storage=storage.origins)
    return Forwarded(RequestLog(whole), settings.trusted_proxy_hops, with_host=settings.public_url is None)


def _events(pages: ASGIApp) -> ASGIApp:
    """Return Reflex's event socket without the routing and middleware before it, which every open tab would keep."""
    routes = [route for route in getattr(pages, "routes", ()) if isinstance(route, Mount)]
    return next((route.app for route in routes if route.path == EVENTS_PATH), pages)


def build_api() -> FastAPI:
    """Return the REST API."""
    api = FastAPI(
        title="Parley",
        version="1",
        description="Rooms where people and AI models talk together, live.",
        openapi_url=docs.OPENAPI_PATH,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=_operation_id,
    )
    add_error_handlers(api)
    for feature in _FEATURES:
        api.include_router(feature.router, prefix=PREFIX, responses=_ERRORS)
    api.include_router(health.router)
    api.include_router(docs.router)
    for part in (browser, hydra, programs):
        api.include_router(part.router)
    api.mount(SCIM, Scim(api.state))
    return api


def _operation_id(route: APIRoute) -> str:
    return route.name


class _ByKind:
    """Sends requests to one app and websockets to another."""

    def __init__(self, requests: ASGIApp, websockets: ASGIApp) -> None:
        self._requests = requests
        self._websockets = websockets

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        app = self._websockets if scope["type"] == "websocket" else self._requests
        return app(scope, receive, send)


class _Beside:
    """Sends each request to the API or to the pages."""

    def __init__(self, api: ASGIApp, pages: ASGIApp) -> None:
        self._api = api
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        app = self._api if f"{path}/".startswith(_NO_PAGES) or path in HEALTH_PATHS else self._pages
        await app(scope, receive, send)
