"""What `loomwork demo` shows, act by act. Each act runs a bundled example as any application is run."""
