"""Values that people type: ages, people, places, hours, disability."""
