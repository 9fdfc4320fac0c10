"""The public bodies' back ends: what each procedure asks for, and what it answers for each person."""
