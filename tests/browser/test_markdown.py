"""The rendering of a message's text, and the harm that it must not do."""

import asyncio

from playwright.async_api import Request, Route, expect

from chat_app.core.rooms.tables import Room
from tests.browser.visitor import Meet, Visitor
from tests.support.factory import Factory

HOSTILE = (
    "<script>window.pwned = 1</script>",
    "<img src=x onerror='window.pwned = 1'>",
    '<svg onload="window.pwned = 1"><animate onbegin="window.pwned = 1"/></svg>',
    '<iframe src="https://evil.example/frame"></iframe><object data="https://evil.example/o"></object>',
    '<a href="javascript:window.pwned = 1" onmouseover="window.pwned = 1">over</a>',
    "<style>@import url(https://evil.example/s.css); body { background: url(https://evil.example/b) }</style>",
    '<link rel="stylesheet" href="https://evil.example/l.css"><meta http-equiv=refresh content="0;url=//evil.example">',
    '<base href="https://evil.example/"><form action="https://evil.example/"><button>go</button></form>',
    "[link](javascript:window.pwned=1) [link](JaVaScRiPt:window.pwned=1) [link](&#106;avascript:window.pwned=1)",
    "[link](java\nscript:window.pwned=1) [link](<java\tscript:window.pwned=1>) [link](&Tab;javascript:window.pwned=1)",
    "[link](data:text/html,<script>window.pwned=1</script>) [link](vbscript:window.pwned=1) [link](file:///etc/passwd)",
    "[link](//evil.example/path) [link](/api/v1/auth/logout) [link](\\\\evil.example)",
    "<javascript:window.pwned=1> <data:text/html;base64,PHNjcmlwdD4=>",
    "![image](javascript:window.pwned=1) ![image](data:image/svg+xml,<svg onload=window.pwned=1>)",
    "![image](https://evil.example/pixel.png) ![][ref]\n\n[ref]: https://evil.example/ref.png 'title'",
    "![image](//evil.example/pixel.png) ![image](http://evil.example/pixel.png) ![image](/api/v1/me)",
    '[a](https://example.org "quote\\"onmouseover=window.pwned=1") [b](https://example.org/%22onclick=%22pwned)',
    "[ref]: javascript:window.pwned=1\n\n[ref]",
    "```html\n<script>window.pwned = 1</script><img src=https://evil.example/code.png>\n```",
    '```"onmouseover="window.pwned=1\ncode\n```',
    "`<img src=https://evil.example/inline.png>`",
    "$\\href{javascript:window.pwned=1}{x}$ $\\url{https://evil.example/}$ $\\includegraphics{https://evil.example/t.png}$",
    "$\\htmlData{onclick=pwned}{x}$ $\\htmlStyle{background:url(//evil.example/k)}{x}$ $\\rule{999999em}{999999em}$",
    "$\\def\\a{\\a\\a}\\a$ $$\\begin{matrix}\\unclosed$$",
    "[^x]\n\n[^x]: <img src=https://evil.example/foot.png onerror=window.pwned=1>",
    "| <img src=https://evil.example/table.png> |\n|---|\n| [x](javascript:window.pwned=1) |",
    "&lt;script&gt;window.pwned=1&lt;/script&gt; &#60;img src=x onerror=window.pwned=1&#62;",
    "\u202ereversed\u202c \ufeff and <\u200bscript>window.pwned=1</script>",
    "<!-- --!><img src=x onerror=window.pwned=1> --> <![CDATA[<script>window.pwned=1</script>]]> <?xml x?>",
    "[" * 200 + "x" + "](https://example.org)" * 200,
    "> " * 200 + "deep",
    "*" * 2000 + "a" + "_" * 2000,
)
FORBIDDEN = "script, iframe, object, embed, style, link, meta, base, form, svg:not(.icon), img, video, audio"
MATHS = ".katex svg"


async def open_room_with(gather: Meet, make: Factory, *texts: str) -> Visitor:
    """Return a reader in a room with these messages."""
    room, reader = await room_with(gather, make, *texts)
    await reader.enter(room)
    return reader


async def room_with(gather: Meet, make: Factory, *texts: str) -> tuple[Room, Visitor]:
    """Return a room with these messages, and a reader who has not come yet."""
    room, reader = await gather("Ben")
    await make.messages(room, await make.actor(name="Mallory"), texts)
    return room, reader


