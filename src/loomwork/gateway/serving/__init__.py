"""What is served under which name, and how it is called. Knows no API and no HTTP."""
