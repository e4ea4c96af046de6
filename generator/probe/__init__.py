"""The scripts, run against real servers: `curlsheet probe`."""
