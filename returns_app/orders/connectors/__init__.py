"""Where orders come from besides the API: files, and shops' own systems."""
