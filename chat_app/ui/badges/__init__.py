"""The numbers of what waits for the site's staff."""
