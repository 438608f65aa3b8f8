"""A plugin-based workflow engine for rehabilitation protocols."""
