// Package signing reads Ed25519 keys, by which audits and calls are signed, from PEM files as
// `openssl genpkey -algorithm ed25519` makes them.
package signing

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
)

// ErrKey is returned for a file that holds no key of the kind that is asked for.
var ErrKey = errors.New("no Ed25519 key")

// PrivateKey reads a private key: PKCS #8 in PEM.
func PrivateKey(path string) (ed25519.PrivateKey, error) {
	block, err := read(path, "PRIVATE KEY", "openssl genpkey -algorithm ed25519 -out FILE")
	if err != nil {
		return nil, err
	}
	key, err := x509.ParsePKCS8PrivateKey(block)
	private, ok := key.(ed25519.PrivateKey)
	if err != nil || !ok {
		return nil, fmt.Errorf("%s: make one with `openssl genpkey -algorithm ed25519 -out FILE`: %w", path, ErrKey)
	}
	return private, nil
}

// PublicKey reads a public key: PKIX in PEM.
func PublicKey(path string) (ed25519.PublicKey, error) {
	block, err := read(path, "PUBLIC KEY", "openssl pkey -in PRIVATE -pubout -out FILE")
	if err != nil {
		return nil, err
	}
	key, err := x509.ParsePKIXPublicKey(block)
	public, ok := key.(ed25519.PublicKey)
	if err != nil || !ok {
		return nil, fmt.Errorf("%s: write one with `openssl pkey -in PRIVATE -pubout -out FILE`: %w", path, ErrKey)
	}
	return public, nil
}

// read is the content of a PEM block of a type.
func read(path, kind, made string) ([]byte, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the key: %w", err)
	}
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		if block.Type == kind {
			return block.Bytes, nil
		}
	}
	return nil, fmt.Errorf("%s holds no PEM block %q: write one with `%s`: %w", path, kind, made, ErrKey)
}
