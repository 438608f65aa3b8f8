"""The commands on episodes: the record of a patient's care."""
