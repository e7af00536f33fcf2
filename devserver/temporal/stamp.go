package temporal

import (
	"database/sql"
	"errors"
	"fmt"

	_ "modernc.org/sqlite" // the driver "sqlite", the same as the server's
)

// writeStamp records in the file which server version made its tables.
func writeStamp(path string) error {
	db, err := sql.Open("sqlite", "file:"+uriPath(path)+"?mode=rw")
	if err != nil {
		return fmt.Errorf("record the server version: %w", err)
	}
	_, err = db.Exec(`CREATE TABLE devserver_stamp (server_version TEXT NOT NULL);
		INSERT INTO devserver_stamp (server_version) VALUES (?)`, Version)
	if err != nil {
		err = fmt.Errorf("record the server version: %w", err)
	}
	return errors.Join(err, db.Close())
}

// checkStamp refuses a file that another version made. Temporal does not
// migrate SQLite files: with an old one, plain workflows run but schedules
// time out, which is worse than not starting.
func checkStamp(path string) error {
	db, err := sql.Open("sqlite", "file:"+uriPath(path)+"?mode=rw")
	if err != nil {
		return err
	}
	defer db.Close()
	var made string
	if err := db.QueryRow(`SELECT server_version FROM devserver_stamp`).Scan(&made); err != nil {
		return fmt.Errorf("not a database that devserver made: use another file name: %w", err)
	}
	if made != Version {
		return fmt.Errorf("made by Temporal server %s, but this is %s and there is no migration: use another file name, or the devserver that made it", made, Version)
	}
	return nil
}
