"""The tools that a site has: those built in, and those of tool servers."""
