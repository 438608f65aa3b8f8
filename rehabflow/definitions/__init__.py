"""What may happen: frozen definitions of protocols, gates, measures, exercises and the rest, as authors wrote them."""
