"""From what the store has of served requests to what the page draws. Knows no HTTP."""
