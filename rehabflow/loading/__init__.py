"""TOML to definitions and journeys, strictly: every problem of a file in one go, with its place."""
