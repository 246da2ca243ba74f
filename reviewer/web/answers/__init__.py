"""How our own addresses answer: with JSON, with a file, or with a page of one sentence."""