async def test_nothing_in_a_message_runs_or_asks_anything_of_anybody(gather: Meet, make: Factory) -> None:
    room, reader = await room_with(gather, make, "Formulas: $x$", *HOSTILE, "The end, in **bold**.")
    page = reader.page
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request))
    page.on("dialog", lambda dialog: asked.append(dialog))
    await reader.enter(room)
    await expect(reader.message("The end").locator("strong")).to_be_visible()
    await expect(page.locator(".katex").first).to_be_attached()
    messages = page.locator(".markdown")
    await expect(messages).to_have_count(len(HOSTILE) + 2)
    for link in await messages.locator("a, button").all():
        await link.dispatch_event("mouseover")
    assert await page.evaluate("window.pwned") is None
    assert await messages.locator(f":is({FORBIDDEN}):not({MATHS})").count() == 0
    hrefs = await messages.locator("[href]").evaluate_all("all => all.map(each => each.getAttribute('href'))")
    assert [href for href in hrefs if not href.startswith(("https://", "http://", "mailto:", "#"))] == []
    attributes = await messages.locator("*").evaluate_all("all => all.flatMap(each => each.getAttributeNames())")
    assert [name for name in attributes if name.startswith("on") or name in {"srcdoc", "formaction"}] == []
    assert [each.url for each in asked if not each.url.startswith((reader.site.url, "data:", "ws://127.0.0.1"))] == []
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_links_open_elsewhere_and_tell_nothing(gather: Meet, make: Factory) -> None:
    reader = await open_room_with(gather, make, "[here](https://example.org/) and https://example.com")
    links = reader.page.locator(".markdown a")
    await expect(links).to_have_count(2)
    for link in await links.all():
        await expect(link).to_have_attribute("target", "_blank")
        await expect(link).to_have_attribute("rel", "noopener noreferrer nofollow")


async def test_a_picture_is_loaded_by_a_click(gather: Meet, make: Factory) -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"/>'
    reader = await open_room_with(gather, make, "![A cat](https://pictures.example/cat.svg)")
    asked: list[str] = []

    async def answer(route: object) -> None:
        asked.append(route.request.headers.get("referer", ""))
        await route.fulfill(body=svg, content_type="image/svg+xml")

    await reader.page.route("https://pictures.example/**", answer)
    show = reader.page.get_by_role("button", name="Show image from pictures.example: A cat")
    await expect(show).to_be_visible()
    assert asked == []
    await show.click()
    await expect(reader.page.get_by_role("img", name="A cat")).to_have_js_property("naturalWidth", 40)
    assert asked == [""]


async def test_code_is_coloured_named_and_copied(gather: Meet, make: Factory) -> None:
    code = 'def page(rows):\n    """Return\n    the page."""\n    return rows[:50]  # fifty\n'
    reader = await open_room_with(gather, make, f"So:\n\n```python\n{code}```\n\n1. and\n   ```sh\n   ls\n   ```")
    block = reader.page.locator(".code").first
    await expect(block.locator("figcaption")).to_contain_text("python")
    await expect(block.locator(".hljs-string")).to_have_text('"""Return\n    the page."""')
    await block.get_by_role("button", name="Copy code").click()
    await expect(block.get_by_role("button", name="Copied")).to_be_visible()
    assert (await reader.page.evaluate("navigator.clipboard.readText()")).rstrip("\n") == code.rstrip("\n")
    await expect(reader.page.locator("li .code figcaption")).to_contain_text("sh")


async def test_tables_formulas_and_lines_are_what_they_were_meant_to_be(gather: Meet, make: Factory) -> None:
    wide = "| " + " | ".join(f"column {n}" for n in range(30)) + " |\n|" + "---|" * 30 + "\n|" + " 1 |" * 30
    reader = await open_room_with(
        gather,
        make,
        "one\ntwo",
        wide,
        r"It costs $5 and $10. But $a^2$ and \(b^2\) and \[c^2\]",
        "- [x] done\n- [ ] not yet",
        "1. one\n\n2. two\n\n   more\n\n3. three",
    )
    messages = reader.page.locator(".markdown")
    await expect(messages.nth(0).locator("br")).to_have_count(1)
    await expect(messages.nth(1).locator("th")).to_have_count(30)
    scrolls = "each => each.scrollWidth > each.clientWidth"
    assert await messages.nth(1).locator(".table").evaluate(scrolls)
    assert not await reader.page.evaluate("document.documentElement.scrollWidth > innerWidth")
    await expect(messages.nth(2).locator(".katex")).to_have_count(3)
    await expect(messages.nth(2)).to_contain_text("It costs $5 and $10.")
    await expect(messages.nth(3).get_by_role("checkbox", name="Done")).to_be_checked()
    await expect(messages.nth(4).locator("ol")).to_have_count(1)
    await expect(messages.nth(4).locator("li")).to_have_count(3)


