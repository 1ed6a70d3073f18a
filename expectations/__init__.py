"""The gate between a build and its publication, and the only door to Great Expectations.

`suites` and `feeds` say what is expected, as data; `evidence` computes with Polars what no single column can show;
`runner` hands both to Great Expectations; `gate` turns the answers into sentences. Only `runner` (and `gate`, which
uses it) pays the import of Great Expectations, 6 to 18 seconds.
"""
