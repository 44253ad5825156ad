"""The staff see groups, invitations, usage and files of the whole site, but nothing private."""

from datetime import timedelta

import pytest

from chat_app.core.access.permissions import Role
from chat_app.core.administration.groups import (
    delete_site_group,
    list_site_groups,
    rename_site_group,
    view_site_group,
)
from chat_app.core.administration.invitations import list_room_invitations, revoke_room_invitation
from chat_app.core.administration.log.queries import list_audit
from chat_app.core.administration.storage import delete_refused_file, view_storage
from chat_app.core.billing.tables import TokenUsage
from chat_app.core.billing.usage.of_site import site_usage
from chat_app.core.connections.tables import ModelChoice, ModelGroup
from chat_app.core.directory.tables import DirectoryGroup
from chat_app.core.files.tables import Attachment
from chat_app.core.groups.commands import add_to_group, create_group
from chat_app.core.groups.tables import Group
from chat_app.core.invitations.answers import accept_invitation
from chat_app.core.invitations.links import create_invite_link, join_by_link
from chat_app.core.invitations.personal import invite
from chat_app.core.invitations.queries import my_invitations
from chat_app.core.invitations.tables import InviteLink
from chat_app.core.kernel.actor import Actor
from chat_app.core.rooms.tables import RoomKind
from tests.support.factory import Factory
from tests.support.refusal import code_of
from tests.support.use_cases import Do


@pytest.fixture
async def admin(make: Factory) -> Actor:
    return await make.actor(username="grace", is_admin=True)


async def group_of(do: Do, owner: Actor, name: str, kind: str = "") -> Group:
    group = await do(owner, create_group, name)
    async with do.work.begin() as ctx:
        if kind == "directory":
            ctx.db.add(DirectoryGroup(group_id=group.id))
        elif kind == "models":
            ctx.db.add(ModelChoice(id=name, changed_at=ctx.now))
            await ctx.db.flush()
            ctx.db.add(ModelGroup(model_id=name, group_id=group.id))
    return group


async def test_staff_see_only_owner_and_size_of_private_groups(do: Do, make: Factory, admin: Actor):
    ben = await make.actor(username="ben")
    own = await group_of(do, ben, "People I dislike")
    await do(ben, add_to_group, own.id, "grace")
    await group_of(do, admin, "Staff", "directory")
    await group_of(do, admin, "Testers", "models")
    found = (await do(admin, list_site_groups)).items
    assert [(each.name, each.source, each.members) for each in found] == [
        ("Testers", "models", 0),
        ("Staff", "directory", 0),
        ("", "person", 1),
    ]
    assert (await do(admin, view_site_group, own.id)).people == ()
    assert [each.name for each in (await do(admin, list_site_groups, words="st")).items] == ["Testers", "Staff"]
    assert (await do(admin, list_site_groups, words="dislike")).items == []
    assert len((await do(admin, list_site_groups, words="@ben")).items) == 1
    assert [each.name for each in (await do(admin, list_site_groups, source="directory")).items] == ["Staff"]
    assert await code_of(do(admin, rename_site_group, own.id, "Friends")) == "not_allowed"


async def test_a_group_for_a_model_is_renamed_and_any_is_deleted(do: Do, make: Factory, admin: Actor):
    testers, staff = await group_of(do, admin, "Testers", "models"), await group_of(do, admin, "Staff", "directory")
    await do(admin, rename_site_group, testers.id, "Early birds")
    assert (await do(admin, view_site_group, testers.id)).name == "Early birds"
    assert await code_of(do(admin, rename_site_group, staff.id, "Crew")) == "not_allowed"
    await do(admin, delete_site_group, staff.id)
    assert await code_of(do(admin, view_site_group, staff.id)) == "group_not_found"
    log = (await do(admin, list_audit)).items
    assert [(each.action, each.group, each.group_name) for each in log] == [
        ("delete_group", staff.id, None),
        ("rename_group", testers.id, "Early birds"),
    ]
    assert {each.actor for each in log} == {admin.person}


async def test_pages_of_groups_follow_one_another(do: Do, make: Factory, admin: Actor):
    for number in range(5):
        await do(admin, create_group, f"Group {number}")
    first = await do(admin, list_site_groups, limit=3)
    second = await do(admin, list_site_groups, limit=3, after=first.next)
    assert len({each.group.id for each in [*first.items, *second.items]}) == 5
    assert second.next is None


