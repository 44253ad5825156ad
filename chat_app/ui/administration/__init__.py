"""The pages of the site's staff."""
