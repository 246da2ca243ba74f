"""``python -m tests``: what the tests need, then lint, types and every test, on SQLite and a disk, then on
PostgreSQL and a store that speaks S3; the components' JavaScript by itself."""

import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
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
BROWSER = "tests/browser"  # told by its folder, so that a run loads its own tests alone
IN_CI = bool(os.environ.get("CI"))
IN_THE_BROWSER, TESTS_FAILED = "tests in the browser", 1  # the latter is pytest's exit code
PACKAGES = {
    "chromium-headless-shell": ("chromium-headless-shell",),
    "postgresql": ("initdb", "/usr/lib/postgresql/*/bin/initdb"),
    "nginx-light": ("nginx", "/usr/sbin/nginx"),
    "nodejs": ("node",),
    "npm": ("npm",),
}


def main() -> int:
    """Runs the steps in turn; the first that fails ends them.

    ``stress``: a thousand faults (``DICTAMEN_ROUNDS``) and thousands of hostile requests, alone; at the end
    it says how many of each kind were really done.
    ``check``: what can be said without running the application: lint, types, licences, known vulnerabilities.
    """
    if sys.argv[1:] == ["stress"]:
        return _run_stress()
    if sys.argv[1:] == ["check"]:
        checks = [["ruff", "check", "."], ["mypy"], ["pytest", "tests/test_licences.py"]]
        if IN_CI or not javascript.missing():
            checks.append(["tests.javascript", "lint"])
        codes = [subprocess.run([sys.executable, "-m", *check], check=False).returncode for check in checks]
        return max(*codes, audit())
    _install_missing()
    # Two at a time, since imports and servers under test start processes of their own.
    parallel = ["pytest", "-n", "2", "--dist", "worksteal"]
    steps: list[tuple[str, list[str], dict[str, str]]] = [
        ("lint", ["ruff", "check", "."], {}),
        ("format", ["ruff", "format", "--check", "."], {}),
        ("types", ["mypy", "-n", "2"], {}),
        ("tests on SQLite", [*parallel, f"--ignore={BROWSER}"], {}),
        (IN_THE_BROWSER, [*parallel, BROWSER], {}),
    ]
    without_node = javascript.missing()
    if IN_CI or not without_node:
        steps.insert(2, ("javascript", ["tests.javascript"], {}))
    else:
        _print_warning(without_node)
    if _is_installed("postgresql") or IN_CI:
        steps.append(
            (
                "tests on PostgreSQL, documents in S3",
                [*parallel, f"--ignore={BROWSER}"],
                {"DICTAMEN_TEST_DATABASE": "postgresql", "DICTAMEN_TEST_DOCUMENTS": "s3-mostly"},
            )
        )
    else:
        _print_warning("NO HAY POSTGRESQL: sus pruebas no corrieron. En Debian: apt-get install postgresql")
    if not _is_installed("nginx-light"):
        _print_warning(
            "NO HAY NGINX: la prueba de dos procesos no corrió. En Debian: apt-get install nginx-light"
        )
    with _scratch() as place:
        surroundings = _environment_keeping_bytecode() | place
        for name, arguments, extra in steps:
            print(f"== {name}", flush=True)
            command = [sys.executable, "-m", *arguments]
            code = subprocess.run(command, env=surroundings | extra, check=False).returncode
            if code == TESTS_FAILED and name == IN_THE_BROWSER:
                _print_warning("LO QUE FALLÓ EN EL NAVEGADOR SE PRUEBA OTRA VEZ, SIN OTRO TRABAJO AL LADO")
                command = [sys.executable, "-m", "pytest", BROWSER, "--last-failed"]
                code = subprocess.run(command, env=surroundings, check=False).returncode
            if code:
                return code
    return 0


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
    with TemporaryDirectory(
        prefix="dictamen-tests-", dir=memory_folder(), ignore_cleanup_errors=True
    ) as folder:
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
