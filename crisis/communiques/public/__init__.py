"""What the public reads: pages, feed and JSON, the same on the web and in files."""
