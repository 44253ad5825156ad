"""Pages are fetched from where they may be, and nothing they answer does harm."""

import gzip
import zlib
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from chat_app.adapters.tools.web.addresses import AllowList
from chat_app.adapters.tools.web.fetch import WebFetch
from chat_app.core.tools.ports import ToolResult
from tests.tools_server.raw import RawServer, answer

PAGE = """<!doctype html><html><head><title>Tea &amp; time</title><style>p {}</style></head><body><nav>Menu</nav>
<main><h1>Kinds</h1><p>See the <a href="/list">list
of kinds</a>.</p><ul><li>green<li>black</ul><script>alert("<p>")</script></main><footer>End</footer></body></html>"""


def fetcher(*servers: RawServer, hosts: Mapping[str, Any] | None = None, more: tuple[str, ...] = (), **how: Any):
    """A fetcher to which `site.test` at the servers' ports is allowed, at 127.0.0.1; `hosts` are further names."""
    names = {"site.test": "127.0.0.1", **(hosts or {})}

    async def resolve(host: str, port: int) -> list[str]:
        found = names.get(host)
        if found is None:
            raise OSError
        return [found() if callable(found) else found]

    return WebFetch(AllowList.of([*(f"site.test:{each.port}" for each in servers), *more]), resolve, **how)


async def fetched(raw: bytes | tuple[Any, ...], **how: Any) -> ToolResult:
    """Return the result of a page with this answer."""
    async with RawServer({"/": raw if isinstance(raw, tuple) else (raw,)}) as server:
        return await fetcher(server, **how).call({"url": f"http://site.test:{server.port}/"})


async def test_page_is_read_as_text():
    result = await fetched(answer(PAGE.encode(), "text/html; charset=utf-8"))
    assert not result.failed
    address, title, *rest = result.text.split("\n\n")
    assert title == "Tea & time"
    assert address.startswith("http://site.test:")
    origin = address.rstrip("/")
    assert rest == ["# Kinds", f"See the list of kinds ({origin}/list).", "- green\n- black"]


async def test_request_has_host_name_and_no_data_of_site(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    cookie = answer(b"a", "text/plain", "302 Found\r\nSet-Cookie: a=b\r\nLocation: /next")
    async with RawServer({"/": (cookie,), "/next": (answer(b"yes", "text/plain"),)}) as server:
        result = await fetcher(server).call({"url": f"http://site.test:{server.port}/#part"})
        assert result.text.endswith("yes")
        assert f"Host: site.test:{server.port}" in server.heads[0]
        assert all("cookie:" not in head.lower() and "referer:" not in head.lower() for head in server.heads)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://127.0.0.1:{port}/",
        "http://2130706433/",
        "http://0x7f.0.0.1/",
        "http://0177.0.0.1/",
        "http://127.1/",
        "http://[::1]/",
        "http://[::1]:{port}/",
        "http://[::ffff:127.0.0.1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[2002:7f00:1::]/",
        "http://[fe80::1%25lo]/",
        "http://0/",
        "http://169.254.169.254/latest/meta-data/",
        "http://１２７.0.0.1/",
        "http://localhost/",
        "http://LOCALHOST./",
        "http://inner.test/",
        "http://none.test/",
        "http://site.test/",
        "http://site.test:22/",
        "http://user:password@site.test:{port}/",
        "http://@site.test:{port}@127.0.0.1/",
        "http://site.test:{port}\\@127.0.0.1/",
        "http://site.test:{port} /",
        "http://site.test:0/",
        "http://site.test:99999/",
        "https:///",
        "file:///etc/passwd",
        "ftp://site.test/",
        "gopher://site.test:{port}/",
        "//site.test/",
        "site.test",
        "javascript:1",
        "http://" + "a" * 3_000,
        "http://*.test/",
        "",
        None,
        7,
        ["http://site.test/"],
    ],
)
async def test_forbidden_address_is_refused_without_request(url: Any):
    async with RawServer({"*": (answer(b"secret", "text/plain"),)}) as server:
        tool = fetcher(server, hosts={"inner.test": "127.0.0.1", "localhost": "127.0.0.1", "0": "0.0.0.0"})
        asked = url.format(port=server.port) if isinstance(url, str) else url
        result = await tool.call({"url": asked})
        assert result.failed
        assert "secret" not in result.text
        assert server.heads == []
        assert tool.needs_approval({"url": asked}) or "site.test" in asked


async def test_real_resolver_finds_no_way_in_either():
    tool = WebFetch(AllowList())
    for host in ("localhost", "127.1", "2130706433", "0x7f000001", "0177.0.0.01", "ip6-localhost"):
        assert (await tool.call({"url": f"http://{host}/"})).failed


@pytest.mark.parametrize(
    "place", ["http://127.0.0.1:{port}/in", "http://inner.test/", "//[::1]:{port}/in", "file:///x"]
)
async def test_redirect_is_checked_anew(place: str):
    async with RawServer({"/in": (answer(b"secret", "text/plain"),)}) as inner, RawServer({}) as server:
        head = f"302 Found\r\nLocation: {place.format(port=inner.port)}"
        server.answers["/"] = (answer(head=head),)
        result = await fetcher(server, hosts={"inner.test": "10.0.0.1"}).call(
            {"url": f"http://site.test:{server.port}/"}
        )
        assert result.failed
        assert inner.heads == []


async def test_page_that_needs_no_approval_cannot_redirect_to_one_that_does():
    async with RawServer({"/": (answer(head="302 Found\r\nLocation: http://public.test/?secret"),)}) as server:
        tool = fetcher(server, hosts={"public.test": "8.8.8.8"})
        result = await tool.call({"url": f"http://site.test:{server.port}/"})
        assert "redirects to http://public.test/?secret" in result.text
        assert tool.needs_approval({"url": "http://public.test/?secret"})


