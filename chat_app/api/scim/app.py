"""Build the SCIM API as a separate app, since its errors and types have their own shapes."""

from fastapi import FastAPI

from chat_app.api.scim import groups, service, users
from chat_app.api.scim.errors import add_scim_errors


def build_scim() -> FastAPI:
    """Return the SCIM API, for its prefix."""
    scim = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    add_scim_errors(scim)
    for part in (users, groups, service):
        scim.include_router(part.router)
    return scim
