"""One file a noun or a verb. A command reads options, calls what is below, prints."""
