"""Every site role, by forged events: the display of a page does not decide anything."""

from typing import Any, Final
from uuid import UUID

import pytest

from chat_app.core.access.permissions import Role
from chat_app.core.access.site import SiteRole
from chat_app.core.accounts.tables import User
from chat_app.core.applications.commands import add_application
from chat_app.core.applications.tables import Application
from chat_app.core.connections.commands import create_connection
from chat_app.core.connections.tables import Connection
from chat_app.core.safety.commands import report_message
from chat_app.core.site.invitations import invite_to_site
from chat_app.core.support.commands import ask_for_help
from chat_app.core.tools.commands import add_tool_server
from chat_app.core.tools.tables import ToolServer
from chat_app.ui.administration.audit.state import AuditState
from chat_app.ui.administration.jobs.state import JobsState
from chat_app.ui.administration.lists.groups_state import SiteGroupsState
from chat_app.ui.administration.lists.invitations_state import RoomInvitationsState
from chat_app.ui.administration.lists.storage_state import StorageState
from chat_app.ui.administration.lists.usage_state import SiteUsageState
from chat_app.ui.administration.overview.state import OverviewState
from chat_app.ui.administration.people.site_invitations_state import SiteInvitationsState
from chat_app.ui.administration.people.state import AccountsState
from chat_app.ui.administration.rooms.state import SiteRoomsState
from chat_app.ui.administration.webhooks.state import WebhooksState
from chat_app.ui.applications.state import ApplicationsState
from chat_app.ui.models.state import ModelsState
from chat_app.ui.moderation.state import ModerationState
from chat_app.ui.outbox.state import OutboxState
from chat_app.ui.site.state import SiteState
from chat_app.ui.support.state import SupportState
from chat_app.ui.tools.state import ToolsState
from tests.browser.forged.test_events import HYDRATE
from tests.browser.forger import Forger
from tests.support.factory import Factory
from tests.support.jobs import failed_job
from tests.support.links import invite_link
from tests.support.site import Site
from tests.support.site_things import group_for_model, left_room, refused_file

ADMIN, MODERATORS, AUDITORS = {"admin"}, {"admin", "moderator"}, {"admin", "auditor"}
PAYERS: Final = {"admin", "billing", "auditor"}
SUPPORTERS, WATCHERS = {"admin", "supporter"}, {"admin", "supporter", "auditor"}
EVERYBODY: Final = {None, *SiteRole}
"""Of what changes the person's own page alone."""
GRANTERS: Final = {"admin", "billing"}
VIEWERS: Final = {"admin", "moderator", "billing", "auditor"}
HIDDEN: Final = {
    "room_not_found",
    "group_not_found",
    "not_found",
    "report_not_found",
    "connection_not_found",
    "tool_server_not_found",
    "application_not_found",
    "session_not_found",
}
NEW_APPLICATION: Final = {
    "name": "Forged",
    "redirect_uris": "https://forged.test/",
    "signing_alg": "RS256",
}

LEFT: Final = "/admin/rooms?room={left}"
LOADS: Final = [
    (OverviewState, "/admin", AUDITORS),
    (AccountsState, "/admin/people", VIEWERS),
    (AccountsState, "/admin/people?person={user}", VIEWERS),
    (SiteRoomsState, "/admin/rooms", AUDITORS),
    (SiteRoomsState, "/admin/rooms?room={left}", AUDITORS),
    (SiteGroupsState, "/admin/groups", AUDITORS),
    (SiteGroupsState, "/admin/groups?group={group}", AUDITORS),
    (RoomInvitationsState, "/admin/invitations", AUDITORS),
    (SiteUsageState, "/admin/usage", PAYERS),
    (StorageState, "/admin/storage", AUDITORS),
    (SiteState, "/admin/settings", AUDITORS),
    (AuditState, "/admin/audit", AUDITORS),
    (JobsState, "/admin/jobs", AUDITORS),
    (WebhooksState, "/admin/webhooks", PAYERS),
    (OutboxState, "/admin/outbox", ADMIN),
    (ModerationState, "/admin/reports", MODERATORS),
    (ModerationState, "/admin/reports?tab=suspended", MODERATORS),
    (ModerationState, "/admin/reports?tab=answers", ADMIN),
    (ModelsState, "/admin/models", ADMIN),
    (ToolsState, "/admin/tools", ADMIN),
    (ApplicationsState, "/admin/applications", ADMIN),
    (SupportState, "/support", WATCHERS),
]
"""Each page: its state, its address, and the roles for which there is something."""

