"""OAuth 2 and OpenID as a provider speaks them, by Authlib."""
