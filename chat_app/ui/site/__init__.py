"""The page of the site's settings, and the site's announcement."""
