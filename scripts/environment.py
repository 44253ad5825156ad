"""Make .venv and install pinned requirements into it; do nothing if they are there. Needs only Python itself."""

import hashlib
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
PIP = [PYTHON, "-m", "pip", "--disable-pip-version-check"]
UV = "uv==0.13.9"
OLDEST_PYTHON = (3, 11)


def main(requirements: str) -> None:
    """Install the file `requirements`, which may include others."""
    if sys.version_info < OLDEST_PYTHON:
        sys.exit(
            f"Parley needs Python 3.11 or newer; this is {sys.version.split()[0]}. Try: make run PYTHON=python3.12"
        )
    stamp = VENV / f"installed-{Path(requirements).stem}"
    wanted = fingerprint()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    if not VENV.exists():
        print("The first start takes a few minutes, later ones a few seconds.", flush=True)
    print("Installing the packages …", flush=True)
    make_venv()
    install(requirements)
    compile_litellm()
    stamp.write_text(wanted)


def fingerprint() -> str:
    """Hash the pins, this Python, and the place: programs in .venv hold its path, so a moved checkout installs anew."""
    pins = [(ROOT / name).read_bytes() for name in ("requirements.txt", "requirements-dev.txt")]
    return hashlib.sha256(b"\0".join([*pins, sys.version.encode(), str(ROOT).encode()])).hexdigest()


def make_venv() -> None:
    """Make the environment, anew if it is not whole, lies elsewhere than when it was made, or is another Python's."""
    stamp = VENV / "made-by"
    here = f"{ROOT}\n{sys.base_prefix}\n{sys.version}"
    options = [] if stamp.exists() and stamp.read_text() == here else ["--clear"]
    if options and VENV.is_symlink():  # what it leads to is somebody's, and would be emptied
        sys.exit(
            f".venv is a link to {VENV.readlink()}, which holds no environment of this checkout. Parley does not empty"
            " folders that links lead to: remove the link (rm .venv), and start again."
        )
    done = subprocess.run([sys.executable, "-m", "venv", *options, VENV], capture_output=True, text=True)
    if done.returncode:
        why = " ".join((done.stdout + done.stderr).split())
        sys.exit(f"Cannot make .venv (on Debian and Ubuntu, install python3-venv): {why}")
    stamp.write_text(here)


def install(requirements: str) -> None:
    """Install the file `requirements` with uv, or with pip, whose own words say what went wrong if it fails too."""
    if install_with_uv(requirements):
        return
    if subprocess.run([*PIP, "install", "-qq", "--no-compile", "-r", requirements], cwd=ROOT).returncode:
        sys.exit(f"Cannot install {requirements}: pip says why above.")


def install_with_uv(requirements: str) -> bool:
    """Install by uv, which takes a fifth of pip's time; return whether it did.

    It knows no settings of pip. Where they name an index or a proxy, packages come only from there, and pip has to.
    """
    settings = subprocess.run([*PIP, "config", "list"], capture_output=True, text=True).stdout
    if re.search(r"\.(index-url|no-index|proxy)=", settings):
        return False
    if subprocess.run(
        [*PIP, "install", "-qq", "--no-compile", "--only-binary", "uv", UV], capture_output=True
    ).returncode:
        return False
    uv = [VENV / "bin" / "uv", "pip", "install", "--quiet", "--python", PYTHON, "-r", requirements]
    return subprocess.run(uv, cwd=ROOT, capture_output=True).returncode == 0


def compile_litellm() -> None:
    """Import LiteLLM once: a server does so at its start, which compiling would make 10 s longer.

    A failure is ignored: it costs no more than that time.
    """
    program = "from chat_app.adapters.llm.loading import import_all; import_all()"
    subprocess.run([PYTHON, "-c", program], cwd=ROOT, capture_output=True)


if __name__ == "__main__":
    main(sys.argv[1])
