"""The page of the site's settings, and what the site announces."""
