"""`python -m generator` is `curlsheet`."""

from generator.cli.main import main

main(prog_name="curlsheet")
