package oidc_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/big"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"headroom/adapters/oidc"
	"headroom/capacity"
)

// An issuer is a provider of identities, by RFC 7519 and OpenID Connect Discovery
// 1.0, written here with the standard library alone, so that the library under test
// is not asked what it itself wrote.
type issuer struct {
	*httptest.Server

	key  atomic.Pointer[rsa.PrivateKey]
	asks atomic.Int64 // for keys
}

func newIssuer(t *testing.T) *issuer {
	t.Helper()
	i := &issuer{}
	i.renew(t)
	mux := http.NewServeMux()
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		write(w, map[string]any{"issuer": i.URL, "jwks_uri": i.URL + "/keys", "id_token_signing_alg_values_supported": []string{"RS256"}})
	})
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) {
		i.asks.Add(1)
		public := i.key.Load().PublicKey
		write(w, map[string]any{"keys": []any{map[string]any{
			"kty": "RSA", "alg": "RS256", "use": "sig", "kid": kid(public), "n": encode(public.N.Bytes()), "e": encode(big.NewInt(int64(public.E)).Bytes()),
		}}})
	})
	i.Server = httptest.NewServer(mux)
	t.Cleanup(i.Close)
	return i
}

// renew replaces the key that the issuer signs with.
func (i *issuer) renew(t *testing.T) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	i.key.Store(key)
}

func kid(k rsa.PublicKey) string { return fmt.Sprintf("%x", k.N.Bytes()[:4]) }

func write(w http.ResponseWriter, v any) { _ = json.NewEncoder(w).Encode(v) } // the client says what it could not read

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// sign is a token of ann's, with claims changed, or left out where they are nil.
func (i *issuer) sign(t *testing.T, change map[string]any) string {
	t.Helper()
	claims := map[string]any{
		"iss": i.URL, "aud": "headroom", "sub": "1", "email": "ann@example.com", "groups": []string{"sre", "on-call"},
		"iat": time.Now().Unix(), "exp": time.Now().Add(time.Hour).Unix(),
	}
	maps.Copy(claims, change)
	maps.DeleteFunc(claims, func(_ string, v any) bool { return v == nil })
	key := i.key.Load()
	header, _ := json.Marshal(map[string]string{"alg": "RS256", "kid": kid(key.PublicKey)})
	body, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	text := encode(header) + "." + encode(body)
	sum := sha256.Sum256([]byte(text))
	signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	return text + "." + encode(signature)
}

func TestVerify(t *testing.T) {
	i := newIssuer(t)
	p := oidc.Provider{Issuer: i.URL, Audience: "headroom"}
	for range 3 {
		who, err := p.Verify(t.Context(), i.sign(t, nil))
		if err != nil {
			t.Fatal(err)
		}
		if who.Name != "ann@example.com" || !slices.Equal(who.Groups, []string{"sre", "on-call"}) || !who.Verified {
			t.Errorf("got %+v", who)
		}
	}
	if asked := i.asks.Load(); asked != 1 {
		t.Errorf("the keys were fetched %d times, want once", asked)
	}
	// The provider signs with another key now.
	i.renew(t)
	if _, err := p.Verify(t.Context(), i.sign(t, nil)); err != nil {
		t.Error(err)
	}
	other := oidc.Provider{Issuer: i.URL, Audience: "headroom", Name: "sub", Groups: "roles"}
	if who, err := other.Verify(t.Context(), i.sign(t, map[string]any{"roles": []string{"leads"}})); err != nil || who.Name != "1" || !slices.Equal(who.Groups, []string{"leads"}) {
		t.Errorf("other claims: got %+v, %v", who, err)
	}
}

func TestVerify_Refused(t *testing.T) {
	i, stranger := newIssuer(t), newIssuer(t)
	p := oidc.Provider{Issuer: i.URL, Audience: "headroom"}
	good := i.sign(t, nil)
	parts := strings.Split(good, ".")
	forged, _ := json.Marshal(map[string]any{"iss": i.URL, "aud": "headroom", "email": "eve@example.com", "exp": time.Now().Add(time.Hour).Unix()})
	none := encode([]byte(`{"alg":"none"}`)) + "." + encode(forged) + "."
	for name, test := range map[string]struct{ token, says string }{
		"expired":           {i.sign(t, map[string]any{"exp": time.Now().Add(-time.Minute).Unix()}), "expired at"},
		"for somebody else": {i.sign(t, map[string]any{"aud": "another"}), "get one from there"},
		"of somebody else":  {stranger.sign(t, nil), "get one from there"},
		"signed by others":  {stranger.sign(t, map[string]any{"iss": i.URL}), "get one from there"},
		"changed":           {parts[0] + "." + encode(forged) + "." + parts[2], "get one from there"},
		"not signed":        {none, "get one from there"},
		"no token":          {"abc", "get one from there"},
		"nameless":          {i.sign(t, map[string]any{"email": nil}), "HEADROOM_OIDC_NAME"},
		"not verified":      {i.sign(t, map[string]any{"email_verified": false}), "has not verified"},
	} {
		t.Run(name, func(t *testing.T) {
			who, err := p.Verify(t.Context(), test.token)
			if !errors.Is(err, capacity.ErrRefused) || !strings.Contains(err.Error(), test.says) {
				t.Errorf("got %+v, error %v, want %v that says %q", who, err, capacity.ErrRefused, test.says)
			}
		})
	}
	// A provider that cannot be reached is no refusal: it is tried again.
	away := oidc.Provider{Issuer: "http://127.0.0.1:1", Audience: "headroom"}
	if _, err := away.Verify(t.Context(), good); err == nil || errors.Is(err, capacity.ErrRefused) {
		t.Errorf("away: got %v", err)
	}
}
