"""`make bench`: requests per second of each kind of page, in one run on one server, against an empty view."""
