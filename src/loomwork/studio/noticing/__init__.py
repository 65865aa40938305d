"""What changes in a project while somebody looks: runs in the store, files on the disk. Polled, and only then."""
