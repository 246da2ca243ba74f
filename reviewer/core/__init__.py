"""What every other package uses: clock, database, errors, texts, files."""
