package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"
)

// publish prints a result and, if asked to, puts it into its block of the
// Markdown file.
func publish(ctx context.Context, r request, s suite, text string) error {
	text = fmt.Sprintf("%s, %s: %d series, %d forecasts of %d steps.\n\n%s", s.title, partName(r), len(s.series), len(s.tasks), s.horizon, text)
	for _, note := range s.notes {
		text += "\n" + note + "\n"
	}
	name := s.name + "-" + r.part
	if r.half != "" {
		name += "-" + r.half
	}
	return publishBlock(ctx, r, name, text)
}

// publishBlock prints a result and, if asked to, puts it into the block of that
// name.
func publishBlock(ctx context.Context, r request, name, text string) error {
	fmt.Fprintln(r.stdout, text)
	if r.write == "" {
		return nil
	}
	before, err := os.ReadFile(r.write)
	if err != nil {
		return fmt.Errorf("write the result: %w", err)
	}
	after, err := replace(string(before), name, provenance(ctx, r)+"\n\n"+text)
	if err != nil {
		return fmt.Errorf("write the result to %s: %w", r.write, err)
	}
	if err := os.WriteFile(r.write, []byte(after), 0o644); err != nil {
		return fmt.Errorf("write the result: %w", err)
	}
	return nil
}

// replace puts text between the two markers of that name.
func replace(document, name, text string) (string, error) {
	begin, end := "<!-- begin "+name+" -->", "<!-- end "+name+" -->"
	head, rest, found := strings.Cut(document, begin)
	_, tail, closed := strings.Cut(rest, end)
	if !found || !closed {
		return "", fmt.Errorf("put the markers %s and %s where the table belongs", begin, end)
	}
	return head + begin + "\n" + strings.TrimSpace(text) + "\n" + end + tail, nil
}

func partName(r request) string {
	name := "tuning origins"
	if r.test() {
		name = "test origins"
	}
	if r.half != "" {
		name += ", half " + r.half
	}
	return name
}

// provenance says how a result came about, without the folder of the data.
func provenance(ctx context.Context, r request) string {
	today := time.Now().UTC().Format(time.DateOnly) //nolint:forbidigo // a report says when it was made
	var command strings.Builder
	command.WriteString("go run ./bench")
	words := strings.Fields(r.command)
	for i := 0; i < len(words); i++ {
		switch {
		case words[i] == "-data" || words[i] == "--data" || words[i] == "-write" || words[i] == "--write":
			i++
		case strings.HasPrefix(words[i], "-data=") || strings.HasPrefix(words[i], "-write="):
		default:
			command.WriteString(" " + words[i])
		}
	}
	return fmt.Sprintf("`%s` at %s, %s, %s, %s.", command.String(), revision(ctx), runtime.Version(), processor(), today)
}

// revision is the commit at hand, if git tells it.
func revision(ctx context.Context) string {
	commit, err := exec.CommandContext(ctx, "git", "rev-parse", "--short", "HEAD").Output()
	if err != nil {
		return "an unknown commit"
	}
	changes, err := exec.CommandContext(ctx, "git", "status", "--porcelain", "--", "*.go", "go.mod").Output()
	if err != nil || len(changes) > 0 {
		return "commit " + strings.TrimSpace(string(commit)) + " with changes"
	}
	return "commit " + strings.TrimSpace(string(commit))
}

// processor is the model of the processor where the system tells it.
func processor() string {
	text, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return runtime.GOARCH
	}
	for line := range strings.Lines(string(text)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return runtime.GOARCH
}
