"""The API, which depends on no setting, once for all tests of a process."""

from functools import cache

from fastapi import FastAPI

from chat_app.api.app import build_api


@cache
def the_api() -> FastAPI:
    """Return it: what an endpoint needs is worked out at the first call, a second for them all."""
    return build_api()
