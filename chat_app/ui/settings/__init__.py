"""Settings: profile, language, theme and sessions."""
