"""The page of the site's outbox."""
