"""A catalog and templates in, pages out."""
