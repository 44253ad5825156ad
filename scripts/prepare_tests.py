"""Have ready what the tests need beyond Python packages: a browser, the built pages, an OpenID provider."""

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from chat_app.launch.pages import front_end  # noqa: E402, found by the line above
from chat_app.starting.errors import LaunchError  # noqa: E402
from tests.support import chromium  # noqa: E402

FROM_NPM = {
    "an OpenID provider": ROOT / "tests" / "oidc",
    "emulated services": ROOT / "tests" / "emulate",
    "a SAML provider": ROOT / "tests" / "saml",
    "checks of the scripts": ROOT / "tests" / "js",
}
APT = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=120"]
OF_DEBIAN = ("chromium-headless-shell", "chromium")
"""Without windows it takes a third less of the processor; older releases have only the other."""


def main() -> None:
    """Prepare everything, or end with one line that says what is missing."""
    if chromium.find() is None:
        install_browser()
    with ThreadPoolExecutor(max_workers=1) as beside:
        installed = beside.map(install_from_npm, FROM_NPM, FROM_NPM.values())
        try:
            front_end.build(ROOT)
        except LaunchError as error:
            sys.exit(str(error))
    list(installed)


def install_from_npm(what: str, folder: Path) -> None:
    """Install what the lock in the folder names, if it is not there."""
    wanted, have = (folder / name for name in ("package-lock.json", "node_modules/.of-lock"))
    if have.exists() and have.read_bytes() == wanted.read_bytes():
        return
    print(f"Installing {what} for the tests …", flush=True)
    npm = [Path(sys.executable).with_name("npm"), "ci", "--silent", "--no-audit", "--no-fund"]
    if subprocess.run(npm, cwd=folder, env=front_end.tool_environment()).returncode:
        sys.exit(f"Installing {what} for the tests failed: npm says why above.")
    have.write_bytes(wanted.read_bytes())


def install_browser() -> None:
    """Take the system's Chromium where that is allowed and possible, Playwright's own elsewhere."""
    print("Installing Chromium for the browser tests ...", flush=True)
    if os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "update", "-qq"], check=False, stdout=subprocess.DEVNULL)
        for package in OF_DEBIAN:
            done = subprocess.run([*APT, package, "fonts-noto-cjk"], check=False, stdout=subprocess.DEVNULL)
            if done.returncode == 0:
                return
    if subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False).returncode:
        sys.exit("The browser tests need Chromium, which could not be installed: install it and run again.")


if __name__ == "__main__":
    main()
