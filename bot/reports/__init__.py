"""Reports on needs: the counts of a tally that may be shown, as tables with sentences, and their files. No SQL, no Telegram."""
