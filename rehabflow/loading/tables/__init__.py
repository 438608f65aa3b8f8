"""The tables of the format, each described once: keys, bounds, meaning, and the definition it becomes."""
