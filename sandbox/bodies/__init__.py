"""Back ends of the public bodies: the data each procedure requires and its answer for each person."""
