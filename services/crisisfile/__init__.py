"""Crisis files: a crisis as YAML, loaded through the same writes as people use, and written back. See docs/crisis-file.md."""
