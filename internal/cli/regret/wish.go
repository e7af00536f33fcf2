package regret

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"headroom/capacity"
	"headroom/internal/cli/command"
	"headroom/internal/cli/policyfile"
	"headroom/internal/cli/putpolicy"
	"headroom/internal/cli/session"
	"headroom/workflows"
)

// week is how long a look back is, of which only one end is given.
const week = 7 * 24 * time.Hour

// window is the time to look back at; zero: the last whole week.
func (w *regretWish) window() (out capacity.Window, err error) {
	for _, flag := range []struct {
		name, text string
		at         *time.Time
	}{{"since", w.since, &out.From}, {"until", w.until, &out.To}} {
		if flag.text == "" {
			continue
		}
		if *flag.at, err = time.Parse(time.RFC3339, flag.text); err != nil {
			return out, fmt.Errorf("--%s %q: write a time such as 2026-03-02T00:00:00Z: %w", flag.name, flag.text, command.ErrUsage)
		}
	}
	switch {
	case w.since == "" && w.until != "":
		out.From = out.To.Add(-week)
	case w.since != "" && w.until == "":
		out.To = out.From.Add(week)
	case out.To.Before(out.From) || w.since != "" && out.To.Equal(out.From):
		return out, fmt.Errorf("--since %s is not before --until %s: give the earlier time first: %w", w.since, w.until, command.ErrUsage)
	}
	return out, nil
}

// policies reads all files and folders. What is neither is a service, whose policy in force
// counts.
func (w *regretWish) policies() (all []capacity.Policy, services []string, err error) {
	if len(w.paths) == 0 {
		return nil, nil, fmt.Errorf("name services, policy files or a folder of them: regret chat, regret -f policies: %w", command.ErrUsage)
	}
	for _, path := range w.paths {
		some := []capacity.Policy{{Service: path}}
		named := isService(path)
		if !named {
			if some, err = policyfile.ReadPolicies(path); err != nil {
				return nil, nil, err
			}
		}
		for _, p := range some {
			if slices.Contains(services, p.Service) || slices.ContainsFunc(all, func(other capacity.Policy) bool { return other.Service == p.Service }) {
				return nil, nil, fmt.Errorf("%s: there is a policy of %q already: name one of the two: %w", path, p.Service, command.ErrUsage)
			}
		}
		if named {
			services = append(services, path)
		} else {
			all = append(all, some...)
		}
	}
	return all, services, nil
}

// isService reports whether an argument names a service, and no file or folder.
func isService(path string) bool {
	_, err := os.Stat(path)
	return errors.Is(err, fs.ErrNotExist) && !policyfile.IsPolicy(path) && !strings.ContainsAny(path, `/\\`)
}

// inForce adds the policies in force of services, in the order of the names.
func inForce(ctx context.Context, s session.Session, stderr io.Writer, all []capacity.Policy, services []string) ([]capacity.Policy, error) {
	for _, service := range services {
		p, _, err := putpolicy.InForce(ctx, s, stderr, service, "", workflows.RegretID(service), "", "applied by headroom regret")
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	slices.SortFunc(all, func(a, b capacity.Policy) int { return strings.Compare(a.Service, b.Service) })
	return all, nil
}
