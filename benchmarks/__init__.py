"""What takes how long: measured on the real thing, on this machine. Figures are printed, and nothing is asserted."""
