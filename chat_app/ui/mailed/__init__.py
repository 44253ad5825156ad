"""The pages of mailed links, and the one that requests a link."""
