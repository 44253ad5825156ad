"""A real server, a real Chromium, and people in it: each with a browser of their own.

Each process of the run has one server with a database of its own, and a scripted vendor as its model: what an answer
does is staged by `[[…]]` in the prompt, see `tests/vendor/script.py`. A test fails when a page or the server has logged
an error, unless the test has said that it may.
"""

import shutil
import tempfile
from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter
from playwright.async_api import Browser, BrowserContext, async_playwright, expect
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

from chat_app.adapters.jobs.procrastinate_queue import ProcrastinateQueue
from chat_app.core.access.permissions import Role
from chat_app.core.kernel.context import UnitOfWork
from chat_app.core.kernel.policy import Policy
from tests.browser.remote import CallIn, Remote
from tests.browser.visitor import USUAL_SIZE, Arrive, Meet, Visitor, remember_changes, session_cookie
from tests.support import chromium
from tests.support.databases import Databases
from tests.support.factory import Factory
from tests.support.site import ROOT, SECRET, Site
from tests.vendor.script import Script
from tests.vendor.server import ScriptedVendor

NOT_NEEDED = (
    # What the address bar would show: in each window a page of its own, as costly as the one that is tested.
    *("WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "LensOverlay"),
    # What Playwright turns off itself, by a switch of which only the last one counts.
    *("AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades", "MediaRouter"),
    *("HttpsFirstBalancedModeAutoEnable", "PaintHolding", "ThirdPartyStoragePartitioning", "OptimizationHints"),
    *("AvoidCorsURLLoaderRestartOnRedirect", "NetworkTimeServiceQuerying", "AimEnabled", "PreconnectToSearch"),
    # A process in reserve, and a new host for each document of a tab.
    *("SpareRendererForSitePerProcess", "RenderDocument"),
    # Compiling scripts while they come: it is done for every page, though the process has them compiled from the last.
    "ScriptStreaming",
)
SWITCHES = [
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking"),
    *("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"),  # a microphone, which beeps
    # All pages of a context in one process, which keeps the scripts it has compiled; contexts never share one.
    "--renderer-process-limit=1",
    # The workers keep all cores busy: threads and processes that make one page faster cost more than they give.
    "--in-process-gpu",
    *("--disable-threaded-animation", "--num-raster-threads=1", "--disable-lcd-text"),
    # A page of a test is closed before its memory is worth a collection.
    "--js-flags=--single-threaded --no-opt --no-maglev --no-flush-bytecode"
    " --min-semi-space-size=16 --max-semi-space-size=32",
    f"--disable-features={','.join(NOT_NEEDED)}",
]
CALM = {"viewport": USUAL_SIZE, "locale": "en-US", "reduced_motion": "reduce"}
PICTURES = ROOT / ".pytest_cache" / "failures"
FAILED = pytest.StashKey[bool]()

expect.set_options(timeout=20_000)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    """Leave word of a failure for the fixtures that photograph it."""
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


@pytest.fixture(scope="session")
def vendor() -> Iterator[ScriptedVendor]:
    """The model's provider."""
    with ScriptedVendor(default=Script(tokens=5)) as vendor:
        yield vendor


@pytest.fixture(autouse=True)
def _held(vendor: ScriptedVendor) -> None:
    """Have the vendor answer as ever, whatever the test before has wanted, or has failed at."""
    vendor.say_the_usual()
    vendor.hold()


def model_of(vendor: ScriptedVendor) -> dict[str, str]:
    """Return the settings of a site whose model this is."""
    return {"COMPATIBLE_BASE_URL": f"{vendor.url}/v1", "COMPATIBLE_MODELS": "scripted"}


@pytest.fixture(scope="session")
def shared_site(databases: Databases, vendor: ScriptedVendor) -> Iterator[Site]:
    folder = Path(tempfile.mkdtemp(prefix="parley-site-"))
    site = Site(databases.create(), folder, **model_of(vendor))
    site.start()
    yield site
    site.leave()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def site(shared_site: Site) -> Iterator[Site]:
    """The server. It may be killed and started again; what it logs as an error fails the test."""
    yield shared_site
    assert shared_site.new_errors() == []


@pytest.fixture(scope="session")
def _driver() -> Iterator[None]:
    """Have Playwright remember which pages were changed, and describe none that is not yet as it is expected."""
    with pytest.MonkeyPatch.context() as patch:
        remember_changes(patch)
        patch.setenv("NODE_OPTIONS", f'--require="{ROOT / "tests/support/playwright_driver.cjs"}"')
        yield


@pytest.fixture(scope="session")
async def browser(_driver: None) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium.find(), args=SWITCHES)
        yield browser
        await browser.close()


