package putpolicy

import (
	"context"
	"errors"
	"fmt"
	"io"

	"headroom/activities/policies"
	"headroom/capacity"
	"headroom/internal/cli/command"
	"headroom/internal/cli/policyfile"
	"headroom/internal/cli/session"
)

// InForce is the policy in force by which a command works, and its hash. A file that is
// named is put in force first, and so is SERVICE.yaml where no policy is in force yet.
// Otherwise the policy in force counts, and a SERVICE.yaml that differs is told of. While the
// run with that workflow ID, which the command would have to join, has another policy,
// nothing is put in force: the error is ErrOtherPolicy.
func InForce(ctx context.Context, s session.Session, stderr io.Writer, service, file, run, by, why string) (capacity.Policy, string, error) {
	var now policies.Pointer
	var err error
	if file == "" {
		now, _, err = policies.Current(ctx, s.Store, service)
		if err != nil && !errors.Is(err, capacity.ErrNotFound) {
			return capacity.Policy{}, "", err
		}
	}
	if now.Hash != "" {
		return known(ctx, s, stderr, service, now)
	}
	p, err := policyfile.ServicePolicy(service, file)
	if errors.Is(err, policyfile.ErrNoFile) {
		err = fmt.Errorf("no policy of %q is in force, and %w; put one in force with `headroom policy apply FILE`", service, err)
	}
	if err != nil {
		return p, "", err
	}
	if err := s.Vacant(ctx, run, p); err != nil {
		return p, "", err
	}
	put, err := One(ctx, s, stderr, p, by, why)
	return p, put.Hash, err
}

// known reads the policy in force, and tells of a file that says another.
func known(ctx context.Context, s session.Session, stderr io.Writer, service string, now policies.Pointer) (capacity.Policy, string, error) {
	p, err := policies.Read(ctx, s.Store, service, now.Hash)
	if err != nil {
		return p, "", err
	}
	path, here, err := policyfile.Find(service)
	switch {
	case errors.Is(err, policyfile.ErrNoFile):
	case err != nil:
		fmt.Fprintf(stderr, "%s is wrong, and is not used: the policy in force is (%.12s); see `headroom check %s`\n", path, now.Hash, command.ShellQuote(path))
	default:
		if _, hash, err := here.Encode(); err == nil && hash != now.Hash {
			fmt.Fprintf(stderr, "%s differs from the policy in force (%.12s), which is used: put it in force with `headroom policy apply %s`\n", path, now.Hash, command.ShellQuote(path))
		}
	}
	return p, now.Hash, nil
}
