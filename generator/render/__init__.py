"""Render a catalog with templates into pages."""
