"""``python -m tests.javascript``: lint and unit tests of the components' JavaScript; ``lint``: lint alone."""

import os
import re
import shutil
import subprocess
import sys

from reviewer.core.paths import ROOT

OLDEST = 18  # the one of Debian 12
TESTS = ROOT / "tests" / "web" / "components"
LOCK, INSTALLED = ROOT / "package-lock.json", ROOT / "node_modules" / ".package-lock.json"
IN_CI = bool(os.environ.get("CI"))


def missing() -> str:
    """What this machine lacks to run the tests, in words; nothing where it has all."""
    node = shutil.which("node")
    if node is None:
        return "NO HAY NODE: las pruebas de JavaScript no corrieron. En Debian: apt-get install nodejs npm"
    version = subprocess.run([node, "--version"], check=False, capture_output=True, text=True).stdout
    if int(version.removeprefix("v").split(".")[0] or 0) < OLDEST:
        return f"NODE {version.strip()} ES MUY VIEJO: las pruebas de JavaScript piden el {OLDEST}"
    return ""


def main() -> int:
    """Fails where Node is missing: whether it may be the caller decides."""
    if words := missing():
        print(words, flush=True)
        return 1
    return max(_lint(), 0 if sys.argv[1:] == ["lint"] else _test())


def _test() -> int:
    files = sorted(str(each.relative_to(ROOT)) for each in TESTS.rglob("*.test.js"))
    command = ["node", "--test", "--test-reporter=spec", *files]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    if done.returncode:
        print(done.stdout, done.stderr, flush=True)
    else:
        print(", ".join(re.findall(r"\b(?:tests|skipped) \d+$", done.stdout, re.MULTILINE)), flush=True)
    return done.returncode


def _lint() -> int:
    """Where there is no linter (no npm, no network), that is an error in CI alone."""
    if not _installed():
        line = "!" * 100
        print(f"\n{line}\n!!! NO HAY BIOME: el JavaScript no se revisó. Se instala con: npm ci\n{line}\n")
        return int(IN_CI)
    biome = shutil.which("biome", path=str(ROOT / "node_modules" / ".bin")) or "biome"
    return subprocess.run([biome, "ci", "--colors=off"], cwd=ROOT, check=False).returncode


def _installed() -> bool:
    """Whether what package-lock.json names is there; installs it where it is missing or has changed."""
    if INSTALLED.exists() and INSTALLED.stat().st_mtime >= LOCK.stat().st_mtime:
        return True
    npm = shutil.which("npm")
    return npm is not None and subprocess.run([npm, "ci", "--silent"], cwd=ROOT, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
