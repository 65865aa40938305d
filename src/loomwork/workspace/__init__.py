"""The one composition root: settings become live objects."""
