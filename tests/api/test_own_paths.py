"""Redirect targets: the same rule in Python and in the browser, which never leaves this site."""

import json
import random
from pathlib import Path
from typing import Any

import pytest

from chat_app.web_session import own_path
from tests.api.conftest import COOKIE, ORIGIN, Clients
from tests.support.factory import Factory
from tests.support.node import run

CASES = json.loads(Path(__file__).with_name("own_paths.json").read_text())
TARGETS = [(target, target) for target in CASES["own"]] + [(target, "/") for target in CASES["elsewhere"]]
PARTS = (
    *("/", "/", "/", "//", "\\", ".", "..", "%2e", "%2E", "%2f", "%5C", "%25", "%252e", "%00", "%0a", "%zz", "%"),
    *("\t", "\n", "\r", " ", "\0", "?", "#", ":", "@", "a", "r", "evil.example", "https:", "javascript:", "[", "]"),
    *("\u2044", "\u2215", "\uff0f", "\uff3c", "\uff0e", "\u3002", "\u2028", "\ufeff", "\xa0", "\x85", "é", "あ", "🎊"),
)
_PROGRAM = """
const [origin, targets] = given;
const landing = (path) => {
  const first = new URL(path, origin);
  const again = new URL(first.pathname + first.search + first.hash, origin);
  return [ownPath(path), first.origin, again.origin, again.pathname === first.pathname];
};
say(targets.map((target) => [ownPath(target), landing(ownPath(target))]));
"""


def in_browser(targets: list[str]) -> list[Any]:
    """Return the browser's verdict on each target, and the address that a browser would open."""
    landings: list[Any] = run({"account/own_path.js": "ownPath"}, _PROGRAM, [ORIGIN, targets])
    return landings


@pytest.mark.parametrize(("target", "path"), TARGETS, ids=[target[:40] for target, _ in TARGETS])
def test_a_target_is_a_path_of_this_site_or_becomes_the_front_page(target: str, path: str):
    assert own_path(target) == path


def test_the_browser_says_the_same_and_lands_on_this_site():
    chance = random.Random(7)
    made = ["/" * chance.randint(0, 1) + "".join(chance.choices(PARTS, k=chance.randint(1, 9))) for _ in range(20_000)]
    targets = [target for target, _ in TARGETS] + made
    accepted = 0
    for target, (path, landing) in zip(targets, in_browser(targets), strict=True):
        assert path == own_path(target), target
        assert landing == [path, ORIGIN, ORIGIN, True], target
        accepted += path != "/"
    assert accepted > 500


@pytest.mark.parametrize("page", ["/sign-in", "/sign-up"])
async def test_signed_in_person_is_redirected_within_site(clients: Clients, make: Factory, page: str):
    site = clients.site()
    site.cookies.set(COOKIE, (await make.signed_in())[1])
    for target in CASES["elsewhere"]:
        response = await site.get(page, params={"next": target})
        assert (response.status_code, response.headers["location"]) == (302, "/"), target
