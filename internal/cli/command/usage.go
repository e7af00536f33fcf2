// Package command is what the commands share: flags and arguments, mistakes in them, JSON, and
// text for terminals.
package command

import (
	"errors"
)

// ErrUsage marks a call that the user must write differently.
var ErrUsage = errors.New("see --help")
