"""``python -m tests``: installs what the tests need, then runs lint, types and every test.

The tests run on SQLite and a disk, then on PostgreSQL and a store that speaks S3; those of the browser and of
the components' JavaScript run beside them.
"""

import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from tests import javascript
from tests.postgres import memory_folder
from tests.vulnerabilities import audit

STRESS_TESTS = (
    "tests/faults",
    "tests/intake/test_faults.py",
    "tests/web/test_hostile.py",
    "tests/web/test_addresses.py",
)
BROWSER = "tests/browser"
IN_CI = bool(os.environ.get("CI"))
TESTS_FAILED = 1  # pytest's exit code
PARALLEL = ("pytest", "--dist", "worksteal", "-n")
# Few at a time, since imports and servers under test start processes of their own. Those of the database also wait.
WORKERS, BROWSER_WORKERS = "3", "2"
COVERAGE = ("--cov", "--cov-report=term:skip-covered")
PACKAGES = {
    "chromium-headless-shell": ("chromium-headless-shell",),
    "postgresql": ("initdb", "/usr/lib/postgresql/*/bin/initdb"),
    "nginx-light": ("nginx", "/usr/sbin/nginx"),
    "nodejs": ("node",),
    "npm": ("npm",),
}


@dataclass(frozen=True)
class Step:
    """A command of ``python -m``, with environment variables of its own."""

    name: str
    arguments: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)

    def repeated(self) -> "Step":
        """Returns the step for the tests that failed in it, one after the other."""
        arguments = ("pytest", *self.arguments[len(PARALLEL) + 1 :], "--last-failed")
        return Step(f"{self.name}, again", arguments, self.environment)


QUICK_STEPS = (Step("lint", ("ruff", "check", ".")), Step("format", ("ruff", "format", "--check", ".")))
# A cache of its own, since tests that run at the same time would overwrite which ones failed.
BROWSER_STEP = Step(
    "tests in the browser", (*PARALLEL, BROWSER_WORKERS, BROWSER, "-o", "cache_dir=.pytest_cache/browser")
)


def main() -> int:
    """Runs lint, then the tests and, beside them, types and the tests in the browser; returns an exit code.

    ``stress``: a thousand faults (``DICTAMEN_ROUNDS``) and thousands of hostile requests, alone; at the end
    it says how many of each kind were really done.
    ``coverage``: the tests without a browser, on SQLite, and how much of the code they run. Counting takes as
    long as the tests do, so that it is a command of its own.
    ``check``: what can be said without running the application: lint, types, licences, known vulnerabilities.
    """
    if sys.argv[1:] == ["stress"]:
        return _run_stress()
    if sys.argv[1:] == ["coverage"]:
        command = [sys.executable, "-m", *PARALLEL, WORKERS, f"--ignore={BROWSER}", *COVERAGE]
        return subprocess.run(command, env=_environment_keeping_bytecode(), check=False).returncode
    if sys.argv[1:] == ["check"]:
        checks = [["ruff", "check", "."], ["mypy"], ["pytest", "tests/test_licences.py"]]
        if IN_CI or not javascript.missing():
            checks.append(["tests.javascript", "lint"])
        codes = [subprocess.run([sys.executable, "-m", *check], check=False).returncode for check in checks]
        return max(*codes, audit())
    _install_missing()
    _warn_of_missing()
    with _scratch() as place, ThreadPoolExecutor() as pool:
        environment = _environment_keeping_bytecode() | place
        failed = _run_in_turn(QUICK_STEPS, environment)
        if failed is None:
            # Types, and tests that mostly wait for a browser, leave time for the others.
            beside = pool.submit(_run_in_turn, _steps_beside(), environment, is_shown=False)
            failed = _run_in_turn(_test_steps(), environment)
            failed_beside = beside.result()
            if failed_beside == (BROWSER_STEP, TESTS_FAILED):
                _print_warning("LO QUE FALLÓ EN EL NAVEGADOR SE PRUEBA OTRA VEZ, SIN OTRO TRABAJO AL LADO")
                failed_beside = _run_in_turn([BROWSER_STEP.repeated()], environment)
            failed = failed or failed_beside
    if failed:
        _print_warning(f"FALLÓ: {failed[0].name}")
    return failed[1] if failed else 0


