"""The endpoints of OAuth 2 and OpenID, where Parley is the provider."""
