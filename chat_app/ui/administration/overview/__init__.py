"""The page of the site's figures."""
