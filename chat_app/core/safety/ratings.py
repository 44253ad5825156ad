"""Read how people have rated the answers of each model, as an admin: no texts, rooms or people."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final

from sqlalchemy import func, select, tuple_
from sqlmodel import col
from typing_extensions import TypedDict

from chat_app.core.access.site import SitePermission, access_site
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.pages import Page, Place, page_of
from chat_app.core.kernel.texts.cleaning import storable
from chat_app.core.kernel.wire import Timestamp, one_of, timestamp
from chat_app.core.messages.answer_tables import Rating, RatingValue
from chat_app.core.safety.errors import ReportNotFound

PAGE_MAX: Final = 50
MODELS_MAX: Final = 200
"""The maximum number of models with numbers: those with the most ratings."""


class RatingJson(TypedDict):
    """A rating of an answer that a `model` wrote, and the reason in the person's words, empty for none."""

    model: str | None
    value: Annotated[str, one_of(RatingValue)]
    reason: str
    at: Timestamp


class ModelRatingsJson(TypedDict):
    """The numbers of ratings of a model's answers."""

    model: str | None
    up: int
    down: int


@dataclass(frozen=True, slots=True)
class RatingView:
    """A rating with a reason, without its author."""

    model: str | None
    value: str
    reason: str
    at: datetime

    def as_json(self) -> RatingJson:
        """Return the shape in REST."""
        return {"model": self.model, "value": self.value, "reason": self.reason, "at": timestamp(self.at)}


async def count_ratings(ctx: Context, *, model: str = "") -> list[ModelRatingsJson]:
    """Return the numbers of ratings by model, the most ratings first; with a ``model`` only its numbers."""
    access_site(ctx, SitePermission.MANAGE_MODELS, ReportNotFound)
    up, down = (func.count().filter(col(Rating.value) == value) for value in RatingValue)
    statement = select(col(Rating.model), up, down).group_by(col(Rating.model))
    statement = statement.order_by(func.count().desc(), col(Rating.model)).limit(MODELS_MAX)
    if model:
        statement = statement.where(col(Rating.model) == storable(model))
    return [{"model": name, "up": ups, "down": downs} for name, ups, downs in await ctx.db.execute(statement)]


async def list_reasons(
    ctx: Context, *, model: str = "", after: Place | None = None, limit: int = PAGE_MAX
) -> Page[RatingView]:
    """Return the ratings that have a reason, of all models or one, the newest first."""
    access_site(ctx, SitePermission.MANAGE_MODELS, ReportNotFound)
    limit = max(1, min(limit, PAGE_MAX))
    order = tuple_(col(Rating.created_at), col(Rating.id))
    statement = select(Rating).where(col(Rating.reason) != "").limit(limit + 1)
    statement = statement.order_by(col(Rating.created_at).desc(), col(Rating.id).desc())
    statement = statement.where(order < after) if after else statement
    statement = statement.where(col(Rating.model) == storable(model)) if model else statement
    found = (await ctx.db.scalars(statement)).all()
    page = page_of(found, limit, lambda rating: Place(rating.created_at, rating.id))
    return Page([RatingView(each.model, each.value, each.reason, each.created_at) for each in page.items], page.next)
