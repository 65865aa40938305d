"""Pages on which people try what is served, their sign-in links, feedback and business events. Knows no upstream."""
