"""Answer with resources and lists of them."""

import json
from collections.abc import Sequence
from typing import Any

from fastapi import Response
from scim2_models import Context, ListResponse

from chat_app.api.scim import PREFIX
from chat_app.api.scim.refusals import TYPE
from chat_app.bootstrap import Runtime


def answer(model: Any, context: Context, status: int = 200) -> Response:
    """Return a resource or a list."""
    return Response(json.dumps(model.model_dump(scim_ctx=context)), status, media_type=TYPE)


def created(made: Any) -> Response:
    """Return a resource that was made, and its address."""
    response = answer(made, Context.RESOURCE_CREATION_RESPONSE, 201)
    response.headers["Location"] = str(made.meta.location)
    return response


def listed(model: Any, resources: Sequence[Any], total: int | None = None, start: int = 1) -> Response:
    """Return a list of resources: all of them, or from ``start`` on a page of a ``total``."""
    count = len(resources)
    found: Any = ListResponse[model](
        total_results=count if total is None else total,
        start_index=start,
        items_per_page=count,
        resources=list(resources),
    )
    return answer(found, Context.RESOURCE_QUERY_RESPONSE)


def address_of(parts: Runtime, kind: str, which: object) -> str:
    """Return the address of a resource."""
    return f"{parts.settings.origin}{PREFIX}/{kind}/{which}"
