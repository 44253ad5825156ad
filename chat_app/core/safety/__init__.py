"""Keeping people safe: reports, what the site's admins do about them, and the log of that."""
