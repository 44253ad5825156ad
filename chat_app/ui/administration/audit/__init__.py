"""The page of the log of what the site's staff have done."""
