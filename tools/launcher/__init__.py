"""What `make run` runs: prepares the data, starts the processes, prints where they are, lets none outlive it."""
