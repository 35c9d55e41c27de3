"""Of whom everything was erased: his earlier mail does not come back with the next synchronisation."""
