"""What we say is fast, measured side by side in one run. See docs/performance.md."""
