"""Every role in running the site × every use case of running it."""

from dataclasses import replace
from typing import Final

import pytest
from sqlalchemy import func, select

from chat_app.core.access.site import SiteRole
from chat_app.core.audit.tables import AuditEntry
from tests.core.access.test_people_matrix import OF_THE_SITE, acting, codes_of, pair_of
from tests.support.factory import Factory
from tests.support.refusal import code_of
from tests.support.use_cases import Do

pytestmark = pytest.mark.slow

#                                     admin moderator supporter billing auditor
MAY = """
    see the queue                     yes   yes       -         -       -
    see the log                       yes   -         -         -       yes
    see who is suspended              yes   yes       -         -       -
    count decisions                   yes   -         -         -       -
    count ratings                     yes   -         -         -       -
    see the reasons of ratings        yes   -         -         -       -
    dismiss a report                  yes   yes       -         -       -
    delete a reported message         yes   yes       -         -       -
    suspend a person                  yes   yes       -         -       -
    restore a person                  yes   yes       -         -       -
    see who needs help                yes   -         yes       -       yes
    see figures of a conversation     yes   -         yes       -       yes
    take a conversation over          yes   -         yes       -       -
    hand a conversation back          yes   -         yes       -       -
    read the outbox                   yes   -         -         -       -
    see what failed                   yes   -         -         -       yes
    see events of payments            yes   -         -         yes     yes
    see where alerts go               yes   -         -         -       yes
    test an alert                     yes   -         -         -       -
    retry a failed job                yes   -         -         -       -
    drop a failed job                 yes   -         -         -       -
    see the connections               yes   -         -         -       -
    connect a provider                yes   -         -         -       -
    change a connection               yes   -         -         -       -
    disconnect a provider             yes   -         -         -       -
    see the tool servers              yes   -         -         -       -
    add a tool server                 yes   -         -         -       -
    change a tool server              yes   -         -         -       -
    remove a tool server              yes   -         -         -       -
    see the applications              yes   -         -         -       -
    add an application                yes   -         -         -       -
    change an application             yes   -         -         -       -
    renew a secret                    yes   -         -         -       -
    delete an application             yes   -         -         -       -
    connect later                     yes   -         -         -       -
    see the groups of models          yes   -         -         -       -
    see all models                    yes   -         -         -       -
    change what is known of a model   yes   -         -         -       -
    choose who transcribes            yes   -         -         -       -
    choose who reads aloud            yes   -         -         -       -
    count what was read aloud         yes   -         -         -       -
    see the overview                  yes   -         -         -       yes
    list accounts                     yes   yes       -         yes     yes
    look at an account                yes   yes       -         yes     yes
    give a role                       yes   -         -         -       -
    suspend without a report          yes   yes       -         -       -
    sign somebody out                 yes   -         -         -       -
    reset a second factor             yes   -         -         -       -
    delete somebody                   yes   -         -         -       -
    grant tokens                      yes   -         -         yes     -
    see somebody's balance            yes   -         -         yes     yes
    see somebody's budget             yes   -         -         yes     yes
    set somebody's budget             yes   -         -         yes     -
    see the site's budget             yes   -         -         yes     yes
    set the site's budget             yes   -         -         yes     -
    export the log                    yes   -         -         -       yes
    move a model                      yes   -         -         -       -
    list rooms                        yes   -         -         -       yes
    look at a room                    yes   -         -         -       yes
    archive a room                    yes   -         -         -       -
    hand a room on                    yes   -         -         -       -
    delete a room                     yes   -         -         -       -
    revoke the links of a room        yes   -         -         -       -
    list groups                       yes   -         -         -       yes
    look at a group                   yes   -         -         -       yes
    rename a group                    yes   -         -         -       -
    delete a group of somebody        yes   -         -         -       -
    list invitations                  yes   -         -         -       yes
    revoke an invitation              yes   -         -         -       -
    see the usage of the site         yes   -         -         yes     yes
    see the storage                   yes   -         -         -       yes
    delete a refused file             yes   -         -         -       -
    see the settings                  yes   -         -         -       yes
    change the settings               yes   -         -         -       -
    see pictures of the brand         yes   -         -         -       yes
    remove a picture of the brand     yes   -         -         -       -
    see invitations to the site       yes   -         -         -       yes
    invite to the site                yes   -         -         -       -
    revoke an invitation to it        yes   -         -         -       -
    approve an account                yes   -         -         -       -
    decline an account                yes   -         -         -       -
"""
HIDDEN: Final = {
    *("report_not_found", "not_found", "connection_not_found", "tool_server_not_found", "session_not_found"),
    "application_not_found",
}


def table() -> dict[str, list[str]]:
    rows = (line.rsplit(maxsplit=len(SiteRole)) for line in MAY.strip().splitlines())
    return {row[0].strip(): row[1:] for row in rows}


def test_the_table_names_every_use_case():
    assert list(table()) == list(OF_THE_SITE)


@pytest.mark.parametrize(("column", "role"), list(enumerate(SiteRole)), ids=list(SiteRole))
async def test_each_role_may_what_the_table_says(do: Do, make: Factory, column: int, role: SiteRole):
    pair = acting(await pair_of(do, make, "stranger"), await make.actor(site_roles=[role]))
    codes = await codes_of(OF_THE_SITE, pair)
    found = {row: {None: "yes"}.get(code, "-" if code in HIDDEN else code) for row, code in codes.items()}
    assert found == {row: words[column] for row, words in table().items()}


READ_ONLY: Final = {
    *("see the queue", "see the log", "see who is suspended", "count decisions", "count ratings", "see the overview"),
    *("see the reasons of ratings", "see who needs help", "see figures of a conversation", "read the outbox"),
    *("see what failed", "see the connections", "see the tool servers", "see the applications", "list accounts"),
    *("see the groups of models", "see all models", "count what was read aloud", "look at an account", "list rooms"),
    *("see somebody's balance", "see somebody's budget", "see the site's budget", "look at a room", "list groups"),
    *("look at a group", "list invitations", "see the usage of the site", "see the storage", "see the settings"),
    *("see pictures of the brand", "see invitations to the site", "see events of payments", "see where alerts go"),
}
NOTHING_TO_DO: Final = {
    *("connect later", "restore a person", "remove a picture of the brand", "reset a second factor"),
    "hand a conversation back",
}
"""Rows of the matrix that change nothing of the site's, as its scene is."""


async def test_every_act_is_in_the_log(do: Do, make: Factory):
    pair = acting(await pair_of(do, make, "stranger"), await make.actor(is_admin=True))
    silent = set()
    for row in OF_THE_SITE.keys() - READ_ONLY - NOTHING_TO_DO:
        async with do.undone() as undone:
            code = await code_of(OF_THE_SITE[row](replace(pair, do=undone)))
            async with undone.work.begin() as ctx:
                entries = await ctx.db.scalar(select(func.count()).select_from(AuditEntry))
            if not entries:
                silent.add((row, code))
    assert silent == set()
