"""The acta: its facts, their wording, PDF and DOCX documents, signature and correction."""
