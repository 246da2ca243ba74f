"""Known vulnerabilities of the exact versions that we depend on, asked about by pip-audit."""

import json
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

LISTS = ("requirements.txt", "requirements-dev.txt")


def audit() -> int:
    """1 where something is known against a version; what could not be asked about is said, and no fault."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = str(next(each for each in Path(folder).glob("*/python*") if each.is_file()))
        install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "pip-audit"]
        if subprocess.run(install, check=False, stderr=subprocess.DEVNULL).returncode:
            print("NO SE PUDO PREGUNTAR por fallas conocidas: la red no deja instalar pip-audit.")
            return 0
        lists = [word for each in LISTS for word in ("--requirement", each)]
        quiet = ("--no-deps", "--disable-pip", "--format", "json", "--progress-spinner", "off")
        asked = subprocess.run(
            [python, "-m", "pip_audit", *lists, *quiet], check=False, capture_output=True, text=True
        )
    try:
        found = json.loads(asked.stdout)["dependencies"]
    except ValueError:
        print("NO SE PUDO PREGUNTAR por fallas conocidas:", asked.stderr.strip().splitlines()[-1:])
        return 0
    return _told(found)


def _told(found: list[dict[str, object]]) -> int:
    skipped = [each for each in found if "skip_reason" in each]
    if skipped:
        print(f"NO SE PUDO PREGUNTAR por {len(skipped)} de {len(found)} dependencias: la red no lo deja.")
    bad = [each for each in found if each.get("vulns")]
    for each in bad:
        print(f"{each['name']} {each['version']}: {each['vulns']}", file=sys.stderr)
    print(f"{len(found) - len(skipped) - len(bad)} dependencias sin fallas conocidas, {len(bad)} con ellas.")
    return 1 if bad else 0
