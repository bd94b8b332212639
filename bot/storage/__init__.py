"""The only SQL: tables, repositories, the unit of work, the stores that run it on SQLite and PostgreSQL, migrations, backup."""