async def test_pending_invitations_are_listed_and_revoked(do: Do, make: Factory, admin: Actor):
    ben, aiko = await make.actor(username="ben"), await make.actor(username="aiko")
    room = await make.room({Role.MASTER: ben}, name="Tea")
    link = await do(ben, create_invite_link, room.id, max_uses=3)
    old = await do(ben, create_invite_link, room.id, hours=1)
    await do(ben, invite, room.id, "somebody@example.org")
    await do(ben, invite, room.id, "aiko")
    async with do.work.begin() as ctx:
        (await ctx.db.get_one(InviteLink, old.id)).expires_at = ctx.now - timedelta(hours=1)
    found = (await do(admin, list_room_invitations)).items
    assert [(each.kind, each.to, each.made_by.username, each.max_uses) for each in found] == [
        ("person", "", "ben", 1),
        ("mail", "somebody@example.org", "ben", 1),
        ("link", "", "ben", 3),
    ]
    assert link.token not in str([each.as_json() for each in found])
    assert [each.kind for each in (await do(admin, list_room_invitations, words="aiko")).items] == ["person"]
    assert [each.kind for each in (await do(admin, list_room_invitations, words="example.org")).items] == ["mail"]
    assert [each.kind for each in (await do(admin, list_room_invitations, kind="link")).items] == ["link"]
    [asked] = await do(aiko, my_invitations)
    for each in found:
        await do(admin, revoke_room_invitation, each.id)
        assert await code_of(do(admin, revoke_room_invitation, each.id)) == "invitation_not_found"
    assert await code_of(do(aiko, accept_invitation, asked.id)) == "invitation_not_found"
    assert await code_of(do(aiko, join_by_link, link.token)) == "invite_link_not_found"
    assert (await do(admin, list_room_invitations)).items == []
    log = (await do(admin, list_audit)).items
    assert [each.action for each in log] == ["revoke_links", "revoke_links", "cancel_invitation"]


async def test_the_sites_usage_names_no_private_chat(do: Do, make: Factory, admin: Actor):
    ben = await make.actor(name="Ben")
    rooms = [await make.room(name="Tea"), await make.room(name="Secret", kind=RoomKind.CHAT)]
    async with do.work.begin() as ctx:
        for room in rooms:
            it = {"asker_id": ben.user_id, "payer_id": ben.user_id, "room_id": room.id, "created_at": ctx.now}
            ctx.db.add(TokenUsage(work="answer", model="demo", prompt_tokens=3, charged=5, **it))
    page = await do(admin, site_usage, "room")
    assert sorted(each["label"] for each in page["items"]) == ["", "Tea"]
    assert (page["total"]["times"], page["total"]["prompt_tokens"], page["total"]["charged"]) == (2, 6, 10)
    assert [each["label"] for each in (await do(admin, site_usage, "person"))["items"]] == ["Ben"]
    billing = await make.actor(site_roles=["billing"])  # sees no rooms
    assert {each["label"] for each in (await do(billing, site_usage, "room"))["items"]} == {""}
    assert await code_of(do(admin, site_usage, "word")) == "invalid_request"


async def test_storage_counts_files_and_names_none(do: Do, make: Factory, admin: Actor):
    ben = await make.actor(username="ben")
    room = await make.room({Role.MASTER: ben}, name="Tea")
    message = await make.message(room, ben)
    async with do.work.begin() as ctx:
        it = {"room_id": room.id, "uploader_id": ben.user_id, "declared_type": "image/png", "created_at": ctx.now}
        kept = Attachment(name="divorce.png", size=10, kind="image", status="ready", message_id=message.id, **it)
        bad = Attachment(name="virus.exe", size=3, status="refused", problem="file_infected", **it)
        left = Attachment(name="left", size=4, status="ready", **(it | {"created_at": ctx.now - timedelta(days=2)}))
        ctx.db.add_all([kept, bad, left])
    found = await do(admin, view_storage)
    assert (found["used"], found["files"], found["left"]["bytes"]) == (14, 2, 4)
    assert [(each["name"], each["bytes"]) for each in found["rooms"]] == [("Tea", 14)]
    assert [each["person"]["username"] for each in found["people"]] == ["ben"]
    assert [(each["id"], each["problem"]) for each in found["refused"]] == [(str(bad.id), "file_infected")]
    assert "divorce" not in str(found)
    assert await code_of(do(admin, delete_refused_file, kept.id)) == "attachment_not_found"
    await do(admin, delete_refused_file, bad.id)
    async with do.work.begin() as ctx:
        assert (await ctx.db.get_one(Attachment, bad.id)).room_id is None  # the next sweep deletes it
    [entry] = (await do(admin, list_audit)).items
    assert (entry.action, dict(entry.details)) == ("delete_file", {"problem": "file_infected"})
