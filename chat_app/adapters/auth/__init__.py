"""Identity providers by OAuth 2 and OpenID Connect, and services that keep sessions."""
