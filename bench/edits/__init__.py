"""The edit matrix: change an application in every way that people do, and see what runs again."""
