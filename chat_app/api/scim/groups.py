"""Groups of the directory's owner, as SCIM's groups."""

from typing import Final

from fastapi import APIRouter, Response
from scim2_models import Context, Group, GroupMember, Meta

from chat_app.api.auth import Parts
from chat_app.api.scim.answers import address_of, answer, created, listed
from chat_app.api.scim.requests import Body, Directory, Listed, parsed, patched, wanted
from chat_app.bootstrap import Runtime
from chat_app.core.directory.groups import (
    GroupEntry,
    ProvisionedGroup,
    change_provisioned_group,
    deprovision_group,
    list_provisioned_groups,
    provision_group,
    view_provisioned_group,
)

router = APIRouter(prefix="/Groups")

_FILTERS: Final = {"displayname": "name", "externalid": "external_id"}


@router.get("")
async def list_groups(page: Listed, ctx: Directory, parts: Parts) -> Response:
    """List the groups of the directory."""
    asked = wanted(page, Group, _FILTERS)
    total, found = await list_provisioned_groups(ctx, **asked, skip=page.skip, most=page.count)
    return listed(Group, [shown(parts, each) for each in found], total, page.start)


@router.post("", status_code=201)
async def create_group(body: Body, ctx: Directory, parts: Parts) -> Response:
    """Provision a group."""
    return created(shown(parts, await provision_group(ctx, entry_of(parsed(Group, body)))))


@router.get("/{group_id}")
async def get_group(group_id: str, ctx: Directory, parts: Parts) -> Response:
    """Return a group."""
    return answer(shown(parts, await view_provisioned_group(ctx, group_id)), Context.RESOURCE_QUERY_RESPONSE)


@router.put("/{group_id}")
async def replace_group(group_id: str, body: Body, ctx: Directory, parts: Parts) -> Response:
    """Replace a group's name and people."""
    entry = entry_of(parsed(Group, body))
    changed = await change_provisioned_group(ctx, group_id, lambda _: entry)
    return answer(shown(parts, changed), Context.RESOURCE_REPLACEMENT_RESPONSE)


@router.patch("/{group_id}")
async def patch_group(group_id: str, body: Body, ctx: Directory, parts: Parts) -> Response:
    """Change a group's name or people."""

    def change(known: ProvisionedGroup) -> GroupEntry:
        return entry_of(patched(Group, shown(parts, known), body))

    changed = await change_provisioned_group(ctx, group_id, change)
    return answer(shown(parts, changed), Context.RESOURCE_PATCH_RESPONSE)


@router.delete("/{group_id}", status_code=204)
async def delete_group(group_id: str, ctx: Directory) -> None:
    """Delete a group."""
    await deprovision_group(ctx, group_id)


def shown(parts: Runtime, found: ProvisionedGroup) -> Group:
    """Return a group in SCIM's shape."""
    group = found.group
    return Group(
        id=str(group.id),
        external_id=found.row.external_id or None,
        display_name=group.name,
        members=[
            GroupMember(value=str(each.id), display=each.name, ref=address_of(parts, "Users", each.id), type="User")
            for each in found.members
        ],
        meta=Meta(resource_type="Group", created=group.created_at, location=address_of(parts, "Groups", group.id)),
    )


def entry_of(sent: Group) -> GroupEntry:
    """Return a directory's data about a group."""
    members = [str(each.value or "") for each in sent.members or []]
    return GroupEntry(sent.display_name or "", members, sent.external_id or "")
