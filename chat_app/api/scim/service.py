"""The abilities of this SCIM service (RFC 7643, 5 to 7)."""

from typing import Any, Final

from fastapi import APIRouter, Response
from scim2_models import (
    AuthenticationScheme,
    Bulk,
    ChangePassword,
    Context,
    ETag,
    Filter,
    Group,
    Meta,
    NotFoundException,
    Patch,
    ResourceType,
    Schema,
    ServiceProviderConfig,
    Sort,
    User,
)

from chat_app.api.auth import Parts
from chat_app.api.scim.answers import address_of, answer, listed
from chat_app.api.scim.requests import PAGE_MAX, Directory

router = APIRouter()

_MODELS: Final[tuple[Any, ...]] = (User, Group)


@router.get("/ServiceProviderConfig")
async def service_provider_config(ctx: Directory, parts: Parts) -> Response:
    """Return which parts of SCIM there are."""
    bearer = AuthenticationScheme(
        type="oauthbearertoken", name="Bearer token", description="The token of PARLEY_SCIM_TOKEN.", primary=True
    )
    config = ServiceProviderConfig(
        patch=Patch(supported=True),
        bulk=Bulk(supported=False, max_operations=0, max_payload_size=0),
        filter=Filter(supported=True, max_results=PAGE_MAX),
        change_password=ChangePassword(supported=False),
        sort=Sort(supported=False),
        etag=ETag(supported=False),
        authentication_schemes=[bearer],
        meta=Meta(
            resource_type="ServiceProviderConfig", location=address_of(parts, "ServiceProviderConfig", "").rstrip("/")
        ),
    )
    return answer(config, Context.RESOURCE_QUERY_RESPONSE)


@router.get("/ResourceTypes")
async def resource_types(ctx: Directory, parts: Parts) -> Response:
    """Return the kinds of resources."""
    return listed(ResourceType, [_type(parts, model) for model in _MODELS])


@router.get("/ResourceTypes/{name}")
async def resource_type(name: str, ctx: Directory, parts: Parts) -> Response:
    """Return one kind of resources."""
    return _one([_type(parts, model) for model in _MODELS], name)


@router.get("/Schemas")
async def schemas(ctx: Directory) -> Response:
    """Return the schemas of the resources."""
    return listed(Schema, [model.to_schema() for model in _MODELS])


@router.get("/Schemas/{name}")
async def schema(name: str, ctx: Directory) -> Response:
    """Return one schema."""
    return _one([model.to_schema() for model in _MODELS], name)


def _type(parts: Any, model: Any) -> ResourceType:
    found: ResourceType = ResourceType.from_resource(model)
    found.meta = Meta(resource_type="ResourceType", location=address_of(parts, "ResourceTypes", found.id))
    return found


def _one(found: list[Any], name: str) -> Response:
    for each in found:
        if each.id == name:
            return answer(each, Context.RESOURCE_QUERY_RESPONSE)
    raise NotFoundException()
