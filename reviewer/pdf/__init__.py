"""Everything that opens a PDF. PDFs are hostile: see ``workers``; the other modules run inside a worker.

``workers.PdfWorkers`` is the door and ``results`` holds what comes back. ``inspection`` looks a received file
over, ``pages`` draws and reads single pages, ``covers`` decides what a blind juror must not see.
"""
