package regret

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"headroom/capacity"
	"headroom/internal/cli/command"
	"headroom/internal/cli/policyfile"
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

// policies reads all files and folders.
func (w *regretWish) policies() ([]capacity.Policy, error) {
	if len(w.paths) == 0 {
		return nil, fmt.Errorf("name services, policy files or a folder of them: regret chat, regret -f policies: %w", command.ErrUsage)
	}
	var all []capacity.Policy
	for _, path := range w.paths {
		some, err := policiesAt(path)
		if err != nil {
			return nil, err
		}
		for _, p := range some {
			if slices.ContainsFunc(all, func(other capacity.Policy) bool { return other.Service == p.Service }) {
				return nil, fmt.Errorf("%s: there is a policy of %q already: name one of the two: %w", path, p.Service, command.ErrUsage)
			}
		}
		all = append(all, some...)
	}
	slices.SortFunc(all, func(a, b capacity.Policy) int { return strings.Compare(a.Service, b.Service) })
	return all, nil
}

// policiesAt are the policies of a file or a folder, or that of a service, as other
// commands find it.
func policiesAt(path string) ([]capacity.Policy, error) {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) && !policyfile.IsPolicy(path) && !strings.ContainsAny(path, `/\`) {
		p, err := policyfile.ServicePolicy(path, "")
		return []capacity.Policy{p}, err
	}
	return policyfile.ReadPolicies(path)
}
