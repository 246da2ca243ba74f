"""Has other programs make the papers: LibreOffice Writer, Chromium, img2pdf, qpdf; Pillow is the scanner."""

import html
import subprocess
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from xml.sax.saxutils import escape

from people import HERE, Applicant, Paper
from pictures import MARK, PICTURES, on_the_table, receipt, sheet_of_paper
from PIL import Image

OFFICE = "urn:oasis:names:tc:opendocument:xmlns:"
WRITER_PAGE = f"""<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="{OFFICE}office:1.0" xmlns:style="{OFFICE}style:1.0"
 xmlns:text="{OFFICE}text:1.0" xmlns:fo="{OFFICE}xsl-fo-compatible:1.0" office:version="1.3"
 office:mimetype="application/vnd.oasis.opendocument.text">
<office:styles>
 <style:style style:name="Body" style:family="paragraph"><style:paragraph-properties
  fo:margin-bottom="0.3cm" fo:line-height="%(line)s" fo:text-align="justify"/><style:text-properties
  style:font-name="Liberation Serif" fo:font-size="%(size)s" fo:language="es" fo:country="MX"/></style:style>
 <style:style style:name="Head" style:family="paragraph"><style:paragraph-properties
  fo:margin-bottom="0.6cm" fo:text-align="center"/><style:text-properties fo:font-weight="bold"
  style:font-name="Liberation Serif" fo:font-size="15pt"/></style:style>
 <style:style style:name="Foot" style:family="paragraph"><style:text-properties
  style:font-name="Liberation Serif" fo:font-size="8pt"/></style:style>
 <style:style style:name="Scene" style:family="paragraph"><style:paragraph-properties
  fo:break-before="page" fo:margin-bottom="0.6cm"/><style:text-properties fo:font-weight="bold"
  style:font-name="Liberation Mono" fo:font-size="12pt"/></style:style>
</office:styles>
<office:automatic-styles><style:page-layout style:name="Carta"><style:page-layout-properties
 fo:page-width="21.59cm" fo:page-height="27.94cm" fo:margin="2.5cm"/><style:footer-style/>
</style:page-layout></office:automatic-styles>
<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="Carta"><style:footer>
 <text:p text:style-name="Foot">{MARK} · página <text:page-number/></text:p></style:footer>
</style:master-page></office:master-styles>
<office:body><office:text>%(body)s</office:text></office:body></office:document>"""

BROWSER_PAGE = f"""<!doctype html><html lang="es-MX"><meta charset="utf-8"><title>%(title)s</title><style>
@page {{ size: letter; margin: 2.2cm }} body {{ font: 12pt/1.45 "Liberation Sans"; hyphens: manual }}
h1 {{ font-size: 16pt }} footer {{ position: fixed; bottom: 0; font-size: 8pt; color: #666 }}
td {{ border-bottom: 1px solid #999; padding: 4pt 14pt 4pt 0 }}
</style><h1>%(title)s</h1>%(body)s<footer>{MARK}</footer></html>"""


def run(*command: str | Path) -> None:
    """Runs a program and stops at its first complaint."""
    subprocess.run([str(part) for part in command], check=True, capture_output=True, timeout=180)


def letter(name: str) -> tuple[str, list[str]]:
    """The title and the paragraphs of a text in letters/."""
    title, *paragraphs = (HERE / "letters" / f"{name}.txt").read_text("utf-8").strip().split("\n\n")
    return title, paragraphs


def residence(person: Applicant) -> tuple[str, list[str]]:
    """An invented letter of residence."""
    return "Constancia de residencia (ficticia)", [
        "La administración del edificio Los Inventados hace constar que:",
        f"{person.name}, de quien se conocen los hábitos y el horario, vive en {person.street}, "
        "desde hace más de cinco años, donde paga puntualmente y saluda en la escalera.",
        "Se extiende la presente para los fines que convengan, en la Ciudad de México, el 1 de septiembre de 2025.",
        "La administradora, Doña Nadie de Ningún Lado",
    ]


def flat_odt(person: Applicant, paper: Paper) -> str:
    """A text, or a letter of residence, as a flat Writer document; "# " begins a scene and its page."""
    title, blocks = residence(person) if paper.text == "residence" else letter(paper.text)
    body = [f'<text:p text:style-name="Head">{escape(title)}</text:p>']
    for block in blocks:
        style = "Scene" if block.startswith("# ") else "Body"
        body.append(f'<text:p text:style-name="{style}">{escape(block.removeprefix("# "))}</text:p>')
    line, size = ("200%", "14pt") if paper.loose else ("125%", "12pt")
    return WRITER_PAGE % {"line": line, "size": size, "body": "".join(body)}


