"""`make screens`: a picture of every page and state, in `var/screens/`.

One picture shows a page on a phone and on a desktop, light and dark, side by side. The pages are real ones, reached as
people reach them, on a portal of its own.
"""
