"""Read the site's figures, as its staff."""

from fastapi import APIRouter

from chat_app.api.auth import Parts, Reading
from chat_app.core.administration.overview import OverviewOut

router = APIRouter(tags=["site"])


@router.get("/admin/overview")
async def read_overview(ctx: Reading, parts: Parts) -> OverviewOut:
    """Return the site's figures, which are cached for some seconds, and the figures of each of the last days."""
    return await parts.figures.read(ctx)
