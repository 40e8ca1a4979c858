#!/usr/bin/env python3
"""Rebond in one command, with nothing installed but Python 3.11.

python3 run.py                 make the environment, migrate, seed the demo, serve
python3 run.py test            run every check and every test
python3 run.py replay          replay a year of the reference programme
python3 run.py manage COMMAND  any command of Django's manage.py
"""

# This file keeps to a syntax that old Pythons read, so that they can be told kindly.
import argparse
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

try:
    import fcntl
except ImportError:
    fcntl = None  # Windows, told below

OLDEST_PYTHON = (3, 11)
HOST = "127.0.0.1"
ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
RUNTIME = ROOT / "requirements.lock"
TESTS = ROOT / "requirements-test.lock"  # holds the runtime's packages too
COMMANDS = ("serve", "test", "replay", "manage")


def main(arguments):
    """Read the command line and do what it asks; never return."""
    is_named = bool(arguments) and arguments[0] in COMMANDS
    command = arguments[0] if is_named else "serve"
    options, rest = read_options(command, arguments[1:] if is_named else arguments)
    if command == "test":
        make_environment(TESTS)
        start([str(PYTHON), "-m", "tests.everything", *rest], environment={})
    data = usable_folder(options.data_dir)
    here = {
        "DJANGO_SETTINGS_MODULE": "backend.config.settings.local",
        "DATA_DIR": str(data),
        "DEMO": "1" if is_demo(data) else "0",
    }
    if command == "serve":
        refuse_taken_port(options.port)
        keep_to_oneself(data)
        settle_mode(data, no_demo=options.no_demo)
    make_environment(RUNTIME)
    if command == "manage":
        start(manage(*rest), environment=here)
    if command == "replay":
        settle_mode(data, no_demo=True)
        if "--help" not in rest:
            run(manage("migrate", "--verbosity", "0"), here)
        start(manage("replay", *rest), environment=here)
    serve(options.port, dict(here, DEMO="1" if is_demo(data) else "0"))


def read_options(command, arguments):
    """Give the options that this file understands, and the rest for the command itself."""
    parser = argparse.ArgumentParser(
        prog="run.py",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
        add_help=command == "serve",
    )
    replay = command == "replay"
    parser.add_argument("--port", type=int, default=8000, help="where to serve (8000)")
    parser.add_argument(
        "--data-dir",
        type=Path,
        default=Path("data/replay" if replay else "data"),
        metavar="DIR",
        help="where everything is kept: database, files, keys, log (./data)",
    )
    parser.add_argument("--no-demo", action="store_true", help="begin empty, for real work")
    if command == "test":
        return None, arguments
    options, rest = parser.parse_known_args(arguments)
    if command == "serve" and rest:
        parser.error("not understood: " + " ".join(rest))
    return options, rest


def serve(port, here):
    """Bring the database up to date, seed the demo, then become the web server."""
    here = dict(here, PORT=str(port), SITE_URL=f"http://{HOST}:{port}")
    tell("Preparing the database …")
    run(manage("migrate", "--verbosity", "0"), here)
    if here["DEMO"] == "1":
        run(manage("seed_demo"), here)
    server = [str(PYTHON), "-m", "gunicorn", "--config", "python:backend.config.embedded"]
    start(server, environment=here)


def manage(*arguments):
    """Give the command line of a command of manage.py."""
    return [str(PYTHON), str(ROOT / "manage.py"), *list(arguments)]


def run(command, here):
    """Run a command to its end; stop with its exit code when it fails."""
    # Out of the terminal's reach: at Ctrl-C we end it, and it says nothing of its own.
    done = subprocess.run(
        command, cwd=str(ROOT), env=dict(os.environ, **here), start_new_session=True
    )
    if done.returncode:
        sys.exit(done.returncode)


def start(command, *, environment):
    """Become another program: it gets the signals, and its exit code is ours."""
    os.chdir(str(ROOT))
    sys.stdout.flush()
    os.execvpe(command[0], command, dict(os.environ, **environment))  # noqa: S606  # no shell is meant


def make_environment(lock):
    """Install what a lock names into .venv, unless that was done before."""
    with open(str(ROOT / ".venv.lock"), "w") as door:
        fcntl.flock(door, fcntl.LOCK_EX)  # two starts at once make one environment
        if is_stamped(lock):
            return
        began = time.monotonic()
        tell("Making the Python environment in .venv (once, up to a minute) …")
        install(lock)
        for done in {RUNTIME, lock}:
            stamp_of(done).write_text(wanted(done))
        tell(f"Environment ready in {time.monotonic() - began:.0f} s.")


def is_stamped(lock):
    """Whether .venv holds what the lock says, for this Python."""
    stamp = stamp_of(lock)
    return PYTHON.exists() and stamp.exists() and stamp.read_text() == wanted(lock)


