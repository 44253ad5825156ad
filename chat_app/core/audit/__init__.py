"""The log of the actions of the site's staff."""
