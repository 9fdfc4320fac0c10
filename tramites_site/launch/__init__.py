"""What `make run` runs: makes ready, starts the Procfile's processes, says where they are, lets none outlive it."""
