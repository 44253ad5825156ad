"""Have ready what the tests need beyond Python packages: a browser, Japanese letters, and the built pages."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from chat_app.launch import front_end  # noqa: E402, found by the line above
from chat_app.launch.errors import LaunchError  # noqa: E402

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
APT = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=120"]


def main() -> None:
    """Prepare everything, or end with one line that says what is missing."""
    if not any(map(shutil.which, BROWSERS)):
        install_browser()
    try:
        front_end.build(ROOT)
    except LaunchError as error:
        sys.exit(str(error))


def install_browser() -> None:
    """Take the system's Chromium where that is allowed and possible, Playwright's own elsewhere."""
    print("Installing Chromium for the browser tests ...", flush=True)
    if os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "update", "-qq"], check=False, stdout=subprocess.DEVNULL)
        done = subprocess.run([*APT, "chromium", "fonts-noto-cjk"], check=False, stdout=subprocess.DEVNULL)
        if done.returncode == 0:
            return
    if subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False).returncode:
        sys.exit("The browser tests need Chromium, which could not be installed: install it and run again.")


if __name__ == "__main__":
    main()
