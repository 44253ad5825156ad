"""The tools of a site: built-in tools, and tools of tool servers."""
