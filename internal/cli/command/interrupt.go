package command

// ServesUntilInterrupted marks a command that starts servers. They take longer
// than grace to stop, and to interrupt them is how such a command ends well.
var ServesUntilInterrupted = map[string]string{"servers": "yes"}
