"""Commands that the studio carries out in processes of their own: user code never runs in the server."""
