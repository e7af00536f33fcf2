package signing_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"headroom/internal/signing"
)

// The keys of OpenSSL 3: openssl genpkey -algorithm ed25519 | tee key.pem | openssl pkey -pubout
const (
	private = `-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g
-----END PRIVATE KEY-----
`
	public = `-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=
-----END PUBLIC KEY-----
`
)

func file(t *testing.T, text []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "key.pem")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestKeys(t *testing.T) {
	key, err := signing.PrivateKey(file(t, []byte(private)))
	if err != nil {
		t.Fatal(err)
	}
	half, err := signing.PublicKey(file(t, []byte(public)))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(half, key.Public().(ed25519.PublicKey)) {
		t.Error("the public key is not that of the private key")
	}
}

// TestKeys_Wrong: what is no key of the kind is an error that names the file.
func TestKeys_Wrong(t *testing.T) {
	other, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(other)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string][]byte{
		"empty": nil, "text": []byte("secret"), "the other half": []byte(public),
		"another kind": pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8}),
		"damaged":      pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8[:20]}),
	} {
		if _, err := signing.PrivateKey(file(t, text)); !errors.Is(err, signing.ErrKey) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if _, err := signing.PublicKey(file(t, []byte(private))); !errors.Is(err, signing.ErrKey) {
		t.Errorf("a private key: got %v", err)
	}
	if _, err := signing.PrivateKey(filepath.Join(t.TempDir(), "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: got %v", err)
	}
}
