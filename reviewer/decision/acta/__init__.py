"""The acta: facts gathered from the decision, put into words, drawn as PDF and DOCX, signed, amended."""