def soffice(source: Path, form: str, target: Path) -> None:
    """Has LibreOffice convert a file and puts the result at target."""
    run(
        "soffice",
        f"-env:UserInstallation={Path(gettempdir(), 'real-batch-office').as_uri()}",
        "--headless",
        "--convert-to",
        form,
        "--outdir",
        source.parent / "out",
        source,
    )
    (source.parent / "out" / source.stem).with_suffix("." + form.partition(":")[0]).rename(target)


def writer(person: Applicant, paper: Paper, target: Path, work: Path) -> None:
    """Exports a letter as PDF from LibreOffice Writer."""
    source = work / "carta.fodt"
    source.write_text(flat_odt(person, paper), "utf-8")
    soffice(source, "pdf", target)


def word(person: Applicant, paper: Paper, target: Path, work: Path) -> None:
    """Saves a letter as .docx and gives it the name of a PDF, as people do who only rename."""
    source = work / "carta.fodt"
    source.write_text(flat_odt(person, paper), "utf-8")
    soffice(source, "docx", target)


def chromium(person: Applicant, paper: Paper, target: Path, work: Path) -> None:
    """Prints a letter or a receipt to PDF from Chromium."""
    if paper.text == "receipt":
        title, rows = receipt(person)
        body = "<table>" + "".join(f"<tr><td>{html.escape(a)}<td>{html.escape(b)}" for a, b in rows) + "</table>"
    else:
        title, paragraphs = letter(paper.text)
        body = "".join(f"<p>{html.escape(block)}</p>" for block in paragraphs)
    source = work / "carta.html"
    source.write_text(BROWSER_PAGE % {"title": title, "body": body}, "utf-8")
    run(
        "chromium",
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        f"--user-data-dir={work / 'profile'}",
        "--no-pdf-header-footer",
        f"--print-to-pdf={target}",
        source.as_uri(),
    )


def scan(person: Applicant, paper: Paper, target: Path, work: Path) -> None:
    """A flatbed scan: one grey JPEG a page, no text, written by Pillow."""
    sheet_of_paper(person, paper).save(target, "PDF", resolution=150, quality=40)


def fax(person: Applicant, paper: Paper, target: Path, work: Path) -> None:
    """A black-and-white scan, CCITT group 4, from img2pdf."""
    picture = work / "fax.tif"
    page = Image.new("L", (1275, 1650), 255)
    page.paste(PICTURES[paper.text](person).convert("L"), (200, 220))
    page = page.rotate(0.8, fillcolor=255).point(lambda v: 255 if v > 140 else 0).convert("1")
    page.save(picture, compression="group4", dpi=(150, 150))
    run("img2pdf", picture, "-o", target)


def photo(person: Applicant, paper: Paper, target: Path, work: Path) -> None:
    """A phone's photo: a colour JPEG with its EXIF orientation, wrapped by img2pdf."""
    picture = work / "IMG_20250911.jpg"
    shot, exif = on_the_table(person, paper)
    shot.save(picture, quality=60, exif=exif, dpi=(150, 150))
    run("img2pdf", picture, "-o", target)


def finish(paper: Paper, target: Path, work: Path) -> None:
    """Locks or turns a finished PDF with qpdf."""
    finished = work / "finished.pdf"
    if paper.password is not None:
        run(
            "qpdf",
            "--encrypt",
            paper.password,
            "de-la-duena",
            "256",
            "--print=none",
            "--modify=none",
            "--extract=n",
            "--",
            target,
            finished,
        )
        finished.replace(target)
    if paper.rotate:
        run("qpdf", target, finished, f"--rotate=+{paper.rotate}")
        finished.replace(target)


MAKERS: dict[str, Callable[[Applicant, Paper, Path, Path], None]] = {
    "writer": writer,
    "word": word,
    "chromium": chromium,
    "scan": scan,
    "fax": fax,
    "photo": photo,
}


def make_paper(person: Applicant, paper: Paper, folder: Path) -> None:
    """Makes one file of the batch."""
    target = folder / paper.path
    target.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as scratch:
        MAKERS[paper.maker](person, paper, target, Path(scratch))
        finish(paper, target, Path(scratch))
