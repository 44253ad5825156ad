"""The routes of all pages."""

import reflex as rx

from chat_app.ui.administration.audit.page import page as audit
from chat_app.ui.administration.audit.state import AuditState
from chat_app.ui.administration.jobs.page import page as jobs
from chat_app.ui.administration.jobs.state import JobsState
from chat_app.ui.administration.lists.groups_page import page as site_groups
from chat_app.ui.administration.lists.groups_state import SiteGroupsState
from chat_app.ui.administration.lists.invitations_page import page as site_invitations
from chat_app.ui.administration.lists.invitations_state import RoomInvitationsState
from chat_app.ui.administration.lists.storage_page import page as storage
from chat_app.ui.administration.lists.storage_state import StorageState
from chat_app.ui.administration.lists.usage_page import page as site_usage
from chat_app.ui.administration.lists.usage_state import SiteUsageState
from chat_app.ui.administration.overview.page import page as overview
from chat_app.ui.administration.overview.state import OverviewState
from chat_app.ui.administration.people.page import page as accounts
from chat_app.ui.administration.people.state import AccountsState
from chat_app.ui.administration.rooms.page import page as site_rooms
from chat_app.ui.administration.rooms.state import SiteRoomsState
from chat_app.ui.administration.webhooks.page import page as webhooks
from chat_app.ui.administration.webhooks.state import WebhooksState
from chat_app.ui.applications.page import page as applications
from chat_app.ui.applications.state import ApplicationsState
from chat_app.ui.assistants.page import page as assistants
from chat_app.ui.assistants.state import AssistantsState
from chat_app.ui.consent.page import page as consent
from chat_app.ui.consent.state import ConsentState
from chat_app.ui.groups.page import page as groups
from chat_app.ui.groups.state import GroupsState
from chat_app.ui.home.page import page as home
from chat_app.ui.home.state import HomeState
from chat_app.ui.join.page import page as join
from chat_app.ui.join.state import JoinState
from chat_app.ui.mailed.pages import forgot_password, reset_password, verify_email
from chat_app.ui.mailed.state import MailedState
from chat_app.ui.models.page import page as models
from chat_app.ui.models.state import ModelsState
from chat_app.ui.moderation.page import page as moderation
from chat_app.ui.moderation.state import ModerationState
from chat_app.ui.not_found.page import page as not_found
from chat_app.ui.not_found.state import NotFoundState
from chat_app.ui.outbox.page import page as outbox
from chat_app.ui.outbox.state import OutboxState
from chat_app.ui.payments.page import page as payments
from chat_app.ui.payments.state import PaymentsState
from chat_app.ui.people.page import page as people
from chat_app.ui.people.state import PeopleState
from chat_app.ui.profile.page import page as profile
from chat_app.ui.profile.state import ProfileState
from chat_app.ui.prompts.page import page as prompts
from chat_app.ui.prompts.state import PromptsState
from chat_app.ui.room.page import page as room
from chat_app.ui.search.page import page as search
from chat_app.ui.search.state import SearchState
from chat_app.ui.security.page import page as security
from chat_app.ui.security.state import SecurityState
from chat_app.ui.settings.page import page as settings
from chat_app.ui.settings.state import SettingsState
from chat_app.ui.sign_in.page import page as sign_in
from chat_app.ui.sign_in.state import SignInState
from chat_app.ui.sign_up.page import page as sign_up
from chat_app.ui.site.page import page as site_settings
from chat_app.ui.site.state import SiteState
from chat_app.ui.support.page import page as support
from chat_app.ui.support.state import SupportState
from chat_app.ui.titles import title_of
from chat_app.ui.tools.page import page as tools
from chat_app.ui.tools.state import ToolsState
from chat_app.ui.transport.state import FeedState
from chat_app.ui.usage.page import page as usage
from chat_app.ui.usage.state import UsageState
from chat_app.ui.welcome.page import page as welcome

_OF_PEOPLE = {
    "/": home,
    "/r/[room_id]": room,
    "/search": search,
    "/people": people,
    "/groups": groups,
    "/prompts": prompts,
    "/assistants": assistants,
    "/u/[username]": profile,
    "/settings": settings,
    "/admin": overview,
    "/admin/people": accounts,
    "/admin/rooms": site_rooms,
    "/admin/groups": site_groups,
    "/admin/invitations": site_invitations,
    "/admin/usage": site_usage,
    "/admin/storage": storage,
    "/admin/reports": moderation,
    "/admin/settings": site_settings,
    "/admin/audit": audit,
    "/admin/jobs": jobs,
    "/admin/webhooks": webhooks,
    "/admin/outbox": outbox,
    "/support": support,
    "/admin/models": models,
    "/admin/tools": tools,
    "/admin/applications": applications,
    "/settings/security": security,
    "/settings/billing": payments,
    "/settings/usage": usage,
}
_OF_ANYBODY = {
    "/sign-in": sign_in,
    "/sign-up": sign_up,
    "/forgot-password": forgot_password,
    "/reset-password": reset_password,
    "/verify-email": verify_email,
    "/welcome": welcome,
    "/join/[token]": join,
    "/consent": consent,
    "404": not_found,
}


_LOADED_BY: dict[str, list[rx.event.EventType[()]]] = {
    "/": [HomeState.load],
    "/people": [PeopleState.load],
    "/settings": [SettingsState.load],
    "/settings/security": [SecurityState.load],
    "/settings/billing": [PaymentsState.load],
    "/settings/usage": [UsageState.load],
    "/search": [SearchState.load],
    "/sign-in": [SignInState.load],
    "/sign-up": [SignInState.load],
    "/forgot-password": [MailedState.load],
    "/reset-password": [MailedState.load],
    "/verify-email": [MailedState.load],
    "/join/[token]": [JoinState.load],
    "/consent": [ConsentState.load],
    "/groups": [GroupsState.load],
    "/prompts": [PromptsState.load],
    "/assistants": [AssistantsState.load],
    "/admin": [OverviewState.load],
    "/admin/people": [AccountsState.load],
    "/admin/rooms": [SiteRoomsState.load],
    "/admin/groups": [SiteGroupsState.load],
    "/admin/invitations": [RoomInvitationsState.load],
    "/admin/usage": [SiteUsageState.load],
    "/admin/storage": [StorageState.load],
    "/admin/reports": [ModerationState.load],
    "/admin/settings": [SiteState.load],
    "/admin/audit": [AuditState.load],
    "/admin/jobs": [JobsState.load],
    "/admin/webhooks": [WebhooksState.load],
    "/admin/outbox": [OutboxState.load],
    "/support": [SupportState.load],
    "/admin/models": [ModelsState.load],
    "/admin/tools": [ToolsState.load],
    "/admin/applications": [ApplicationsState.load],
    "/u/[username]": [ProfileState.load],
    "404": [NotFoundState.look],
}
"""Further events that load a page, by route. They come first: the page shows their result."""


def add_pages(app: rx.App) -> None:
    """Add the pages to the app. Those for signed-in people notify the server of their arrival."""
    for route, page in _OF_PEOPLE.items():
        app.add_page(page, route=route, title=title_of(route), on_load=[*_LOADED_BY.get(route, []), FeedState.arrive])
    for route, page in _OF_ANYBODY.items():
        app.add_page(page, route=route, title=title_of(route), on_load=_LOADED_BY.get(route))
