"""Two runs, row by row: read, put in pairs, counted. Knows no endpoint; runs no code of the project."""
