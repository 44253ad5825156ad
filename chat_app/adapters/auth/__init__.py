"""Who vouches for people: providers by OAuth 2 and OpenID Connect."""
