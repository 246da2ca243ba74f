"""The ASGI application around Streamlit: middleware, metrics, page images and the PDF processes."""
