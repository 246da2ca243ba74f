"""A page of our own as a picture, for those who take a figure along. Runs inside a worker."""

import io

import pypdfium2


def render_png(content: bytes, width: int) -> bytes:
    """The first page of a PDF, ``width`` pixels wide, as PNG."""
    with pypdfium2.PdfDocument(content) as document:
        page = document[0]
        image = page.render(scale=width / page.get_width(), rev_byteorder=True).to_pil()
        page.close()
    target = io.BytesIO()
    image.save(target, "PNG", optimize=True)
    return target.getvalue()
