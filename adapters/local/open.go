package local

import (
	"fmt"
	"io/fs"
	"os"
	"syscall"

	"headroom/capacity"
)

// Open opens a file of load for reading. Links are followed. A device, a FIFO, a
// socket and a folder are refused with ErrBadData before anything is read: some
// of them never end, and others block until somebody writes.
func Open(path string) (*os.File, error) {
	if info, err := os.Stat(path); err == nil {
		if err := regular(path, info); err != nil {
			return nil, err
		}
	}
	// The file may have been replaced since: a FIFO must not block here either.
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil {
		err = regular(path, info)
	}
	if err != nil {
		_ = f.Close() // nothing was written, and there is a better error
		return nil, err
	}
	return f, nil
}

// regular refuses everything but a regular file.
func regular(path string, info fs.FileInfo) error {
	if info.Mode().IsRegular() {
		return nil
	}
	return fmt.Errorf("%q is %s and not a file of load: write the load to a file and name that: %w", path, kind(info.Mode()), capacity.ErrBadData)
}

// kind names a file that is not a regular one.
func kind(mode fs.FileMode) string {
	switch {
	case mode.IsDir():
		return "a folder"
	case mode&fs.ModeNamedPipe != 0:
		return "a FIFO (named pipe)"
	case mode&fs.ModeSocket != 0:
		return "a socket"
	case mode&fs.ModeDevice != 0:
		return "a device"
	}
	return "a special file"
}
