"""curlsheet: a catalog of backends × endpoints, rendered into bash scripts and a cheatsheet.

    catalog.yaml → catalog.read() → Catalog → build_request(backend, endpoint) → Request
                 → build_command(endpoint, request) → Command → render.Renderer.pages() → output.write() | output.compare()

`source` reads YAML, `layers` lays what is inherited under it, `reader` makes dataclasses of it, which `model` names, `rules`
checks them. `bash` quotes for bash, `prose` for Markdown and HTML. Only `output` writes `out/`, only `cli` prints or exits.
"""
