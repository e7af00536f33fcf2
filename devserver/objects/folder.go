package objects

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/versity/versitygw/backend/meta"
)

// A folder holds the objects, one folder per bucket, and beside them the old
// versions of those in buckets with versioning.
type folder struct {
	buckets  string
	versions string
}

func openFolder(root string) (folder, error) {
	root, err := filepath.Abs(root)
	if err != nil {
		return folder{}, fmt.Errorf("find folder %q: %w", root, err)
	}
	f := folder{buckets: filepath.Join(root, "buckets"), versions: filepath.Join(root, "versions")}
	for _, path := range []string{f.buckets, f.versions} {
		if err := os.MkdirAll(path, 0o700); err != nil {
			return folder{}, fmt.Errorf("create folder %q: %w", path, err)
		}
		if err := checkAttributes(path); err != nil {
			return folder{}, fmt.Errorf("keep objects in %q: %w", path, err)
		}
	}
	return f, nil
}

// checkAttributes writes an extended attribute and reads it back. The server
// keeps an object's metadata there, and can only then replace the object and
// its metadata in one step.
func checkAttributes(path string) (err error) {
	probe, err := os.CreateTemp(path, ".probe-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, probe.Close(), os.Remove(probe.Name())) }()

	const advice = "the file system has no extended attributes for users; choose a folder on ext4, xfs, btrfs, zfs or apfs (tmpfs has them from Linux 6.6 on)"
	store, want := meta.XattrMeta{}, "yes"
	if err := store.StoreAttribute(probe, "", "", "probe", []byte(want)); err != nil {
		return fmt.Errorf("%s: %w", advice, err)
	}
	got, err := store.RetrieveAttribute(probe, "", "", "probe")
	if err != nil {
		return fmt.Errorf("%s: %w", advice, err)
	}
	if string(got) != want {
		return fmt.Errorf("%s: wrote %q but read %q", advice, want, got)
	}
	return nil
}
