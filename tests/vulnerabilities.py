"""Known vulnerabilities of the exact versions that we depend on, asked about by pip-audit."""

import json
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

REQUIREMENT_FILES = ("requirements.txt", "requirements-dev.txt")


def audit() -> int:
    """1 where something is known against a version; what could not be asked about is said, and no fault."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = str(next(path for path in Path(folder).glob("*/python*") if path.is_file()))
        install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "pip-audit"]
        if subprocess.run(install, check=False, stderr=subprocess.DEVNULL).returncode:
            print("NO SE PUDO PREGUNTAR por fallas conocidas: la red no deja instalar pip-audit.")
            return 0
        lists = [word for path in REQUIREMENT_FILES for word in ("--requirement", path)]
        quiet = ("--no-deps", "--disable-pip", "--format", "json", "--progress-spinner", "off")
        completed = subprocess.run(
            [python, "-m", "pip_audit", *lists, *quiet], check=False, capture_output=True, text=True
        )
    try:
        dependencies = json.loads(completed.stdout)["dependencies"]
    except ValueError:
        print("NO SE PUDO PREGUNTAR por fallas conocidas:", completed.stderr.strip().splitlines()[-1:])
        return 0
    return _report(dependencies)


def _report(dependencies: list[dict[str, object]]) -> int:
    skipped = [dependency for dependency in dependencies if "skip_reason" in dependency]
    if skipped:
        print(f"NO SE PUDO PREGUNTAR por {len(skipped)} de {len(dependencies)} dependencias: la red no lo deja.")
    bad = [dependency for dependency in dependencies if dependency.get("vulns")]
    for dependency in bad:
        print(f"{dependency['name']} {dependency['version']}: {dependency['vulns']}", file=sys.stderr)
    sound_count = len(dependencies) - len(skipped) - len(bad)
    print(f"{sound_count} dependencias sin fallas conocidas, {len(bad)} con ellas.")
    return 1 if bad else 0
