"""After the acta: who has a seat now, who was told, what they answered, and who takes what falls free."""
