//go:build !unix

package command

import "os/exec"

// ownGroup has no groups to use here: only the program itself is killed.
func ownGroup(*exec.Cmd) {}