async def test_no_mark_is_seen_while_what_renders_messages_is_on_its_way(gather: Meet, make: Factory) -> None:
    room, reader = await room_with(gather, make, "See **this**.", "```\ncode\n```")
    asked, let_go = asyncio.Event(), asyncio.Event()

    async def hold(route: Route) -> None:
        asked.set()
        await let_go.wait()
        await route.continue_()

    await reader.page.route("**/assets/rendered-*.js", hold)
    await reader.page.add_init_script(
        "new MutationObserver(() => (window.raw ||= /\\*\\*|```/.test(document.body?.innerText)))"
        ".observe(document, { subtree: true, childList: true, characterData: true });"
    )
    await reader.page.goto(f"/r/{room.id}")
    await asked.wait()
    await expect(reader.page.locator(".room-title .meta")).to_contain_text("replies to @ai")
    await expect(reader.page.locator(".message-loading").first).to_be_visible()
    let_go.set()
    await expect(reader.message("See this.").locator("strong")).to_have_text("this")
    assert not await reader.page.evaluate("window.raw")


async def test_messages_are_read_plain_when_what_renders_them_cannot_be_had(gather: Meet, make: Factory) -> None:
    room, reader = await room_with(gather, make, "See **this**.")
    reader.expects("ERR_FAILED", "rendered-")
    await reader.page.route("**/assets/rendered-*.js", lambda route: route.abort())
    await reader.enter(room)
    await expect(reader.message("See **this**.")).to_be_visible()


async def test_diagrams_are_drawn_and_formulas_stay_in_their_boxes(gather: Meet, make: Factory) -> None:
    chart = "graph LR\n  A[Ask] -->|then| B[Answer]"
    hostile = (
        'graph LR\n  A@{ img: "https://evil.example/a.png", label: "x" }\n  style A fill:url(https://evil.example/b)'
    )
    long = " + ".join(f"x_{{{n}}}^2" for n in range(40))
    texts = (
        f"```mermaid\n{chart}\n```",
        f"```mermaid\n{hostile}\n```",
        "```mermaid\ngraph LR\n  A --> \n```",
        r"Beside $\rule{1000em}{1000em}$ and $\smash{\rule{9em}{9em}}$ and $\raisebox{-9em}{x}$ it.",
        f"- a list\n\n  $${long}$$\n- ${long}$ goes on",
        "~~~~\n    kept\n~~~~",
    )
    room, reader = await room_with(gather, make, *texts)
    page, asked = reader.page, []
    page.on("request", lambda request: asked.append(request.url))
    await reader.enter(room)
    messages = page.locator(".markdown")
    picture = messages.nth(0).get_by_role("img", name="Diagram: graph")
    await expect(picture).to_be_visible(timeout=30_000)
    await page.wait_for_function("(each) => each.naturalWidth > 100", arg=await picture.element_handle())
    await messages.nth(0).get_by_role("button", name="Show source").click()
    await expect(messages.nth(0).locator("pre")).to_contain_text("A[Ask]")
    await expect(messages.nth(2).locator("pre")).to_contain_text("A -->")
    assert [url for url in asked if "evil.example" in url] == []
    await expect(page.locator("iframe.drawing")).to_have_count(0, timeout=30_000)
    await expect(messages.nth(3).locator(".formula")).to_have_count(3)
    reach = "all => all.map(each => { const {width, height} = each.getBoundingClientRect(); return width * height })"
    assert max(await messages.nth(3).locator(".formula").evaluate_all(reach)) < 800 * 500
    overflows = "each => getComputedStyle(each).overflowX"
    assert await messages.nth(3).locator(".formula").nth(1).evaluate(overflows) == "clip"
    for formula in await messages.nth(4).locator(".formula").all():
        assert await formula.evaluate(overflows) == "auto"
        assert await formula.evaluate("each => each.scrollWidth > each.clientWidth || each.clientHeight > 30")
    assert not await page.evaluate("document.documentElement.scrollWidth > innerWidth")


async def test_text_is_read_in_its_own_direction_and_mentions_open_cards(meet: Meet, make: Factory) -> None:
    _, reader, author = await meet("Ben", "שרה", apart=["שרה"])
    await author.say(f"> first\nשלום @{reader.actor.person.username} **abc**!")
    said = reader.message("שלום")
    await expect(said.locator("blockquote")).to_have_text("first")
    await expect(said.locator("p").last).to_have_css("direction", "rtl")
    mention = said.locator("bdi button.mention")
    await mention.focus()
    await mention.press("Enter")
    await expect(reader.page.locator("dialog#member[open]")).to_contain_text("Ben")
