"""Sign-in by SAML 2.0."""
