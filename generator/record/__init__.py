"""Answers of real servers, kept as the samples of a catalog: `curlsheet record`."""
