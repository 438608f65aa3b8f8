"""Decisions and definitions as text and as JSON documents; nothing here prints."""
