"""Runs the named benchmarks, or all: ``python -m benchmarks [NAME …]``."""

import sys

from benchmarks import (
    assignment,
    blinding,
    cohort,
    decision,
    intake,
    jury,
    jury_loop,
    load,
    ocr,
    ranking_page,
    selection,
    start,
)

BENCHMARKS = {
    "intake": intake.run,
    "ocr": ocr.run,
    "start": start.run,
    "loop": jury_loop.run,
    "jury": jury.run,
    "load": load.run,
    "assignment": assignment.run,
    "decision": decision.run,
    "blinding": blinding.run,
    "cohort": cohort.run,
    "ranking": ranking_page.run,
    "selection": selection.run,
}


def main(names: list[str]) -> int:
    """Runs the named benchmarks, or all, and prints the targets that were missed."""
    missed = []
    for name in names or list(BENCHMARKS):
        print(f"\n== {name}", flush=True)
        missed += BENCHMARKS[name]()
    print("\nAll targets met." if not missed else "\nMissed:\n" + "\n".join(f"  {miss}" for miss in missed))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
