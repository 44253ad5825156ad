"""The pages of the site's rooms, for its staff."""
