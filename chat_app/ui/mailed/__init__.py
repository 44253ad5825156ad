"""The pages that mailed links open, and the page that requests a link."""
