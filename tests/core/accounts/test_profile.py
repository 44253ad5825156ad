"""Changes to a person's own profile."""

import pytest

from chat_app.core.accounts.commands import PROFILES, update_profile
from chat_app.core.accounts.events import ProfileChanged
from chat_app.core.kernel.context import UnitOfWork
from tests.support.factory import Factory
from tests.support.refusal import refused
from tests.support.use_cases import Do


async def test_given_fields_are_changed_and_published(do: Do, make: Factory, events: list[object]):
    aiko = await make.actor()
    await do(aiko, update_profile, name=" Aiko\tT ", color="plum")
    user = await do(aiko, update_profile, locale="ja", theme="dark")
    assert (user.name, user.color, user.locale, user.theme) == ("Aiko T", "plum", "ja", "dark")
    assert events[-1] == ProfileChanged(user.person(), "ja", "dark")


async def test_a_person_appears_otherwise_only_so_often(do: Do, make: Factory, work: UnitOfWork):
    aiko = await make.actor()
    for _ in range(PROFILES.amount):
        await work.limiter.hit(PROFILES, str(aiko.user_id))
    with refused("rate_limited"):
        await do(aiko, update_profile, name="Aiko again")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"name": " "}, "name_invalid"),
        ({"color": "#ff0000"}, "choice_invalid"),
        ({"locale": "fr"}, "choice_invalid"),
        ({"theme": "neon"}, "choice_invalid"),
    ],
)
async def test_a_bad_value_changes_nothing(do: Do, make: Factory, events: list[object], change: dict, code: str):
    aiko = await make.actor()
    with refused(code):
        await do(aiko, update_profile, **({"name": "Other"} | change))
    assert (await do(aiko, update_profile)).name == aiko.person.name
    assert [event.person.name for event in events] == [aiko.person.name]
