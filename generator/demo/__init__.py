"""Loopback servers made from the catalog: `curlsheet demo`."""
