package command

import "headroom/capacity"

// Escaped is a text that somebody else wrote, for a terminal.
func Escaped(text string) string { return capacity.Printable(text) }
