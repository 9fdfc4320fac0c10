"""`make tutorials` records the video tutorials from the real interface: `python -m tests.journeys.tutorials [KEY…]`.

A person of the sandbox does what the script (`guides/tutorials.toml`) says, in Chromium, on a portal of its own. Each
state is photographed; pictures, taps and closer looks are then composed into frames, so that a video never waits for a
page and is as long as its captions need. The script alone says when each caption comes.
"""