async def test_endless_redirects_end_after_five():
    async with RawServer({"*": (answer(head="302 Found\r\nLocation: /again"),)}) as server:
        result = await fetcher(server).call({"url": f"http://site.test:{server.port}/"})
        assert (result.text, result.failed) == ("The page redirects more than 5 times.", True)
        assert len(server.heads) == 6


async def test_name_that_changes_its_address_leads_nowhere_else():
    """The address that was checked is the one that is connected to: the resolver is asked once for each request."""
    asked = 0

    def next_address() -> str:
        nonlocal asked
        asked += 1
        return "127.0.0.1" if asked == 1 else "10.255.255.1"

    async with RawServer({"*": (answer(b"yes", "text/plain"),)}) as server:
        tool = fetcher(hosts={"turns.test": next_address}, more=(f"turns.test:{server.port}",))
        assert (await tool.call({"url": f"http://turns.test:{server.port}/"})).text.endswith("yes")
        assert asked == 1


def test_approval_is_needed_but_for_hosts_of_the_list():
    tool = fetcher(more=("example.org", "*.example.com"))
    for url in ("https://example.org/a?b", "http://EXAMPLE.org./", "https://a.example.com"):
        assert not tool.needs_approval({"url": url})
    for url in ("https://example.com", "https://evil.org/example.org", "https://example.org:8443", "ftp://example.org"):
        assert tool.needs_approval({"url": url})
    assert tool.needs_approval({})


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ((answer(b"", "text/plain"), (b"a", 0.01)), "within 0.3 seconds"),
        ((b"HTTP/1.1 200 OK\r\n", (b"X-A: b\r\n", 0.01)), "within 0.3 seconds"),
        (("stay",), "within 0.3 seconds"),
        (("abort",), "could not be reached"),
        (b"\x00garbage\r\n\r\n", "could not be reached"),
        (answer(b"%PDF", "application/pdf"), "no page of text but application/pdf"),
        (answer(b"x", "image/png"), "no page of text"),
        (answer(b"x", "image/svg+xml"), "no page of text"),
        (answer(b"x", ""), "unknown type"),
        (answer(b"x", "text/html", "200 OK\r\nContent-Encoding: br"), "compressed"),
        (answer(b"x", "text/html", "200 OK\r\nContent-Encoding: gzip, gzip"), "compressed"),
        (answer(b"no gzip", "text/html", "200 OK\r\nContent-Encoding: gzip"), "compressed"),
        (answer(b"Nothing here", "text/plain", "404 Not Found"), "404 (Not Found).\n\nNothing here"),
        (answer(b"", "text/plain", "799 Odd"), "answered 799"),
    ],
)
async def test_answer_that_is_no_page_is_a_failure_in_words(raw: Any, words: str):
    result = await fetched(raw, seconds=0.3)
    assert result.failed
    assert words in result.text


GZIP = "200 OK\r\nContent-Encoding: gzip"


@pytest.mark.parametrize(
    "make",
    [
        lambda: (answer(b"", "text/plain"), (b"endless " * 10_000, 0.0)),
        lambda: (answer(gzip.compress(b"bomb " * 20_000_000), "text/plain", GZIP), "stay"),
        lambda: (answer(b"x" * 30_000, "text/plain"),),
    ],
    ids=["endless", "bomb", "long"],
)
async def test_page_without_end_is_cut(make: Callable[[], Any]):
    result = await fetched(make())
    assert not result.failed
    assert result.text.endswith("[The page is longer: it was cut here.]")
    assert len(result.text) < 20_200


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("日本".encode("shift_jis"), "text/plain; charset=Shift_JIS"),
        ('<meta charset="euc-jp">日本'.encode("euc_jp"), "text/html"),
        ("\ufeff日本".encode("utf-16"), "text/plain; charset=latin-1"),
        ("日本".encode(), "text/plain"),
        ("日本".encode(), "text/plain; charset=punycode"),
        ("日本".encode(), "text/plain; charset=nonsense"),
        (b"\xff\xfe" + "日本".encode("utf-16-le"), "text/plain"),
    ],
)
async def test_charset_is_that_of_the_page(body: bytes, kind: str):
    assert (await fetched(answer(body, kind))).text.endswith("日本")


async def test_charset_that_is_wrong_loses_characters_and_nothing_else():
    assert (await fetched(answer(b"caf\xe9", "text/plain; charset=utf-8"))).text.endswith("caf\ufffd")


async def test_compressed_page_and_json_are_read():
    packed = answer(gzip.compress(b'{"a": [1, 2]}'), "application/json", GZIP)
    assert (await fetched(packed)).text.endswith('{"a": [1, 2]}')
    deflated = answer(zlib.compress(b"<a>b</a>"), "application/atom+xml", "200 OK\r\nContent-Encoding: deflate")
    assert (await fetched(deflated)).text.endswith("<a>b</a>")


async def test_names_beyond_ascii_are_resolved_as_the_web_writes_them():
    hosts = {"xn--r8jz45g.test": "127.0.0.1"}
    async with RawServer({"*": (answer(b"yes", "text/plain"),)}) as server:
        tool = fetcher(hosts=hosts, more=(f"例え.test:{server.port}",))
        for host in ("例え.test", "xn--r8jz45g.test"):
            assert (await tool.call({"url": f"http://{host}:{server.port}/"})).text.endswith("yes")
        assert all("xn--r8jz45g.test" in head for head in server.heads)
