"""curlsheet: a catalog of backends × endpoints, rendered into bash scripts and a cheatsheet.

    catalog.yaml → catalog.read() → Catalog → build_request(backend, endpoint) → Request
                 → build_command(endpoint, request) → Command → render.Renderer.pages() → output.write() | output.compare()

`catalog` reads YAML, merges what is inherited, and checks it. `render` renders the templates in memory: its views decide, the
templates hold words and loops. `bash` quotes for bash. Only `output` writes `out/`, only `cli` prints or exits. CONTRIBUTING.md
describes each module.
"""
