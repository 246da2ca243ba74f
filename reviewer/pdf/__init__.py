"""Everything that opens a PDF. PDFs may be hostile, so they are opened only in ``worker_pool``'s processes.

Other packages use ``worker_pool.PdfWorkers`` and the results in ``messages``. The other modules run inside a
worker: ``inspection`` checks received files, ``rendering`` draws and reads single pages.
"""