@asynccontextmanager
async def factory_of(site: Site) -> AsyncIterator[Factory]:
    """Create objects in the database of a site, past its server."""
    engine = create_async_engine(site.database_url, pool_size=2, pool_pre_ping=True)
    sessions = async_sessionmaker(engine, expire_on_commit=False)
    limiter = MovingWindowRateLimiter(MemoryStorage())
    yield Factory(UnitOfWork(sessions, Policy(secret=SECRET.encode()), limiter, jobs=ProcrastinateQueue()))
    await engine.dispose()


@pytest.fixture(scope="session")
async def site_factory(shared_site: Site) -> AsyncIterator[Factory]:
    async with factory_of(shared_site) as factory:
        await factory.user()  # a site without accounts would ask every stranger to make the first
        yield factory


@pytest.fixture
def make(site: Site, site_factory: Factory) -> Factory:
    """Create objects that exist before people arrive: nothing is published to open tabs."""
    return site_factory


@pytest.fixture(scope="session")
def idle_contexts() -> dict[str, list[BrowserContext]]:
    """By site and options, browser contexts that nobody uses just now.

    Each has one blank page of the site, which keeps the process alive and the files of a page at hand.
    """
    return defaultdict(list)


@pytest.fixture
async def arrive(
    site: Site,
    make: Factory,
    browser: Browser,
    idle_contexts: dict[str, list[BrowserContext]],
    request: pytest.FixtureRequest,
) -> AsyncIterator[Arrive]:
    """`await arrive("Aiko")` is a new person, signed in; `await arrive()` a stranger. Options go to the browser.

    But the size and the theme go to its pages: a browser for each of them would compile all scripts anew.
    With `cold` it is a browser that has never been here; otherwise one with warm caches and nothing else.
    """
    visitors: list[Visitor] = []

    async def arrive(
        name: str | None = None, *, cold: bool = False, viewport: Any = None, color_scheme: Any = None, **options: Any
    ) -> Visitor:
        session = await make.signed_in(name=name) if name is not None else None
        idle = idle_contexts[f"{site.url} {sorted(options.items())}"]
        if idle and not cold:
            context = idle.pop()
        else:
            context = await browser.new_context(**{"base_url": site.url, **CALM, **options})
            await context.grant_permissions(["clipboard-read", "clipboard-write"])
            await context.new_page()
        if session:
            await context.add_cookies([session_cookie(site, session[1])])
        visitor = Visitor(site, context, context.pages[0], name or "stranger", session)
        visitor.idle = None if cold else idle
        visitors.append(visitor)
        await visitor.look(viewport, color_scheme)
        return visitor

    yield arrive
    problems = []
    for visitor in visitors:
        if request.node.stash.get(FAILED, True):
            await visitor.photograph(PICTURES / f"{request.node.name}-{visitor.name}.png")
            visitor.idle = None
        problems += visitor.problems()
        await visitor.leave()
    assert problems == []


@pytest.fixture
async def call_in(site: Site, make: Factory) -> AsyncIterator[CallIn]:
    """`await call_in("Ben")` is a new person too, but without a browser: for tests that look at no page of theirs."""
    people: list[Remote] = []

    async def call_in(name: str) -> Remote:
        people.append(Remote(site, name, await make.signed_in(name=name)))
        return people[-1]

    yield call_in
    problems = []
    for person in people:
        problems += person.problems()
        await person.leave()
    assert problems == []


@pytest.fixture
def gather(arrive: Arrive, call_in: CallIn, make: Factory) -> Meet:
    """`room, aiko, ben = await gather("Aiko", "Ben")`: these people in one new room, the first its master.

    Those in `apart` have no browser.
    """

    async def gather(*names: str, apart: Collection[str] = (), **fields: Any) -> tuple[Any, ...]:
        people = [await (call_in(name) if name in apart else arrive(name)) for name in names]
        room = await make.room({Role.MASTER: people[0].actor}, **fields)
        for person in people[1:]:
            await make.join(room, person.actor)
        return room, *people

    return gather


@pytest.fixture
def meet(gather: Meet) -> Meet:
    """As `gather`, with everybody at the room's page, or there by a socket."""

    async def meet(*names: str, **fields: Any) -> tuple[Any, ...]:
        room, *people = await gather(*names, **fields)
        for person in people:
            await person.enter(room)
        return room, *people

    return meet
