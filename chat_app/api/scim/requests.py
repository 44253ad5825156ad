"""Read what directories send: their token, bodies, filters and pages."""

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import Depends, HTTPException, Query, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from scim2_models import Context, InvalidFilterException, InvalidSyntaxException, PatchOp, ScimFilter, ScimPolicy

from chat_app.api.auth import Parts, client_address
from chat_app.core.directory.access import admit_directory
from chat_app.core.kernel.context import Context as WorkContext

OPERATIONS_MAX: Final = 100
MEMBERS_MAX: Final = 1000
"""The maximum number of people whom one request may name, in all of its operations together; a group has fewer."""
NESTED_MAX: Final = 12
TEXT_MAX: Final = 20_000
PAGE: Final = 100
PAGE_MAX: Final = 200
FILTER_MAX: Final = 1000
TOLERANT: Final = ScimPolicy(unknown=ScimPolicy.Unknown.ignore, remove_value_as_filter=ScimPolicy.RemoveValue.apply)
"""Directories send attributes of their own, and remove members by value."""

_BEARER: Final = HTTPBearer(auto_error=False)


async def _directory(
    request: Request, parts: Parts, bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]
) -> AsyncIterator[WorkContext]:
    expected = parts.settings.scim_token
    token = expected.get_secret_value() if expected else None
    async with parts.work.begin() as ctx:
        await admit_directory(ctx, token, bearer.credentials if bearer else "", client_address(request))
        yield ctx


Directory = Annotated[WorkContext, Depends(_directory, scope="function")]
"""One transaction of the site's directory."""


async def _body(request: Request) -> dict[str, Any]:
    try:
        body = json.loads(await request.body())
    except (ValueError, RecursionError):
        raise InvalidSyntaxException(detail="The body is not JSON.") from None
    if not isinstance(body, dict):
        raise InvalidSyntaxException(detail="The body is not an object.")
    _check_size(body)
    return body


def _check_size(body: dict[str, Any]) -> None:
    """Raise ``InvalidSyntaxException``, or 413, for data deeper or longer than anything that directories send."""
    operations = next((value for name, value in body.items() if name.lower() == "operations"), None)
    if isinstance(operations, list) and len(operations) > OPERATIONS_MAX:
        raise HTTPException(413, f"At most {OPERATIONS_MAX} operations.")
    level: list[Any] = [body]
    for _ in range(NESTED_MAX):
        texts = (each for value in level for each in (value, *(value if isinstance(value, dict) else ())))
        if any(isinstance(each, str) and len(each) > TEXT_MAX for each in texts):
            raise HTTPException(413, f"A text has at most {TEXT_MAX} characters.")
        inner = [each.values() if isinstance(each, dict) else each for each in level if isinstance(each, dict | list)]
        if any(len(each) > MEMBERS_MAX for each in inner) or _items(level) > MEMBERS_MAX:
            raise HTTPException(413, f"At most {MEMBERS_MAX} values.")
        level = [each for values in inner for each in values]
    if level:
        raise InvalidSyntaxException(detail="The body is nested too deeply.")


def _items(values: list[Any]) -> int:
    return sum(len(each) for each in values if isinstance(each, list))


Body = Annotated[dict[str, Any], Depends(_body)]


@dataclass(frozen=True, slots=True)
class ListRange:
    """The wanted part of a list."""

    start: int
    count: int
    filter: str

    @property
    def skip(self) -> int:
        """Return how many come before it."""
        return self.start - 1


async def _page(
    start: Annotated[int, Query(alias="startIndex")] = 1,
    count: int = PAGE,
    text: Annotated[str, Query(alias="filter")] = "",
) -> ListRange:
    return ListRange(min(max(start, 1), 2**31), min(max(count, 0), PAGE_MAX), text)


Listed = Annotated[ListRange, Depends(_page)]


def parsed(model: Any, body: dict[str, Any]) -> Any:
    """Return the resource that a body describes."""
    return model.model_validate(body, scim_ctx=Context.RESOURCE_CREATION_REQUEST, scim_policy=TOLERANT)


def patched(model: Any, known: Any, body: dict[str, Any]) -> Any:
    """Return the resource after the operations of a body."""
    asked: Any = PatchOp[model].model_validate(body, scim_ctx=Context.RESOURCE_PATCH_REQUEST, scim_policy=TOLERANT)
    changed = known.model_copy(deep=True)
    asked.patch(changed, scim_policy=TOLERANT)
    return changed


def wanted(page: ListRange, model: Any, names: Mapping[str, str]) -> dict[str, str | None]:
    """Return what a filter asks for, by the parameters that ``names`` gives attributes (in lower case).

    Only one attribute can be compared, by ``eq``. Raises ``InvalidFilterException``.
    """
    found: dict[str, str | None] = dict.fromkeys(names.values())
    if not page.filter:
        return found
    if len(page.filter) > FILTER_MAX:
        raise InvalidFilterException(detail="The filter is too long.")
    try:
        ast: Any = ScimFilter[model](page.filter).ast
        path = ".".join(filter(None, (ast.attr_path.attr, ast.attr_path.sub_attr))).lower()
        if ast.op.value != "eq" or not isinstance(ast.value, str):
            raise KeyError(path)
        found[names[path]] = ast.value
    except (AttributeError, KeyError, RecursionError):
        raise InvalidFilterException(detail=f"Only {', '.join(names)} can be filtered, by eq.") from None
    return found
