"""The state of the page ``/admin/people``. Every argument is hostile until a use case has checked it."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import reflex as rx

from chat_app.core.access.site import SitePermission, site_can
from chat_app.core.administration.commands import delete_user, reset_second_factor, set_site_roles, sign_out_user
from chat_app.core.administration.granting import grant_credits
from chat_app.core.administration.log.queries import AuditFilter, list_audit
from chat_app.core.administration.people import AccountOrder, list_accounts, view_account
from chat_app.core.administration.people import AccountState as AccountStanding
from chat_app.core.billing.queries import person_balance
from chat_app.core.billing.tables import CREDIT
from chat_app.core.kernel.context import Context
from chat_app.core.kernel.errors import NotFound
from chat_app.core.kernel.ids import new_id, parse_id
from chat_app.core.kernel.pages import NamePlace, Place
from chat_app.core.safety.suspending import restore_user, suspend_user
from chat_app.core.site.approving import approve_user, decline_user
from chat_app.ui.administration.audit.entries import EntryVar, entry_var
from chat_app.ui.administration.people.accounts import AccountVar, ChosenAccount, account_var, chosen_var
from chat_app.ui.administration.searched import LISTED_MOST, SortedState
from chat_app.ui.fields import text_of, texts_of
from chat_app.ui.page_state import FormState, loading, submitting
from chat_app.ui.transport.answering import answering, close_dialog, say
from chat_app.ui.usage.shapes import micro_units

VALUE_MAX: Final = 320
HISTORY: Final = 10


class AccountsState(SortedState, FormState, rx.State):
    """The accounts that match the search, and the one in the address."""

    people: list[AccountVar] = []
    role: str = ""
    order: str = AccountOrder.NAME.value
    chosen: ChosenAccount = ChosenAccount()
    waiting: list[AccountVar] = []
    """New accounts that wait for approval, the latest first, for staff who approve them."""
    history: list[EntryVar] = []
    """The staff's actions on the chosen person, for people who may see the log."""
    declining: str = ""
    granting: str = ""
    """The nonce of a grant: a repeated form grants only once."""

    @rx.event
    async def load(self) -> None:
        """Show the person whom the address names, or the list."""
        await _load(self)

    @rx.event
    async def narrow_role(self, role: str) -> None:
        """List the people who have a role."""
        self.role = role[:VALUE_MAX]
        await self._list()

    @rx.event
    async def save_roles(self, fields: dict[str, Any]) -> None:
        """Set the chosen person's roles to exactly these."""
        async with submitting(self) as ctx:
            await set_site_roles(ctx, self.chosen.account.id, texts_of(fields, "roles"))
            await _show(self, ctx, self.chosen.account.id)
            say(ctx, self, "common.saved")

    @rx.event
    async def suspend(self, fields: dict[str, Any]) -> None:
        """Suspend the chosen person."""
        async with submitting(self, "reason") as ctx:
            await suspend_user(ctx, self.chosen.account.id, text_of(fields, "reason"))
            await _show(self, ctx, self.chosen.account.id)
            close_dialog(ctx, self, "suspend-user")

    @rx.event
    async def restore(self) -> None:
        """Restore the chosen person."""
        await _act(self, restore_user)

    @rx.event
    async def sign_out(self) -> None:
        """End all sessions of the chosen person."""
        await _act(self, sign_out_user, "administration.signedOut")

    @rx.event
    async def approve(self, user: str) -> None:
        """Approve a new account."""
        await _answer(self, user, approve_user, "siteSettings.approved")

    @rx.event
    async def decline(self) -> None:
        """Delete the chosen new account."""
        await _answer(self, self.declining, decline_user, "siteSettings.declined")

    @rx.event
    async def choose_waiting(self, user: str) -> None:
        """Ask whether to decline a new account."""
        self.declining = user

    @rx.event
    async def reset_factor(self) -> None:
        """Turn the second factor of the chosen person off."""
        await _act(self, reset_second_factor, "administration.factorReset")

    @rx.event
    async def grant(self, fields: dict[str, Any]) -> None:
        """Grant the chosen person token credits."""
        async with submitting(self, "amount", "reason") as ctx:
            amount = micro_units(text_of(fields, "amount"))
            nonce = parse_id(fields["nonce"], NotFound) if fields.get("nonce") else None
            await grant_credits(ctx, self.chosen.account.id, amount, text_of(fields, "reason"), nonce)
            await _show(self, ctx, self.chosen.account.id)
            close_dialog(ctx, self, "grant-tokens")
            say(ctx, self, "administration.granted")

    @rx.event
    async def delete(self, fields: dict[str, Any]) -> Any:
        """Delete the account of the chosen person."""
        async with submitting(self, "username") as ctx:
            await delete_user(ctx, self.chosen.account.id, text_of(fields, "username"))
            close_dialog(ctx, self, "delete-user")
            say(ctx, self, "administration.deleted")
        return rx.redirect("/admin/people", replace=True) if ctx.committed else None

    async def _begin(self, ctx: Context) -> None:
        self.people, self.waiting = [], []
        await self._add_page(ctx)
        if site_can(ctx.me.site_roles, SitePermission.MANAGE_PEOPLE):
            waiting, _ = await list_accounts(ctx, state=AccountStanding.WAITING, order=AccountOrder.NEWEST)
            self.waiting = [account_var(each) for each in waiting]

    async def _add_page(self, ctx: Context) -> None:
        words, role, standing = self.words, self.role, self.standing
        found, more = await list_accounts(
            ctx, words=words, role=role, state=standing, order=self.order, after=_after(self)
        )
        self.people = [*self.people, *map(account_var, found)]
        self.more = more and len(self.people) < LISTED_MOST


async def _act(state: AccountsState, use_case: Callable[[Context, str], Awaitable[Any]], said: str = "") -> None:
    which = state.chosen.account.id
    async with answering(state, which) as ctx:
        await use_case(ctx, which)
        await _show(state, ctx, which)
        if said:
            say(ctx, state, said)


async def _answer(state: AccountsState, user: str, use_case: Callable[..., Awaitable[Any]], said: str) -> None:
    async with answering(state, user) as ctx:
        await use_case(ctx, user)
        await ctx.db.flush()
        await state._begin(ctx)
        say(ctx, state, said)


async def _load(state: AccountsState) -> None:
    which = state.router.url.query_parameters.get("person", "")
    state.chosen, state.history = ChosenAccount(), []
    async with loading(state) as ctx:
        await (_show(state, ctx, which) if which else state._begin(ctx))


def _after(state: AccountsState) -> Place | NamePlace | None:
    if not state.people:
        return None
    last = state.people[-1]
    if state.order == AccountOrder.NEWEST:
        return Place(datetime.fromisoformat(last.created_at), UUID(last.id))
    return NamePlace(last.name, last.username)


async def _show(state: AccountsState, ctx: Context, which: str) -> None:
    await ctx.db.flush()
    found = await view_account(ctx, which)
    state.chosen = chosen_var(found, own=found.account.id == ctx.me.user_id)
    if site_can(ctx.me.site_roles, SitePermission.VIEW_BILLING):
        state.chosen.credits = await person_balance(ctx, which) / CREDIT
    state.history, state.granting = [], str(new_id())
    if site_can(ctx.me.site_roles, SitePermission.VIEW_AUDIT):
        page = await list_audit(ctx, AuditFilter(person=str(found.account.id)), limit=HISTORY)
        state.history = [entry_var(entry) for entry in page.items]