def _steps_beside() -> list[Step]:
    """Returns the steps that may run while others do."""
    steps = [Step("types", ("mypy", "-n", "2"))]
    if IN_CI or not javascript.missing():
        steps.append(Step("javascript", ("tests.javascript",)))
    return [*steps, BROWSER_STEP]


def _test_steps() -> list[Step]:
    """Returns the tests without a browser, on each kind of database and store."""
    steps = [Step("tests on SQLite", (*PARALLEL, WORKERS, f"--ignore={BROWSER}"))]
    if _is_installed("postgresql") or IN_CI:
        setting = {"DICTAMEN_TEST_DATABASE": "postgresql", "DICTAMEN_TEST_DOCUMENTS": "s3-mostly"}
        steps.append(Step("tests on PostgreSQL, documents in S3", (*PARALLEL, WORKERS, f"--ignore={BROWSER}"), setting))
    return steps


def _run_in_turn(
    steps: Sequence[Step], environment: Mapping[str, str], *, is_shown: bool = True
) -> tuple[Step, int] | None:
    """Runs steps until one fails; returns that one with its exit code.

    Without ``is_shown``, a step's output is printed when it has ended.
    """
    for step in steps:
        if is_shown:
            print(f"== {step.name}", flush=True)
        done = subprocess.run(
            [sys.executable, "-m", *step.arguments],
            env={**environment, **step.environment},
            check=False,
            stdout=None if is_shown else subprocess.PIPE,
            stderr=None if is_shown else subprocess.STDOUT,
            text=True,
        )
        if not is_shown:
            print(f"\n== {step.name}\n{done.stdout}", flush=True)
        if done.returncode:
            return step, done.returncode
    return None


def _warn_of_missing() -> None:
    """Prints which tests can't run on this machine."""
    if words := javascript.missing():
        _print_warning(words)
    if not _is_installed("postgresql"):
        _print_warning("NO HAY POSTGRESQL: sus pruebas no corrieron. En Debian: apt-get install postgresql")
    if not _is_installed("nginx-light"):
        _print_warning("NO HAY NGINX: la prueba de dos procesos no corrió. En Debian: apt-get install nginx-light")


def _run_stress() -> int:
    """One test after the other, since each kills by the clock. On the disk itself, not in memory."""
    seed = os.environ.get("DICTAMEN_SEED") or f"{secrets.randbelow(10**6)}"
    setting = {"DICTAMEN_SEED": seed, "DICTAMEN_ROUNDS": os.environ.get("DICTAMEN_ROUNDS") or "1000"}
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-vv",
        "--durations=30",
        f"--hypothesis-seed={seed}",
        *STRESS_TESTS,
    ]
    return subprocess.run(command, env=_environment_keeping_bytecode() | setting, check=False).returncode


def _environment_keeping_bytecode() -> dict[str, str]:
    """The environment in which what is compiled is kept. Containers often say otherwise, and then each of the
    hundreds of processes that tests start compiles all that it loads, for seconds."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


@contextmanager
def _scratch() -> Iterator[dict[str, str]]:
    """The setting that puts the tests' files in memory, where there is room: a third of their time goes by
    while a disk confirms what it wrote."""
    if memory_folder() is None:
        yield {}
        return
    with TemporaryDirectory(prefix="dictamen-tests-", dir=memory_folder(), ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)  # some tests go on as a user without rights
        yield {"TMPDIR": folder}


def _install_missing() -> None:
    """On Debian, as root, adds the packages that are missing."""
    missing = [package for package in PACKAGES if not _is_installed(package)]
    if not missing or not shutil.which("apt-get") or os.geteuid() != 0:
        return
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "-qq"], ["install", "-qq", "-y", "--no-install-recommends", *missing]):
        subprocess.run(["apt-get", *command], env=os.environ | quiet, check=False, stdout=subprocess.DEVNULL)


def _is_installed(package: str) -> bool:
    def exists(name: str) -> bool:
        return any(Path("/").glob(name[1:])) if name.startswith("/") else shutil.which(name) is not None

    return any(exists(program) for program in PACKAGES[package])


def _print_warning(words: str) -> None:
    print(f"\n{'!' * 100}\n!!! {words}\n{'!' * 100}\n", flush=True)


if __name__ == "__main__":
    sys.exit(main())
