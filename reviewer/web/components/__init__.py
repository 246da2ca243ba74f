"""Streamlit components: a folder each, with a Python function, HTML, CSS and JavaScript modules.

``shared`` holds modules of several components. The stylesheets beside the folders belong to whole pages.
"""
