package cli

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/spf13/cobra"

	"headroom/internal/cli/command"
)

// onOneLine refuses arguments with line breaks and other characters that steer a
// terminal: what they say is printed, and kept with plans and audits.
func onOneLine(args []string) error {
	steers := func(r rune) bool { return r != '\t' && unicode.IsControl(r) }
	for i, arg := range args {
		if !strings.ContainsFunc(arg, steers) {
			continue
		}
		name, _, given := strings.Cut(arg, "=")
		if !given && i > 0 {
			name = args[i-1]
		}
		if !strings.HasPrefix(name, "-") || strings.ContainsFunc(name, steers) {
			name = fmt.Sprintf("argument %d", i+1)
		}
		return fmt.Errorf("%s is %.100q, write it on one line and without control characters: %w", name, strings.TrimPrefix(arg, name+"="), command.ErrUsage)
	}
	return nil
}

// checkNames refuses a name that is no command where cobra would print help and
// succeed: beside --help, behind help, and below a command that only groups
// others.
func checkNames(root *cobra.Command, args []string) error {
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd(args...)
	help := len(args) > 0 && args[0] == "help"
	if help {
		args = args[1:]
	}
	if len(args) > 0 && strings.HasPrefix(args[0], cobra.ShellCompRequestCmd) {
		return nil // a shell asks for completions
	}
	c, rest, err := root.Find(args)
	if err != nil || !c.HasSubCommands() {
		return nil //nolint:nilerr // the command checks its own arguments
	}
	isHelp := func(arg string) bool { return arg == "--help" || arg == "-h" }
	isFlag := func(arg string) bool { return strings.HasPrefix(arg, "-") }
	help = help || slices.ContainsFunc(rest, isHelp)
	rest = slices.DeleteFunc(slices.Clone(rest), isHelp)
	if !help && c.Runnable() || slices.ContainsFunc(rest, isFlag) {
		return nil
	}
	return command.KnownCommand(c, rest)
}
