"""Every route of the API: what each role may in a room, and what asks for a session."""

import re
from dataclasses import dataclass, field
from typing import Any

EVERYBODY = "reader guest member admin master"
SENDERS = "guest member admin master"
ASKERS = "member admin master"
KEEPERS = "admin master"
MASTER = "master"
NOBODY = ""


@dataclass(frozen=True)
class Case:
    """A request, its status, and the roles that may make it. Other members get ``refusal``."""

    method: str
    path: str
    may: str
    status: int = 200
    body: dict[str, Any] | None = None
    own: bool = False
    """Whether the message or answer is the requesting person's own."""
    refusal: int = field(default=403, kw_only=True)

    def names(self) -> set[str]:
        """Return the names in the path and the body."""
        return set(re.findall(r"{(\w+)}", f"{self.path} {self.body}"))

    def __str__(self) -> str:
        return f"{self.method} {self.path}{' (own)' if self.own else ''}"


CASES = [
    Case("GET", "rooms/{room}", EVERYBODY),
    Case("GET", "rooms/{room}/members", EVERYBODY),
    Case("GET", "rooms/{room}/messages", EVERYBODY),
    Case("GET", "rooms/{room}/messages/search?q=hello", EVERYBODY),
    Case("GET", "rooms/{room}/changes?since=0", EVERYBODY),
    Case("POST", "rooms/{room}/read", EVERYBODY, 204, {"seq": 1}),
    Case("POST", "rooms/{room}/leave", "reader guest member admin", 204, refusal=409),
    Case("POST", "rooms/{room}/messages", SENDERS, 201, {"text": "Hello"}),
    Case("POST", "rooms/{room}/messages", ASKERS, 201, {"text": "Hello", "model": "demo"}),
    Case("POST", "rooms/{room}/ask", ASKERS, 202),
    Case("PATCH", "rooms/{room}", KEEPERS, 200, {"name": "New"}),
    Case("PATCH", "rooms/{room}/ai", KEEPERS, 200, {"rule": "never"}),
    Case("PATCH", "rooms/{room}/ai", KEEPERS, 200, {"context_cutoff_at": None}),
    Case("PATCH", "rooms/{room}/ai", KEEPERS, 200, {"instructions": "Rhyme."}),
    Case("PATCH", "rooms/{room}/ai", KEEPERS, 200, {"fallback_model": "demo"}),
    Case("PATCH", "rooms/{room}/ai", KEEPERS, 200, {"parameters": {"temperature": 0.5}}),
    Case("GET", "rooms/{room}/ai/context", EVERYBODY),
    Case("POST", "rooms/{room}/aside", ASKERS),
    Case("POST", "messages/{message}/publish", NOBODY, refusal=409),
    Case("PATCH", "rooms/{room}/ai", KEEPERS, 200, {"rule": "helpful"}),
    Case("GET", "rooms/{room}/ai/decisions", KEEPERS),
    Case("GET", "messages/{answer}/context", NOBODY, refusal=404),
    Case("PATCH", "messages/{message}", KEEPERS, 200, {"exclude_from_ai": True}),
    Case("PATCH", "messages/{message}", SENDERS, 200, {"exclude_from_ai": True}, own=True),
    Case("PATCH", "messages/{message}", KEEPERS, 200, {"pinned_for_ai": True}),
    Case("PATCH", "rooms/{room}/ai/rights", KEEPERS, 200, {"ask_ai": "guest"}),
    Case("PATCH", "rooms/{room}/owner", MASTER, 200, {"user_id": "{user}"}),
    Case("PATCH", "rooms/{room}/members/{user}", KEEPERS, 200, {"role": "guest"}),
    Case("DELETE", "rooms/{room}/members/{user}", KEEPERS, 204),
    Case("GET", "rooms/{room}/bans", KEEPERS),
    Case("PUT", "rooms/{room}/bans/{user}", KEEPERS, 204),
    Case("DELETE", "rooms/{room}/bans/{user}", KEEPERS, 204),
    Case("GET", "rooms/{room}/join-requests", KEEPERS),
    Case("POST", "rooms/{room}/join-requests/{waiting}/approve", KEEPERS, 204),
    Case("POST", "rooms/{room}/join-requests/{waiting}/decline", KEEPERS, 204),
    Case("GET", "rooms/{room}/invite-links", KEEPERS),
    Case("POST", "rooms/{room}/invite-links", KEEPERS, 201, {}),
    Case("DELETE", "rooms/{room}/invite-links/{link}", KEEPERS, 204),
    Case("GET", "rooms/{room}/invite-links/{link}/qr", KEEPERS),
    Case("GET", "rooms/{room}/invitations", KEEPERS),
    Case("POST", "rooms/{room}/invitations", KEEPERS, 200, {"to": "somebody.new@example.com"}),
    Case("POST", "rooms/{room}/invitations/group", KEEPERS, 404, {"group": "none"}),
    Case("DELETE", "rooms/{room}/invitations/{invitation}", KEEPERS, 204),
    Case("POST", "rooms/{room}/archive", MASTER),
    Case("POST", "rooms/{room}/unarchive", MASTER),
    Case("DELETE", "rooms/{room}", MASTER, 204),
    Case("PATCH", "messages/{message}", NOBODY, 200, {"text": "Changed"}),
    Case("PATCH", "messages/{message}", SENDERS, 200, {"text": "Changed"}, own=True),
    Case("POST", "messages/{message}/report", EVERYBODY, 201, {"reason": "spam"}),
    Case("DELETE", "messages/{message}", MASTER),
    Case("DELETE", "messages/{message}", SENDERS, own=True),
    Case("POST", "messages/{message}/reactions", SENDERS, 200, {"emoji": "👍"}),
    Case("DELETE", "messages/{message}/reactions/👍", SENDERS),
    Case("POST", "messages/{message}/pin", KEEPERS),
    Case("DELETE", "messages/{message}/pin", KEEPERS),
    Case("POST", "messages/{message}/star", EVERYBODY, 204),
    Case("POST", "messages/{message}/unread", EVERYBODY, 204),
    Case("DELETE", "messages/{message}/star", EVERYBODY, 204),
    Case("POST", "messages/{message}/read", EVERYBODY, 204),
    Case("GET", "messages/{message}/receipts", EVERYBODY),
    Case("GET", "rooms/{room}/pins", EVERYBODY),
    Case("POST", "messages/{answer}/stop", KEEPERS),
    Case("POST", "messages/{answer}/stop", ASKERS, own=True),
    Case("POST", "messages/{stopped}/regenerate", KEEPERS, 202),
    Case("POST", "messages/{stopped}/regenerate", KEEPERS, 202, {"model": "demo"}),
    Case("POST", "messages/{stopped}/regenerate", ASKERS, 202, own=True),
    Case("POST", "messages/{cut}/continue", KEEPERS, 202),
    Case("POST", "messages/{cut}/continue", ASKERS, 202, own=True),
    Case("GET", "messages/{written}/branches", EVERYBODY),
    Case("POST", "messages/{written}/branches/2/choose", KEEPERS),
    Case("POST", "messages/{written}/branches/2/choose", ASKERS, own=True),
    Case("PUT", "messages/{written}/rating", EVERYBODY, 204, {"value": "down", "reason": "Too long"}),
    Case("DELETE", "messages/{written}/rating", EVERYBODY, 204),
]

