"""What a container does: `web`, `worker`, `beat`, `manage COMMAND`, or `probe` its own health.

The first three wait for the database and bring it up to date before they begin.
"""

import os
import subprocess
import sys
import urllib.request

MANAGE = [sys.executable, "manage.py"]
CELERY = [sys.executable, "-m", "celery", "--app", "backend.config"]
LONG_RUNNING = {
    "web": [sys.executable, "-m", "gunicorn", "--config", "python:backend.config.scaled"],
    "worker": [*CELERY, "worker", "--loglevel", "warning"],
    "beat": [*CELERY, "beat", "--loglevel", "warning", "--pidfile="],
}


def main(arguments: list[str]) -> None:
    """Become the program that is asked for."""
    role, rest = arguments[0], arguments[1:]
    if role == "probe":
        return probe()
    if role == "manage":
        return become([*MANAGE, *rest])
    subprocess.run([*MANAGE, "prepare"], check=True)  # noqa: S603  # our own words
    return become([*LONG_RUNNING[role], *rest])


def become(command: list[str]) -> None:
    """Replace this process: signals and exit code are the program's own."""
    os.execv(command[0], command)  # noqa: S606  # no shell is meant


def probe() -> None:
    """Ask this container's web server whether it is ready; an error is a non-zero exit."""
    host = os.environ["ALLOWED_HOSTS"].split(",")[0].lstrip(".")
    address = f"http://127.0.0.1:{os.environ.get('PORT', '8000')}/readyz"
    request = urllib.request.Request(address, headers={"Host": host})  # our own
    urllib.request.urlopen(request, timeout=4).close()  # noqa: S310


if __name__ == "__main__":
    main(sys.argv[1:])
