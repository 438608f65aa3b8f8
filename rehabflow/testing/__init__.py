"""Cases: journeys that say what they expect, played and compared."""