STAYS_WHILE_ARCHIVED = {
    ("GET", "rooms/{room}"),
    ("GET", "rooms/{room}/members"),
    ("GET", "rooms/{room}/pins"),
    ("GET", "rooms/{room}/ai/context"),
    ("GET", "messages/{answer}/context"),
    ("GET", "rooms/{room}/messages"),
    ("GET", "rooms/{room}/messages/search?q=hello"),
    ("GET", "rooms/{room}/changes?since=0"),
    ("POST", "rooms/{room}/read"),
    ("POST", "rooms/{room}/leave"),
    ("PATCH", "rooms/{room}/owner"),
    ("POST", "rooms/{room}/archive"),
    ("POST", "rooms/{room}/unarchive"),
    ("DELETE", "rooms/{room}"),
}

WITHOUT_A_ROOM = {
    ("GET", "/api/v1/me/identities"),
    ("POST", "/api/v1/me/identities/{provider}"),
    ("DELETE", "/api/v1/me/identities/{provider}"),
    ("GET", "/api/v1/me"),
    ("PATCH", "/api/v1/me"),
    ("DELETE", "/api/v1/me"),
    ("GET", "/api/v1/me/export"),
    ("PUT", "/api/v1/me/avatar"),
    ("DELETE", "/api/v1/me/avatar"),
    ("GET", "/api/v1/users/{user_id}/avatar"),
    ("GET", "/api/v1/users/search"),
    ("GET", "/api/v1/users/{username}"),
    ("POST", "/api/v1/conversations"),
    ("GET", "/api/v1/blocks"),
    ("POST", "/api/v1/blocks/{username}"),
    ("DELETE", "/api/v1/blocks/{username}"),
    ("GET", "/api/v1/users/me/contacts"),
    ("POST", "/api/v1/users/me/contacts"),
    ("DELETE", "/api/v1/users/me/contacts/{user_id}"),
    ("GET", "/api/v1/me/stars"),
    ("GET", "/api/v1/rooms"),
    ("POST", "/api/v1/rooms"),
    ("POST", "/api/v1/chats"),
    ("GET", "/api/v1/models"),
    ("GET", "/api/v1/outbox"),
    ("GET", "/api/v1/admin/jobs/failed"),
    ("GET", "/api/v1/admin/ratings"),
    ("GET", "/api/v1/admin/decisions"),
    ("POST", "/api/v1/admin/jobs/failed/{job_id}/retry"),
    ("DELETE", "/api/v1/admin/jobs/failed/{job_id}"),
    ("GET", "/api/v1/admin/connections"),
    ("POST", "/api/v1/admin/connections"),
    ("PATCH", "/api/v1/admin/connections/{connection_id}"),
    ("DELETE", "/api/v1/admin/connections/{connection_id}"),
    ("POST", "/api/v1/admin/connections/{connection_id}/test"),
    ("GET", "/api/v1/admin/models"),
    ("PATCH", "/api/v1/admin/models"),
    ("GET", "/api/v1/search"),
    ("POST", "/api/v1/users/{user_id}/report"),
    ("GET", "/api/v1/moderation/reports"),
    ("GET", "/api/v1/moderation/audit"),
    ("GET", "/api/v1/moderation/suspended"),
    ("POST", "/api/v1/moderation/reports/{report_id}/dismiss"),
    ("POST", "/api/v1/moderation/reports/{report_id}/delete-message"),
    ("POST", "/api/v1/moderation/reports/{report_id}/suspend"),
    ("POST", "/api/v1/moderation/users/{user_id}/restore"),
    ("POST", "/api/v1/invitations/{token}/join"),
    ("GET", "/api/v1/me/invitations"),
    ("POST", "/api/v1/me/invitations/{invitation_id}/accept"),
    ("POST", "/api/v1/me/invitations/{invitation_id}/decline"),
    ("GET", "/api/v1/prompts"),
    ("POST", "/api/v1/prompts"),
    ("GET", "/api/v1/prompts/{prompt_id}"),
    ("PATCH", "/api/v1/prompts/{prompt_id}"),
    ("DELETE", "/api/v1/prompts/{prompt_id}"),
    ("GET", "/api/v1/groups"),
    ("POST", "/api/v1/groups"),
    ("GET", "/api/v1/groups/{group_id}"),
    ("PATCH", "/api/v1/groups/{group_id}"),
    ("DELETE", "/api/v1/groups/{group_id}"),
    ("POST", "/api/v1/groups/{group_id}/members"),
    ("DELETE", "/api/v1/groups/{group_id}/members/{user_id}"),
    ("GET", "/api/v1/auth/me"),
    ("POST", "/api/v1/me/email"),
    ("POST", "/api/v1/me/email/verification"),
    ("POST", "/api/v1/me/password"),
    ("GET", "/api/v1/me/sessions"),
    ("DELETE", "/api/v1/me/sessions/{session_id}"),
    ("GET", "/api/v1/me/two-factor"),
    ("POST", "/api/v1/me/two-factor"),
    ("POST", "/api/v1/me/two-factor/confirm"),
    ("POST", "/api/v1/me/two-factor/recovery-codes"),
    ("POST", "/api/v1/me/two-factor/disable"),
    ("GET", "/api/v1/me/api-tokens"),
    ("POST", "/api/v1/me/api-tokens"),
    ("DELETE", "/api/v1/me/api-tokens/{token_id}"),
    ("POST", "/api/v1/auth/logout"),
    ("POST", "/api/v1/auth/logout-all"),
}
FOR_ANYBODY = {
    ("GET", "/api/v1/auth/providers"),
    ("GET", "/api/v1/auth/{provider}/start"),
    ("GET", "/api/v1/auth/{provider}/callback"),
    ("GET", "/api/v1/auth/claim"),
    ("POST", "/api/v1/auth/claim"),
    ("DELETE", "/api/v1/auth/claim"),
    ("POST", "/api/v1/auth/claim/code"),
    ("POST", "/api/v1/auth/register"),
    ("POST", "/api/v1/auth/login"),
    ("POST", "/api/v1/auth/refresh"),
    ("POST", "/api/v1/auth/verify-email"),
    ("POST", "/api/v1/auth/forgot-password"),
    ("POST", "/api/v1/auth/reset-password"),
    ("GET", "/api/v1/invitations/{token}"),
    ("GET", "/healthz"),
    ("GET", "/readyz"),
}
