"""Content in and out of spreadsheets."""
