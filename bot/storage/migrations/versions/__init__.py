"""The steps of the database, a file each."""
