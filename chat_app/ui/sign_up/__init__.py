"""The sign-up page."""
