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

// secretKey returns the account's secret, which is made up for each data folder
// and kept in it, readable by its owner only.
func secretKey(data string) (string, error) {
	path := filepath.Join(data, "s3-secret")
	content, err := os.ReadFile(path)
	switch {
	case err == nil:
		secret := strings.TrimSpace(string(content))
		if secret == "" {
			return "", fmt.Errorf("read the S3 secret key: %q is empty: delete it to have a new one made", path)
		}
		return secret, nil
	case !errors.Is(err, fs.ErrNotExist):
		return "", fmt.Errorf("read the S3 secret key: %w", err)
	}
	secret := rand.Text()
	if err := os.WriteFile(path, []byte(secret+"\n"), 0o600); err != nil {
		return "", fmt.Errorf("store the S3 secret key: %w", err)
	}
	return secret, nil
}
