"""The log of what the site's staff have done."""
