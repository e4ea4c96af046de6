"""Shell text as commands and their words, read as bash reads them. Nothing is ever run.

`parser.pipelines` finds the commands in a text; `expand.Variables` knows what the text has set, and makes a word's texts.
"""
