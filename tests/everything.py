"""Run every check and every test: what `python3 run.py test` does once its packages are there.

--fast        only the tests on SQLite
--no-skips    a skipped test is a failure (for CI)
-- ARGUMENTS  for pytest, as in: python3 run.py test --fast -- -k receive
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from tests.servers import NoServer, postgres, redis

ROOT = Path(__file__).resolve().parent.parent
PYTHON = [sys.executable]
TEST_SETTINGS = ["--settings", "backend.config.settings.test"]
WITHOUT_A_WARNING = ["--file", os.devnull, "--validate", "--fail-on-warn"]
LINT_IMPORTS = "from importlinter.cli import lint_imports_command as run; run()"
CHECKS: dict[str, list[str]] = {
    "types (mypy)": ["-m", "mypy"],
    "style (ruff)": ["-m", "ruff", "check", "."],
    "layout (ruff)": ["-m", "ruff", "format", "--check", "."],
    "imports (import-linter)": ["-c", LINT_IMPORTS, "--no-cache"],
    "templates (djlint)": ["-m", "djlint", "--quiet", "--lint", "backend"],
    "system check": ["manage.py", "check", *TEST_SETTINGS],
    "API document": ["manage.py", "spectacular", *TEST_SETTINGS, *WITHOUT_A_WARNING],
    "migrations": ["manage.py", "makemigrations", "--check", "--dry-run", *TEST_SETTINGS],
}
NO_TESTS = 5  # pytest's exit code when nothing was selected
UNIT = "not postgres and not faults and not browser"
ON_POSTGRES = "not faults and not browser"


@dataclass
class Result:
    """What came of one step."""

    name: str
    seconds: float = 0
    passed: int = 0
    failed: int = 0
    skipped: list[str] = field(default_factory=list)
    output: str = ""


def main() -> int:
    """Run what is asked, print one summary, give the exit code."""
    options, for_pytest = _read_command_line(sys.argv[1:])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that servers are stopped
    began = time.monotonic()
    results = list(_everything(fast=options.fast, for_pytest=for_pytest))
    return _tell(results, time.monotonic() - began, no_skips=options.no_skips)


def _read_command_line(arguments: list[str]) -> tuple[argparse.Namespace, list[str]]:
    cut = arguments.index("--") if "--" in arguments else len(arguments)
    parser = argparse.ArgumentParser(
        prog="run.py test",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--fast", action="store_true", help="only the tests on SQLite")
    parser.add_argument("--no-skips", action="store_true", help="a skipped test is a failure")
    return parser.parse_args(arguments[:cut]), arguments[cut + 1 :]


def _everything(*, fast: bool, for_pytest: list[str]) -> Iterator[Result]:
    def suite(name: str, marks: str, **environment: str) -> Result:
        return _run_tests(name, ["-m", marks, *for_pytest], environment, picked=bool(for_pytest))

    if not fast:
        with ThreadPoolExecutor(2) as two_at_a_time:
            yield from two_at_a_time.map(lambda item: _run_check(*item), CHECKS.items())
    yield suite("tests on SQLite", UNIT)
    if fast:
        return
    with _servers() as (servers, missing):
        for name, marks in {"tests on PostgreSQL": ON_POSTGRES, "faults": "faults"}.items():
            yield Result(name, skipped=[missing]) if missing else suite(name, marks, **servers)
    yield suite("browser", "browser")


@contextmanager
def _servers() -> Iterator[tuple[dict[str, str], str]]:
    """Give the addresses of both servers, or why there are none."""
    try:
        with postgres() as database, redis() as queue:
            yield {"DATABASE_URL": database.url, "REDIS_URL": queue.url}, ""
    except NoServer as reason:
        yield {}, f"no servers: {reason}"


def _run_check(name: str, command: list[str]) -> Result:
    began = time.monotonic()
    done = subprocess.run(
        [*PYTHON, *command], cwd=ROOT, env=_environment({}), capture_output=True, text=True
    )
    result = Result(name, time.monotonic() - began, output=done.stdout + done.stderr)
    if done.returncode:
        result.failed = 1
    else:
        result.passed = 1
    _say(f"{_sign(result)} {name}")
    return result


def _run_tests(
    name: str, arguments: list[str], environment: dict[str, str], *, picked: bool
) -> Result:
    _say(f"\n── {name}")
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.xml")
        command = [*PYTHON, "-m", "pytest", "-q", "-n", "2", f"--junit-xml={report}", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=_environment(environment))
        result = Result(name, time.monotonic() - began)
        if report.exists():
            _read_report(report, result)
    if done.returncode and not result.failed and not (picked and done.returncode == NO_TESTS):
        result.failed = 1  # a whole suite is missing, or pytest itself broke
    return result


def _environment(changes: dict[str, str]) -> dict[str, str]:
    """Give our environment without servers, but for those that a step is meant to use."""
    ours = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "REDIS_URL"}}
    return {**ours, "DJANGO_SETTINGS_MODULE": "backend.config.settings.test", **changes}


def _read_report(report: Path, result: Result) -> None:
    for case in ElementTree.parse(report).iter("testcase"):  # noqa: S314  # we wrote it
        skipped = case.find("skipped")
        if skipped is not None:
            result.skipped.append(f"{case.get('name')}: {skipped.get('message')}")
        elif case.find("failure") is not None or case.find("error") is not None:
            result.failed += 1
        else:
            result.passed += 1


def _tell(results: list[Result], seconds: float, *, no_skips: bool) -> int:
    for result in results:
        if result.failed and result.output:
            _say(f"\n── {result.name}\n{result.output.rstrip()}")
    _say("\n── Summary")
    for result in results:
        counts = f"{result.passed} passed, {result.failed} failed, {len(result.skipped)} skipped"
        _say(f"{_sign(result)} {result.name:<26}{result.seconds:>7.1f} s   {counts}")
        for reason in result.skipped:
            _say(f"      skipped: {reason}")
    passed = sum(result.passed for result in results)
    failed = sum(result.failed for result in results)
    skipped = sum(len(result.skipped) for result in results)
    if no_skips and skipped:
        _say("Skipped tests count as failures here (--no-skips).")
    _say(f"All of it took {seconds:.0f} s.")
    _say(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed or (no_skips and skipped) else 0


def _sign(result: Result) -> str:
    return "✗" if result.failed else "–" if result.skipped and not result.passed else "✓"


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
