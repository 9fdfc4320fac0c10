"""The catalogue out of the portal and into it: sheets of rows under natural keys, compared before anything is written.

One way in for all: a file (JSON, XLSX, CSV) or the catalogue's own TOML becomes sheets (``sheets``), these a plan that
says what each row would change (``planning``), and the plan is written whole or not at all (``applying``).
"""
