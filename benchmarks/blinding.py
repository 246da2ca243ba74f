"""What covers hide: invented pages are drawn covered and read again, as text and by machine from the picture."""

import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from PIL import Image

from benchmarks.identities import Page, pages
from reviewer.blinding.identity_terms import applicant_terms
from reviewer.core.text import fold_solid
from reviewer.models import Applicant
from reviewer.pdf import ocr, rendering

SEED = 7
COUNT = 336
WIDTH = 1200  # pixels, as the reader shows a page
LEAK_TARGET, WRONG_TARGET, LEGIBLE_TARGET = 0.01, 0.01, 0.97


def run() -> list[str]:
    """Prints the figures and returns the missed targets."""
    return measure(COUNT, by_machine=True)


def measure(count: int, *, by_machine: bool, verbose: bool = False) -> list[str]:
    """Measures ``count`` pages; ``by_machine``: also reads the pictures, which takes seconds a page."""
    leaks: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    words = wrong = legible = 0
    seconds = 0.0
    with tempfile.TemporaryDirectory() as folder:
        for page in pages(count, SEED):
            kinds[page.kind] += 1
            path = Path(folder) / "page.pdf"
            path.write_bytes(page.content)
            covers = _covers(page)
            began = time.process_time()
            text = [word.text for word in rendering.page_text(path, 0, covers).words]
            seconds += time.process_time() - began
            seen = _seen(path, covers, Path(folder)) if by_machine else text
            leaked = _leaks(page, text) or _leaks(page, seen)
            leaks[page.kind] += bool(leaked)
            expected = " ".join(page.kept).split()
            words += len(expected)
            wrong += sum((Counter(expected) - Counter(text)).values())
            legible += len(expected) - sum((_folded(expected) - _folded(seen)).values())
            if verbose and (leaked or Counter(expected) - Counter(text)):
                print(page.kind, "|", leaked, "|", Counter(expected) - Counter(text), "|", " ".join(text)[-120:])
    total = sum(leaks.values())
    print(
        f"readable identities: {total} of {count} ({total / count:.3f}; target {LEAK_TARGET}) {dict(leaks - Counter())}"
    )
    print(f"words wrongly covered: {wrong} of {words} ({wrong / words:.4f}; target {WRONG_TARGET})")
    print(
        f"words legible: {legible / words:.4f} (target {LEGIBLE_TARGET}); text {1000 * seconds / count:.1f} ms a page"
    )
    figures = {"leaks": total / count <= LEAK_TARGET, "wrong": wrong / words <= WRONG_TARGET}
    figures["legible"] = legible / words >= LEGIBLE_TARGET
    return [f"covers: {name}" for name, met in figures.items() if not met]


def _covers(page: Page) -> tuple[str, ...]:
    record = page.identity
    applicant = Applicant(application_id=1, call_id=1, first_names=record.first_names, surnames=record.surnames)
    applicant.email, applicant.phone, applicant.curp = record.email, record.phone, record.curp
    applicant.birth_date = record.birth_date
    return applicant_terms(applicant)


def _seen(path: Path, covers: tuple[str, ...], folder: Path) -> list[str]:
    read = ocr.read_page(path, 1).words if ocr.pages_with_pictures(path) else ()
    image = folder / "image.webp"
    image.write_bytes(rendering.draw_page(path, 0, WIDTH, 90, covers, read))
    target = folder / "drawn.pdf"
    Image.open(image).convert("RGB").save(target, "PDF", resolution=200)
    return [word.text for word in ocr.read_page(target, 1).words]


def _leaks(page: Page, words: list[str]) -> list[str]:
    """Returns the secrets that can be read, more often than the sentences that stay say them."""
    text, kept = fold_solid(" ".join(words)), fold_solid(" ".join(page.kept))
    secrets = [fold_solid(part) for secret in page.secrets for part in _parts(page, secret)]
    return [secret for secret in secrets if secret and text.count(secret) > kept.count(secret)]


def _parts(page: Page, secret: str) -> list[str]:
    """Returns the words of a name, each of which tells; anything else as a whole."""
    names = {fold_solid(word) for word in page.identity.full_name.split()}
    parts = [word for word in secret.replace(",", " ").replace("-", " ").split() if fold_solid(word) in names]
    return parts or [secret]


def _folded(words: list[str]) -> Counter[str]:
    return Counter(map(fold_solid, words))


if __name__ == "__main__":
    measure(int(sys.argv[1]), by_machine=len(sys.argv) > 2, verbose=True)
