"""The tools of a site: built-in ones, and those of tool servers."""
