package codec

import (
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"time"
)

// NewKey draws a key and writes it as [ParseKeys] reads it, named after the day.
func NewKey(day time.Time) string {
	key := make([]byte, KeyBytes)
	_, _ = rand.Read(key) // never fails
	return fmt.Sprintf("%s:%s", day.UTC().Format("2006-01-02"), base64.StdEncoding.EncodeToString(key))
}
