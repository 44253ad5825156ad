"""Any path by GET gets a clean answer; sent as bytes, because no client would send all of these."""

import random
import socket

from tests.support.site import Site

LONG = b"x" * 300
KNOWN = (
    *(b"/", b"/assets/", b"/api/v1/", b"/api/v1/rooms/", b"/api/v1/users/", b"/api/v1/invitations/", b"/api/docs/"),
    *(b"/r/", b"/u/", b"/join/", b"/fonts/", b"/locales/", b"/sign-in/", b"/welcome/", b"/_event/", b"/ping/"),
    *(b"/healthz/", b"/readyz/", b"/index.html/", b"/404.html/", b"/api/v1/me/avatar/", b"/api/v1/auth/oidc/"),
)
ODD = (
    *(LONG, LONG * 100, b"/".join([b"x" * 200] * 30), b"x.gz", b"x.br", b"index.html.gz", b"index.html/", b"%00"),
    *(b"a%00b", b"%", b"%zz", b"%ff%fe", b"%c0%af", b"%ed%a0%80", b"%f0%9f%8e%8a", b"\xff\xfe", "あ".encode()),
    *(b"..", b".", b"../" * 50, b"%2e%2e/", b"%2e%2e%2f" * 20, b"..%5c..%5c", b"/", b"//", b"////", b"\\", b"con"),
    *(b"~", b"*", b":", b"@", b"#x", b";x", b"$", b"?", b"?next=%00", b"?next=%ff", b"?x=%zz&x", b"?" + LONG * 20),
    *(b"?cursor=%00", b"?q=%ed%a0%80", b"{}", b"[", b"|", b"^", b"`", b'"', b"'", b"<", b"%0d%0aX:y", b"0", b"-1"),
    *(b"null", b"\x01", b"\x7f", b"a b"),
)


def test_no_path_is_a_bug(site: Site) -> None:
    chance = random.Random(7)
    paths = [b"/assets/" + odd for odd in ODD]
    paths += [chance.choice(KNOWN) + chance.choice(ODD) for _ in range(150)]
    paths += [chance.choice(KNOWN) + b"/".join(chance.choices(ODD, k=3)) for _ in range(50)]
    bad = {path[:120]: status for path in paths if not 200 <= (status := answer(site, path)) < 500}
    assert bad == {}


def answer(site: Site, path: bytes) -> int:
    """Return the status of a GET for exactly this path; 400 if the connection is closed without an answer."""
    with socket.create_connection(("127.0.0.1", site.port), timeout=20) as connection:
        head = b" HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip, br\r\nConnection: close\r\n"
        connection.sendall(b"GET " + path + head + b"\r\n")
        line = connection.makefile("rb").readline()
    return int(line.split()[1]) if line else 400
