"""Settings of sign-in: providers, organisations, LDAP, and Parley as the provider."""
