"""The OAuth 2 and OpenID provider, by Authlib."""
