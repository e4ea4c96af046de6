"""`python -m generator` is `curlsheet`."""

from generator.cli import main

main(prog_name="curlsheet")