ACTS: Final[list[tuple[Any, str, str, dict[str, Any], set[Any]]]] = [
    (AccountsState, "save_roles", "/admin/people?person={user}", {"fields": {"roles": ["auditor"]}}, ADMIN),
    (AccountsState, "suspend", "/admin/people?person={user}", {"fields": {"reason": "Forged"}}, MODERATORS),
    (AccountsState, "restore", "/admin/people?person={user}", {}, MODERATORS),
    (AccountsState, "sign_out", "/admin/people?person={user}", {}, ADMIN),
    (AccountsState, "reset_factor", "/admin/people?person={user}", {}, ADMIN),
    (AccountsState, "grant", "/admin/people?person={user}", {"fields": {"amount": "5", "reason": "Forged"}}, GRANTERS),
    (OverviewState, "follow", "/admin", {}, AUDITORS),
    (SiteState, "save", "/admin/settings", {"fields": {"group": "brand", "brand_name": "Forged"}}, ADMIN),
    (SiteState, "restore", "/admin/settings", {"group": "brand"}, ADMIN),
    (SiteState, "show_pictures", "/admin/settings", {}, AUDITORS),
    (SiteState, "remove_picture", "/admin/settings", {"name": "logo"}, ADMIN),
    (SiteInvitationsState, "open", "/admin/people", {}, AUDITORS),
    (SiteInvitationsState, "make", "/admin/people", {"fields": {"days": "2"}}, ADMIN),
    (AccountsState, "approve", "/admin/people", {"user": "{waiting}"}, ADMIN),
    (AuditState, "narrow", "/admin/audit", {"fields": {"actor": "somebody"}}, AUDITORS),
    (ApplicationsState, "enable", "/admin/applications", {"application": "{application}", "on": False}, ADMIN),
    (ApplicationsState, "save", "/admin/applications", {"fields": NEW_APPLICATION}, ADMIN),
    (ApplicationsState, "choose", "/admin/applications", {"application": "{application}"}, EVERYBODY),
    (ApplicationsState, "remove", "/admin/applications", {}, ADMIN),
    (ToolsState, "choose", "/admin/tools", {"server": "{server}"}, EVERYBODY),
    (ToolsState, "remove", "/admin/tools", {}, ADMIN),
    (ModelsState, "choose", "/admin/models", {"connection": "{connection}"}, EVERYBODY),
    (ModelsState, "cancel_check", "/admin/models", {}, EVERYBODY),
    (ModelsState, "remove", "/admin/models", {}, ADMIN),
    (JobsState, "choose", "/admin/jobs", {"job": "{other_job}"}, EVERYBODY),
    (JobsState, "drop", "/admin/jobs", {}, ADMIN),
    (JobsState, "retry", "/admin/jobs", {"job": "{job}"}, ADMIN),
    (WebhooksState, "narrow", "/admin/webhooks", {"shown": "unhandled"}, PAYERS),
    (WebhooksState, "test", "/admin/webhooks", {"target": "0"}, ADMIN),
    (StorageState, "choose", "/admin/storage", {"file": "{file}"}, EVERYBODY),
    (StorageState, "delete", "/admin/storage", {}, ADMIN),
    (RoomInvitationsState, "choose", "/admin/invitations", {"invitation": "{link}"}, EVERYBODY),
    (RoomInvitationsState, "revoke", "/admin/invitations", {}, ADMIN),
    (SiteInvitationsState, "revoke", "/admin/people", {"invitation": "{site_invitation}"}, ADMIN),
    (AccountsState, "choose_waiting", "/admin/people", {"user": "{declined}"}, EVERYBODY),
    (AccountsState, "decline", "/admin/people", {}, ADMIN),
    (ModelsState, "save_transcriber", "/admin/models", {"fields": {"transcriber": ""}}, ADMIN),
    (SupportState, "filter", "/support", {"fields": {"state": "requested", "order": "longest"}}, WATCHERS),
    (SupportState, "show_person", "/support", {"username": "{name}"}, WATCHERS),
    (SupportState, "show_history", "/support", {"room": "{helped}"}, WATCHERS),
    (SupportState, "take", "/support", {"room": "{helped}"}, SUPPORTERS),
    (ModerationState, "dismiss", "/admin/reports", {"report": "{report}"}, MODERATORS),
    (ModerationState, "restore", "/admin/reports", {"user": "{user}"}, MODERATORS),
    (SiteRoomsState, "archive", LEFT, {}, ADMIN),
    (SiteRoomsState, "unarchive", LEFT, {}, ADMIN),
    (SiteRoomsState, "revoke_links", LEFT, {}, ADMIN),
    (SiteRoomsState, "give", LEFT, {"fields": {"user": "{user}"}}, ADMIN),
    (SiteRoomsState, "delete", LEFT, {"fields": {"name": "Left"}}, ADMIN),
    (SiteGroupsState, "rename", "/admin/groups?group={group}", {"fields": {"name": "Others"}}, ADMIN),
    (SiteGroupsState, "delete", "/admin/groups?group={group}", {}, ADMIN),
    (SiteUsageState, "group", "/admin/usage", {"by": "model"}, PAYERS),
    (SiteUsageState, "look_back", "/admin/usage", {"days": "7"}, PAYERS),
    (AccountsState, "delete", "/admin/people?person={user}", {"fields": {"username": "{name}"}}, ADMIN),
]
"""Each act: its state and event, the page it is on, the arguments, and the roles that may."""


