"""Report whether the process is alive, and whether it can serve."""

from fastapi import APIRouter, Response
from pydantic import BaseModel

from chat_app.api.auth import Parts

router = APIRouter(tags=["health"])


class Ready(BaseModel):
    """The health of each part that requests need."""

    database: bool
    hub: bool


@router.get("/healthz")
async def alive() -> dict[str, str]:
    """Report that the process is alive."""
    return {"status": "ok"}


@router.get("/readyz", response_model=Ready, responses={503: {"model": Ready}})
async def ready(parts: Parts, response: Response) -> dict[str, bool]:
    """Report whether the process can serve: 200; or cannot: 503."""
    states = await parts.ready()
    response.status_code = 200 if all(states.values()) else 503
    return states
