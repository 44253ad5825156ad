"""A small LDAP server with TLS: simple binds, and searches by equality and presence, in pages where that is asked."""

import socketserver
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from ldap3.protocol import rfc4511
from pyasn1.codec.ber import encoder
from pyasn1.type.univ import Integer, OctetString, Sequence

BASE: Final = "dc=corp,dc=example"
SERVICE: Final = (f"cn=parley,{BASE}", "the service's password")
BIND, SEARCH, EXTENDED, AND, OR, NOT, EQUAL, PRESENT = 0x60, 0x63, 0x77, 0xA0, 0xA1, 0xA2, 0xA3, 0x87
"""The tags of the messages that it understands."""
POLL_SECONDS: Final = 0.02
"""How soon it ends: `shutdown` waits for the next look."""
GARBAGE: Final = {
    "noise": b"HTTP/1.1 400 Bad Request\r\n\r\n",
    "empty": b"\x30\x00",
    "cut": b"\x30\x05\x02\x01\x02\x64\x7f",
    "length": b"\x30\x84\x7f\xff\xff\xff\x02",
    "integer": b"\x30\x06\x02\x01\x02\x65\x01\xff",
}


class LdapServer:
    """`with LdapServer(certificate) as server:`, then `server.add("rin", "password")`, and `server.url`."""

    def __init__(self, certificate: tuple[Path, Path] | None = None) -> None:
        self.entries: dict[str, dict[str, list[str]]] = {}
        self.passwords = {SERVICE[0]: SERVICE[1]}
        self.asked: list[str] = []
        """The values that searches have compared with."""
        self.binds: list[tuple[str, str]] = []
        self.pages = 0
        """The pages of lists that were sent."""
        self.broken = ""
        """How searches are answered wrongly: see `_send`."""
        self.endless = False
        """Whether no page of a list is the last one."""
        self.ended = threading.Event()
        self.referral = ""
        """The address of another server, to which searches are sent."""
        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), self._handler(), bind_and_activate=True)
        self._server.daemon_threads = True
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.url = f"{'ldaps' if certificate else 'ldap'}://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> "LdapServer":
        threading.Thread(target=self._server.serve_forever, args=(POLL_SECONDS,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        self._server.shutdown()
        self._server.server_close()

    def add(self, name: str, password: str, /, **more: list[str]) -> str:
        """Add a person."""
        dn = f"uid={name},ou=people,{BASE}"
        known = {"uid": [name], "mail": [f"{name}@corp.example"], "cn": [f"{name} Sato"], "entryUUID": [f"uuid-{name}"]}
        self.entries[dn], self.passwords[dn] = known | more, password
        return dn

    def answers(self, tag: int, body: bytes, control: bytes = b"") -> Iterator[Any]:
        """Yield the operations that answer a request, which may ask for a page."""
        fields = list(_parts(body))
        if tag == BIND:
            dn, password = (fields[at][1].decode() for at in (1, 2))
            self.binds.append((dn, password))
            known = self.passwords.get(dn) == password
            yield _result(rfc4511.BindResponse(), "bindResponse", 0 if known or not password else 49)
        elif tag == EXTENDED:  # StartTLS, which it does not know
            yield _result(rfc4511.ExtendedResponse(), "extendedResp", 2)
        elif tag == SEARCH and self.referral:
            name, done = _result(rfc4511.SearchResultDone(), "searchResDone", 10)
            done["referral"][0] = rfc4511.URI(self.referral)
            yield name, done
        elif tag == SEARCH:
            names = [value.decode() for _, value in _parts(fields[7][1])]
            size, begin = _page(control)
            found = [(dn, entry) for dn, entry in self.entries.items() if self._matches(*fields[6], entry)]
            self.pages += bool(size)
            for dn, entry in found[begin : begin + size] if size else found:
                yield "searchResEntry", _entry(dn, entry, names)
            name, done = _result(rfc4511.SearchResultDone(), "searchResDone", 0)
            rest = begin + size if begin + size < len(found) else int(self.endless)
            yield name, done, *([rest] if size else [])

    def _matches(self, tag: int, body: bytes, entry: dict[str, list[str]]) -> bool:
        parts = list(_parts(body))
        if tag == PRESENT:
            return body.decode() in entry
        if tag in {AND, OR, NOT}:
            found = [self._matches(*each, entry) for each in parts]
            return any(found) if tag == OR else all(found) != (tag == NOT)
        assert tag == EQUAL, tag
        name, value = (part.decode() for _, part in parts)
        self.asked.append(value)
        return value in entry.get(name, [])

    def _send(self, stream: Any, data: bytes, tag: int) -> bool:
        """Answer; return whether the connection continues."""
        broken = self.broken if tag == SEARCH else ""
        if broken == "hangs":
            self.ended.wait(20)
        elif broken == "drips":
            for each in data:
                stream.write(bytes([each]))
                if self.ended.wait(0.2):
                    break
        elif broken == "closes":
            stream.write(data[: len(data) // 2])
        elif broken:
            stream.write(GARBAGE[broken])
        else:
            stream.write(data)
        return not broken

    def _handler(server: "LdapServer") -> type[socketserver.StreamRequestHandler]:  # noqa: N805
        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                while message := _read(self.rfile):
                    (_, number), (tag, body), *controls = _parts(message)
                    for name, answer, *cookie in server.answers(tag, body, *(each for _, each in controls)):
                        sent = rfc4511.LDAPMessage()
                        for each in cookie:
                            sent["controls"] = _next_page(each)
                        sent["messageID"] = rfc4511.MessageID(int.from_bytes(number))
                        sent["protocolOp"] = rfc4511.ProtocolOp().setComponentByName(name, answer)
                        if not server._send(self.wfile, encoder.encode(sent), tag):
                            return

        return Handler


def _read(stream: Any) -> bytes:
    """Read the content of one message; nothing at the end of the connection."""
    head = stream.read(2)
    if len(head) < 2:
        return b""
    length = head[1]
    if length & 0x80:
        length = int.from_bytes(stream.read(length & 0x7F))
    found: bytes = stream.read(length)
    return found


def _parts(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the tags and contents that stand in a content (BER)."""
    while data:
        tag, length, at = data[0], data[1], 2
        if length & 0x80:
            at += length & 0x7F
            length = int.from_bytes(data[2:at])
        yield tag, data[at : at + length]
        data = data[at + length :]


PAGED: Final = b"1.2.840.113556.1.4.319"


def _page(controls: bytes) -> tuple[int, int]:
    """Return the size and the begin of the page that is asked for; a size of 0 for all."""
    for _, control in _parts(controls):
        kind, *_, value = (content for _, content in _parts(control))
        if kind == PAGED:
            (_, size), (_, cookie) = _parts(next(_parts(value))[1])
            return int.from_bytes(size), int(cookie or b"0")
    return 0, 0


def _next_page(begin: int) -> Any:
    value = Sequence()
    value[0], value[1] = Integer(0), OctetString(str(begin or "").encode())
    control = rfc4511.Control()
    control["controlType"] = rfc4511.LDAPOID(PAGED)
    control["criticality"] = rfc4511.Criticality(False)
    control["controlValue"] = rfc4511.ControlValue(encoder.encode(value))
    controls = rfc4511.Controls()
    controls[0] = control
    return controls


def _result(result: Any, name: str, code: int) -> tuple[str, Any]:
    result["resultCode"] = rfc4511.ResultCode(code)
    result["matchedDN"] = rfc4511.LDAPDN("")
    result["diagnosticMessage"] = rfc4511.LDAPString("")
    return name, result


def _entry(dn: str, entry: dict[str, list[str]], names: list[str]) -> Any:
    attributes = rfc4511.PartialAttributeList()
    for at, name in enumerate(name for name in names if name in entry):
        one = rfc4511.PartialAttribute()
        one["type"] = rfc4511.AttributeDescription(name)
        values = rfc4511.Vals()
        for place, value in enumerate(entry[name]):
            values.setComponentByPosition(place, rfc4511.AttributeValue(value))
        one["vals"] = values
        attributes.setComponentByPosition(at, one)
    found = rfc4511.SearchResultEntry()
    found["object"], found["attributes"] = rfc4511.LDAPDN(dn), attributes
    return found
