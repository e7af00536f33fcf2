package audit

import (
	"context"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"headroom/audit"
	"headroom/capacity"
	"headroom/internal/cli/command"
	"headroom/internal/cli/session"
	"headroom/internal/signing"
)

func auditHeadCommand() *cobra.Command {
	var key string
	c := &cobra.Command{
		Use:   "head SERVICE...",
		Short: "Verifies audits, and writes their heads with a signature, to be kept elsewhere",
		Long: `Verifies the audits of services, and writes the newest record of each with a signature by
an Ed25519 key of yours. Keep what it writes where nobody who can write to the bucket can
reach it: with it ` + "`headroom audit verify --signed`" + ` finds records that were replaced, and a
whole bucket that was put back to an earlier time.

A pair of keys:
  openssl genpkey -algorithm ed25519 -out head.pem
  openssl pkey -in head.pem -pubout -out head-public.pem`,
		Example: `  headroom audit head chat search --key head.pem >heads-2026-11-30.txt`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 || key == "" {
				return fmt.Errorf("name services, and the file of a private key with --key: %w", command.ErrUsage)
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			private, err := signing.PrivateKey(key)
			if err != nil {
				return err
			}
			store, err := session.OpenStore(c.Context())
			if err != nil {
				return err
			}
			a := audit.SignedHeads{At: time.Now().UTC().Truncate(time.Second)}
			for _, service := range args {
				v, err := audit.Verify(c.Context(), store, service, "")
				if err != nil {
					return err
				}
				a.Heads = append(a.Heads, audit.SignedHead{Service: service, Sequence: v.Newest, SHA256: v.Head})
			}
			text, err := a.Sign(private)
			if err == nil {
				_, err = c.OutOrStdout().Write(text)
			}
			return err
		},
	}
	c.Flags().StringVar(&key, "key", "", "`FILE` of the private key that signs (PEM)")
	return c
}

// signedHeads is what somebody says of heads that were signed earlier.
type signedHeads struct{ file, key string }

// verify verifies the audits of services against their signed heads; of none, those of
// all services that the file has.
func (s signedHeads) verify(ctx context.Context, store capacity.Store, services []string) (found []audit.Verification, err error) {
	public, err := signing.PublicKey(s.key)
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(s.file)
	if err != nil {
		return nil, fmt.Errorf("read the signed heads: %w", err)
	}
	a, err := audit.OpenSigned(text, public)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.file, err)
	}
	for _, service := range services {
		if !slices.ContainsFunc(a.Heads, func(h audit.SignedHead) bool { return h.Service == service }) {
			return nil, fmt.Errorf("%s holds no head of %q: %w", s.file, service, capacity.ErrNotFound)
		}
	}
	for _, head := range a.Heads {
		if len(services) > 0 && !slices.Contains(services, head.Service) {
			continue
		}
		v, err := audit.VerifySigned(ctx, store, head)
		if err != nil {
			return nil, err
		}
		found = append(found, v)
	}
	return found, nil
}
