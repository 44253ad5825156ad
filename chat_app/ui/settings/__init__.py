"""One's own profile, language, theme and sessions."""
