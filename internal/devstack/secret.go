package devstack

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// accessKey names the only account of the S3 server.
const accessKey = "headroom-dev"

// secretKey returns the account's secret.
func secretKey(data string) (string, error) { return secret(data, "s3-secret", rand.Text) }

// Secret returns the secret of a name, which is made for each data folder and kept in it,
// readable by its owner only.
func (s *Stack) Secret(name string, make func() string) (string, error) {
	return secret(s.Data, name, make)
}

func secret(data, name string, make func() string) (string, error) {
	path := filepath.Join(data, name)
	content, err := os.ReadFile(path)
	switch {
	case err == nil:
		secret := strings.TrimSpace(string(content))
		if secret == "" {
			return "", fmt.Errorf("read the secret: %q is empty: delete it to have a new one made", path)
		}
		return secret, nil
	case !errors.Is(err, fs.ErrNotExist):
		return "", fmt.Errorf("read the secret: %w", err)
	}
	secret := make()
	if err := os.WriteFile(path, []byte(secret+"\n"), 0o600); err != nil {
		return "", fmt.Errorf("store the secret: %w", err)
	}
	return secret, nil
}
