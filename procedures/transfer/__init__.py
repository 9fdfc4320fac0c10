"""The catalogue out of the portal and into it: sheets of rows under natural keys, compared before anything is written.

Every import takes the same way: an upload (JSON, XLSX, CSV) or the portal's own TOML is read into sheets
(``formats``), these become a plan that says what each row would change (``planner``), and the plan is written whole or
not at all (``apply``).
"""
