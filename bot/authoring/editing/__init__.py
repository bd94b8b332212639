"""Tools that write content files for editors: new entries, other names, next year's season."""
