"""Makes ../batch anew; needs LibreOffice, Chromium, img2pdf and qpdf. The tests never run it."""

import shutil
from pathlib import Path

from papers import make_paper
from people import HERE, Paper, read_people
from sheet import make_table

BATCH = HERE.parent / "batch"
POSTER = Paper("Documentos/Cartel del taller.pdf", "chromium", "cartel")


def main() -> None:
    """Empties the folder and fills it."""
    shutil.rmtree(BATCH, ignore_errors=True)
    BATCH.mkdir()
    make_table(BATCH / "Respuestas del taller de guion 2025.xlsx")
    _, people = read_people()
    for person in people:
        for paper in person.papers:
            make_paper(person, paper, BATCH)
    make_paper(people[0], POSTER, BATCH)
    size = sum(Path(file).stat().st_size for file in BATCH.rglob("*.*"))
    print(f"{sum(1 for _ in BATCH.rglob('*.*'))} files, {size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
