// Package oidc finds out who speaks by OpenID Connect: from a token that a
// provider of identities has signed.
package oidc

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"

	"headroom/capacity"
)

// A Provider of identities, by its issuer's URL; the zero Provider is none. Its
// keys are fetched when they are first needed, and again when it signs with
// others.
type Provider struct {
	Issuer   string
	Audience string // that tokens must be for
	// Name and Groups are the claims that hold who somebody is and which groups
	// they are in: "email" and "groups" if they are empty.
	Name, Groups string

	Client *http.Client // nil: one that waits ten seconds
}

// known are the verifiers of providers that were asked before.
var known sync.Map

// Verify is whom a token stands for. It returns ErrRefused if the provider did
// not sign it, if it is for somebody else, or expired, or says no name.
func (p Provider) Verify(ctx context.Context, token string) (capacity.Identity, error) {
	var none capacity.Identity
	verifier, err := p.verifier()
	if err != nil {
		return none, err
	}
	signed, err := verifier.Verify(ctx, token)
	if expired, ok := errors.AsType[*oidc.TokenExpiredError](err); ok {
		return none, fmt.Errorf("the token expired at %s: get a new one: %w", expired.Expiry.UTC().Format(time.RFC3339), capacity.ErrRefused)
	}
	if err != nil {
		return none, fmt.Errorf("the token is none of %s for %q (%w): get one from there: %w", p.Issuer, p.Audience, err, capacity.ErrRefused)
	}
	var claims map[string]any
	if err := signed.Claims(&claims); err != nil {
		return none, fmt.Errorf("read the claims of the token: %w: %w", err, capacity.ErrRefused)
	}
	who := capacity.Identity{Verified: true}
	who.Name, _ = claims[cmp.Or(p.Name, "email")].(string)
	if who.Name == "" {
		return none, fmt.Errorf("the token has no claim %q that says who it is for: have the provider add it, or set HEADROOM_OIDC_NAME: %w", cmp.Or(p.Name, "email"), capacity.ErrRefused)
	}
	if unverified, said := claims["email_verified"].(bool); cmp.Or(p.Name, "email") == "email" && said && !unverified {
		return none, fmt.Errorf("the provider has not verified the address %s: %w", who.Name, capacity.ErrRefused)
	}
	groups, _ := claims[cmp.Or(p.Groups, "groups")].([]any)
	for _, g := range groups {
		if name, ok := g.(string); ok {
			who.Groups = append(who.Groups, name)
		}
	}
	return who, nil
}

// verifier asks the provider for its keys, once.
func (p Provider) verifier() (*oidc.IDTokenVerifier, error) {
	if v, ok := known.Load(p); ok {
		return v.(*oidc.IDTokenVerifier), nil
	}
	client := p.Client
	if client == nil {
		client = &http.Client{Timeout: 10 * time.Second}
	}
	// The context stays with the verifier, which fetches keys later.
	provider, err := oidc.NewProvider(oidc.ClientContext(context.Background(), client), p.Issuer)
	if err != nil {
		return nil, fmt.Errorf("ask %s for its keys: %w", p.Issuer, err)
	}
	v := provider.Verifier(&oidc.Config{ClientID: p.Audience})
	known.Store(p, v)
	return v, nil
}
