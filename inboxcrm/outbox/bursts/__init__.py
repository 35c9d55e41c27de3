"""Bursts: letters to outsiders that one rule would send in one sweep, held until it is known how many they are."""
