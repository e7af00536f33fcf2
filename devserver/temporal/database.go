package temporal

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"

	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/persistence/sql/sqlplugin/sqlite"
	schema "go.temporal.io/server/schema/sqlite"
	"google.golang.org/protobuf/types/known/durationpb"
)

// A database is a SQLite file that this process alone has open.
type database struct {
	path   string
	config *config.SQL
	unlock func() error
}

// openDatabase takes the file at path for this process and makes sure that it
// holds the tables of this server version, creating it if it does not exist.
func openDatabase(path string) (*database, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("find database %q: %w", path, err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("create the folder of database %q: %w", path, err)
	}
	unlock, err := lockFile(path + ".lock")
	if err != nil {
		return nil, fmt.Errorf("open database %q: %w", path, err)
	}
	d := &database{path: path, config: storeConfig(path), unlock: unlock}
	_, err = os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		err = create(path)
	case err == nil:
		err = checkStamp(path)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open database %q: %w", path, err), unlock())
	}
	return d, nil
}

// create makes the file under another name first, so that a process that dies
// half way never leaves a file with some of the tables.
func create(path string) error {
	draft := path + ".new"
	if err := os.Remove(draft); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	plain := storeConfig(draft)
	delete(plain.ConnectAttributes, "journal_mode") // one file, no write-ahead log beside it
	if err := schema.SetupSchema(plain); err != nil {
		return fmt.Errorf("create the tables: %w", err)
	}
	if err := writeStamp(draft); err != nil {
		return err
	}
	if err := os.Chmod(draft, 0o600); err != nil { // it will hold what workflows are given
		return err
	}
	return os.Rename(draft, path)
}

// storeConfig opens the file with a write-ahead log, which more than doubles
// the rate of workflows. Power loss may then lose the last moments, but a
// killed process loses nothing.
func storeConfig(path string) *config.SQL {
	return &config.SQL{
		PluginName:   sqlite.PluginName,
		DatabaseName: uriPath(path),
		ConnectAttributes: map[string]string{
			"mode":         "rwc",
			"journal_mode": "wal",
			"synchronous":  "1",
		},
	}
}

// uriPath escapes what would end the path in a SQLite "file:" URI.
func uriPath(path string) string { return (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath() }

// ensureNamespace creates the namespace unless it exists. The search attributes
// of a new one are created with it.
func (d *database) ensureNamespace(s Settings) error {
	namespace, err := schema.NewNamespaceConfig(clusterName, s.Namespace, false, s.Attributes)
	if err != nil {
		return fmt.Errorf("describe namespace %q: %w", s.Namespace, err)
	}
	namespace.Detail.Config.Retention = durationpb.New(s.Retention)
	if err := schema.CreateNamespaces(d.config, namespace); err != nil {
		return fmt.Errorf("create namespace %q: %w", s.Namespace, err)
	}
	return nil
}
