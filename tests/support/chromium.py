"""The Chromium of this machine."""

import shutil

BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


def find() -> str | None:
    """Return its path; None for Playwright's own."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)
