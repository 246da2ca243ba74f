"""The selection: who fills the seats under the rules of representation, and who waits."""