@pytest.mark.parametrize("role", [None, *SiteRole])
async def test_each_role_may_what_the_table_says(site: Site, make: Factory, role: SiteRole | None) -> None:
    _, token = await make.signed_in(site_roles=[role] if role else [])
    ids = await scene(make)
    async with Forger(site, token) as forger:
        await forger.call(HYDRATE, "/")  # after it, a page is loaded by its event alone
        await forger.quiet()
        for state, path, may in LOADS:
            await forger.call(f"{state.get_full_name()}.load", path.format_map(ids))
            await forger.quiet()
            assert (shown(forger, state) == "ready") == (role in may), path
        loaded: tuple[Any, str] | None = None
        for state, event, path, payload, may in ACTS:
            if loaded != (loaded := (state, path)):
                await forger.call(f"{state.get_full_name()}.load", path.format_map(ids))
                await forger.quiet()
            before = len(forger.received)
            await forger.call(f"{state.get_full_name()}.{event}", path.format_map(ids), **filled(payload, ids))
            await forger.quiet()
            assert bool(refusals(forger, before) & HIDDEN) == (role not in may), event
    async with make.work.begin() as ctx:
        user = await ctx.db.get_one(User, UUID(ids["user"]))
        assert (user.deleted_at is not None) == (role == SiteRole.ADMIN)
        assert not user.site_roles
        things = ((Application, "application"), (ToolServer, "server"), (Connection, "connection"))
        left = [await ctx.db.get(table, UUID(ids[name])) for table, name in things]
        assert [each is None for each in left] == [role == SiteRole.ADMIN] * len(things)


async def scene(make: Factory) -> dict[str, str]:
    author, reporter = await make.actor(), await make.actor()
    room = await make.room({Role.MASTER: author, Role.MEMBER: reporter})
    message = await make.message(room, author)
    async with make.work.begin(reporter) as ctx:
        report = await report_message(ctx, message.id, "spam")
        job, other_job = await failed_job(ctx), await failed_job(ctx)
        file, link = await refused_file(ctx, room.id), invite_link(ctx, room.id)
        ctx.db.add(link)
        await ask_for_help(ctx, room.id, "Forged?")
        left, group = await left_room(ctx, author.user_id), await group_for_model(ctx, author.user_id)
    admin = await make.actor(site_roles=[SiteRole.ADMIN])
    async with make.work.begin(admin) as ctx:
        wiki, _ = await add_application(ctx, name="Wiki", redirect_uris=["https://wiki.test/"])
        made = await invite_to_site(ctx)
        server = await add_tool_server(ctx, name="Forged", url="http://127.0.0.1:1")
        connection = await create_connection(ctx, kind="ollama", name="Forged", base_url="http://127.0.0.1:1")
    waiting, declined = await make.user(waits_for="approval"), await make.user(waits_for="approval")
    ids = {"application": wiki.id, "user": author.user_id, "report": report, "left": left, "group": group}
    ids |= {"waiting": waiting.id, "declined": declined.id, "site_invitation": made.invitation.id, "helped": room.id}
    ids |= {"server": server.id, "connection": connection.id}
    ids |= {"other_job": other_job, "file": file, "link": link.id}
    return {"name": author.person.username, "job": job, **{key: str(value) for key, value in ids.items()}}


def shown(forger: Forger, state: Any) -> str:
    """Return the status of a page after what was received last; one that did not change is not told again."""
    deltas = [each[1].get("delta") or {} for each in forger.received if each[0] == "event"]
    told = [delta[state.get_full_name()].get("status_rx_state_") for delta in deltas if state.get_full_name() in delta]
    return next((each for each in reversed(told) if each), "loading")


def refusals(forger: Forger, since: int) -> set[str]:
    """Return the codes with which something was refused, as a toast or beside a form."""
    codes = {op["code"] for op in forger.ops(since) if op["t"] == "refused" and op["about"] != forger.mark}
    for event, *data in forger.received[since:]:
        for vars_ in (data[0].get("delta") or {}).values() if event == "event" else ():
            codes |= {each["code"] for each in vars_.get("problems_rx_state_", {}).values()}
    return codes


def filled(payload: Any, ids: dict[str, str]) -> Any:
    if isinstance(payload, dict):
        return {name: filled(value, ids) for name, value in payload.items()}
    return payload.format_map(ids) if isinstance(payload, str) else payload
