"""Parts of `console.py`: edits of the shipped content, open interviews while they are published, and two workers that follow."""