def stamp_of(lock):
    """Give the file that says which state of a lock was installed."""
    return VENV / ("." + lock.stem + ".stamp")


def wanted(lock):
    """Give what the stamp says once the lock as it is now is installed."""
    return hashlib.sha256(lock.read_bytes() + sys.version.encode()).hexdigest()


def install(lock):
    """Install the packages of a lock, their hashes checked, with uv or else with pip."""
    uv = shutil.which("uv")
    if stamp_of(RUNTIME).exists() and not answers([str(PYTHON), "-c", same_python()]):
        shutil.rmtree(str(VENV))  # ours, made with another Python
    if uv:
        if not PYTHON.exists():
            must([uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(VENV)])
        must(
            [
                uv,
                "pip",
                "install",
                "--quiet",
                "--python",
                str(PYTHON),
                "--require-hashes",
                "-r",
                str(lock),
            ]
        )
        return
    if not PYTHON.exists() and not answers([sys.executable, "-m", "venv", "--clear", str(VENV)]):
        # Debian's Python without python3-venv has no ensurepip.
        must([sys.executable, "-m", "venv", "--clear", "--without-pip", str(VENV)])
    pip = [str(PYTHON), "-m", "pip"]
    if not answers([*pip, "--version"]):
        pip = [sys.executable, "-m", "pip", "--python", str(PYTHON)]
        if not answers([*pip, "--version"]):
            give_up(
                "This Python has neither pip nor venv. Install one of them and start again:",
                "  Debian, Ubuntu: apt install python3-venv      any system: uv",
            )
    quiet = ["--quiet", "--no-compile", "--disable-pip-version-check", "--no-input"]
    must([*pip, "install", *quiet, "--require-hashes", "-r", str(lock)])


def same_python():
    """Give a program that fails in any Python but this one."""
    return f"import sys; sys.exit(sys.version != {sys.version!r})"


def answers(command):
    """Whether a command runs and succeeds; what it says is kept quiet."""
    try:
        return (
            subprocess.run(
                command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            ).returncode
            == 0
        )
    except OSError:
        return False


def must(command):
    """Run a step of the installation, or explain why there is no environment."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        last_lines = done.stdout.decode(errors="replace").strip().splitlines()[-6:]
        give_up(
            "The Python packages could not be installed.",
            *["  | " + line[:150] for line in last_lines],
            "Is there a network? The first start needs one; later starts do not.",
            "Behind a proxy, set HTTPS_PROXY and start again.",
        )


def usable_folder(folder):
    """Make the folder where everything is kept, or say why it cannot be."""
    folder = folder.expanduser().absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".writable"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        give_up(
            f"Rebond cannot write in {folder} ({error.strerror}).",
            "Choose another folder with --data-dir DIR, or change who owns this one.",
        )
    return folder


def settle_mode(folder, *, no_demo):
    """Let the first start decide whether a folder holds the demo; its logins are public."""
    if not (folder / "mode").exists():
        (folder / "mode").write_text("real\n" if no_demo else "demo\n")
    if no_demo and is_demo(folder):
        give_up(
            f"{folder} holds the demo, whose passwords everybody knows.",
            "Give real work a folder of its own: python3 run.py --no-demo --data-dir DIR",
        )
    if not no_demo and not is_demo(folder):
        tell("This folder was begun without the demo, and stays so.")


def is_demo(folder):
    """Whether the folder was begun with the demo."""
    mode = folder / "mode"
    return mode.exists() and mode.read_text() == "demo\n"


def keep_to_oneself(folder):
    """Refuse a second server on the same data; the lock goes with the process."""
    door = os.open(str(folder / ".serving"), os.O_RDWR | os.O_CREAT, 0o600)
    os.set_inheritable(door, True)
    try:
        fcntl.flock(door, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        give_up(
            f"Rebond is already running on the data in {folder}.",
            "Stop it first (Ctrl-C where it runs), or give this one its own --data-dir.",
        )


def refuse_taken_port(port):
    """Say at once when something else listens on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            give_up(
                f"Port {port} is not free ({reason}).",
                f"Stop what uses it, or choose another: python3 run.py --port {port % 60000 + 1}",
            )


def tell(line):
    """Say what is going on; standard output stays for results."""
    print(line, file=sys.stderr, flush=True)


def give_up(*lines):
    """Say why not, and what to do."""
    sys.exit("\n".join(lines))


if __name__ == "__main__":
    if sys.version_info < OLDEST_PYTHON:
        give_up(
            f"Rebond needs Python 3.11 or newer; this is Python {sys.version.split()[0]}.",
            "Install a newer one and start again with it, for example: python3.12 run.py",
        )
    if fcntl is None:
        give_up("Rebond runs on Linux and macOS. On Windows use WSL, or docker compose up.")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # what we started ends with us
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit("\nStopped.")
