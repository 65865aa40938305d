"""Commands: what a person types and what is printed. Decides nothing that a library user could not."""
